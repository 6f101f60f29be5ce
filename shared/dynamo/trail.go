package dynamo

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"golang.org/x/sync/errgroup"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/idempotency"
)

// afterEvents is behind all events in an account's collection.
const afterEventsSort = eventSortPrefix + "~"

// ListEvents returns an account's events, newest first. Round trips: 1.
func (s *Store) ListEvents(ctx context.Context, of account.ID, before string, limit int) ([]event.Event, bool, error) {
	input := &dynamodb.QueryInput{
		TableName: &s.table, ScanIndexForward: aws.Bool(false), Limit: aws.Int32(int32(limit) + 1), //nolint:gosec // a page is short
		KeyConditionExpression:   aws.String("#pk = :account AND #sk BETWEEN :first AND :last"),
		ExpressionAttributeNames: map[string]string{"#pk": partitionAttribute, "#sk": sortAttribute},
		ExpressionAttributeValues: item{
			":account": text(string(accountPartition(of))), ":first": text(eventSortPrefix), ":last": text(afterEventsSort),
		},
	}
	if before != "" {
		input.ExclusiveStartKey = eventKey(of, before).attributes()
	}
	output, err := s.client.Query(ctx, input)
	if err != nil {
		return nil, false, failed(err, "list events")
	}
	more := len(output.Items) > limit || len(output.LastEvaluatedKey) > 0 // a page ends early at a megabyte
	happened := make([]event.Event, min(limit, len(output.Items)))
	for i := range happened {
		var stored eventItem
		if err := attributevalue.UnmarshalMap(output.Items[i], &stored); err != nil {
			return nil, false, err
		}
		if happened[i], err = stored.event(); err != nil {
			return nil, false, err
		}
	}
	return happened, more, nil
}

// ReadForChange reads an account, the full notes on it, and the record of the request, concurrently. Round trips: 1.
func (s *Store) ReadForChange(
	ctx context.Context, id account.ID, requestKey idempotency.Key,
) (a *account.Account, notes account.Notes, record *idempotency.Record, err error) {
	var reads errgroup.Group
	reads.Go(func() (err error) {
		record, err = s.ReadRecord(ctx, requestKey)
		return err
	})
	a, notes, err = s.ReadWithNotes(ctx, id)
	err = errors.Join(err, reads.Wait())
	return a, notes, record, err
}
