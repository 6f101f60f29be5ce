package hosting

import (
	"context"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/clock"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
	"tenantry/shared/sweep"
)

// updateDueAt sets the time at which the subscription's own status changes next. A change that the sweep has not
// processed yet stays due.
func (s *Subscription) updateDueAt(now time.Time) {
	if s.Removing {
		return // its status does not change any more; it is due until it is removed
	}
	if s.DueAt != nil {
		if _, ended := s.Holds.Between(*s.DueAt, now); len(ended) > 0 {
			return
		}
	}
	s.DueAt = s.Holds.Next(now)
	if s.ExpiresAt != nil && !s.hasExpiryHold() && (s.DueAt == nil || s.ExpiresAt.Before(*s.DueAt)) {
		s.DueAt = clock.TruncateOptional(s.ExpiresAt)
	}
}

// hasExpiryHold reports whether the sweep has made the expiry a hold.
func (s *Subscription) hasExpiryHold() bool { return s.Holds.From(account.ByExpiry) }

// applyDue removes the holds that have ended and makes a past expiry a hold. It returns the event and the changes to
// record.
func (s *Subscription) applyDue(customer *account.Account, now time.Time) (event.Name, []account.FieldChange) {
	s.LiftedAt = clock.Later(s.LiftedAt, s.Holds.LastEnd(now))
	remaining, expired := s.Holds.Expire(now)
	name, changes := event.SubscriptionActivated, expired.WithoutVoid(customer.LiftMarks).Removals()
	if s.ExpiresAt != nil && !now.Before(*s.ExpiresAt) && !s.hasExpiryHold() {
		expiry := account.Hold{
			Level: account.AutomationLevel, Source: account.ByExpiry, Since: *s.ExpiresAt, Sequence: account.EndlessSequence,
		}
		remaining = append(remaining, expiry)
		name, changes = event.SubscriptionSuspended, append(changes, account.Holds{expiry}.Additions()...)
	}
	s.Holds, s.DueAt = remaining, nil
	s.updateDueAt(now)
	return name, changes
}

// DueHandler processes subscriptions that have expired or whose holds have ended by themselves: it updates their
// customer's counts and writes the event. It also continues removals that a request has not finished.
type DueHandler struct {
	Store Store
	NewID func(prefix string) string
	Now   func() time.Time
}

// HandleDue implements sweep.Handler.
func (h DueHandler) HandleDue(ctx context.Context, entry sweep.DueEntry) error {
	err := edit.Retry(func() error {
		current, err := h.Store.ReadSubscription(ctx, entry.ID, idempotency.Key{})
		if err != nil {
			return err
		}
		subscription, now := current.Subscription, h.Now()
		if subscription == nil || len(current.Chain) == 0 || now.Before(entry.At) {
			return nil
		}
		if subscription.DueAt == nil || !subscription.DueAt.Equal(entry.At) {
			return nil
		}
		if subscription.Removing {
			return Subscriptions{Store: h.Store, NewID: h.NewID, Now: h.Now}.finish(ctx, &current)
		}
		return h.Store.WriteHosting(ctx, h.change(&current, entry, now))
	})
	if fault.Is(err, fault.NotFound) {
		return nil // the customer was removed at the same time
	}
	return err
}

// change returns the change that applies what is due.
func (h DueHandler) change(current *SubscriptionContext, entry sweep.DueEntry, now time.Time) ObjectChange {
	customer, before := &current.Chain[0], *current.Subscription
	after := current.Subscription
	name, changes := after.applyDue(customer, now)
	after.Version++
	change := ObjectChange{
		Subscription: &SubscriptionChange{Before: &before, After: after},
		Customer:     CustomerChange{ID: customer.ID, Sequence: nextSequence(customer)},
		Event:        newEvent(h.NewID, request.Metadata{ID: entry.RequestID}, "", customer, name, after.ID, now, changes...),
	}
	change.Customer.recount(before.HeldAt(customer), after.HeldAt(customer))
	return change
}
