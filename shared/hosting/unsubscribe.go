package hosting

import (
	"context"
	"errors"
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
)

// What a removal does at once: so many websites go in one transaction, and so many transactions are made within the request and
// for each order of the queue of removals; none is begun when less time than the reserve is left.
const (
	websitesAtOnce = 25
	inRequest      = 4
	inOrder        = 160
	removalReserve = 6 * time.Second
)

// Remove removes a subscription with all its websites: first it is marked, so that it is closed, takes nothing new and is seen
// no more, then its websites go and free their domains, at last it goes itself. What does not go at once, or is cut off, is
// finished from the queue of removals (Finish), also while an operation works on the account. Errors: NotFound, Forbidden, Busy,
// VersionMismatch.
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
		if _, err = s.update(ctx, caller, meta, id, shut); fault.Is(err, fault.NotFound) {
			_, err = s.findEven(ctx, caller, idempotency.Key{}, id) // it may be somebody else's mark that hides it
		}
		if err != nil {
			return err
		}
		meta.Key = idempotency.Key{} // remembered with the mark
	}
	_, err = s.removeMarked(ctx, caller.Account.ID, meta, id, inRequest)
	if errors.Is(err, edit.ErrCrowded) { // the queue of removals goes on
		return nil
	}
	return err
}

// Finish goes on with a removal whose request has marked a subscription. Errors: event.ErrAgain when there is more to do.
func (s Subscriptions) Finish(ctx context.Context, order event.Order) error {
	done, err := s.removeMarked(ctx, order.Actor, request.Metadata{ID: order.RequestID}, order.Subject, inOrder)
	if err == nil && !done {
		err = event.ErrAgain
	}
	return err
}

// shut marks a subscription that goes.
func shut(found *SubscriptionContext, now time.Time) (subscriptionEdit, error) {
	if err := found.Chain[0].CheckReady(); err != nil {
		return subscriptionEdit{}, err
	}
	of := found.Subscription
	of.Removing = true
	removal := account.RemovalHold(now)
	removal.Sequence = account.EndlessSequence
	of.Holds = append(slices.Clone(of.Holds), removal)
	return subscriptionEdit{
		event: event.SubscriptionSuspended, errand: event.FinishRemoval, changes: []account.FieldChange{{Field: "removing", New: true}},
		change: HostingChange{Customer: CustomerChange{Expected: &found.Chain[0], Ready: true}},
	}, nil
}

// removeMarked removes of a marked subscription what so many transactions can, and tells whether nothing is left of it.
func (s Subscriptions) removeMarked(ctx context.Context, actor account.ID, meta request.Metadata, id string, transactions int) (bool, error) {
	found, err := s.Store.ReadSubscription(ctx, id, idempotency.Key{})
	if err != nil || found.Subscription == nil || !found.Subscription.Removing || len(found.Chain) == 0 {
		return err == nil, err // it has gone meanwhile, or with its customer
	}
	after := ""
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
			if err := s.removeWebsites(ctx, actor, meta, &found, listed); err != nil {
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

// removeItself removes a subscription without websites and gives back what it had. It returns false while the subscription has websites,
// which a list may not show yet.
func (s Subscriptions) removeItself(ctx context.Context, actor account.ID, meta request.Metadata, id string) (done bool, err error) {
	err = edit.Retry(func() error {
		found, err := s.Store.ReadSubscription(ctx, id, idempotency.Key{})
		if err != nil {
			return err
		}
		done = found.Subscription == nil || len(found.Chain) == 0
		if done || found.Subscription.Websites > 0 {
			return nil
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
