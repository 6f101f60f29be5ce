package transfer_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/dynamotest"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
	"tenantry/shared/operation"
	"tenantry/shared/plan"
	"tenantry/shared/request"
	"tenantry/shared/sweep"
)

// cutOffStore is a store on which the removal of a subscription ends after its first write.
type cutOffStore struct{ *dynamotest.Store }

var errCutOff = errors.New("cut off")

// RemoveWebsites implements hosting.Store.
func (cutOffStore) RemoveWebsites(context.Context, hosting.WebsitesRemoval) error { return errCutOff }

// While a customer is transferred, the sweep completes the removal of one of its subscriptions. The subscription must
// not be counted anywhere.
func TestSubscriptionIsRemovedDuringTransfer(t *testing.T) {
	t.Parallel()
	for name, f := range flows {
		for size, maxPerTransaction := range sizes {
			t.Run(name+", "+size, func(t *testing.T) {
				t.Parallel()
				for sweptAtCall := 1; sweptAtCall <= 30; sweptAtCall++ { // the transfer waits for the sweep, so it has no last call
					s := newScene(t, 3, maxPerTransaction)
					entry := s.startRemoval(t)
					s.Process.CrashAt(0, false)
					s.Process.BeforeCall = func(call int) {
						if call != sweptAtCall {
							return
						}
						handler := hosting.DueHandler{Store: s.Store, NewID: s.IDs.New, Now: s.Now}
						if err := handler.HandleDue(t.Context(), entry); err != nil {
							t.Error(err)
						}
					}
					s.run(t, f.accept(s, s.Customers[0]), 1)
					s.Process.BeforeCall = nil
					where := fmt.Sprint("swept at call ", sweptAtCall)
					s.wantCorrectCounts(t, where)
					if a := s.readAccount(t, s.Customers[0]); a.Lifecycle != account.Ready {
						t.Errorf("%s: the customer is %s, want ready", where, a.Lifecycle)
					}
				}
			})
		}
	}
}

// startRemoval starts to remove the first subscription of the first customer. It returns the entry with which the sweep
// completes the removal.
func (s *scene) startRemoval(t *testing.T) sweep.DueEntry {
	t.Helper()
	id := s.firstSubscription(t).ID
	subscriptions := s.subscriptions()
	subscriptions.Store = cutOffStore{s.Store}
	err := subscriptions.Remove(t.Context(), s.Caller(s.North), request.Metadata{}, id)
	if !errors.Is(err, errCutOff) {
		t.Fatal(err)
	}
	found, err := s.Store.ReadSubscription(t.Context(), id, idempotency.Key{})
	must(t, err)
	s.Advance(time.Minute)
	return sweep.DueEntry{Kind: sweep.Subscription, ID: id, At: *found.Subscription.DueAt}
}

// abandon holds an account for an operation that does not exist any more.
func (s *scene) abandon(id account.ID, lifecycle account.Lifecycle) {
	s.Edit(id, event.TransferStarted, func(a *account.Account) { a.Lifecycle, a.Operation = lifecycle, "op_gone" })
}

// A customer that an ended operation has left held can be transferred. It is released even if the transfer is refused.
func TestAbandonedHoldIsReleased(t *testing.T) {
	t.Parallel()
	for size, maxPerTransaction := range sizes {
		for _, lifecycle := range []account.Lifecycle{account.Moving, account.Converting} {
			for name, f := range flows {
				s := newScene(t, 1, maxPerTransaction)
				s.abandon(s.Customers[0], lifecycle)
				id := f.accept(s, s.Customers[0])
				s.run(t, id, 1)
				a := s.readAccount(t, s.Customers[0])
				if items := s.items(id); items[0].State != operation.Succeeded || a.Lifecycle != account.Ready {
					t.Errorf("%s, %s, left %s: item %+v, customer %s; want it transferred and ready",
						name, size, lifecycle, items[0], a.Lifecycle)
				}
				s.wantCorrectCounts(t, name)
			}
			s := newScene(t, 1, maxPerTransaction)
			s.abandon(s.Customers[0], lifecycle)
			toPresentOwner := flow{operation.Move, func(s *scene) account.ID { return s.North }, noPlan}
			id := toPresentOwner.accept(s, s.Customers[0])
			s.run(t, id, 1)
			if items := s.items(id); items[0].Code != fault.Conflict {
				t.Errorf("%s, left %s: item %+v, want a conflict", size, lifecycle, items[0])
			}
			a := s.readAccount(t, s.Customers[0])
			if a.Lifecycle != account.Ready || a.Operation != "" || a.Owner != s.North {
				t.Errorf("%s, left %s: the customer is %+v, want it released", size, lifecycle, a)
			}
		}
	}
}

func noPlan(*scene) string { return "" }

// A customer whose removal was given up stays closed.
func TestAbandonedRemovalIsNotReleased(t *testing.T) {
	t.Parallel()
	for name, f := range flows {
		for size, maxPerTransaction := range sizes {
			s := newScene(t, 1, maxPerTransaction)
			s.abandon(s.Customers[0], account.Removing)
			before := s.dump()
			id := f.accept(s, s.Customers[0])
			s.run(t, id, 1)
			if items := s.items(id); items[0].Code != fault.Busy {
				t.Errorf("%s, %s: item %+v, want busy", name, size, items[0])
			}
			if !slices.Equal(s.dump(), before) {
				t.Errorf("%s, %s: the content of the store has changed", name, size)
			}
		}
	}
}

// A reseller plan that allows overselling has room for all subscriptions.
func TestConversionToPlanThatAllowsOverselling(t *testing.T) {
	t.Parallel()
	for size, maxPerTransaction := range sizes {
		s := newScene(t, 1, maxPerTransaction)
		name := "oversold"
		plans := plan.Plans{Prefix: plan.ResellerPrefix, Store: s.Store, NewID: s.IDs.New, Now: s.Now}
		created, err := plans.Create(t.Context(), s.Caller(s.Admin), request.Metadata{}, plan.Input{
			Name: &name, Allotments: map[string]int64{"disk_space": 1}, Oversell: new(true),
		})
		must(t, err)
		f := flow{operation.Convert, noOwner, func(*scene) string { return string(created.ID) }}
		s.run(t, f.accept(s, s.Customers[0]), 1)
		a := s.readAccount(t, s.Customers[0])
		if a.Kind != account.Reseller || a.Limits.Plan != string(created.ID) {
			t.Errorf("%s: the account is %+v, want a reseller on the plan", size, a)
		}
		if usage := s.readUsage(t, s.Customers[0]); usage.Given["disk_space"] != 250 {
			t.Errorf("%s: the usage is %+v, want 250 of disk space", size, usage)
		}
		s.wantCorrectCounts(t, size)
	}
}
