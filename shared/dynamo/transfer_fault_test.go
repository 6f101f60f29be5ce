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

// transferred is a move of a customer with two subscriptions that follow it, in the transactions that write it.
type transferFixture struct {
	*fixture

	customer account.ID
	host     account.ID
	steps    []transfer.Transaction
}

func newTransferFixture(t *testing.T) *transferFixture {
	t.Helper()
	s := newFixture(t)
	host, c := s.creation(t, "host"), s.creation(t, "ada")
	host.Account.ID, host.Account.Kind, host.Account.ExternalID = account.ID(
		s.id(t, account.ResellerPrefix),
	), account.Reseller, ""
	host.Record, c.Account.Subscriptions = nil, 2
	before := c.Account
	after := before.Clone()
	after.Owner, after.Lifecycle, after.Operation, after.Version = host.Account.ID, account.Moving, "op_1", before.Version+1
	ended := after.Clone()
	ended.Lifecycle, ended.Operation, ended.Version = account.Ready, "", after.Version+1
	change := func(before, after account.Account) *edit.AccountChange {
		return &edit.AccountChange{Before: before, After: after, Event: s.newEvent(t, after.ID), Token: s.id(t, "try-")}
	}
	w := &transferFixture{fixture: s, customer: after.ID, host: host.Account.ID}
	w.steps = []transfer.Transaction{
		{
			Account: change(
				before,
				after,
			),
			Starts: &transfer.PendingTransfer{
				Operation: "op_1",
				From:      account.AdministratorOwner,
				To:        host.Account.ID,
				Total:     2,
			},
			Limits: []*plan.Reservation{
				{
					Reseller: host.Account.ID,
					Limits:   resource.Limits{Resources: resource.Everything()},
					Demand:   resource.Demand{Customers: 1, Subscriptions: 2},
				},
			},
		},
	}
	creation := s.beginWithoutMarker()
	for _, id := range []string{"sub_1", "sub_2"} {
		of := &hosting.Subscription{ID: id, Customer: after.ID, Domain: id + ".example", Link: hosting.CustomLink, Version: 1}
		moved := *of
		moved.Transfer, moved.Version = "op_1", 2
		creation.create(newSubscriptionItem(of), nil)
		w.steps = append(w.steps, transfer.Transaction{
			Step: &transfer.Step{
				Account:   after.ID,
				Operation: "op_1",
				Moved:     1,
			},
			Subscriptions: []hosting.SubscriptionChange{{Before: of, After: &moved}},
		})
	}
	w.steps = append(
		w.steps,
		transfer.Transaction{
			Account: change(after, ended),
			Step:    &transfer.Step{Account: after.ID, Operation: "op_1", Ends: true},
		},
	)
	for _, err := range []error{s.reliable.Create(t.Context(), host), s.reliable.Create(t.Context(), c), s.reliable.commit(t.Context(), creation)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// Each transaction of a transfer takes place once, whatever becomes of the calls.
func TestEveryTransferStepIsWrittenOnce(t *testing.T) {
	for failing, failures := range map[string][]failure{
		"an answer that is lost":       {responseLost},
		"answers that are lost":        {responseLost, responseLost},
		"a call that is lost":          {requestLost},
		"a failure afterwards":         {serverErrorAfterWrite},
		"a conflict and a lost answer": {cancelled(conflict), responseLost},
		"throttling":                   {throttled()},
	} {
		t.Run(failing, func(t *testing.T) {
			w := newTransferFixture(t)
			for i, step := range w.steps {
				w.faults.fail(transactWrite, failures...)
				if err := w.WriteTransfer(t.Context(), step); err != nil {
					t.Errorf("step %d: %v", i, err)
				}
				_, pending, err := w.reliable.ReadTransfer(t.Context(), w.customer)
				if last := i == len(w.steps)-1; err != nil || (pending == nil) != last || !last && pending.Moved != int64(i) {
					t.Errorf("after step %d: %+v, %v", i, pending, err)
				}
			}
			w.expectTransferOnce(t)
		})
	}
}

func (w *transferFixture) expectTransferOnce(t *testing.T) {
	t.Helper()
	found, err := w.reliable.ReadAccount(t.Context(), w.customer)
	if want := w.steps[3].Account.After; err != nil || found.Owner != w.host || found.Lifecycle != account.Ready ||
		found.Version != want.Version {
		t.Errorf("account %+v, %v", found, err)
	}
	has, err := w.reliable.ReadReseller(t.Context(), w.host)
	if err != nil || has.Used.Customers != 1 || has.Used.Subscriptions != 2 {
		t.Errorf("used %+v, %v", has.Used, err)
	}
	for count, want := range map[account.ID]int64{"": 1, account.AdministratorOwner: 0} {
		if n, err := w.reliable.Count(t.Context(), account.Customer, count); err != nil || n != want {
			t.Errorf("%d customers of %q, %v", n, count, err)
		}
	}
	hints, _, err := w.reliable.FindSignIn(t.Context(), found.Login, "here")
	if err != nil || !reflect.DeepEqual(hints, []account.ID{w.customer, w.host}) {
		t.Errorf("hints %v, %v", hints, err)
	}
	if events, _, err := w.reliable.ListEvents(t.Context(), w.customer, "", 100); err != nil || len(events) != 3 {
		t.Errorf("%d events, %v", len(events), err)
	}
}

// What must only be the same still is not written.
func TestUnchangedPlansAreOnlyChecked(t *testing.T) {
	w := newTransferFixture(t)
	creation := w.beginWithoutMarker()
	creation.create(newPlanItem(&plan.Plan{ID: "spl_1", Owner: account.AdministratorOwner, Version: 1}), nil)
	if err := w.reliable.commit(t.Context(), creation); err != nil {
		t.Fatal(err)
	}
	w.steps[0].Plans = []hosting.PlanUse{{ID: "spl_1", Version: new(int64(1))}}
	w.faults.fail(transactWrite, inspectBody(func(body map[string]any) {
		checked := 0
		for _, part := range body["TransactItems"].([]any) {
			if _, found := part.(map[string]any)["ConditionCheck"]; found {
				checked++
			}
		}
		if checked != 1 {
			t.Errorf("%d items are checked, want 1", checked)
		}
	}))
	if err := w.WriteTransfer(t.Context(), w.steps[0]); err != nil {
		t.Fatal(err)
	}
}
