package dynamo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"tenantry/shared/sweep"
)

// retryItem counts the attempts at something that stays due.
type retryItem struct {
	keyed
	At       string `dynamodbav:"at"` // dueLayout
	Attempts int    `dynamodbav:"attempts"`
	Next     string `dynamodbav:"next"` // dueLayout
	TTL      int64  `dynamodbav:"ttl"`
}

// retryKept is how long a retry is kept after the next attempt is due. Nobody reads the retry of something that is not due any more.
const retryKept = 7 * 24 * time.Hour

// ReadRetries returns the retry of each entry. Round trips: 1 for a hundred.
func (s *Store) ReadRetries(ctx context.Context, entries []sweep.Entry) ([]sweep.Retry, error) {
	retries := make([]sweep.Retry, 0, len(entries))
	for part := range slices.Chunk(entries, maxBatch) {
		keys := make([]key, len(part))
		for i, entry := range part {
			keys[i] = retryKey(entry)
		}
		found, err := s.getAll(ctx, consistent, keys...)
		if err != nil {
			return nil, err
		}
		for _, k := range keys {
			retry, err := readRetry(found[k])
			if err != nil {
				return nil, err
			}
			retries = append(retries, retry)
		}
	}
	return retries, nil
}

func readRetry(from item) (retry sweep.Retry, err error) {
	if from == nil {
		return retry, nil
	}
	var stored retryItem
	if err := attributevalue.UnmarshalMap(from, &stored); err != nil {
		return retry, fmt.Errorf("retry: %w", err)
	}
	if retry.At, err = time.Parse(dueLayout, stored.At); err != nil {
		return retry, fmt.Errorf("retry: %w", err)
	}
	if retry.Next, err = time.Parse(dueLayout, stored.Next); err != nil {
		return retry, fmt.Errorf("retry: %w", err)
	}
	retry.Attempts = stored.Attempts
	return retry, nil
}

// WriteRetry replaces the retry of an entry. Round trips: 1.
func (s *Store) WriteRetry(ctx context.Context, entry sweep.Entry, retry sweep.Retry) error {
	stored, err := attributevalue.MarshalMap(retryItem{
		keyed: retryKey(entry).fields(), At: retry.At.UTC().Format(dueLayout), Attempts: retry.Attempts, Next: retry.Next.UTC().Format(dueLayout),
		TTL: retry.Next.Add(retryKept).Unix(),
	})
	if err != nil {
		return fmt.Errorf("retry: %w", err)
	}
	_, err = s.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: stored})
	return failed(err, "write a retry")
}

// DeleteRetry deletes the retry of an entry. Round trips: 1.
func (s *Store) DeleteRetry(ctx context.Context, entry sweep.Entry) error {
	_, err := s.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &s.table, Key: retryKey(entry).attributes()})
	return failed(err, "delete a retry")
}
