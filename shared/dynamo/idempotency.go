package dynamo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/idempotency"
)

// idempotencyItem is the record of a request. It has no answer if the answer contained a secret.
type idempotencyItem struct {
	keyed
	expiring
	Fingerprint string `dynamodbav:"fingerprint"`
	Answer      []byte `dynamodbav:"answer,omitempty"`
}

func newIdempotencyItem(r *idempotency.Record) idempotencyItem {
	return idempotencyItem{
		keyed: idempotencyKey(r.Key.Name).fields(), expiring: expiringAt(r.ExpiresAt),
		Fingerprint: r.Key.Fingerprint, Answer: r.Answer,
	}
}

// readRecord returns the record of a request, or nil if the item is nil or has expired.
func readRecord(found item, now time.Time) (*idempotency.Record, error) {
	if found == nil {
		return nil, nil
	}
	var stored idempotencyItem
	if err := attributevalue.UnmarshalMap(found, &stored); err != nil || stored.expired(now) {
		return nil, err
	}
	name := strings.TrimPrefix(string(stored.PK), string(idempotencyKey("").partition))
	return &idempotency.Record{
		Key:    idempotency.Key{Name: name, Fingerprint: stored.Fingerprint},
		Answer: stored.Answer, ExpiresAt: stored.ExpiresAt,
	}, nil
}

// ReadRecord returns the record of a request, or nil if there is none. It uses BatchGetItem because every role that
// writes may call it (tools/record). Round trips: 1, or none if the request has no key.
func (s *Store) ReadRecord(ctx context.Context, requestKey idempotency.Key) (*idempotency.Record, error) {
	_, record, err := s.getWithRecord(ctx, requestKey)
	return record, err
}

// Remember writes the record of a request that has changed nothing. It returns *idempotency.Replayed if the request has
// a record. Round trips: 1.
func (s *Store) Remember(ctx context.Context, record idempotency.Record) error {
	err := s.putItem(ctx, newIdempotencyItem(&record), noRecord(s.now()))
	if found, failed := asConditionFailure(err); failed {
		return replayed(found)
	}
	return callError(err, "write a record")
}

// putRecord adds the record of a request. A record of nil adds nothing.
func (t *transaction) putRecord(record *idempotency.Record, now time.Time) {
	if record != nil {
		t.putIf(newIdempotencyItem(record), noRecord(now), replayed)
	}
}

// noRecord is the condition that a request has no record, or only an expired one.
func noRecord(now time.Time) condition {
	return notExists().Or(attribute(expiryAttribute).LessThanEqual(value(now.Unix())))
}

// replayed returns the error for a request that has a record.
func replayed(found item) error {
	record, err := readRecord(found, time.Time{})
	if err != nil || record == nil {
		return fmt.Errorf("the record of the request is missing or damaged: %w", err)
	}
	return &idempotency.Replayed{First: *record}
}
