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

// settle says when the subscription's own status changes next. A change by time that has not been counted and told stays due.
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

// expired reports whether the expiry has become a hold.
func (s *Subscription) hasExpiryHold() bool { return s.Holds.From(account.ByExpiry) }

// elapse removes the holds that are over and makes a past expiry a hold. It returns what happened.
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

// DueHandler processes subscriptions that have expired or whose holds have ended by themselves: it updates their customer's counts and
// writes the event. It also continues removals that a request has not finished.
type DueHandler struct {
	Store Store
	NewID func(prefix string) string
	Now   func() time.Time
}

// HandleDue implements sweep.Handler.
func (h DueHandler) HandleDue(ctx context.Context, entry sweep.Entry) error {
	err := edit.Retry(func() error {
		found, err := h.Store.ReadSubscription(ctx, entry.ID, idempotency.Key{})
		if err != nil {
			return err
		}
		of, now := found.Subscription, h.Now()
		if of == nil || len(found.Chain) == 0 || of.DueAt == nil || !of.DueAt.Equal(entry.At) || now.Before(entry.At) {
			return nil
		}
		if of.Removing {
			return Subscriptions{Store: h.Store, NewID: h.NewID, Now: h.Now}.finish(ctx, &found)
		}
		return h.Store.WriteHosting(ctx, h.change(&found, entry, now))
	})
	if fault.Is(err, fault.NotFound) {
		return nil // the customer has been removed meanwhile
	}
	return err
}

func (h DueHandler) change(found *SubscriptionContext, entry sweep.Entry, now time.Time) HostingChange {
	customer, before := &found.Chain[0], *found.Subscription
	after := found.Subscription
	name, changes := after.applyDue(customer, now)
	after.Version++
	return HostingChange{
		Subscription: &SubscriptionChange{Before: &before, After: after},
		Customer: CustomerChange{
			ID: customer.ID, Held: heldDifference(before.HeldAt(customer), after.HeldAt(customer)),
			Sequence: &Sequence{Before: customer.HoldSequence, After: customer.HoldSequence + 1},
		},
		Event: newEvent(h.NewID, request.Metadata{ID: entry.RequestID}, "", customer, name, after.ID, now, changes...),
	}
}
