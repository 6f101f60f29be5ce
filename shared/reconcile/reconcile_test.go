package reconcile_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/dynamotest"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/flowtest"
	"tenantry/shared/operation"
	"tenantry/shared/reconcile"
	"tenantry/shared/resource"
)

// scene is two resellers, the customers of one of them, and a reconciler whose pauses move the clock.
type scene struct {
	*flowtest.Scene

	t       *testing.T
	inPause func() // is called in each pause
	pauses  int
}

func newScene(t *testing.T, customers int) *scene {
	t.Helper()
	s := &scene{Scene: flowtest.New(t, 7, customers), t: t, inPause: func() {}}
	for _, id := range s.Customers {
		s.AddHosting(id)
	}
	return s
}

func (s *scene) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *scene) wait(_ context.Context, d time.Duration) error {
	s.pauses++
	s.Advance(d)
	s.inPause()
	return nil
}

// reconcile runs the command until it is done. It returns the reports of all calls, and whether all is in order.
func (s *scene) reconcile(owner account.ID, repair bool) (reports []reconcile.Report, inOrder bool) {
	s.t.Helper()
	r := reconcile.Reconciler{Store: s.Store, Now: s.Now, Wait: s.wait}
	input := reconcile.Request{Owner: owner, Repair: repair}
	result, err := r.Run(s.t.Context(), "", input)
	s.must(err)
	if result.Next != "" {
		s.t.Errorf("a call with enough time is not done")
	}
	return result.Reports, result.InOrder
}

// addCustomers adds customers of North without mails.
func (s *scene) addCustomers(n int) {
	s.t.Helper()
	capacity, err := s.Store.ReadReseller(s.t.Context(), s.North)
	s.must(err)
	for i := range n {
		reservation, err := capacity.Reserve(s.North, resource.Demand{Customers: 1})
		s.must(err)
		a := account.Account{
			ID: account.ID(s.IDs.New(account.CustomerPrefix)), Kind: account.Customer, Owner: s.North,
			Login: account.Login(fmt.Sprint("many", i)), Lifecycle: account.Ready, Version: 1,
		}
		created := event.New(s.IDs.New, event.CustomerCreated, &a, s.Admin, "", s.Now())
		s.must(s.Store.Create(s.t.Context(), directory.AccountCreation{Account: a, Limits: reservation, Event: created}))
	}
}

// expect reconciles a reseller, and expects the state and the differences.
func (s *scene) expect(owner account.ID, repair bool, state reconcile.State, difference reconcile.Counts) {
	s.t.Helper()
	reports, inOrder := s.reconcile(owner, repair)
	wantInOrder := state == reconcile.Correct || state == reconcile.Repaired
	if len(reports) != 1 || reports[0].State != state || inOrder != wantInOrder ||
		difference != nil && fmt.Sprint(reports[0].Difference) != fmt.Sprint(difference) {
		s.t.Fatalf("got %+v, in order %v; want one report %s with the difference %v", reports, inOrder, state, difference)
	}
}

func (s *scene) miscount(counter reconcile.Counter, attribute string, n int64) {
	s.t.Helper()
	s.must(s.Store.Miscount(s.t.Context(), counter, attribute, n))
}

