package operation_test

import (
	"crypto/rand"
	"errors"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
	"tenantry/shared/flowtest"
	"tenantry/shared/idempotency"
	"tenantry/shared/operation"
	"tenantry/shared/page"
	"tenantry/shared/plan"
	"tenantry/shared/request"
	"tenantry/shared/sweep"
)

// servicePlan creates a service plan of a reseller.
func servicePlan(t *testing.T, s *flowtest.Scene, owner account.ID, name string) string {
	t.Helper()
	plans := plan.Plans{Prefix: plan.ServicePrefix, Store: s.Store, NewID: s.IDs.New, Now: s.Now}
	created, err := plans.Create(t.Context(), s.Caller(owner), request.Metadata{}, plan.Input{Name: &name})
	must(t, err)
	return string(created.ID)
}

// listItems returns the first items of an operation as a caller sees them.
func listItems(t *testing.T, s *flowtest.Scene, caller account.ID, id string) []operation.ItemView {
	t.Helper()
	items, err := s.Viewer().ListItems(t.Context(), s.Caller(caller), id, "", 10, "")
	must(t, err)
	return items.Items
}

// After a move the trail and the operation name owners and plans, to the accounts that may know them.
func TestMoveIsShownWithNames(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 1, 2)
	moved, basic := s.Customers[0], servicePlan(t, s, s.South, "Basic")
	input := operation.NewOperation{
		Items:      []operation.Item{{Customer: moved, Plan: basic}, {Customer: s.Customers[1], Plan: plan.Custom}},
		Parameters: operation.Parameters{NewOwner: s.South},
	}
	id := s.Accept(s.Admin, operation.Move, input).ID
	flowtest.Engine{Scene: s}.Run(id)

	shown, err := s.Viewer().Get(t.Context(), s.Caller(s.Admin), id)
	must(t, err)
	if shown.OriginatorName != "boss" || shown.Parameters == nil || shown.Parameters.Owner != s.South ||
		shown.Parameters.OwnerName != "Ms south" {
		t.Errorf("the operation is %+v with the parameters %+v, want boss to have moved to Ms south", shown, shown.Parameters)
	}
	items := listItems(t, s, s.Admin, id)
	want := account.DisplayName{Kind: account.Customer, Login: "customer0", Name: "Ms customer0"}
	if items[0].Account == nil || *items[0].Account != want || items[0].Plan != basic || items[0].PlanName != "Basic" {
		t.Errorf("the first item is %+v of %v, want %v on the plan Basic", items[0], items[0].Account, want)
	}
	if items[1].Plan != plan.Custom || items[1].PlanName != "" {
		t.Errorf("the second item has the plan %q, %q; want custom without a name", items[1].Plan, items[1].PlanName)
	}

	trail := directory.Trail{Store: s.Store, Cursors: page.NewSealer(s.Store.CursorKey, rand.Reader), Now: s.Now}
	for reader, names := range map[account.ID][2]string{s.Admin: {"Ms north", "Ms south"}, s.South: {"", "Ms south"}} {
		entries, err := trail.List(t.Context(), s.Caller(reader), string(moved), 1, "")
		must(t, err)
		owner := entries.Items[0].Changes[0]
		if owner.Field != "owner" || owner.OldName != names[0] || owner.NewName != names[1] {
			t.Errorf("%s reads the change %+v, want the names %q", reader, owner, names)
		}
	}
}

// A reseller's operation does not reveal what became of customers that the reseller cannot see any more.
func TestItemsOfOthersAndRemovedAccountsHaveNoNames(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 1, 3)
	id := s.Accept(s.North, operation.Suspend, operation.NewOperation{Items: mixedItems(s)}).ID
	flowtest.Engine{Scene: s}.Run(id)
	moved := s.Accept(s.Admin, operation.Move, operation.NewOperation{
		Items: itemsOf(s.Customers[0]), Parameters: operation.Parameters{NewOwner: s.South},
	})
	flowtest.Engine{Scene: s}.Run(moved.ID)
	removed := s.Accept(s.Admin, operation.Remove, operation.NewOperation{Items: itemsOf(s.Customers[1])})
	flowtest.Engine{Scene: s}.Run(removed.ID)

	isNamed := func(items []operation.ItemView) (named []bool) {
		for _, item := range items {
			named = append(named, item.Account != nil)
		}
		return named
	}
	for caller, want := range map[account.ID][]bool{
		s.North: {false, false, true, false, false}, // moved, removed, its own, a reseller, unknown
		s.Admin: {true, false, true, true, false},
	} {
		got := isNamed(listItems(t, s, caller, id))
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%s sees names of the items %v, want %v", caller, got, want)
				break
			}
		}
	}
}

