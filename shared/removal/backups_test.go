package removal_test

import (
	"slices"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/backup"
	"tenantry/shared/flowtest"
	"tenantry/shared/hosting"
	"tenantry/shared/operation"
	"tenantry/shared/request"
)

// moveToSouth moves a customer to South.
func moveToSouth(t *testing.T, s *flowtest.Scene, id account.ID) {
	t.Helper()
	run(t, s, s.Accept(s.Admin, operation.Move, moving(id, s.South)).ID)
	customer, err := s.Store.ReadAccount(t.Context(), id)
	must(t, err)
	if customer.Owner != s.South {
		t.Fatalf("the customer is %+v, want South to own it", customer)
	}
}

func backupsOf(s *flowtest.Scene) backup.Backups {
	return backup.Backups{Store: s.Store, Storage: s.Storage, NewID: s.IDs.New, Now: s.Now}
}

// createdBackups returns the ids of the backups that an account lists as its own.
func createdBackups(t *testing.T, s *flowtest.Scene, creator account.ID) (ids []string) {
	t.Helper()
	page, err := backupsOf(s).ListOwn(t.Context(), s.Caller(creator), 100, "")
	must(t, err)
	for _, b := range page.Items {
		ids = append(ids, b.ID)
	}
	return ids
}

// ADR 19: when a customer is removed, the administrators get the backups that its former owner created, also of
// subscriptions that were removed before.
func TestRemovalReassignsBackupsOfFormerOwner(t *testing.T) {
	t.Parallel()
	testCrashes(t, 1, func(crashCall int, loseAnswer bool) (string, int) {
		s := newScene(t, 1)
		customer := s.Customers[1]
		moveToSouth(t, s, customer)
		rows, _, err := s.Store.ListSubscriptions(t.Context(), customer, "", 10)
		must(t, err)
		subscriptions := hosting.Subscriptions{Store: s.Store, NewID: s.IDs.New, Now: s.Now}
		must(t, subscriptions.Remove(t.Context(), s.Caller(s.South), request.Metadata{}, rows[0].ID))
		backups := backupsOf(s)
		_, err = backups.Create(t.Context(), s.Caller(s.South), request.Metadata{}, rows[1].ID, backup.NewBackup{Size: 5})
		must(t, err)
		if north, admin := createdBackups(t, s, s.North), createdBackups(t, s, s.Admin); len(north) != 9 || len(admin) != 0 {
			t.Fatalf("before the removal North has the backups %v and the administrator %v, want 9 and none", north, admin)
		}
		s.Process.CrashAt(crashCall, loseAnswer)
		id := s.Accept(s.South, operation.Remove, inputOf(customer)).ID
		run(t, s, id)
		calls := s.Process.Calls()
		north, south, admin := createdBackups(t, s, s.North), createdBackups(t, s, s.South), createdBackups(t, s, s.Admin)
		if len(north) != 6 || len(south) != 1 || len(admin) != 3 {
			t.Errorf("crash at call %d (answer lost: %v): North has backups %v, South %v, the administrator %v; want 6, 1, 3",
				crashCall, loseAnswer, north, south, admin)
		}
		for _, b := range admin {
			_, err := backups.Get(t.Context(), s.Caller(s.Admin), request.Metadata{}, b)
			must(t, err)
		}
		must(t, backups.Delete(t.Context(), s.Caller(s.Admin), request.Metadata{}, admin[0]))
		return s.Describe(id) + dumpAll(s), calls
	})
}

// When a reseller is removed, its backups of customers that have another owner now remain.
func TestRemovedResellerLeavesBackupsOfMovedCustomers(t *testing.T) {
	t.Parallel()
	s := newScene(t, 3)
	moveToSouth(t, s, s.Customers[0])
	before, objects := createdBackups(t, s, s.North), len(s.Storage.Keys())
	run(t, s, s.Accept(s.Admin, operation.Remove, withCustomers(s.North)).ID)
	remaining := createdBackups(t, s, s.Admin)
	isNew := func(id string) bool { return !slices.Contains(before, id) }
	if len(remaining) != 3 || slices.ContainsFunc(remaining, isNew) || objects-len(s.Storage.Keys()) != 2*6 {
		t.Errorf("of North's backups %v %v remain, and of %d objects %d; want 3 backups, and 12 objects removed",
			before, remaining, objects, len(s.Storage.Keys()))
	}
	for _, b := range remaining {
		if _, err := backupsOf(s).Get(t.Context(), s.Caller(s.South), request.Metadata{}, b); err != nil {
			t.Errorf("the new owner cannot read backup %s: %v", b, err)
		}
	}
}

// A customer that is moved before the removal of its reseller reaches it stays.
func TestCustomerMovedDuringRemovalOfResellerStays(t *testing.T) {
	t.Parallel()
	stayed := 0
	for movedAtCall := 1; ; movedAtCall++ {
		s := newScene(t, 3)
		moved := s.Customers[2]
		s.Process.CrashAt(0, false)
		s.Process.BeforeCall = func(call int) {
			if call == movedAtCall {
				flowtest.Engine{Scene: s}.Run(s.Accept(s.Admin, operation.Move, moving(moved, s.South)).ID)
			}
		}
		run(t, s, s.Accept(s.Admin, operation.Remove, withCustomers(s.North)).ID)
		calls := s.Process.Calls()
		s.Process.BeforeCall = nil
		customer, err := s.Store.ReadAccount(t.Context(), moved)
		must(t, err)
		if customer != nil {
			stayed++
			if customer.Owner != s.South || customer.Lifecycle != account.Ready || customer.Subscriptions != 3 {
				t.Fatalf("moved at call %d: the customer is %+v, want it removed or complete at South", movedAtCall, customer)
			}
		}
		if movedAtCall > calls {
			break
		}
	}
	if stayed == 0 {
		t.Error("the customer was removed in every run, want it to stay in some")
	}
}
