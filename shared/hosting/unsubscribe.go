package hosting

import (
	"context"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/change"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/once"
	"tenantry/shared/resource"
)

// websitesAtOnce is how many websites one step of a removal reads and removes, each in a write of its own.
const websitesAtOnce = 100

// Remove removes a subscription with all its websites: first it is marked, so that it is closed and takes nothing new, then its
// websites go and free their domains, at last it goes itself. A removal that was cut off is completed by asking for it again.
// Errors: NotFound, Forbidden, VersionMismatch.
func (s Subscriptions) Remove(ctx context.Context, caller access.Caller, request change.Request, id string) error {
	found, err := s.find(ctx, caller, request, id)
	if err != nil {
		_, err = once.Answer(SubscriptionView{}, request.Once, err)
		return err
	}
	if err := mayHost(caller, found.Chain); err != nil {
		return err
	}
	if !found.Subscription.Removing {
		unkeyed := request
		unkeyed.Once = once.Request{} // the key stands for the whole removal, remembered with its last step
		if _, err := s.alter(ctx, caller, unkeyed, id, shut); err != nil {
			return err
		}
	}
	if err := s.removeWebsites(ctx, caller, request, &found); err != nil {
		return err
	}
	return s.removeItself(ctx, caller, request, id)
}

// shut marks a subscription that goes.
func shut(found *Found, now time.Time) (edit, error) {
	of := found.Subscription
	of.Removing = true
	of.Holds = append(of.Holds, Hold{Hold: account.Hold{
		Level: account.AdministratorLevel, Source: account.ByRemoval, Since: now,
	}, Sequence: endlessSequence})
	return edit{event: event.SubscriptionHeld, changes: []account.FieldChange{{Field: "removing", New: true}}}, nil
}

// endlessSequence is that of a hold which no activation above voids.
const endlessSequence = 1 << 62

func (s Subscriptions) removeWebsites(ctx context.Context, caller access.Caller, request change.Request, found *Found) error {
	for after := ""; ; {
		sites, more, err := s.Store.ListWebsites(ctx, found.Subscription.ID, after, websitesAtOnce)
		if err != nil {
			return err
		}
		for i := range sites {
			site := &sites[i]
			now := s.Now().UTC().Truncate(time.Millisecond)
			writing := Writing{Website: &WebsiteChange{Before: site}, Customer: CustomerChange{ID: site.Customer}}
			err := writing.describe(s.IDs, caller, change.Request{ID: request.ID}, &found.Chain[0], event.WebsiteRemoved, site.ID, now, nil,
				account.FieldChange{Field: "website", Old: ShownDomain(site.Domain)})
			if err != nil {
				return err
			}
			if err := s.Store.WriteHosting(ctx, writing); err != nil && !fault.Is(err, fault.VersionMismatch) && !fault.Is(err, fault.NotFound) {
				return err // what is gone already, is gone
			}
			after = site.ID
		}
		if !more {
			return nil
		}
	}
}

// removeItself takes away a subscription without websites, and gives back what it had.
func (s Subscriptions) removeItself(ctx context.Context, caller access.Caller, request change.Request, id string) error {
	for try := 1; ; try++ {
		found, err := s.find(ctx, caller, request, id)
		if fault.Is(err, fault.NotFound) && try > 1 {
			return nil // somebody else has removed it meanwhile
		}
		if err != nil {
			_, err = once.Answer(SubscriptionView{}, request.Once, err)
			return err
		}
		of, now := found.Subscription, s.Now().UTC().Truncate(time.Millisecond)
		customer := &found.Chain[0]
		writing := Writing{
			Subscription: &SubscriptionChange{Before: of},
			Customer: CustomerChange{
				ID: of.Customer, Total: -1, Held: moved(of.HeldAt(customer), ""),
				Sequence: &Sequence{Before: customer.HoldSequence, After: customer.HoldSequence + 1},
			},
			Plans: mergeUses(of.use(found.Plan, -1)),
		}
		demand := resource.DemandOf(of.Effective(found.Plan), -1)
		demand.Subscriptions = -1
		if writing.Limits, err = s.reserve(ctx, found.Chain, demand); err != nil {
			return err
		}
		err = writing.describe(s.IDs, caller, request, customer, event.SubscriptionRemoved, id, now, nil,
			account.FieldChange{Field: "subscription", Old: ShownDomain(of.Domain)})
		if err != nil {
			return err
		}
		err = s.Store.WriteHosting(ctx, writing)
		if !fault.Is(err, fault.VersionMismatch) || try == maxTries {
			_, err = once.Answer(SubscriptionView{}, request.Once, err)
			return err
		}
	}
}
