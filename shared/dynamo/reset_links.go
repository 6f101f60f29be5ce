package dynamo

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/reset"
)

// linksItem has the reset links of an account.
type linksItem struct {
	keyed
	Links   []linkItem `dynamodbav:"links"`
	Version int64      `dynamodbav:"version"`
	TTL     int64      `dynamodbav:"ttl"`
}

type linkItem struct {
	Hash      string    `dynamodbav:"hash"`
	For       string    `dynamodbav:"for"`
	Epoch     int64     `dynamodbav:"epoch"`
	CreatedAt time.Time `dynamodbav:"createdAt"`
	ExpiresAt time.Time `dynamodbav:"expiresAt"`
}

func newLinksItem(l *reset.Links) linksItem {
	stored := linksItem{keyed: linksKey(l.Account).fields(), Version: l.Version}
	for _, link := range l.Links {
		stored.Links = append(stored.Links, linkItem(link))
		stored.TTL = max(stored.TTL, link.ExpiresAt.Unix())
	}
	return stored
}

// ReadLinks returns an account, or nil if it does not exist, its reset links, and the record of the request. Round
// trips: 1.
func (s *Store) ReadLinks(
	ctx context.Context, id account.ID, requestKey idempotency.Key,
) (a *account.Account, links reset.Links, record *idempotency.Record, err error) {
	found, record, err := s.getWithRecord(ctx, requestKey, accountKey(id), linksKey(id))
	if err != nil {
		return nil, links, nil, err
	}
	if a, err = readAccount(found[accountKey(id)]); err != nil {
		return nil, links, nil, err
	}
	links, err = readLinks(id, found[linksKey(id)])
	return a, links, record, err
}

func readLinks(id account.ID, found item) (reset.Links, error) {
	var stored linksItem
	if err := attributevalue.UnmarshalMap(found, &stored); err != nil {
		return reset.Links{}, err
	}
	links := reset.Links{Account: id, Version: stored.Version}
	for _, link := range stored.Links {
		links.Links = append(links.Links, reset.Link(link))
	}
	return links, nil
}

const linksConflict = "Another link was created at the same time. Try again."

// MakeLink writes the links of an account with the event of the change. The event may have no id: then only the links
// are written. It returns fault.VersionMismatch if the links have changed. Round trips: 1.
func (s *Store) MakeLink(ctx context.Context, change reset.LinksChange) error {
	if change.Event.ID == "" {
		return s.replaceLinks(ctx, change.Links)
	}
	t := s.begin(change.Event)
	t.putRecord(change.Record, s.now())
	if change.Links != nil {
		t.putNextVersion(newLinksItem(change.Links), change.Links.Version-1, linksConflict)
	}
	return s.commit(ctx, t)
}

// replaceLinks writes links without an event. If the response is lost and the SDK repeats the write, the condition
// fails. The caller then reads the links and creates another one.
func (s *Store) replaceLinks(ctx context.Context, links *reset.Links) error {
	err := s.putItem(ctx, newLinksItem(links), atVersion(links.Version-1))
	if _, failed := asConditionFailure(err); failed {
		return fault.New(fault.VersionMismatch, linksConflict)
	}
	return callError(err, "replace links")
}
