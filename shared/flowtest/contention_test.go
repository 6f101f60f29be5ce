package flowtest

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"tenantry/shared/account"
	"tenantry/shared/dynamotest"
	"tenantry/shared/idempotency"
	"tenantry/shared/operation"
	"tenantry/shared/plan"
)

// The customers of one reseller are processed in several batches at the same time, as by the state machines. All of them
// change the usage of this reseller, and DynamoDB cancels a transaction that meets an item of another one. No item may
// fail by that, and no batch may need another attempt.
func TestConflictsFailNoItem(t *testing.T) {
	t.Parallel()
	const batches, width = 5, 5
	for _, kind := range []operation.Kind{operation.Remove, operation.Move, operation.Convert} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			contention := runContended(t, kind, batches, width)
			changes := batches * operation.BatchSize
			if kind == operation.Remove {
				changes *= 2 // the subscription and the account
			}
			written := contention.Transactions(dynamotest.Usage)
			if written > changes/2 || contention.Conflicts() == 0 {
				t.Errorf("%d changes of usages took %d transactions and met %d conflicts, want at most half as many and some",
					changes, written, contention.Conflicts())
			}
		})
	}
}

// loseEverySeventhAnswer returns a hook that loses answers of transactions that were committed.
func loseEverySeventhAnswer() func(dynamotest.Call) error {
	var committed atomic.Int64
	return func(call dynamotest.Call) error {
		if dynamotest.Commits(call) && committed.Add(1)%7 == 0 {
			return dynamotest.ErrOutage
		}
		return nil
	}
}

// runContended runs one operation on many customers, and returns the contention of its batches.
func runContended(t *testing.T, kind operation.Kind, batches, width int) *dynamotest.Contention {
	t.Helper()
	contention := dynamotest.NewContention(dynamotest.Latency, dynamotest.Hold)
	synctest.Test(t, func(t *testing.T) {
		s := New(t, 1, batches*operation.BatchSize)
		var input operation.NewOperation
		for _, id := range s.Customers {
			s.addSubscription(id, strings.ToLower(strings.TrimPrefix(string(id), account.CustomerPrefix)), 0, plan.Custom, nil)
			input.Items = append(input.Items, operation.Item{Customer: id})
		}
		if kind == operation.Move {
			input.Parameters.NewOwner = s.South
		}
		id := s.Accept(s.Admin, kind, input).ID
		execution := operation.ExecutionInput{Operation: id, Attempt: 1}
		_, err := operation.Planner{Store: s.Store, Now: s.Now}.Plan(t.Context(), execution)
		s.must(err)
		var functions sync.WaitGroup
		for n := range batches {
			function := *s
			function.Store = s.Store.Contend(contention)
			function.Store.After(loseEverySeventhAnswer())
			runner := operation.BatchRunner{
				Store: function.Store, Processors: function.Processors(), Width: width, Now: s.Now,
			}
			functions.Go(func() {
				request := operation.BatchRequest{ExecutionInput: execution, Batch: int64(n)}
				if err := runner.Run(t.Context(), request); err != nil {
					t.Errorf("batch %d: got %v, want no error", n, err)
				}
			})
		}
		functions.Wait()
		_, err = operation.Finisher{Store: s.Store, Now: s.Now}.Finish(t.Context(), execution)
		s.must(err)
		o, _, err := s.Store.ReadOperation(t.Context(), id, idempotency.Key{})
		s.must(err)
		if o.Succeeded != int64(len(s.Customers)) {
			t.Errorf("got %d of %d items done, %+v", o.Succeeded, len(s.Customers), s.Items(o))
		}
		wantUsage(t, s, s.North, 0)
		if kind == operation.Move {
			wantUsage(t, s, s.South, int64(len(s.Customers)))
		}
	})
	return contention
}

// wantUsage checks how many customers and subscriptions a reseller has.
func wantUsage(t *testing.T, s *Scene, reseller account.ID, want int64) {
	t.Helper()
	r, err := s.Store.ReadReseller(t.Context(), reseller)
	s.must(err)
	if r.Used.Customers != want || r.Used.Subscriptions != want {
		t.Errorf("usage of %s: got %d customers and %d subscriptions, want %d each",
			reseller, r.Used.Customers, r.Used.Subscriptions, want)
	}
}