func TestReconcileRepairsTheCountsOfAReseller(t *testing.T) {
	s := newScene(t, 3)
	s.expect(s.North, true, reconcile.Correct, reconcile.Counts{})
	before := s.Store.Dump()
	drift := map[string]int64{"customers": 2, "subscriptions": -1, "given_disk_space": 5, "unlimited_max_db": 1}
	for attribute, n := range drift {
		s.miscount(reconcile.Counter{Reseller: s.North}, attribute, n)
	}
	difference := reconcile.Counts{"customers": 2, "subscriptions": -1, "given.disk_space": 5, "unlimited.max_db": 1}
	drifted := s.Store.Dump()
	s.expect(s.North, false, reconcile.Different, difference)
	if got := s.Store.Dump(); !slices.Equal(got, drifted) {
		t.Fatalf("a report has changed the table:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(drifted, "\n"))
	}
	s.expect(s.North, true, reconcile.Repaired, difference)
	if got := s.Store.Dump(); !slices.Equal(got, before) {
		t.Fatalf("repaired:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(before, "\n"))
	}
	s.expect(s.North, true, reconcile.Correct, reconcile.Counts{})
}

func TestReconcileRepairsTheCountsOfAllOwners(t *testing.T) {
	s := newScene(t, 5)
	for i := range 6 {
		s.AddCustomer(s.Admin, fmt.Sprint("own", i))
	}
	total := func(kind account.Kind, owner account.ID) int64 {
		n, err := s.Store.Count(t.Context(), kind, owner)
		s.must(err)
		return n
	}
	for _, owner := range []account.ID{"", account.AdministratorOwner} {
		s.miscount(reconcile.Counter{Shard: 0}, "customers", 3)
		s.miscount(reconcile.Counter{Shard: 4}, "ownCustomers", -2)
		s.miscount(reconcile.Counter{Shard: 7}, "resellers", 1)
		reports, inOrder := s.reconcile(owner, true)
		repaired := 0
		for _, report := range reports {
			if report.State == reconcile.Repaired {
				repaired++
			}
		}
		if len(reports) != 8 || repaired != 3 || !inOrder {
			t.Fatalf("got %+v, in order %v; want eight reports, three of repaired shards", reports, inOrder)
		}
		got := [3]int64{
			total(account.Customer, ""), total(account.Customer, account.AdministratorOwner), total(account.Reseller, ""),
		}
		if want := [3]int64{11, 6, 2}; got != want {
			t.Fatalf("totals of customers, own customers and resellers = %v, want %v", got, want)
		}
	}
}

// TestReconcileDoesNotRepairWhileCountsChange creates a customer at each moment of a reconciliation. The customer must
// be in the count afterwards.
func TestReconcileDoesNotRepairWhileCountsChange(t *testing.T) {
	calls := 0
	for call := 1; call == 1 || call <= calls; call++ {
		s := newScene(t, 2)
		s.miscount(reconcile.Counter{Reseller: s.North}, "customers", 4)
		n := 0
		s.Store.Before(func(dynamotest.Call) error {
			if n++; n == call {
				s.Store.Before(nil)
				s.AddCustomer(s.North, "late")
			}
			return nil
		})
		reports, _ := s.reconcile(s.North, true)
		if state := reports[0].State; state != reconcile.Changed && state != reconcile.Repaired {
			t.Fatalf("customer created before call %d: state %s, want changed or repaired", call, state)
		}
		s.Store.Before(nil)
		if call == 1 {
			s.Store.Before(func(dynamotest.Call) error { calls++; return nil })
		}
		s.reconcile(s.North, true)
		s.Store.Before(nil)
		s.expect(s.North, true, reconcile.Correct, reconcile.Counts{})
		used, err := s.Store.ReadReseller(t.Context(), s.North)
		s.must(err)
		if used.Used.Customers != 3 {
			t.Fatalf("customer created before call %d: %d customers, want 3", call, used.Used.Customers)
		}
	}
	if calls < 8 {
		t.Errorf("a reconciliation makes %d calls, want at least 8", calls)
	}
}

// A customer that is created and one that is removed leave the numbers as they were. A count in between may have seen
// neither or both of them.
func TestReconcileNoticesChangesThatCancelOut(t *testing.T) {
	s := newScene(t, 2)
	s.miscount(reconcile.Counter{Reseller: s.North}, "customers", 1)
	s.inPause = func() {
		id := s.AddCustomer(s.North, "short")
		input := operation.NewOperation{Items: []operation.Item{{Customer: id}}}
		accepted := s.Accept(s.Admin, operation.Remove, input)
		flowtest.Engine{Scene: s.Scene}.Run(accepted.ID)
	}
	s.expect(s.North, true, reconcile.Changed, nil)
}

// The lists of a table whose indexes lag show the state before a change that the stored counts contain already.
func TestReconcileIsNotMisledByLaggingLists(t *testing.T) {
	s := newScene(t, 2)
	r := reconcile.Reconciler{
		Store: s.Store.Lagging(20*time.Second, func(int) int { return 0 }), Now: s.Now, Wait: s.wait,
	}
	s.Advance(time.Minute)
	s.AddCustomer(s.North, "new")
	result, err := r.Run(t.Context(), "", reconcile.Request{Owner: s.North, Repair: true})
	s.must(err)
	if state := result.Reports[0].State; state != reconcile.Correct || s.pauses != 1 {
		t.Errorf("state %s after %d pauses, want correct after one", state, s.pauses)
	}
	r.Store = s.Store.Lagging(time.Minute, func(int) int { return 0 })
	s.AddCustomer(s.North, "newer")
	s.inPause = func() { s.AddCustomer(s.North, "newest") }
	result, err = r.Run(t.Context(), "", reconcile.Request{Owner: s.North, Repair: true})
	s.must(err)
	if state := result.Reports[0].State; state != reconcile.Changed {
		t.Errorf("state %s after a change that no list shows, want changed", state)
	}
	s.expect(s.North, false, reconcile.Correct, nil)
}

func TestReconcileContinuesWhereItRanOutOfTime(t *testing.T) {
	s := newScene(t, 2)
	s.addCustomers(448) // three pages of accounts
	s.miscount(reconcile.Counter{Reseller: s.North}, "customers", -1)
	s.inPause = func() { t.Error("a call without time has waited") }
	input := reconcile.Request{Owner: s.North, Repair: true}
	r := reconcile.Reconciler{Store: s.Store, Now: s.Now, Wait: s.wait}
	calls := 0
	for ; calls < 20; calls++ {
		s.Advance(30 * time.Second)
		result, err := r.Run(dynamotest.WithDeadline(t.Context(), s.Now()), "", input)
		s.must(err)
		if input.After = result.Next; result.Next == "" {
			break
		}
		if result.InOrder {
			t.Error("a call that is not done says that all is in order")
		}
	}
	if calls != 5 {
		t.Errorf("the count was interrupted %d times, want 5: after each of six pages but the last", calls)
	}
	s.expect(s.North, false, reconcile.Correct, nil)
}

func undisturbed(_ dynamotest.Call, send func() error) error { return send() }

// While subscriptions follow their customer, the old owner's usage is higher than what its customers have.
func TestReconcileDoesNotRepairDuringTransfers(t *testing.T) {
	s := newScene(t, 2)
	s.MaxPerTransaction = 1
	input := operation.NewOperation{
		Items: []operation.Item{{Customer: s.Customers[0]}}, Parameters: operation.Parameters{NewOwner: s.South},
	}
	seen := map[reconcile.State]int{}
	id := s.Accept(s.Admin, operation.Move, input).ID
	s.Store.Before(func(call dynamotest.Call) error {
		if !dynamotest.Writes(dynamotest.Transfer)(call) && !dynamotest.Deletes(dynamotest.Transfer)(call) {
			return nil
		}
		for _, owner := range []account.ID{s.North, s.South} {
			wait := func(context.Context, time.Duration) error { return nil }
			r := reconcile.Reconciler{Store: s.Store.View(undisturbed), Now: s.Now, Wait: wait}
			result, err := r.Run(t.Context(), "", reconcile.Request{Owner: owner, Repair: true})
			s.must(err)
			seen[result.Reports[0].State]++
		}
		return nil
	})
	flowtest.Engine{Scene: s.Scene}.Run(id)
	s.Store.Before(nil)
	if seen[reconcile.Busy] == 0 || seen[reconcile.Repaired] > 0 {
		t.Errorf("states during a move: %v, want some busy and none repaired", seen)
	}
	for _, owner := range []account.ID{s.North, s.South} {
		s.expect(owner, false, reconcile.Correct, nil)
	}
	if moved := s.Trail(s.Customers[0]); !slices.ContainsFunc(moved, func(e event.Event) bool {
		return e.Name == event.TransferEnded
	}) {
		t.Error("the customer has moved in one transaction, want several")
	}
}

func TestReconcileRejectsUnknownOwnersAndCursors(t *testing.T) {
	s := newScene(t, 1)
	r := reconcile.Reconciler{Store: s.Store, Now: s.Now, Wait: s.wait}
	for code, input := range map[fault.Code]reconcile.Request{
		fault.NotFound:       {Owner: s.Customers[0]},
		fault.InvalidRequest: {Owner: "somebody"},
	} {
		if _, err := r.Run(t.Context(), "", input); !fault.Is(err, code) {
			t.Errorf("%+v: error %v, want %s", input, err, code)
		}
	}
	_, err := r.Run(t.Context(), "", reconcile.Request{Owner: s.North, After: "x"})
	if !fault.Is(err, fault.InvalidRequest) {
		t.Errorf("an invalid cursor: error %v, want %s", err, fault.InvalidRequest)
	}
}
