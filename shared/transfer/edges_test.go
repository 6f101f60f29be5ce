package transfer_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/directory"
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

// many makes a customer of North with so many subscriptions on so many plans.
func (s *scene) many(t *testing.T, subscriptions, plans int) account.ID {
	t.Helper()
	made, err := (directory.Create{Store: s.Store, NewID: s.IDs.New, Passwords: plainly{}, Policy: s.AccountChanger().Policy, Now: s.Now}).Customer(
		t.Context(), s.Caller(s.North), request.Metadata{}, directory.NewAccount{
			Login: "many", Password: new("the password of many"), ExternalID: "many-1", Contact: account.Contact{Name: "Many", Email: "many@example.com"},
		})
	must(t, err)
	var on []plan.ID
	for range plans {
		on = append(on, s.plan(t, s.North, plan.ServicePrefix, map[string]int64{"disk_space": 1 << 53}))
	}
	for i := range subscriptions {
		_, err := s.hosting().Create(t.Context(), s.Caller(s.North), request.Metadata{}, string(made.ID), hosting.NewSubscription{
			Domain: fmt.Sprintf("%d.many.example", i), ServicePlan: string(on[i%plans]),
		})
		must(t, err)
	}
	s.Customers = append(s.Customers, made.ID)
	return made.ID
}

type plainly struct{}

// Hash hides nothing.
func (plainly) Hash(text string) (string, error) { return text, nil }

// What many plans gave must have room in one item.
func TestMorePlansThanCanBeKept(t *testing.T) {
	t.Parallel()
	s := newScene(t, 1, 0)
	customer := s.many(t, 501, 501)
	refused := flows["to a reseller"].accept(s, customer)
	s.run(t, refused, 1)
	if outcome := s.Items(&operation.Operation{ID: refused, Originator: s.Admin}); outcome[0].Code != fault.Conflict {
		t.Errorf("outcome %+v", outcome)
	}
	if of := s.account(t, customer); of.Kind != account.Customer || of.Owner != s.North || of.Lifecycle != account.Ready {
		t.Errorf("it is %+v", of)
	}
	id := flows["to South on a plan"].accept(s, customer)
	s.run(t, id, 1)
	if of := s.account(t, customer); of.Owner != s.South || of.Lifecycle != account.Ready {
		t.Errorf("on a plan it is %+v", of)
	}
}

// The storage writes a hundred items in one transaction at most.
func TestNoTransactionIsTooLong(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		subscriptions, plans int
		atOnce               bool
	}{
		"none":                   {0, 1, true},
		"as many as go at once":  {50, 15, true},
		"one more":               {51, 15, false},
		"on one plan more":       {50, 16, false},
		"each on a plan":         {190, 190, false},
		"many on one":            {190, 1, false},
		"two on each of so many": {180, 90, false},
	} {
		for what, f := range flows {
			t.Run(name+", "+what, func(t *testing.T) {
				t.Parallel()
				s := newScene(t, 1, 0)
				for _, of := range []account.ID{s.North, s.South} {
					s.SetResellerPlan(of, string(s.plan(t, s.Admin, plan.ResellerPrefix, nil)))
				}
				customer := s.many(t, c.subscriptions, c.plans)
				most := 0
				s.Store.Before(func(call dynamotest.Call) error {
					if dynamotest.Commits(call) {
						most = max(most, call.Items())
					}
					return nil
				})
				id := f.accept(s, customer)
				s.run(t, id, 1)
				s.Store.Mend()
				if most == 0 || most > 100 {
					t.Errorf("a transaction has %d items", most)
				}
				if outcome := s.Items(&operation.Operation{ID: id, Originator: s.Admin}); outcome[0].State != operation.Succeeded && f.kind == operation.Move {
					t.Errorf("outcome %+v", outcome)
				}
				held := false
				for _, happened := range s.Trail(customer) {
					held = held || happened.Name == event.TransferStarted
				}
				if c.subscriptions < 52 && held == c.atOnce { // the trail shows a hundred events
					t.Errorf("it was held: %v", held)
				}
				s.balanced(t, name)
			})
		}
	}
}

// cutOff is a store on which the removal of a subscription comes no further than its mark.
type cutOff struct{ *dynamotest.Store }

var errCut = errors.New("cut off")

// RemoveWebsites fails.
func (cutOff) RemoveWebsites(context.Context, hosting.WebsitesRemoval) error { return errCut }

