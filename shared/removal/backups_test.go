package removal_test

import (
	"slices"
	"strings"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/backup"
	"tenantry/shared/flowtest"
	"tenantry/shared/hosting"
	"tenantry/shared/operation"
	"tenantry/shared/request"
)

// move gives a customer to South.
func move(t *testing.T, s *flowtest.Scene, id account.ID) {
	t.Helper()
	input := items(id)
	input.Parameters = operation.Parameters{NewOwner: s.South}
	moves := s.Accept(s.Admin, operation.Move, input).ID
	if !(flowtest.Engine{Scene: s}).Run(moves) {
		t.Fatal("the move does not end")
	}
	if of, err := s.Store.ReadAccount(t.Context(), id); err != nil || of.Owner != s.South {
		t.Fatalf("it is %+v, %v", of, err)
	}
}

// made are the ids of what somebody lists as made by itself.
func made(t *testing.T, s *flowtest.Scene, by account.ID) (ids []string) {
	t.Helper()
	listed, err := backup.Backups{Store: s.Store, Now: s.Now}.ListOwn(t.Context(), s.Caller(by), 100, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range listed.Items {
		ids = append(ids, b.ID)
	}
	return ids
}

// What a former owner has made of a customer's backups comes to the administrators when the customer goes, also of subscriptions that
// were gone before, however often the removal is cut off.
func TestBackupsByAFormerOwnerComeToTheAdministrators(t *testing.T) {
	t.Parallel()
	run := func(at int, after bool) (string, int) {
		s := scene(t, 1)
		gone := s.Customers[1]
		move(t, s, gone)
		rows, _, err := s.Store.ListSubscriptions(t.Context(), gone, "", 10)
		if err != nil {
			t.Fatal(err)
		}
		subscriptions := hosting.Subscriptions{Store: s.Store, NewID: s.IDs.New, Now: s.Now}
		if err := subscriptions.Remove(t.Context(), s.Caller(s.South), request.Metadata{}, rows[0].ID); err != nil {
			t.Fatal(err)
		}
		keeper := backup.Backups{Store: s.Store, Storage: s.Storage, NewID: s.IDs.New, Now: s.Now}
		if _, err := keeper.Create(t.Context(), s.Caller(s.South), request.Metadata{}, rows[1].ID, 5); err != nil {
			t.Fatal(err)
		}
		if before := made(t, s, s.North); len(before) != 9 || len(made(t, s, s.Admin)) != 0 {
			t.Fatalf("before: %v", before)
		}
		s.Process.CrashAt(at, after)
		id := s.Accept(s.South, operation.Remove, items(gone)).ID
		if !(flowtest.Engine{Scene: s}).Run(id) {
			t.Fatalf("killed at call %d (answer lost: %v): the removal does not end", at, after)
		}
		calls := s.Process.Calls()
		if north, south, admin := made(t, s, s.North), made(t, s, s.South), made(t, s, s.Admin); len(north) != 6 || len(south) != 1 || len(admin) != 3 {
			t.Errorf("killed at call %d (answer lost: %v): %v, %v, %v", at, after, north, south, admin)
		}
		for _, b := range made(t, s, s.Admin) {
			if _, err := keeper.Get(t.Context(), s.Caller(s.Admin), request.Metadata{}, b); err != nil {
				t.Error(err)
			}
		}
		if err := keeper.Delete(t.Context(), s.Caller(s.Admin), request.Metadata{}, made(t, s, s.Admin)[0]); err != nil {
			t.Error(err)
		}
		return s.Describe(id) + strings.Join(append(dump(s), s.Storage.Keys()...), "\n"), calls
	}
	want, calls := run(0, false)
	for at := 1; at <= calls; at++ {
		for _, after := range []bool{false, true} {
			if got, _ := run(at, after); got != want {
				t.Fatalf("killed at call %d of %d (answer lost: %v):\n%s\nwithout:\n%s", at, calls, after, got, want)
			}
		}
	}
}

// A reseller that goes leaves the backups that it has made of customers that are another's by now.
func TestAResellerLeavesTheBackupsOfWhatWasItsOwn(t *testing.T) {
	t.Parallel()
	s := scene(t, 3)
	move(t, s, s.Customers[0])
	kept, keys := made(t, s, s.North), len(s.Storage.Keys())
	input := items(s.North)
	input.Parameters = operation.Parameters{AreResellers: true, WithCustomers: true}
	id := s.Accept(s.Admin, operation.Remove, input).ID
	if !(flowtest.Engine{Scene: s}).Run(id) {
		t.Fatal("the removal does not end")
	}
	stay := made(t, s, s.Admin)
	if len(stay) != 3 || slices.ContainsFunc(stay, func(id string) bool { return !slices.Contains(kept, id) }) || keys-len(s.Storage.Keys()) != 2*6 {
		t.Errorf("of %v stay %v, of %d objects %d", kept, stay, keys, len(s.Storage.Keys()))
	}
	for _, b := range stay {
		if _, err := (backup.Backups{Store: s.Store, Storage: s.Storage, NewID: s.IDs.New, Now: s.Now}).Get(t.Context(), s.Caller(s.South), request.Metadata{}, b); err != nil {
			t.Errorf("the new owner: %v", err)
		}
	}
}

// A customer that has another owner before its turn comes does not go with its former one.
func TestACustomerIsMovedWhileItsResellerGoes(t *testing.T) {
	t.Parallel()
	stayed := 0
	for at := 1; ; at++ {
		s := scene(t, 3)
		of := s.Customers[2]
		s.Process.CrashAt(0, false)
		s.Process.BeforeCall = func(call int) {
			if call != at {
				return
			}
			input := items(of)
			input.Parameters = operation.Parameters{NewOwner: s.South}
			flowtest.Engine{Scene: s}.Run(s.Accept(s.Admin, operation.Move, input).ID)
		}
		input := items(s.North)
		input.Parameters = operation.Parameters{AreResellers: true, WithCustomers: true}
		id := s.Accept(s.Admin, operation.Remove, input).ID
		if !(flowtest.Engine{Scene: s}).Run(id) {
			t.Fatalf("at call %d: the removal does not end", at)
		}
		calls := s.Process.Calls()
		s.Process.BeforeCall = nil
		found, err := s.Store.ReadAccount(t.Context(), of)
		if err != nil || found != nil && (found.Owner != s.South || found.Lifecycle != account.Ready || found.Subscriptions != 3) {
			t.Fatalf("at call %d: it is %+v, %v", at, found, err)
		}
		if found != nil {
			stayed++
		}
		if at > calls {
			break
		}
	}
	if stayed == 0 {
		t.Error("it was never moved away")
	}
}
