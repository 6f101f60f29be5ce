package dynamo

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/account"
	"tenantry/shared/once"
	"tenantry/shared/reset"
)

// linksItem is the reset links of one account.
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

// ReadLinks reads an account, its reset links, and the record of the request. Round trips: 1.
func (s *Store) ReadLinks(
	ctx context.Context, id account.ID, request once.Request,
) (a *account.Account, links reset.Links, record *once.Record, err error) {
	keys := []key{accountKey(id), linksKey(id)}
	if request.Given() {
		keys = append(keys, onceKey(request.Key))
	}
	found, err := s.getAll(ctx, consistent, keys...)
	if err != nil {
		return nil, links, nil, err
	}
	if a, err = readAccount(found[accountKey(id)]); err != nil {
		return nil, links, nil, err
	}
	links.Account = id
	var stored linksItem
	if err := attributevalue.UnmarshalMap(found[linksKey(id)], &stored); err != nil {
		return nil, links, nil, err
	}
	links.Version = stored.Version
	for _, link := range stored.Links {
		links.Links = append(links.Links, reset.Link(link))
	}
	record, err = readRecord(found[onceKey(request.Key)], s.now())
	return a, links, record, err
}

// MakeLink writes an account's links after a new one, with its event. Round trips: 1.
func (s *Store) MakeLink(ctx context.Context, making reset.Making) error {
	t, err := s.beginWith(making.Event)
	if err != nil {
		return fmt.Errorf("make a link: %w", err)
	}
	t.remember(making.Once, s.now())
	if making.Links != nil {
		t.next(newLinksItem(making.Links), making.Links.Version-1, "Another link has been made meanwhile.")
	}
	return s.commit(ctx, t)
}
