package hosting

import (
	"context"
	"slices"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/clock"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/request"
)

// SubscriptionPatch is a change of a subscription. Fields that are nil stay as they are.
type SubscriptionPatch struct {
	Domain    *string     // the new primary domain: that of one of its websites
	ExpiresAt **time.Time // the new time of expiry; a nil time clears it
}

// Change changes the primary domain and the expiry of a subscription. A later expiry, or none, lifts the hold of an
// expiry that has passed. Errors: fault.NotFound, fault.Forbidden, fault.InvalidRequest, fault.Busy,
// fault.VersionMismatch.
func (s Subscriptions) Change(
	ctx context.Context, caller access.Caller, meta request.Metadata, id string, patch SubscriptionPatch,
) (SubscriptionView, error) {
	return s.update(ctx, caller, meta, id, func(current *SubscriptionContext, now time.Time) (subscriptionEdit, error) {
		customer := &current.Chain[0]
		if err := customer.CheckReady(); err != nil {
			return subscriptionEdit{}, err
		}
		result := subscriptionEdit{
			event:  event.SubscriptionChanged,
			change: ObjectChange{Customer: CustomerChange{Expected: customer, Ready: true}},
		}
		if patch.Domain != nil {
			if err := s.setPrimaryDomain(ctx, current.Subscription, *patch.Domain, &result); err != nil {
				return subscriptionEdit{}, err
			}
		}
		if patch.ExpiresAt != nil {
			expiresAt, err := checkExpiry(*patch.ExpiresAt, now)
			if err != nil {
				return subscriptionEdit{}, err
			}
			current.Subscription.setExpiry(customer, expiresAt, now, &result)
		}
		return result, nil
	})
}

// setPrimaryDomain makes the domain of a website the primary domain of its subscription. It returns
// fault.InvalidRequest if the subscription has no website with the domain.
func (s Subscriptions) setPrimaryDomain(
	ctx context.Context, subscription *Subscription, name string, result *subscriptionEdit,
) error {
	domain, bad := Domain(name, "/domain")
	if bad != nil {
		return fault.Invalid(*bad)
	}
	if domain == subscription.Domain {
		return nil
	}
	site, _, _, err := s.Store.ReadDomain(ctx, domain)
	if err != nil {
		return err
	}
	if site == nil || site.Subscription != subscription.ID {
		return fault.Invalid(fault.Field{
			Pointer: "/domain", Code: "unknown-website", Detail: "The subscription has no website with this domain.",
		})
	}
	result.changes = append(result.changes, account.FieldChange{
		Field: "domain", Old: DisplayDomain(subscription.Domain), New: DisplayDomain(domain),
	})
	result.change.PrimaryWebsite, subscription.Domain = site.ID, domain
	return nil
}

// setExpiry sets the time of expiry. If the subscription has expired, the expiry's hold is lifted, whether or not the
// sweep has placed it.
func (s *Subscription) setExpiry(
	customer *account.Account, expiresAt *time.Time, now time.Time, result *subscriptionEdit,
) {
	hadExpired := s.ExpiresAt != nil && !now.Before(*s.ExpiresAt)
	if clock.Same(s.ExpiresAt, expiresAt) {
		return
	}
	result.changes = append(result.changes, account.FieldChange{
		Field: "expiresAt", Old: optional(s.ExpiresAt), New: optional(expiresAt),
	})
	heldBefore := s.HeldAt(customer)
	isExpiry := func(hold account.Hold) bool { return hold.Source == account.ByExpiry }
	s.ExpiresAt, s.Holds = expiresAt, slices.DeleteFunc(slices.Clone(s.Holds), isExpiry)
	if !hadExpired {
		return
	}
	s.LiftedAt = &now
	result.event = event.SubscriptionActivated
	result.change.Customer.Sequence = nextSequence(customer)
	result.change.Customer.recount(heldBefore, s.HeldAt(customer))
}

// optional returns a time for the audit trail, or nil if there is none.
func optional(t *time.Time) any {
	if t == nil {
		return nil
	}
	return *t
}
