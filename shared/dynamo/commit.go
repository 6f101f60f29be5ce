package dynamo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// commit writes the transaction, alone or together with others (GroupWrites). It takes 1 round trip, and more only after
// a conflict or an unknown outcome. If a condition has failed, it returns the error of the first such write.
func (s *Store) commit(ctx context.Context, t *transaction) error {
	if t.err != nil {
		return fmt.Errorf("write: %w", t.err)
	}
	if s.groups != nil && t.counters != (key{}) {
		return s.commitInGroup(ctx, t)
	}
	return s.commitAlone(ctx, t)
}

// commitAlone writes one transaction. After an unknown outcome it looks for the marker, and sends the transaction again
// with the same token if the marker does not exist.
func (s *Store) commitAlone(ctx context.Context, t *transaction) error {
	mayBeCommitted := false
	return s.retry(ctx, usual, func() (done bool, err error) {
		err = s.send(ctx, t)
		switch outcomeOf(err) {
		case succeeded:
			return true, nil
		case conditionFailed:
			return true, s.explain(ctx, t, err, mayBeCommitted)
		case unknown:
			mayBeCommitted = true
			if isCommitted, lookErr := s.isCommitted(ctx, t); isCommitted && lookErr == nil {
				return true, nil
			}
		case retryable:
		case invalid:
			return true, fmt.Errorf("write: %w", err)
		}
		return false, fmt.Errorf("write: %w", err)
	})
}

func (s *Store) send(ctx context.Context, t *transaction) error {
	_, err := s.client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{
		TransactItems: t.writes, ClientRequestToken: &t.token,
	}, unrepeated) // commit must see the outcome of every attempt
	return err
}

// explain returns the error of a cancelled transaction. It returns nil if an earlier attempt was committed: then the
// condition has failed because of the transaction's own writes.
func (s *Store) explain(ctx context.Context, t *transaction, err error, mayBeCommitted bool) error {
	var cancelled *types.TransactionCanceledException
	if !errors.As(err, &cancelled) {
		return fmt.Errorf("write: %w", err)
	}
	index, _ := decidingReason(cancelled)
	if index == 0 && t.hasMarker() {
		return nil // the marker exists
	}
	if mayBeCommitted {
		isCommitted, lookErr := s.isCommitted(ctx, t)
		switch {
		case lookErr != nil:
			return unavailable(errors.Join(err, lookErr))
		case isCommitted:
			return nil
		}
	}
	if index >= len(t.failures) || t.failures[index] == nil {
		return fmt.Errorf("write: item %d: %w", index, err)
	}
	return t.failures[index](cancelled.CancellationReasons[index].Item)
}

// LookTimeout is the time to find out whether a transaction was committed after its request has run out of time. A
// request must end this long before its function does (httpapi.Reserve).
const LookTimeout = 2 * time.Second

// isCommitted reports whether the marker of the transaction exists. It uses BatchGetItem, which every role that sends
// transactions may call (tools/record).
func (s *Store) isCommitted(ctx context.Context, t *transaction) (bool, error) {
	if !t.hasMarker() {
		return false, nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), LookTimeout)
	defer cancel()
	found, err := s.getItems(ctx, consistent, t.marker)
	return found[t.marker] != nil, err
}
