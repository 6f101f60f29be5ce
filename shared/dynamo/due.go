package dynamo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tenantry/shared/sweep"
)

// dueKeys are the keys of an item in the index due-by-shard.
type dueKeys struct {
	DueShard partition `dynamodbav:"dueShard,omitempty"`
	DueAt    string    `dynamodbav:"dueAt,omitempty"` // in dueLayout
}

// dueLayout is a layout in which the texts have the order of the times.
const dueLayout = "2006-01-02T15:04:05.000Z"

// newDueKeys returns the keys of an item that is due at a time, or no keys if the time is nil.
func newDueKeys(id string, at *time.Time) dueKeys {
	if at == nil {
		return dueKeys{}
	}
	return dueKeys{DueShard: duePartition(shardOf(id, dueShards)), DueAt: at.UTC().Format(dueLayout)}
}

// time returns the time at which the item is due, or nil if it is not due or the row does not have the time.
func (k dueKeys) time() *time.Time {
	at, err := time.Parse(dueLayout, k.DueAt)
	if err != nil {
		return nil
	}
	return &at
}

// dueKinds are the kinds of due items by the prefixes of their partition keys.
var dueKinds = map[string]sweep.Kind{
	accountPrefix:      sweep.Account,
	subscriptionPrefix: sweep.Subscription,
	operationPrefix:    sweep.Operation,
	backupPrefix:       sweep.Backup,
	outboxPrefix:       sweep.Mail,
}

// DueShards returns the number of shards of due items.
func (*Store) DueShards() int { return dueShards }

// ReadDue returns a page of the items in a shard that are due until a time, and the cursor of the next page, or "" if
// there are no more. Round trips: 1.
func (s *Store) ReadDue(
	ctx context.Context, shard int, until time.Time, cursor string, limit int,
) (entries []sweep.DueEntry, next string, err error) {
	after, err := dueKeyAfter(shard, cursor)
	if err != nil {
		return nil, "", err
	}
	rows, lastKey, err := s.query(ctx, query{
		index: dueByShard, partition: duePartition(shard), sort: lessThanEqual(until.UTC().Format(dueLayout)),
		after: after, limit: limit,
	})
	if err != nil {
		return nil, "", err
	}
	for _, row := range rows {
		entries = append(entries, dueEntry(row))
	}
	return entries, dueCursor(lastKey), nil
}

// dueCursor returns the cursor for the page after a key, or "" if there is no key.
func dueCursor(lastKey item) string {
	if len(lastKey) == 0 {
		return ""
	}
	due, k := textOf(lastKey[dueByShard.sort]), keyOf(lastKey)
	return fmt.Sprintf("%s %s %s", due, k.partition, k.sort)
}

// dueKeyAfter returns the key that a cursor was made of, or nil for the first page.
func dueKeyAfter(shard int, cursor string) (item, error) {
	if cursor == "" {
		return nil, nil
	}
	parts := strings.SplitN(cursor, " ", 3)
	if len(parts) != 3 {
		return nil, fmt.Errorf("the cursor of due items is invalid: %q", cursor)
	}
	return item{
		dueByShard.partition: text(string(duePartition(shard))), dueByShard.sort: text(parts[0]),
		partitionAttribute: text(parts[1]), sortAttribute: text(parts[2]),
	}, nil
}

// dueEntry returns the entry for a row of the index. A row that cannot be read gets a kind without a handler: only this
// entry fails.
func dueEntry(row item) sweep.DueEntry {
	prefix, id, _ := strings.Cut(textOf(row[partitionAttribute]), "#")
	at := dueKeys{DueAt: textOf(row[dueByShard.sort])}.time()
	if at == nil {
		return sweep.DueEntry{Kind: sweep.Kind(prefix + " without a time"), ID: id}
	}
	kind, isKnown := dueKinds[prefix+"#"]
	if !isKnown {
		kind = sweep.Kind(prefix)
	}
	return sweep.DueEntry{Kind: kind, ID: id, At: *at}
}
