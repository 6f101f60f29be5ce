package dynamo

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
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
	ctx context.Context, id account.ID, requestKey idempotency.Key,
) (a *account.Account, links reset.Links, record *idempotency.Record, err error) {
	keys := []key{accountKey(id), linksKey(id)}
	if requestKey.IsSet() {
		keys = append(keys, idempotencyKey(requestKey.Name))
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
	record, err = readRecord(found[idempotencyKey(requestKey.Name)], s.now())
	return a, links, record, err
}

// MakeLink writes an account's links after a new one, with its event. Round trips: 1.
func (s *Store) MakeLink(ctx context.Context, making reset.LinksChange) error {
	if making.Event.ID == "" {
		return s.replaceLinks(ctx, making.Links)
	}
	t, err := s.beginWith(making.Event)
	if err != nil {
		return fmt.Errorf("make a link: %w", err)
	}
	t.remember(making.Record, s.now())
	if making.Links != nil {
		t.next(newLinksItem(making.Links), making.Links.Version-1, "Another link was created at the same time. Try again.")
	}
	return s.commit(ctx, t)
}

// replaceLinks writes links that no event tells of. A write whose answer is lost is refused when it comes again, so that
// another link is made.
func (s *Store) replaceLinks(ctx context.Context, links *reset.Links) error {
	stored, err := attributevalue.MarshalMap(newLinksItem(links))
	if err != nil {
		return fmt.Errorf("replace links: %w", err)
	}
	_, err = s.client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: &s.table, Item: stored,
		ConditionExpression:       aws.String("#version = :version"),
		ExpressionAttributeNames:  map[string]string{"#version": "version"},
		ExpressionAttributeValues: item{":version": number(links.Version - 1)},
	})
	if outcomeOf(err) == refused {
		return fault.New(fault.VersionMismatch, "Another link was created at the same time. Try again.")
	}
	return failed(err, "replace links")
}
