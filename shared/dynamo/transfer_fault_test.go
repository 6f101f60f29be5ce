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
type transferred struct {
	*scene

	customer account.ID
	host     account.ID
	steps    []transfer.Transaction
}

func newTransferred(t *testing.T) *transferred {
	t.Helper()
	s := newScene(t)
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
		return &edit.AccountChange{Before: before, After: after, Event: s.happened(t, after.ID), Token: s.id(t, "try-")}
	}
	w := &transferred{scene: s, customer: after.ID, host: host.Account.ID}
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
	for _, err := range []error{s.good.Create(t.Context(), host), s.good.Create(t.Context(), c), s.good.commit(t.Context(), creation)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// Each transaction of a transfer takes place once, whatever becomes of the calls.
func TestEveryTransferSurvives(t *testing.T) {
	for failing, failures := range map[string][]failure{
		"an answer that is lost":       {lostAfter},
		"answers that are lost":        {lostAfter, lostAfter},
		"a call that is lost":          {lostBefore},
		"a failure afterwards":         {brokenAfter},
		"a conflict and a lost answer": {cancelled(conflict), lostAfter},
		"throttling":                   {throttled()},
	} {
		t.Run(failing, func(t *testing.T) {
			w := newTransferred(t)
			for i, step := range w.steps {
				w.line.fail(writes, failures...)
				if err := w.WriteTransfer(t.Context(), step); err != nil {
					t.Errorf("step %d: %v", i, err)
				}
				_, pending, err := w.good.ReadTransfer(t.Context(), w.customer)
				if last := i == len(w.steps)-1; err != nil || (pending == nil) != last || !last && pending.Moved != int64(i) {
					t.Errorf("after step %d: %+v, %v", i, pending, err)
				}
			}
			w.tookPlaceOnce(t)
		})
	}
}

func (w *transferred) tookPlaceOnce(t *testing.T) {
	t.Helper()
	found, err := w.good.ReadAccount(t.Context(), w.customer)
	if want := w.steps[3].Account.After; err != nil || found.Owner != w.host || found.Lifecycle != account.Ready ||
		found.Version != want.Version {
		t.Errorf("account %+v, %v", found, err)
	}
	has, err := w.good.ReadReseller(t.Context(), w.host)
	if err != nil || has.Used.Customers != 1 || has.Used.Subscriptions != 2 {
		t.Errorf("used %+v, %v", has.Used, err)
	}
	for count, want := range map[account.ID]int64{"": 1, account.AdministratorOwner: 0} {
		if n, err := w.good.Count(t.Context(), account.Customer, count); err != nil || n != want {
			t.Errorf("%d customers of %q, %v", n, count, err)
		}
	}
	hints, _, err := w.good.FindSignIn(t.Context(), found.Login, "here")
	if err != nil || !reflect.DeepEqual(hints, []account.ID{w.customer, w.host}) {
		t.Errorf("hints %v, %v", hints, err)
	}
	if events, _, err := w.good.ListEvents(t.Context(), w.customer, "", 100); err != nil || len(events) != 3 {
		t.Errorf("%d events, %v", len(events), err)
	}
}

// What must only be the same still is not written.
func TestPlansThatAreOnlyLookedAt(t *testing.T) {
	w := newTransferred(t)
	creation := w.beginWithoutMarker()
	creation.create(newPlanItem(&plan.Plan{ID: "spl_1", Owner: account.AdministratorOwner, Version: 1}), nil)
	if err := w.good.commit(t.Context(), creation); err != nil {
		t.Fatal(err)
	}
	w.steps[0].Plans = []hosting.PlanUse{{ID: "spl_1", Version: new(int64(1))}}
	w.line.fail(writes, inspected(func(body map[string]any) {
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