// A subscription whose removal was cut off is removed at any moment meanwhile, and counted nowhere.
func TestASubscriptionThatGoesMeanwhile(t *testing.T) {
	t.Parallel()
	for name, f := range flows {
		for size, few := range sizes {
			t.Run(name+" "+size, func(t *testing.T) {
				t.Parallel()
				for at := 1; at <= 30; at++ { // the flow waits for it, so it has no last call
					s := newScene(t, 3, few)
					going, subscriptions := s.first(t), s.hosting()
					subscriptions.Store = cutOff{s.Store}
					if err := subscriptions.Remove(t.Context(), s.Caller(s.North), request.Metadata{}, going.ID); !errors.Is(err, errCut) {
						t.Fatal(err)
					}
					found, err := s.Store.ReadSubscription(t.Context(), going.ID, idempotency.Key{})
					if err != nil {
						t.Fatal(err)
					}
					item := sweep.Entry{Kind: sweep.Subscription, ID: going.ID, At: *found.Subscription.DueAt}
					s.Advance(time.Minute)
					s.Process.CrashAt(0, false)
					s.Process.BeforeCall = func(call int) {
						if call != at {
							return
						}
						if err := (hosting.DueHandler{Store: s.Store, NewID: s.IDs.New, Now: s.Now}).HandleDue(t.Context(), item); err != nil {
							t.Error(err)
						}
					}
					id := f.accept(s, s.Customers[0])
					s.run(t, id, 1)
					s.Process.BeforeCall = nil
					where := fmt.Sprint("at call ", at)
					s.balanced(t, where)
					if found := s.account(t, s.Customers[0]); found.Lifecycle != account.Ready {
						t.Errorf("%s: it is %s", where, found.Lifecycle)
					}
				}
			})
		}
	}
}

// left puts an account in a state that an operation has left which is gone.
func (s *scene) left(t *testing.T, id account.ID, as account.Lifecycle) {
	t.Helper()
	s.Edit(id, event.TransferStarted, func(a *account.Account) { a.Lifecycle, a.Operation = as, "op_gone" })
}

// What an operation has left held that has ended is taken up by the next, and let go also where that is refused.
func TestWhatWasLeftHeldIsLetGo(t *testing.T) {
	t.Parallel()
	for size, few := range sizes {
		for _, as := range []account.Lifecycle{account.Moving, account.Converting} {
			for name, f := range flows {
				s := newScene(t, 1, few)
				s.left(t, s.Customers[0], as)
				id := f.accept(s, s.Customers[0])
				s.run(t, id, 1)
				if outcome := s.Items(&operation.Operation{ID: id, Originator: s.Admin}); outcome[0].State != operation.Succeeded || s.account(t, s.Customers[0]).Lifecycle != account.Ready {
					t.Errorf("%s %s, left %s: %+v", name, size, as, outcome)
				}
				s.balanced(t, name)
			}
			s := newScene(t, 1, few)
			s.left(t, s.Customers[0], as)
			id := s.Accept(s.Admin, operation.Move, operation.NewOperation{Items: []operation.Item{{Customer: s.Customers[0]}}, Parameters: operation.Parameters{NewOwner: s.North}}).ID
			s.run(t, id, 1)
			if outcome := s.Items(&operation.Operation{ID: id, Originator: s.Admin}); outcome[0].Code != fault.Conflict {
				t.Errorf("%s, left %s: %+v", size, as, outcome)
			}
			if found := s.account(t, s.Customers[0]); found.Lifecycle != account.Ready || found.Operation != "" || found.Owner != s.North {
				t.Errorf("%s, left %s: it is %s by %s", size, as, found.Lifecycle, found.Operation)
			}
		}
	}
}

// What a removal has left closed is not opened by a move or a conversion.
func TestWhatWasLeftClosedStaysClosed(t *testing.T) {
	t.Parallel()
	for name, f := range flows {
		for size, few := range sizes {
			s := newScene(t, 1, few)
			s.left(t, s.Customers[0], account.Removing)
			before := s.dump()
			id := f.accept(s, s.Customers[0])
			s.run(t, id, 1)
			if outcome := s.Items(&operation.Operation{ID: id, Originator: s.Admin}); outcome[0].Code != fault.Busy {
				t.Errorf("%s %s: %+v", name, size, outcome)
			}
			if after := s.dump(); strings.Join(after, "\n") != strings.Join(before, "\n") {
				t.Errorf("%s %s: it has changed", name, size)
			}
		}
	}
}

// A reseller plan that may be oversold has room for everything.
func TestAConversionToAPlanThatMayBeOversold(t *testing.T) {
	t.Parallel()
	for size, few := range sizes {
		s := newScene(t, 1, few)
		name := "oversold"
		made, err := plan.Keeper{Prefix: plan.ResellerPrefix, Store: s.Store, NewID: s.IDs.New, Now: s.Now}.Create(t.Context(), s.Caller(s.Admin), request.Metadata{}, plan.Wanted{
			Name: &name, Allotments: map[string]int64{"disk_space": 1}, Oversell: new(true),
		})
		must(t, err)
		f := flow{operation.Convert, func(*scene) account.ID { return "" }, func(*scene) string { return string(made.ID) }}
		s.run(t, f.accept(s, s.Customers[0]), 1)
		if found := s.account(t, s.Customers[0]); found.Kind != account.Reseller || found.Limits.Plan != string(made.ID) {
			t.Errorf("%s: it is %+v", size, found)
		}
		if used := s.used(t, s.Customers[0]); used.Given["disk_space"] != 250 {
			t.Errorf("%s: it has given %+v", size, used)
		}
		s.balanced(t, size)
	}
}
