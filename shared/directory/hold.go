package directory

import (
	"context"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
)

// Suspend places the caller's hold on an account: one write, in effect at the very next request, and lossless (guide:
// Suspending Accounts). Where the caller's hold is there already, it says from now on what the caller says; to say the same
// again changes nothing. Errors: InvalidRequest, NotFound, Forbidden, VersionMismatch.
func (c Change) Suspend(ctx context.Context, caller access.Caller, meta request.Metadata, id string, input account.HoldInput) (Customer, error) {
	return c.update(ctx, caller, meta, id, func(a *target, now time.Time) (edit.Effects, error) {
		if err := input.Validate(now); err != nil {
			return edit.Effects{}, err
		}
		changes := a.Suspend(input.Hold(&caller.Account, now), now)
		return edit.Effects{Event: event.Suspended, Changes: changes, Nothing: len(changes) == 0}, nil
	})
}

// Which holds on subscriptions an activation lifts.
const (
	AllSubscriptions       = "all"       // those on the account and those on its subscriptions (guide: Activating Accounts)
	InheritedSubscriptions = "inherited" // those on the account only; a subscription held by itself stays so
)

// Activate lifts the holds on an account that the caller may lift, and returns the account with those that remain (guide:
// Activating Accounts). Errors: HeldByHigherLevel when all present holds were placed above the caller; NotFound; Forbidden;
// VersionMismatch.
func (c Change) Activate(ctx context.Context, caller access.Caller, meta request.Metadata, id, subscriptions string) (Customer, error) {
	level, _ := account.LevelOf(caller.Account.Kind)
	return c.update(ctx, caller, meta, id, func(a *target, now time.Time) (edit.Effects, error) {
		if err := RefuseHeldAbove(a.Account, level, now); err != nil {
			return edit.Effects{}, err
		}
		lifted, served := a.Lift(level, now), a.SubscriptionCounts().Active
		below := subscriptions != InheritedSubscriptions && a.LiftBelow(level)
		changes := lifted.Removals()
		if serve := a.SubscriptionCounts().Active; serve != served {
			changes = append(changes, account.FieldChange{Field: "subscriptions.active", Old: served, New: serve})
		}
		return edit.Effects{Event: event.Activated, Changes: changes, Nothing: len(lifted) == 0 && !below}, nil
	})
}

// RefuseHeldAbove refuses to activate an account of which the level may lift no present hold, although there are some. What is being
// removed is held by no one who could be asked.
func RefuseHeldAbove(a *account.Account, level account.Level, now time.Time) error {
	if _, lifted := a.Holds.Lift(level, now); len(lifted) == 0 && a.Status(now) == account.Suspended {
		if a.Lifecycle == account.Removing {
			return account.Busy()
		}
		return fault.New(fault.HeldByHigherLevel, "This account was suspended at a higher level. Ask your provider to activate it.")
	}
	return nil
}

// Judge returns an account that the caller may suspend and activate. Errors: fault.NotFound, fault.Forbidden.
func (c Change) Judge(ctx context.Context, caller access.Caller, id string) (*account.Account, error) {
	snapshot, err := c.read(ctx, caller, idempotency.Key{}, id, &target{})
	if err != nil {
		return nil, err
	}
	return &snapshot.Object, nil
}
