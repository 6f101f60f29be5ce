package dynamo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tenantry/shared/account"
	"tenantry/shared/sweep"
)

// dueKeys put an item into the index of what is due, at the time to look at it.
type dueKeys struct {
	DueShard partition `dynamodbav:"dueShard,omitempty"`
	DueAt    string    `dynamodbav:"dueAt,omitempty"` // dueLayout, so that times are in the order of their texts
}

// dueLayout has the same length for every time.
const dueLayout = "2006-01-02T15:04:05.000Z"

// newDueKeys makes an item of an id due at a time; nil for never.
func newDueKeys(id string, at *time.Time) dueKeys {
	if at == nil {
		return dueKeys{}
	}
	return dueKeys{DueShard: duePartition(shardOf(id, dueShards)), DueAt: at.UTC().Format(dueLayout)}
}

// time is when the item is due; nil for never, and in a row that does not say.
func (k dueKeys) time() *time.Time {
	at, err := time.Parse(dueLayout, k.DueAt)
	if err != nil {
		return nil
	}
	return &at
}

// dueKinds are what is due by the beginning of its partition key.
var dueKinds = map[string]sweep.Kind{
	accountPrefix: sweep.Account, subscriptionPrefix: sweep.Subscription, operationPrefix: sweep.Operation, backupPrefix: sweep.Backup,
}

// DueShards implements sweep.Store.
func (*Store) DueShards() int { return dueShards }

// ReadDue implements sweep.Store. Round trips: 1.
func (s *Store) ReadDue(
	ctx context.Context, shard int, until time.Time, cursor string, limit int,
) (entries []sweep.Entry, next string, err error) {
	query := &dynamodb.QueryInput{
		TableName: &s.table, IndexName: &dueByShard.name,
		KeyConditionExpression:   aws.String("#shard = :shard AND #at <= :until"),
		ExpressionAttributeNames: map[string]string{"#shard": dueByShard.partition, "#at": dueByShard.sort},
		ExpressionAttributeValues: item{
			":shard": text(string(duePartition(shard))), ":until": text(until.UTC().Format(dueLayout)),
		},
		Limit: aws.Int32(int32(limit)), //nolint:gosec // a page's limit is small
	}
	if query.ExclusiveStartKey, err = dueStart(shard, cursor); err != nil {
		return nil, "", err
	}
	found, err := s.client.Query(ctx, query)
	if err != nil {
		return nil, "", failed(err, "read what is due")
	}
	for _, row := range found.Items {
		entries = append(entries, dueEntry(row))
	}
	if last := found.LastEvaluatedKey; len(last) > 0 {
		next = strings.Join([]string{textOf(last[dueByShard.sort]), textOf(last[partitionAttribute]), textOf(last[sortAttribute])}, " ")
	}
	return entries, next, nil
}

// dueStart is the key to go on after, of the cursor of a page; nil for the beginning.
func dueStart(shard int, after string) (map[string]types.AttributeValue, error) {
	if after == "" {
		return nil, nil
	}
	parts := strings.SplitN(after, " ", 3)
	if len(parts) != 3 {
		return nil, fmt.Errorf("what is due does not go on after %q", after)
	}
	return item{
		dueByShard.partition: text(string(duePartition(shard))), dueByShard.sort: text(parts[0]),
		partitionAttribute: text(parts[1]), sortAttribute: text(parts[2]),
	}, nil
}

// dueItem reads a row of the index. One that cannot be read is of a kind that nobody handles: it fails, and keeps nothing else.
func dueEntry(row item) sweep.Entry {
	prefix, id, _ := strings.Cut(textOf(row[partitionAttribute]), "#")
	at := dueKeys{DueAt: textOf(row[dueByShard.sort])}.time()
	if at == nil {
		return sweep.Entry{Kind: sweep.Kind(prefix + " without a time"), ID: id}
	}
	kind, known := dueKinds[prefix+"#"]
	if !known {
		kind = sweep.Kind(prefix)
	}
	return sweep.Entry{Kind: kind, ID: id, At: *at}
}

// scheduleItem is the schedule of an account.
type scheduleItem struct {
	SuspendAt     *time.Time    `dynamodbav:"suspendAt,omitempty"`
	ActivateAt    *time.Time    `dynamodbav:"activateAt,omitempty"`
	Reason        string        `dynamodbav:"reason,omitempty"`
	PublicMessage string        `dynamodbav:"publicMessage,omitempty"`
	Level         account.Level `dynamodbav:"level"`
	Actor         account.ID    `dynamodbav:"actor"`
	Ends          []endItem     `dynamodbav:"ends,omitempty"`
}

type endItem struct {
	Source   account.Source `dynamodbav:"source"`
	Since    time.Time      `dynamodbav:"since"`
	Previous *time.Time     `dynamodbav:"former,omitempty"`
}

func newScheduleItem(s *account.Schedule) *scheduleItem {
	if s == nil {
		return nil
	}
	stored := &scheduleItem{
		SuspendAt: s.SuspendAt, ActivateAt: s.ActivateAt, Reason: s.Reason, PublicMessage: s.PublicMessage, Level: s.Level, Actor: s.Actor,
	}
	for _, end := range s.Ends {
		stored.Ends = append(stored.Ends, endItem(end))
	}
	return stored
}

func (s *scheduleItem) schedule() *account.Schedule {
	if s == nil {
		return nil
	}
	found := &account.Schedule{
		SuspendAt: s.SuspendAt, ActivateAt: s.ActivateAt, Reason: s.Reason, PublicMessage: s.PublicMessage, Level: s.Level, Actor: s.Actor,
	}
	for _, end := range s.Ends {
		found.Ends = append(found.Ends, account.ScheduledEnd(end))
	}
	return found
}
