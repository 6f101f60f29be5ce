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
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/plan"
	"tenantry/shared/request"
	"tenantry/shared/sweep"
)

const (
	// websitesAtOnce is how many websites go in one transaction.
	websitesAtOnce = 25
	// inRequest is how many transactions of websites a request makes. The sweep goes on until its time is over.
	inRequest = 4
	// removalReserve is how much time must be left to begin another transaction.
	removalReserve = 6 * time.Second
	// removalPause is when the sweep goes on with a removal: once its request has ended, which takes 15 seconds at most (template.yaml).
	removalPause = 15 * time.Second
)

// errUnlisted says that a subscription has websites that its list does not show yet.
var errUnlisted = errors.New("the list does not show all websites yet")

// Remove removes a subscription with all its websites: first it is marked, so that it is closed, takes nothing new and is seen
// no more, then its websites go and free their domains, at last it goes itself. The sweep goes on with what does
// not go at once or is cut off (DueHandler), also while an operation works on the account. Errors: NotFound, Forbidden, Busy, VersionMismatch.
func (s Subscriptions) Remove(ctx context.Context, caller access.Caller, meta request.Metadata, id string) error {
	found, err := s.findEven(ctx, caller, meta, id)
	if err != nil {
		_, err = idempotency.Answer(SubscriptionView{}, meta.Key, err)
		return err
	}
	if err := mayHost(caller, found.Chain); err != nil {
		return err
	}
	if !found.Subscription.Removing {
		if _, err = s.alter(ctx, caller, meta, id, mark(Removal{Actor: caller.Account.ID, RequestID: meta.ID})); fault.Is(err, fault.NotFound) {
			_, err = s.findEven(ctx, caller, request.Metadata{}, id) // it may be somebody else's mark that hides it
		}
		if err != nil {
			return err
		}
		meta.Key = idempotency.Key{} // remembered with the mark
	}
	found, err = s.Store.ReadSubscription(ctx, id, idempotency.Key{})
	if err != nil || found.Subscription == nil || !found.Subscription.Removing || len(found.Chain) == 0 {
		return err // it has gone meanwhile, or with its customer
	}
	_, err = s.removeMarked(ctx, caller.Account.ID, meta, &found, inRequest)
	if fault.Is(err, fault.VersionMismatch) || errors.Is(err, errUnlisted) { // the sweep goes on
		return nil
	}
	return err
}

// finish goes on with the removal of a marked subscription. It returns sweep.ErrUnfinished if it runs out of time.
func (s Subscriptions) finish(ctx context.Context, found *Found) error {
	removal := found.Subscription.Removal
	done, err := s.removeMarked(ctx, removal.Actor, request.Metadata{ID: removal.RequestID}, found, math.MaxInt)
	if err == nil && !done {
		err = sweep.ErrUnfinished
	}
	return err
}

// mark marks a subscription that a request removes.
func mark(removal Removal) func(found *Found, now time.Time) (edit, error) {
	return func(found *Found, now time.Time) (edit, error) {
		if err := found.Chain[0].CheckReady(); err != nil {
			return edit{}, err
		}
		of, dueAt := found.Subscription, now.Add(removalPause)
		of.Removing, of.Removal, of.DueAt = true, removal, &dueAt
		hold := account.RemovalHold(now)
		hold.Sequence = account.EndlessSequence
		of.Holds = append(slices.Clone(of.Holds), hold)
		return edit{
			event: event.SubscriptionSuspended, changes: []account.FieldChange{{Field: "removing", New: true}},
			writing: HostingChange{Customer: CustomerChange{Judged: &found.Chain[0], Ready: true}},
		}, nil
	}
}

// removeMarked removes a marked subscription in a number of transactions at most. Reports whether nothing is left of it. It returns
// errUnlisted if there are websites that it cannot find yet.
func (s Subscriptions) removeMarked(ctx context.Context, actor account.ID, meta request.Metadata, found *Found, transactions int) (bool, error) {
	id, by := found.Subscription.ID, access.Caller{Account: account.Account{ID: actor}}
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
			if err := s.removeWebsites(ctx, by, meta, found, listed); err != nil {
				return false, err
			}
		}
		if !more {
			return s.removeItself(ctx, by, meta, id)
		}
	}
	return false, nil
}

// removeWebsites removes those of the listed websites that are there still, in one transaction.
func (s Subscriptions) removeWebsites(ctx context.Context, by access.Caller, meta request.Metadata, found *Found, listed []Website) error {
	ids := make([]string, len(listed))
	for i := range listed {
		ids[i] = listed[i].ID
	}
	for try := 1; ; try++ {
		sites, err := s.Store.ReadWebsites(ctx, ids)
		if err != nil || len(sites) == 0 {
			return err
		}
		removal := WebsitesRemoval{Subscription: found.Subscription.ID, Customer: found.Subscription.Customer, Websites: sites}
		now := s.Now()
		for i := range sites {
			var one HostingChange
			err := one.describe(s.NewID, by, request.Metadata{ID: meta.ID}, &found.Chain[0], event.WebsiteRemoved, sites[i].ID, now, nil,
				account.FieldChange{Field: "website", Old: ShownDomain(sites[i].Domain)})
			if err != nil {
				return err
			}
			removal.Events = append(removal.Events, one.Event)
		}
		err = s.Store.RemoveWebsites(ctx, removal)
		if !fault.Is(err, fault.VersionMismatch) || try == maxTries {
			return err
		}
	}
}

// removeItself takes away a subscription without websites, and gives back what it had. It returns errUnlisted if there are websites.
func (s Subscriptions) removeItself(ctx context.Context, by access.Caller, meta request.Metadata, id string) (bool, error) {
	for try := 1; ; try++ {
		found, err := s.Store.ReadSubscription(ctx, id, idempotency.Key{})
		if err != nil || found.Subscription == nil || len(found.Chain) == 0 {
			return err == nil, err
		}
		of, now := found.Subscription, s.Now()
		if of.Websites > 0 {
			return false, errUnlisted
		}
		customer := &found.Chain[0]
		writing := HostingChange{
			Subscription: &SubscriptionChange{Before: of},
			Customer: CustomerChange{
				ID: of.Customer, Judged: customer, Total: -1, Held: moved(of.HeldAt(customer), ""),
				Sequence: &Sequence{Before: customer.HoldSequence, After: customer.HoldSequence + 1},
			},
			Plans: mergeUses(of.use(found.Plan, -1)),
		}
		writing.Limits = plan.GiveBack(hostedBy(found.Chain), DemandOf(of, found.Plan, -1))
		err = writing.describe(s.NewID, by, meta, customer, event.SubscriptionRemoved, id, now, nil,
			account.FieldChange{Field: "subscription", Old: ShownDomain(of.Domain)})
		if err != nil {
			return false, err
		}
		err = s.Store.WriteHosting(ctx, writing)
		if !fault.Is(err, fault.VersionMismatch) || try == maxTries {
			_, err = idempotency.Answer(SubscriptionView{}, meta.Key, err)
			return err == nil, err
		}
	}
}
