package dynamo

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/sweep"
)

// retryItem has the number of attempts at a due item.
type retryItem struct {
	keyed
	At       string `dynamodbav:"at"` // in dueLayout
	Attempts int    `dynamodbav:"attempts"`
	Next     string `dynamodbav:"next"` // in dueLayout
	TTL      int64  `dynamodbav:"ttl"`
}

// retryRetention is the time after the next attempt after which a retry is deleted. Only retries of due items are read.
const retryRetention = 7 * 24 * time.Hour

// ReadRetries returns the retry of each entry, in the same order. The retry of an entry without one is zero. Round
// trips: 1 for each hundred.
func (s *Store) ReadRetries(ctx context.Context, entries []sweep.DueEntry) ([]sweep.Retry, error) {
	found, err := s.getItems(ctx, consistent, keysOf(entries, retryKey)...)
	if err != nil {
		return nil, err
	}
	retries := make([]sweep.Retry, len(entries))
	for i, entry := range entries {
		if retries[i], err = readRetry(found[retryKey(entry)]); err != nil {
			return nil, fmt.Errorf("retry: %w", err)
		}
	}
	return retries, nil
}

func readRetry(found item) (retry sweep.Retry, err error) {
	if found == nil {
		return retry, nil
	}
	var stored retryItem
	if err := attributevalue.UnmarshalMap(found, &stored); err != nil {
		return retry, err
	}
	if retry.At, err = time.Parse(dueLayout, stored.At); err != nil {
		return retry, err
	}
	retry.Attempts = stored.Attempts
	retry.Next, err = time.Parse(dueLayout, stored.Next)
	return retry, err
}

// WriteRetry writes the retry of an entry. Round trips: 1.
func (s *Store) WriteRetry(ctx context.Context, entry sweep.DueEntry, retry sweep.Retry) error {
	err := s.putItem(ctx, retryItem{
		keyed: retryKey(entry).fields(), At: retry.At.UTC().Format(dueLayout), Attempts: retry.Attempts,
		Next: retry.Next.UTC().Format(dueLayout), TTL: retry.Next.Add(retryRetention).Unix(),
	}, condition{})
	return callError(err, "write a retry")
}

// DeleteRetry deletes the retry of an entry. Round trips: 1.
func (s *Store) DeleteRetry(ctx context.Context, entry sweep.DueEntry) error {
	return callError(s.deleteItem(ctx, retryKey(entry), condition{}), "delete a retry")
}
