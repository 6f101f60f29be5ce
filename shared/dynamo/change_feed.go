package dynamo

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"tenantry/shared/changefeed"
	"tenantry/shared/clock"
)

// feedRowItem is a row of the change feed.
type feedRowItem struct {
	keyed
	WrittenAt time.Time       `dynamodbav:"writtenAt"`
	Entries   []feedEntryItem `dynamodbav:"entries"`
	TTL       int64           `dynamodbav:"ttl"`
}

// feedEntryItem is an entry of a row. Its names are short, because a row has up to a hundred entries.
type feedEntryItem struct {
	ID   string          `dynamodbav:"i"`
	Kind changefeed.Kind `dynamodbav:"k"`
	At   int64           `dynamodbav:"t"` // in milliseconds
}

// maxFeedEntries is the number of entries in a row. A hundred entries are about 7 KB.
const maxFeedEntries = 100

// feedMargin is the time for which a row is kept after readers refuse it.
const feedMargin = time.Hour

// ReadFeedPositions implements changefeed.Store. Round trips: 1.
func (s *Store) ReadFeedPositions(ctx context.Context) (positions changefeed.Positions, err error) {
	found, err := s.get(ctx, consistent, feedHeadKey())
	if err != nil {
		return positions, err
	}
	for shard := range positions {
		if err := attributevalue.Unmarshal(found[feedHeadAttribute(shard)], &positions[shard]); err != nil {
			return positions, fmt.Errorf("head of the change feed: %w", err)
		}
	}
	return positions, nil
}

// ReadFeedRows implements changefeed.Store. Round trips: 1.
func (s *Store) ReadFeedRows(
	ctx context.Context, shard int, first, last int64, limit int,
) ([]changefeed.Row, error) {
	found, _, err := s.query(ctx, query{
		partition: feedPartition(shard), sort: between(feedRowKey(shard, first).sort, feedRowKey(shard, last).sort),
		limit: limit, consistency: consistent,
	})
	if err != nil {
		return nil, err
	}
	return readAll(found, readFeedRow)
}

func readFeedRow(found item) (*changefeed.Row, error) {
	var stored feedRowItem
	if err := attributevalue.UnmarshalMap(found, &stored); err != nil {
		return nil, fmt.Errorf("row of the change feed: %w", err)
	}
	number, err := strconv.ParseInt(strings.TrimPrefix(string(stored.SK), feedSortPrefix), 10, 64)
	if err != nil {
		return nil, fmt.Errorf("row of the change feed: %w", err)
	}
	row := &changefeed.Row{Number: number, WrittenAt: stored.WrittenAt}
	for _, entry := range stored.Entries {
		row.Entries = append(row.Entries, changefeed.GateChange{
			ID: entry.ID, Kind: entry.Kind, At: clock.Truncate(time.UnixMilli(entry.At)),
		})
	}
	return row, nil
}

// AppendFeed writes entries to a shard of the change feed. It writes rows first and then the head, each row only
// after the row before it exists. So the head never names a row that does not exist, wherever a writer stops
// (docs/adr/0047). After an error, some entries may be in the feed. Round trips: 3, and 1 more for each row after the
// first and for each row that another process has written at the same time.
func (s *Store) AppendFeed(ctx context.Context, shard int, entries []changefeed.GateChange) error {
	positions, err := s.ReadFeedPositions(ctx)
	if err != nil {
		return err
	}
	last := positions[shard]
	for batch := range slices.Chunk(entries, maxFeedEntries) {
		if last, err = s.createFeedRow(ctx, shard, last, batch); err != nil {
			return err
		}
	}
	return s.raiseFeedHead(ctx, shard, last)
}

// createFeedRow writes a row after the last known one. It skips the rows that other processes have written since, and
// returns the number of the new row.
func (s *Store) createFeedRow(
	ctx context.Context, shard int, last int64, entries []changefeed.GateChange,
) (number int64, err error) {
	number = last + 1
	err = s.retry(ctx, usual, func() (done bool, err error) {
		for {
			err := s.putItem(ctx, s.newFeedRow(feedRowKey(shard, number), entries), notExists())
			if _, exists := asConditionFailure(err); !exists {
				return outcomeOf(err) != retryable, callError(err, "write a row of the change feed")
			}
			if number++; ctx.Err() != nil {
				return true, unavailable(ctx.Err())
			}
		}
	})
	return number, err
}

func (s *Store) newFeedRow(k key, entries []changefeed.GateChange) feedRowItem {
	now := s.now()
	row := feedRowItem{keyed: k.fields(), WrittenAt: now.UTC(), TTL: now.Add(changefeed.Retention + feedMargin).Unix()}
	for _, entry := range entries {
		row.Entries = append(row.Entries, feedEntryItem{ID: entry.ID, Kind: entry.Kind, At: entry.At.UnixMilli()})
	}
	return row
}

// raiseFeedHead writes the number of a shard's last row, unless the head already has a greater one.
func (s *Store) raiseFeedHead(ctx context.Context, shard int, number int64) error {
	name := feedHeadAttribute(shard)
	c := attribute(name).AttributeNotExists().Or(expression.LessThan(attribute(name), value(number)))
	return s.retry(ctx, usual, func() (done bool, err error) {
		_, err = s.updateItem(ctx, feedHeadKey(), update{}.set(name, number), c)
		if _, isGreater := asConditionFailure(err); isGreater {
			return true, nil
		}
		return outcomeOf(err) != retryable, callError(err, "write the head of the change feed")
	})
}
