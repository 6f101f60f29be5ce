package hosting

import (
	"context"

	"tenantry/shared/account"
	"tenantry/shared/fault"
)

// firstWebsite returns the change of a subscription without websites that gets one. Its domain becomes the primary
// domain.
func firstWebsite(before *Subscription, site *Website) *SubscriptionChange {
	after := *before
	after.Domain, after.Websites, after.Version = site.Domain, 1, before.Version+1
	return &SubscriptionChange{Before: before, After: &after}
}

// leavePrimaryDomain adds to the removal of a website that the next website of the subscription, in order of creation,
// gets the primary domain. Without another website, the subscription has none. It returns the change for the audit
// trail, or fault.Unavailable if the list does not show the next website yet.
func (w Websites) leavePrimaryDomain(
	ctx context.Context, before *Subscription, removed *Website, change *ObjectChange,
) (account.FieldChange, error) {
	after := *before
	after.Domain, after.Websites, after.Version = "", before.Websites-1, before.Version+1
	if after.Websites > 0 {
		next, err := w.nextWebsite(ctx, removed)
		if err != nil {
			return account.FieldChange{}, err
		}
		after.Domain, change.PrimaryWebsite = next.Domain, next.ID
	}
	change.Subscription = &SubscriptionChange{Before: before, After: &after}
	return account.FieldChange{
		Field: "domain", Old: DisplayDomain(before.Domain), New: DisplayDomain(after.Domain),
	}, nil
}

// nextWebsite returns the oldest other website of a website's subscription.
func (w Websites) nextWebsite(ctx context.Context, removed *Website) (*Website, error) {
	store := w.Subscriptions.Store
	for after := ""; ; {
		listed, more, err := store.ListWebsites(ctx, removed.Subscription, after, websitesAtOnce)
		if err != nil {
			return nil, err
		}
		var ids []string
		for i := range listed {
			if after = listed[i].ID; after != removed.ID {
				ids = append(ids, after)
			}
		}
		existing, err := store.ReadWebsites(ctx, ids)
		switch {
		case err != nil:
			return nil, err
		case len(existing) > 0:
			return &existing[0], nil
		case !more:
			return nil, fault.New(fault.Unavailable, "Some recent websites are not listed yet. Try again in a few seconds.")
		}
	}
}