// The texts of a suspension may be about the customers, so they stay only while failed items may be tried again.
func TestTextsOfAnEndedOperation(t *testing.T) {
	t.Parallel()
	texts := operation.Parameters{Reason: "unpaid", PublicMessage: "back soon"}
	run := func(s *flowtest.Scene, items []operation.Item) *operation.Operation {
		id := s.Accept(s.North, operation.Suspend, operation.NewOperation{Items: items, Parameters: texts}).ID
		flowtest.Engine{Scene: s}.Run(id)
		o, _, err := s.Store.ReadOperation(t.Context(), id, idempotency.Key{})
		must(t, err)
		return o
	}
	s := flowtest.New(t, 1, 2)
	if o := run(s, itemsOf(s.Customers...)); o.State != operation.Succeeded || o.Parameters != (operation.Parameters{}) {
		t.Errorf("the operation is %s with %+v, want it to succeed and to forget the texts", o.State, o.Parameters)
	}
	s = flowtest.New(t, 2, 2)
	o := run(s, mixedItems(s))
	if o.State != operation.PartiallyFailed || o.Parameters != texts || o.DueAt == nil {
		t.Fatalf("the operation is %s with %+v, due %v; want some failures and the texts", o.State, o.Parameters, o.DueAt)
	}
	view, err := s.Viewer().Get(t.Context(), s.Caller(s.North), o.ID)
	must(t, err)
	if view.Parameters == nil || view.Parameters.Reason != texts.Reason {
		t.Errorf("the caller sees the parameters %+v, want the reason", view.Parameters)
	}
	resumer := operation.Resumer{Store: s.Store, Workflows: &scriptedWorkflows{}, NewID: s.IDs.New, Now: s.Now}
	entry := sweep.DueEntry{Kind: sweep.Operation, ID: o.ID, At: *o.DueAt}
	must(t, resumer.HandleDue(t.Context(), entry))
	early, _, err := s.Store.ReadOperation(t.Context(), o.ID, idempotency.Key{})
	must(t, err)
	if early.Parameters != texts {
		t.Errorf("before its time the sweep leaves %+v, want %+v", early.Parameters, texts)
	}
	s.Advance(7 * 24 * time.Hour)
	must(t, resumer.HandleDue(t.Context(), entry))
	after, _, err := s.Store.ReadOperation(t.Context(), o.ID, idempotency.Key{})
	must(t, err)
	if after.Parameters != (operation.Parameters{}) || after.DueAt != nil || after.State != o.State {
		t.Errorf("after a week the operation is %s with %+v, due %v; want it without texts",
			after.State, after.Parameters, after.DueAt)
	}
}

func TestPreviewsHaveAListOfTheirOwn(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 1, 2)
	everyone := &operation.Filter{}
	done := s.Accept(s.North, operation.Suspend, operation.NewOperation{Filter: everyone}).ID
	preview := s.Accept(s.North, operation.Activate, operation.NewOperation{Filter: everyone, DryRun: true}).ID
	for arePreviews, want := range map[bool]string{false: done, true: preview} {
		for _, caller := range []account.ID{s.North, s.Admin} {
			list, err := s.Viewer().List(t.Context(), s.Caller(caller), arePreviews, 10, "")
			must(t, err)
			if len(list.Items) != 1 || list.Items[0].ID != want || list.Items[0].OriginatorName != "Ms north" {
				t.Errorf("previews %v: %s sees %+v, want %s of Ms north", arePreviews, caller, list.Items, want)
			}
		}
	}
}

// Whoever is refused because of an operation learns which one it is.
func TestBusyNamesTheOperation(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 1, 1)
	s.AddHosting(s.Customers[0])
	removal, err := s.AcceptOne(s.North, operation.Remove, itemsOf(s.Customers[0])[0], operation.Parameters{})
	must(t, err)
	change := s.AccountChanger()
	_, err = change.Suspend(
		t.Context(),
		s.Caller(s.North),
		request.Metadata{},
		string(s.Customers[0]),
		account.HoldInput{},
	)
	busy, _ := errors.AsType[*fault.Fault](err)
	if busy == nil || busy.Code != fault.Busy || busy.Operation != removal.ID {
		t.Errorf("the suspension returns %#v, want busy with %s", err, removal.ID)
	}
	shown, err := directory.Get{
		Store: s.Store,
		Now:   s.Now,
	}.Customer(
		t.Context(),
		s.Caller(s.North),
		string(s.Customers[0]),
	)
	must(t, err)
	if shown.Operation != removal.ID {
		t.Errorf("the customer names the operation %q, want %s", shown.Operation, removal.ID)
	}
}
