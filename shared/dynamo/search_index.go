package dynamo

import (
	"context"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"golang.org/x/sync/errgroup"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/hosting"
	"tenantry/shared/search"
)

// searchRowItem is a row of the search index. The attributes are absent if the sort key has the account's id.
type searchRowItem struct {
	keyed
	Account      account.ID `dynamodbav:"account,omitempty"`
	Subscription string     `dynamodbav:"subscription,omitempty"`
}

func newSearchRowItem(row *search.Row) searchRowItem {
	stored := searchRowItem{keyed: searchRowKey(row).fields(), Subscription: row.Subscription}
	if row.ID != string(row.Account) {
		stored.Account = row.Account
	}
	return stored
}

// WriteRows writes and deletes rows of the search index. Round trips: 1 for each hundred.
func (s *Store) WriteRows(ctx context.Context, added, deleted []search.Row) error {
	puts := make([]any, len(added))
	for i := range added {
		puts[i] = newSearchRowItem(&added[i])
	}
	keys := make([]key, len(deleted))
	for i := range deleted {
		keys[i] = searchRowKey(&deleted[i])
	}
	return s.writeBatches(ctx, puts, keys)
}

// ReadSource returns what the rows of an account are made of. Round trips: 1, and 1 more for a document of more than
// one chunk.
func (s *Store) ReadSource(ctx context.Context, id account.ID, websites []string) (source search.Source, err error) {
	keys := append(keysOf(websites, websiteKey), accountKey(id), documentKey(id))
	found, err := s.getItems(ctx, consistent, keys...)
	if err != nil {
		return source, err
	}
	if source.Account, err = readAccount(found[accountKey(id)]); err != nil {
		return source, err
	}
	if source.Document, err = readDocument(id, found[documentKey(id)]); err != nil {
		return source, err
	}
	sites, err := readAll(inOrder(found, keysOf(websites, websiteKey)), readWebsite)
	for i := range sites {
		if sites[i].Customer == id {
			source.Websites = append(source.Websites, search.SourceWebsite{
				ID: sites[i].ID, Subscription: sites[i].Subscription, Domain: sites[i].Domain,
			})
		}
	}
	if err != nil {
		return source, err
	}
	return source, s.readLaterChunks(ctx, consistent, source.Document)
}

// ListWebsiteIDs returns the ids of all websites of an account, eventually consistent. Round trips: 1 for each hundred
// subscriptions, and 1 for each ten of them.
func (s *Store) ListWebsiteIDs(ctx context.Context, id account.ID) (ids []string, err error) {
	const listedAtOnce = 100
	for after, more := "", true; more; {
		var subscriptions []hosting.Subscription
		if subscriptions, more, err = s.ListSubscriptions(ctx, id, after, listedAtOnce); err != nil {
			return nil, err
		}
		sites := make([][]item, len(subscriptions))
		var lists errgroup.Group
		lists.SetLimit(10)
		for i := range subscriptions {
			after = subscriptions[i].ID
			lists.Go(func() (err error) {
				sites[i], err = s.queryAll(ctx, query{
					index: objectsByParent, partition: websiteListPartition(subscriptions[i].ID), keysOnly: true,
				})
				return err
			})
		}
		if err := lists.Wait(); err != nil {
			return nil, err
		}
		for _, listed := range sites {
			for _, row := range listed {
				ids = append(ids, strings.TrimPrefix(string(keyOf(row).partition), websitePrefix))
			}
		}
	}
	return ids, nil
}

// rebuildItem orders that an account is indexed again.
type rebuildItem struct {
	keyed
	Order string `dynamodbav:"order"` // makes each order another one, so that the stream has it
	TTL   int64  `dynamodbav:"ttl"`
}

// rebuildRetention is the time after which an order is deleted.
const rebuildRetention = 24 * time.Hour

// OrderRebuilds orders that accounts are indexed again. Round trips: 1 for each hundred.
func (s *Store) OrderRebuilds(ctx context.Context, order string, ids []account.ID) error {
	puts := make([]any, len(ids))
	for i, id := range ids {
		puts[i] = rebuildItem{
			keyed: rebuildKey(id).fields(), Order: order, TTL: s.now().Add(rebuildRetention).Unix(),
		}
	}
	return s.writeBatches(ctx, puts, nil)
}

// ReadSearchEvent returns the event, or the order to index an account again, in an image of the table's stream.
func ReadSearchEvent(image map[string]events.DynamoDBAttributeValue) (event.Event, error) {
	k := keyOf(readImage(image))
	id := account.ID(strings.TrimPrefix(string(k.partition), accountPrefix))
	if k == rebuildKey(id) {
		return event.Event{Name: search.RebuildOrdered, Account: id}, nil
	}
	return ReadEvent(image)
}
