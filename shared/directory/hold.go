package directory

import (
	"context"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/request"
)

// Suspend places the caller's hold on an account (guide: Suspending Accounts). The hold is one write, applies to the
// next request and removes no data. If the caller already has a hold on the account, the input replaces its reason,
// message and end. An equal input changes nothing. It returns fault.InvalidRequest, fault.NotFound, fault.Forbidden or
// fault.VersionMismatch.
func (c Change) Suspend(
	ctx context.Context,
	caller access.Caller,
	meta request.Metadata,
	id string,
	input account.HoldInput,
) (Customer, error) {
	suspend := suspension(caller, input)
	return c.update(ctx, caller, meta, id, func(t *target, now time.Time) (edit.Effects, error) {
		return suspend(t.Account, now)
	})
}

// suspension returns the edit that suspends an account on behalf of the caller.
func suspension(
	caller access.Caller, input account.HoldInput,
) func(a *account.Account, now time.Time) (edit.Effects, error) {
	return func(a *account.Account, now time.Time) (edit.Effects, error) {
		if err := input.Validate(now); err != nil {
			return edit.Effects{}, err
		}
		changes := a.Suspend(input.Hold(&caller.Account, now), now)
		return edit.Effects{Event: event.Suspended, Changes: changes, Nothing: len(changes) == 0}, nil
	}
}

// The holds that an activation lifts.
const (
	AllSubscriptions       = "all"       // holds on the account and on its subscriptions (guide: Activating Accounts)
	InheritedSubscriptions = "inherited" // holds on the account only; a subscription's own hold remains
)

// Activate lifts the holds that the caller may lift, and returns the account with the remaining holds (guide:
// Activating Accounts). It returns fault.HeldByHigherLevel if the account is suspended and the caller may lift no hold,
// and fault.Busy if such an account is being removed. It also returns fault.NotFound, fault.Forbidden or
// fault.VersionMismatch.
func (c Change) Activate(
	ctx context.Context,
	caller access.Caller,
	meta request.Metadata,
	id, subscriptions string,
) (Customer, error) {
	activate := activation(caller, subscriptions)
	return c.update(ctx, caller, meta, id, func(t *target, now time.Time) (edit.Effects, error) {
		return activate(t.Account, now)
	})
}

// activation returns the edit that lifts the holds which the caller may lift.
func activation(
	caller access.Caller, subscriptions string,
) func(a *account.Account, now time.Time) (edit.Effects, error) {
	level, _ := account.LevelOf(caller.Account.Kind)
	return func(a *account.Account, now time.Time) (edit.Effects, error) {
		if err := RefuseHeldAbove(a, level, subscriptions, now); err != nil {
			return edit.Effects{}, err
		}
		lifted, served := a.Lift(level, now), a.SubscriptionCounts().Active
		below := subscriptions != InheritedSubscriptions && a.LiftBelow(level)
		changes := lifted.Removals()
		if serve := a.SubscriptionCounts().Active; serve != served {
			changes = append(changes, account.FieldChange{Field: "subscriptions.active", Old: served, New: serve})
		}
		return edit.Effects{Event: event.Activated, Changes: changes, Nothing: len(lifted) == 0 && !below}, nil
	}
}

// RefuseHeldAbove returns fault.HeldByHigherLevel if the account is suspended and the level may lift none of its
// present holds, and none of those on its subscriptions if the activation includes them. It returns fault.Busy instead
// if the account is being removed, because nobody can lift that hold.
func RefuseHeldAbove(a *account.Account, level account.Level, subscriptions string, now time.Time) error {
	_, lifted := a.Holds.Lift(level, now)
	liftsBelow := subscriptions != InheritedSubscriptions && a.CanLiftBelow(level)
	switch {
	case len(lifted) > 0 || a.Status(now) == account.Active:
		return nil
	case a.Lifecycle == account.Removing:
		return account.Busy(a.Operation)
	case liftsBelow:
		return nil
	}
	return fault.New(fault.HeldByHigherLevel,
		"This account was suspended at a higher level. Ask your provider to activate it.")
}
