package dynamo

import (
	"context"
	"errors"
	"reflect"

	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/plan"
)

// ChangeAccount writes the changed attributes of an account, its event, and everything else that belongs to the change.
// Round trips: 1.
func (s *Store) ChangeAccount(ctx context.Context, change edit.AccountChange) error {
	before, after := &change.Before, &change.After
	t := s.beginAttempt(change.Event, change.Token)
	t.putRecord(change.Record, s.now())
	t.changeAccount(before, after, unchanged(before), accountHasChanged)
	if after.Login != before.Login {
		t.deleteGuard(loginKey(before.Login), after.ID)
		t.createLogin(after)
	}
	if after.Kind == account.Reseller && after.Limits != nil {
		t.changeLimits(after.ID, before.Limits, after.Limits)
	}
	t.putPassword(after, change.PasswordHash)
	t.openOrClose(&change)
	if change.Note != nil {
		t.writeNote(after.ID, change.Note)
	}
	if change.Keep != nil {
		t.keepSession(after.ID, change.Keep)
	}
	return s.commit(ctx, t)
}

// writeAccountChange adds a change of an account's lifecycle, with its event, to the transaction of something else.
func (t *transaction) writeAccountChange(change *edit.AccountChange) {
	t.changeAccount(&change.Before, &change.After, unchanged(&change.Before), accountHasChanged)
	t.openOrClose(change)
	t.createEvent(change.Event)
}

// accountHasChanged is the conditionFailure of an account that has changed since it was read.
func accountHasChanged(item) error {
	return fault.New(fault.VersionMismatch, "The account has changed since you read it. Read it again and retry.")
}

// changeAccount changes the attributes that differ.
func (t *transaction) changeAccount(before, after *account.Account, c condition, failure conditionFailure) {
	t.changeAccountItem(newAccountItem(before), newAccountItem(after), c, failure)
}

func (t *transaction) changeAccountItem(before, after accountItem, c condition, failure conditionFailure) {
	changes, err := difference(before, after)
	t.err = errors.Join(t.err, err)
	t.update(after.key(), changes, c, failure)
}

// unchanged is the condition that an account is still as it was read. The hold sequence is part of it because a hold of
// a subscription raises the sequence of its customer, and not the version.
func unchanged(a *account.Account) condition {
	return accountAtVersion(a.Version).And(counterEquals("holdSequence", a.HoldSequence))
}

// keepSession changes a session to the new session epoch of its account, so that it stays valid.
func (t *transaction) keepSession(id account.ID, kept *edit.KeptSession) {
	t.update(sessionKey(id, kept.Hash), update{}.set("epoch", kept.Epoch), exists(), func(item) error {
		return fault.New(fault.Unauthenticated, "You have signed out in the meantime. Sign in to continue.")
	})
}

// changeLimits changes the copy of a reseller's limits in its usage item, and the use counts of its old and new plan.
func (t *transaction) changeLimits(id account.ID, before, after *account.ResellerLimits) {
	limits := newResellerLimitsItem(after)
	if reflect.DeepEqual(newResellerLimitsItem(before), limits) {
		return
	}
	t.update(usageKey(id), update{}.set("limits", limits).add("limitsVersion", 1), exists(), unknownOwner)
	oldPlan := ""
	if before != nil {
		oldPlan = before.Plan
	}
	if oldPlan == after.Plan {
		return
	}
	for _, use := range []hosting.PlanUse{{ID: plan.ID(oldPlan), Uses: -1}, {ID: plan.ID(after.Plan), Uses: 1}} {
		if use.ID != "" {
			t.changePlanUse(use)
		}
	}
}

// openOrClose adds what a change of a reseller says about gaining accounts.
func (t *transaction) openOrClose(change *edit.AccountChange) {
	if change.Closes != nil {
		t.close(change.After.ID, change.Closes)
	}
	if change.Opens {
		t.update(usageKey(change.After.ID), update{}.remove("closed"), exists(), unknownOwner)
	}
}

// close prevents a reseller from gaining accounts. It returns fault.Conflict if the reseller has customers and must
// not.
func (t *transaction) close(reseller account.ID, closing *edit.Closing) {
	closed := update{}.set("closed", true)
	if closing.Customers {
		t.update(usageKey(reseller), closed, exists(), unknownOwner)
		return
	}
	t.update(usageKey(reseller), closed, counterEquals("customers", 0), func(item) error {
		return fault.New(fault.Conflict, "This reseller still has customers. Move or remove them first.")
	})
}

// unknownOwner is the conditionFailure of an owner that does not exist or cannot take more accounts.
func unknownOwner(item) error { return account.UnknownOwner("") }
