package dynamo

import (
	"reflect"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/hosting"
	"tenantry/shared/plan"
	"tenantry/shared/resource"
	"tenantry/shared/transfer"
)

// transferFixture has the transactions that move a customer and its two subscriptions.
type transferFixture struct {
	*fixture

	customer account.ID
	newOwner account.ID
	steps    []transfer.Transaction
}

func newTransferFixture(t *testing.T) *transferFixture {
	t.Helper()
	s := newFixture(t)
	newOwner, c := s.creation(t, "host"), s.creation(t, "ada")
	newOwner.Account.ID, newOwner.Account.Kind = account.ID(s.id(t, account.ResellerPrefix)), account.Reseller
	newOwner.Account.ExternalID = ""
	newOwner.Record, c.Account.Subscriptions = nil, 2
	before := c.Account
	after := before.Clone()
	after.Owner, after.Lifecycle, after.Operation = newOwner.Account.ID, account.Moving, "op_1"
	after.Version = before.Version + 1
	ended := after.Clone()
	ended.Lifecycle, ended.Operation, ended.Version = account.Ready, "", after.Version+1
	change := func(before, after account.Account) *edit.AccountChange {
		return &edit.AccountChange{Before: before, After: after, Event: s.newEvent(t, after.ID), Token: s.id(t, "try-")}
	}
	w := &transferFixture{fixture: s, customer: after.ID, newOwner: newOwner.Account.ID}
	w.steps = []transfer.Transaction{{
		Account: change(before, after),
		Starts: &transfer.PendingTransfer{
			Operation: "op_1", From: account.AdministratorOwner, To: newOwner.Account.ID, Total: 2,
		},
		Limits: []*plan.Reservation{{
			Reseller: newOwner.Account.ID, Limits: resource.Limits{Resources: resource.Everything()},
			Demand: resource.Demand{Customers: 1, Subscriptions: 2},
		}},
	}}
	creation := s.beginWithoutMarker()
	for _, id := range []string{"sub_1", "sub_2"} {
		unmoved := &hosting.Subscription{
			ID: id, Customer: after.ID, Domain: id + ".example", Link: hosting.CustomLink, Version: 1,
		}
		moved := *unmoved
		moved.Transfer, moved.Version = "op_1", 2
		creation.create(newSubscriptionItem(unmoved), nil)
		w.steps = append(w.steps, transfer.Transaction{
			Step:          &transfer.Step{Account: after.ID, Operation: "op_1", Moved: 1},
			Subscriptions: []hosting.SubscriptionChange{{Before: unmoved, After: &moved}},
		})
	}
	w.steps = append(w.steps, transfer.Transaction{
		Account: change(after, ended),
		Step:    &transfer.Step{Account: after.ID, Operation: "op_1", Ends: true, From: account.AdministratorOwner},
	})
	for _, err := range []error{
		s.reliable.Create(t.Context(), newOwner),
		s.reliable.Create(t.Context(), c),
		s.reliable.commit(t.Context(), creation),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// Failed calls do not repeat or lose a transaction of a transfer.
func TestEveryTransferStepIsWrittenOnce(t *testing.T) {
	for name, failures := range map[string][]failure{
		"response lost":              {responseLost},
		"two responses lost":         {responseLost, responseLost},
		"request lost":               {requestLost},
		"server error after write":   {serverErrorAfterWrite},
		"conflict and lost response": {cancelled(conflict), responseLost},
		"throttled":                  {throttled()},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTransferFixture(t)
			for i, step := range w.steps {
				w.faults.fail(transactWrite, failures...)
				if err := w.WriteTransfer(t.Context(), step); err != nil {
					t.Errorf("step %d: %v", i, err)
				}
				_, pending, err := w.reliable.ReadTransfer(t.Context(), w.customer)
				isLast := i == len(w.steps)-1
				if err != nil || (pending == nil) != isLast || !isLast && pending.Moved != int64(i) {
					t.Errorf("after step %d: pending transfer %+v, error %v; want %d moved, or none after the last step",
						i, pending, err, i)
				}
			}
			w.expectTransferOnce(t)
		})
	}
}

// expectTransferOnce expects that all steps have taken effect once.
func (w *transferFixture) expectTransferOnce(t *testing.T) {
	t.Helper()
	found, err := w.reliable.ReadAccount(t.Context(), w.customer)
	want := w.steps[3].Account.After
	isMoved := err == nil && found.Owner == w.newOwner && found.Lifecycle == account.Ready
	if !isMoved || found.Version != want.Version {
		t.Errorf("account %+v, error %v; want it ready at %s in version %d", found, err, w.newOwner, want.Version)
	}
	reseller, err := w.reliable.ReadReseller(t.Context(), w.newOwner)
	if err != nil || reseller.Used.Customers != 1 || reseller.Used.Subscriptions != 2 {
		t.Errorf("usage %+v, error %v; want 1 customer and 2 subscriptions", reseller.Used, err)
	}
	for owner, want := range map[account.ID]int64{"": 1, account.AdministratorOwner: 0} {
		if n, err := w.reliable.Count(t.Context(), account.Customer, owner); err != nil || n != want {
			t.Errorf("%d customers of %q, error %v; want %d", n, owner, err, want)
		}
	}
	hints, _, err := w.reliable.FindSignIn(t.Context(), found.Login, "here")
	if err != nil || !reflect.DeepEqual(hints, []account.ID{w.customer, w.newOwner}) {
		t.Errorf("hints %v, error %v; want the customer and its new owner", hints, err)
	}
	if events, _, err := w.reliable.ListEvents(t.Context(), w.customer, "", 100); err != nil || len(events) != 3 {
		t.Errorf("%d events, error %v; want 3", len(events), err)
	}
}

// A plan that must only be unchanged is checked and not written.
func TestUnchangedPlansAreOnlyChecked(t *testing.T) {
	w := newTransferFixture(t)
	creation := w.beginWithoutMarker()
	creation.create(newPlanItem(&plan.Plan{ID: "spl_1", Owner: account.AdministratorOwner, Version: 1}), nil)
	if err := w.reliable.commit(t.Context(), creation); err != nil {
		t.Fatal(err)
	}
	w.steps[0].Plans = []hosting.PlanUse{{ID: "spl_1", Version: new(int64(1))}}
	w.faults.fail(transactWrite, inspectBody(func(body map[string]any) {
		checks := 0
		for _, part := range body["TransactItems"].([]any) {
			if _, found := part.(map[string]any)["ConditionCheck"]; found {
				checks++
			}
		}
		if checks != 1 {
			t.Errorf("the transaction has %d condition checks, want 1", checks)
		}
	}))
	if err := w.WriteTransfer(t.Context(), w.steps[0]); err != nil {
		t.Fatal(err)
	}
}
