package hosting

import (
	"context"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/due"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
)

// settle says when the subscription's own status changes next. A change by time that has not been counted and told stays due.
func (s *Subscription) settle(now time.Time) {
	if s.Removing {
		return // it is closed for good, and due until it is gone
	}
	if s.DueAt != nil {
		if _, ended := s.Holds.Between(*s.DueAt, now); len(ended) > 0 {
			return
		}
	}
	s.DueAt = s.Holds.Next(now)
	if s.ExpiresAt != nil && !s.expired() && (s.DueAt == nil || s.ExpiresAt.Before(*s.DueAt)) {
		s.DueAt = account.AtMillisecond(s.ExpiresAt)
	}
}

// expired reports whether the expiry has become a hold.
func (s *Subscription) expired() bool { return s.Holds.From(account.ByExpiry) }

// elapse removes the holds that are over and makes a past expiry a hold. It returns what happened.
func (s *Subscription) elapse(customer *account.Account, now time.Time) (event.Name, []account.FieldChange) {
	s.LiftedAt = account.Later(s.LiftedAt, s.Holds.LastEnd(now))
	remaining, expired := s.Holds.Expire(now)
	name, changes := event.SubscriptionReleased, expired.WithoutVoid(customer.LiftMarks).Removals()
	if s.ExpiresAt != nil && !now.Before(*s.ExpiresAt) && !s.expired() {
		expiry := account.Hold{
			Level: account.AutomationLevel, Source: account.ByExpiry, Since: *s.ExpiresAt, Sequence: account.EndlessSequence,
		}
		remaining = append(remaining, expiry)
		name, changes = event.SubscriptionHeld, append(changes, account.Holds{expiry}.Additions()...)
	}
	s.Holds, s.DueAt = remaining, nil
	s.settle(now)
	return name, changes
}

// Elapse tells of what time has done to subscriptions, a hold has ended or it has expired, and counts it on their customer. It also ends
// the removals that requests have begun.
type Elapse struct {
	Store Store
	NewID func(prefix string) string
	Now   func() time.Time
}

// Due implements due.Handler. Whoever comes second, late, or with a time that has been changed since, finds nothing to do.
func (e Elapse) Due(ctx context.Context, item due.Item) error {
	for try := 1; ; try++ {
		found, err := e.Store.ReadSubscription(ctx, item.ID, idempotency.Key{})
		if err != nil {
			return err
		}
		of, now := found.Subscription, e.Now()
		if of == nil || len(found.Chain) == 0 || of.DueAt == nil || !of.DueAt.Equal(item.At) || now.Before(item.At) {
			return nil
		}
		if of.Removing {
			return Subscriptions{Store: e.Store, NewID: e.NewID, Now: e.Now}.finish(ctx, &found)
		}
		writing, err := e.writing(&found, item, now)
		if err == nil {
			err = e.Store.WriteHosting(ctx, writing)
		}
		switch {
		case fault.Is(err, fault.NotFound):
			return nil // its customer has gone meanwhile
		case !fault.Is(err, fault.VersionMismatch) || try == maxTries:
			return err
		}
	}
}

func (e Elapse) writing(found *Found, item due.Item, now time.Time) (Writing, error) {
	customer, before := &found.Chain[0], *found.Subscription
	after := found.Subscription
	name, changes := after.elapse(customer, now)
	after.Version++
	writing := Writing{
		Subscription: &SubscriptionChange{Before: &before, After: after},
		Customer: CustomerChange{
			ID: customer.ID, Held: moved(before.HeldAt(customer), after.HeldAt(customer)),
			Sequence: &Sequence{Before: customer.HoldSequence, After: customer.HoldSequence + 1},
		},
	}
	return writing, writing.describe(e.NewID, access.Caller{}, request.Metadata{ID: item.RequestID}, customer, name, after.ID, now, nil, changes...)
}
