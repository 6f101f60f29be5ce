package hosting

import (
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/deadline"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/plan"
	"tenantry/shared/request"
	"tenantry/shared/sweep"
)

const (
	// websitesAtOnce is how many websites one transaction removes.
	websitesAtOnce = 25
	// inRequest is how many such transactions a request makes. The sweep makes as many as it has time for.
	inRequest = 4
	// removalReserve is how much time must be left to start another transaction.
	removalReserve = 6 * time.Second
	// removalPause is the time after which the sweep continues a removal. Its request has ended by then: it takes 15 seconds at most
	// (template.yaml).
	removalPause = 15 * time.Second
)

// errUnlisted says that a subscription has websites that the list does not show.
var errUnlisted = errors.New("the list does not show all websites of the subscription yet")

// Remove removes a subscription with all its websites. It marks the subscription first, which closes and hides it and accepts nothing new.
// Then it removes websites, which frees their domains, and at last the subscription. If the request is interrupted, or there are more
// websites than a request removes, the sweep continues (DueHandler), also while an operation works on the account. Errors:
// fault.NotFound, fault.Forbidden, fault.Busy, fault.VersionMismatch.
func (s Subscriptions) Remove(ctx context.Context, caller access.Caller, meta request.Metadata, id string) error {
	found, err := s.findEven(ctx, caller, meta.Key, id)
	switch {
	case err != nil:
		return err
	case found.Record != nil:
		_, err = idempotency.Replay[SubscriptionView](*found.Record, meta.Key)
		return err
	}
	if err := checkCanChangeHosting(caller, found.Chain); err != nil {
		return err
	}
	if !found.Subscription.Removing {
		if _, err = s.update(ctx, caller, meta, id, mark(Removal{Actor: caller.Account.ID, RequestID: meta.ID})); fault.Is(err, fault.NotFound) {
			_, err = s.findEven(ctx, caller, idempotency.Key{}, id) // it may be somebody else's mark that hides it
		}
		if err != nil {
			return err
		}
		meta.Key = idempotency.Key{} // remembered with the mark
	}
	found, err = s.Store.ReadSubscription(ctx, id, idempotency.Key{})
	if err != nil || found.Subscription == nil || !found.Subscription.Removing || len(found.Chain) == 0 {
		return err // another request has removed it, or its customer
	}
	_, err = s.removeMarked(ctx, caller.Account.ID, meta, &found, inRequest)
	if errors.Is(err, edit.ErrCrowded) || errors.Is(err, errUnlisted) { // the sweep continues
		return nil
	}
	return err
}

// finish continues the removal of a marked subscription. It returns sweep.ErrUnfinished if it runs out of time.
func (s Subscriptions) finish(ctx context.Context, found *SubscriptionContext) error {
	removal := found.Subscription.Removal
	done, err := s.removeMarked(ctx, removal.Actor, request.Metadata{ID: removal.RequestID}, found, math.MaxInt)
	if err == nil && !done {
		err = sweep.ErrUnfinished
	}
	return err
}

// mark marks a subscription that a request removes.
func mark(removal Removal) func(found *SubscriptionContext, now time.Time) (subscriptionEdit, error) {
	return func(found *SubscriptionContext, now time.Time) (subscriptionEdit, error) {
		if err := found.Chain[0].CheckReady(); err != nil {
			return subscriptionEdit{}, err
		}
		of, dueAt := found.Subscription, now.Add(removalPause)
		of.Removing, of.Removal, of.DueAt = true, removal, &dueAt
		hold := account.RemovalHold(now)
		hold.Sequence = account.EndlessSequence
		of.Holds = append(slices.Clone(of.Holds), hold)
		return subscriptionEdit{
			event: event.SubscriptionSuspended, changes: []account.FieldChange{{Field: "removing", New: true}},
			change: HostingChange{Customer: CustomerChange{Expected: &found.Chain[0], Ready: true}},
		}, nil
	}
}

// removeMarked removes a marked subscription in a number of transactions at most. Reports whether nothing is left of it. It returns
// errUnlisted if the list does not show all of its websites.
func (s Subscriptions) removeMarked(ctx context.Context, actor account.ID, meta request.Metadata, found *SubscriptionContext, transactions int) (bool, error) {
	id, after := found.Subscription.ID, ""
	for range transactions {
		if deadline.Near(ctx, s.Now(), removalReserve) {
			return false, nil
		}
		listed, more, err := s.Store.ListWebsites(ctx, id, after, websitesAtOnce)
		if err != nil {
			return false, err
		}
		if len(listed) > 0 {
			after = listed[len(listed)-1].ID
			if err := s.removeWebsites(ctx, actor, meta, found, listed); err != nil {
				return false, err
			}
		}
		if !more {
			return s.removeItself(ctx, actor, meta, id)
		}
	}
	return false, nil
}

// removeWebsites removes those of the listed websites that still exist, in one transaction.
func (s Subscriptions) removeWebsites(ctx context.Context, actor account.ID, meta request.Metadata, found *SubscriptionContext, listed []Website) error {
	ids := make([]string, len(listed))
	for i := range listed {
		ids[i] = listed[i].ID
	}
	customer := &found.Chain[0]
	return edit.Retry(func() error {
		sites, err := s.Store.ReadWebsites(ctx, ids)
		if err != nil || len(sites) == 0 {
			return err
		}
		removal := WebsitesRemoval{Subscription: found.Subscription.ID, Customer: found.Subscription.Customer, Websites: sites}
		for i := range sites {
			removal.Events = append(removal.Events, newEvent(s.NewID, meta, actor, customer, event.WebsiteRemoved, sites[i].ID, s.Now(),
				account.FieldChange{Field: "website", Old: DisplayDomain(sites[i].Domain)}))
		}
		return s.Store.RemoveWebsites(ctx, removal)
	})
}

// removeItself removes a subscription without websites and gives back what it had. It returns errUnlisted if the subscription has websites.
func (s Subscriptions) removeItself(ctx context.Context, actor account.ID, meta request.Metadata, id string) (done bool, err error) {
	err = edit.Retry(func() error {
		found, err := s.Store.ReadSubscription(ctx, id, idempotency.Key{})
		if err != nil {
			return err
		}
		done = found.Subscription == nil || len(found.Chain) == 0
		if done {
			return nil
		}
		if found.Subscription.Websites > 0 {
			return errUnlisted
		}
		done = true
		return s.Store.WriteHosting(ctx, s.itsRemoval(&found, actor, meta))
	})
	_, err = idempotency.Answer(SubscriptionView{}, meta.Key, err)
	return done && err == nil, err
}

// itsRemoval is the transaction that removes a subscription without websites.
func (s Subscriptions) itsRemoval(found *SubscriptionContext, actor account.ID, meta request.Metadata) HostingChange {
	of, customer, now := found.Subscription, &found.Chain[0], s.Now()
	return HostingChange{
		Subscription: &SubscriptionChange{Before: of},
		Customer: CustomerChange{
			ID: of.Customer, Expected: customer, Total: -1, Held: heldDifference(of.HeldAt(customer), ""),
			Sequence: &Sequence{Before: customer.HoldSequence, After: customer.HoldSequence + 1},
		},
		Plans:  mergeUses(of.planUse(found.Plan, -1)),
		Limits: plan.GiveBack(planOwner(found.Chain), DemandOf(of, found.Plan, -1)),
		Event: newEvent(s.NewID, meta, actor, customer, event.SubscriptionRemoved, of.ID, now,
			account.FieldChange{Field: "subscription", Old: DisplayDomain(of.Domain)}),
		Record: idempotency.NewRecord(meta.Key, nil, now),
	}
}
