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
	// websitesAtOnce is how many websites one transaction removes. Each takes up to four of its hundred items.
	websitesAtOnce = 20
	// requestTransactions is how many such transactions a request makes. The sweep makes as many as it has time for.
	requestTransactions = 5
	// removalReserve is how much time must be left to start another transaction.
	removalReserve = 6 * time.Second
	// removalPause is the time after which the sweep continues a removal. Its request has ended by then: it takes 15
	// seconds at most (template.yaml).
	removalPause = 15 * time.Second
)

// errUnlisted says that a subscription has websites that the list does not show.
var errUnlisted = errors.New("the list does not show all websites of the subscription yet")

// Remove removes a subscription with all its websites. It marks the subscription first, which closes and hides it and
// accepts nothing new. Then it removes websites, which frees their domains, and at last the subscription. If the
// request is interrupted, or there are more websites than a request removes, the sweep continues (DueHandler), also
// while an operation works on the account. Errors: fault.NotFound, fault.Forbidden, fault.Busy, fault.VersionMismatch.
func (s Subscriptions) Remove(ctx context.Context, caller access.Caller, meta request.Metadata, id string) error {
	current, err := s.findIncludingRemoving(ctx, caller, meta.Key, id)
	switch {
	case current.Record != nil: // also if the subscription is gone
		return replayRemoval(current.Record, meta)
	case err != nil:
		return err
	}
	if err := checkCanChangeHosting(caller, current.Chain); err != nil {
		return err
	}
	if !current.Subscription.Removing {
		_, err = s.update(ctx, caller, meta, id, mark(Removal{Actor: caller.Account.ID, RequestID: meta.ID}))
		if fault.Is(err, fault.NotFound) {
			// Another request may have marked it, or this one if it was sent twice.
			if current, err = s.findIncludingRemoving(ctx, caller, meta.Key, id); current.Record != nil {
				return replayRemoval(current.Record, meta)
			}
		}
		if err != nil {
			return err
		}
		meta.Key = idempotency.Key{} // the mark has stored the record
	}
	current, err = s.Store.ReadSubscription(ctx, id, idempotency.Key{})
	if err != nil || current.Subscription == nil || !current.Subscription.Removing || len(current.Chain) == 0 {
		return err // another request has removed it, or its customer
	}
	_, err = s.removeMarked(ctx, caller.Account.ID, meta, &current, requestTransactions)
	if errors.Is(err, edit.ErrCrowded) || errors.Is(err, errUnlisted) { // the sweep continues
		return nil
	}
	return err
}

// replayRemoval returns the result of a request that has taken effect. Its answer is empty.
func replayRemoval(first *idempotency.Record, meta request.Metadata) error {
	_, err := idempotency.Replay[SubscriptionView](*first, meta.Key)
	return err
}

// finish continues the removal of a marked subscription. It returns sweep.ErrUnfinished if it runs out of time.
func (s Subscriptions) finish(ctx context.Context, current *SubscriptionContext) error {
	removal := current.Subscription.Removal
	done, err := s.removeMarked(ctx, removal.Actor, request.Metadata{ID: removal.RequestID}, current, math.MaxInt)
	if err == nil && !done {
		err = sweep.ErrUnfinished
	}
	return err
}

// mark marks a subscription that a request removes.
func mark(removal Removal) func(current *SubscriptionContext, now time.Time) (subscriptionEdit, error) {
	return func(current *SubscriptionContext, now time.Time) (subscriptionEdit, error) {
		if err := current.Chain[0].CheckReady(); err != nil {
			return subscriptionEdit{}, err
		}
		subscription, dueAt := current.Subscription, now.Add(removalPause)
		subscription.Removing, subscription.Removal, subscription.DueAt = true, removal, &dueAt
		hold := account.RemovalHold(now)
		hold.Sequence = account.EndlessSequence
		subscription.Holds = append(slices.Clone(subscription.Holds), hold)
		return subscriptionEdit{
			event: event.SubscriptionSuspended, changes: []account.FieldChange{{Field: "removing", New: true}},
			change: ObjectChange{Customer: CustomerChange{Expected: &current.Chain[0], Ready: true}},
		}, nil
	}
}

// removeMarked removes a marked subscription in at most the given number of transactions. Reports whether the
// subscription is gone. It returns errUnlisted if the list does not show all of its websites.
func (s Subscriptions) removeMarked(
	ctx context.Context, actor account.ID, meta request.Metadata, current *SubscriptionContext, transactions int,
) (bool, error) {
	id, after := current.Subscription.ID, ""
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
			if err := s.removeWebsites(ctx, actor, meta, current, listed); err != nil {
				return false, err
			}
		}
		if !more {
			return s.removeEmpty(ctx, actor, meta, id)
		}
	}
	return false, nil
}

// removeWebsites removes those of the listed websites that still exist, in one transaction.
func (s Subscriptions) removeWebsites(
	ctx context.Context, actor account.ID, meta request.Metadata, current *SubscriptionContext, listed []Website,
) error {
	ids := make([]string, len(listed))
	for i := range listed {
		ids[i] = listed[i].ID
	}
	customer := &current.Chain[0]
	return edit.Retry(func() error {
		sites, err := s.Store.ReadWebsites(ctx, ids)
		if err != nil || len(sites) == 0 {
			return err
		}
		removal := WebsitesRemoval{
			Subscription: current.Subscription.ID, Customer: current.Subscription.Customer, Websites: sites,
		}
		for i := range sites {
			removal.Events = append(
				removal.Events,
				newEvent(s.NewID, meta, actor, customer, event.WebsiteRemoved, sites[i].ID, s.Now(),
					account.FieldChange{Field: "website", Old: DisplayDomain(sites[i].Domain)}),
			)
		}
		return s.Store.RemoveWebsites(ctx, removal)
	})
}

// removeEmpty removes a subscription without websites and releases its resources. It returns errUnlisted if the
// subscription still has websites.
func (s Subscriptions) removeEmpty(
	ctx context.Context, actor account.ID, meta request.Metadata, id string,
) (done bool, err error) {
	err = edit.Retry(func() error {
		current, err := s.Store.ReadSubscription(ctx, id, idempotency.Key{})
		if err != nil {
			return err
		}
		done = current.Subscription == nil || len(current.Chain) == 0
		if done {
			return nil
		}
		if current.Subscription.Websites > 0 {
			return errUnlisted
		}
		done = true
		return s.Store.WriteHosting(ctx, s.removalChange(&current, actor, meta))
	})
	_, err = idempotency.Answer(SubscriptionView{}, meta.Key, err)
	return done && err == nil, err
}

// removalChange returns the change that removes a subscription without websites.
func (s Subscriptions) removalChange(
	current *SubscriptionContext,
	actor account.ID,
	meta request.Metadata,
) ObjectChange {
	subscription, customer, now := current.Subscription, &current.Chain[0], s.Now()
	change := ObjectChange{
		Subscription: &SubscriptionChange{Before: subscription},
		Customer: CustomerChange{
			ID: subscription.Customer, Expected: customer, Total: -1, Sequence: nextSequence(customer),
		},
		Plans:  mergeUses(subscription.planUse(current.Plan, -1)),
		Limits: plan.GiveBack(planOwner(current.Chain), DemandOf(subscription, current.Plan, -1)),
		Event: newEvent(s.NewID, meta, actor, customer, event.SubscriptionRemoved, subscription.ID, now,
			account.FieldChange{Field: "subscription", Old: DisplayDomain(subscription.Domain)}),
		Record: idempotency.NewRecord(meta.Key, nil, now),
	}
	change.Customer.recount(subscription.HeldAt(customer), nil)
	return change
}
