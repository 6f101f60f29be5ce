package hosting

import (
	"context"
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
	found, err := s.findEven(ctx, caller, meta, id)
	if err != nil {
		_, err = idempotency.Answer(SubscriptionView{}, meta.Key, err)
		return err
	}
	if err := mayHost(caller, found.Chain); err != nil {
		return err
	}
	if !found.Subscription.Removing {
		if _, err = s.alter(ctx, caller, meta, id, shut); fault.Is(err, fault.NotFound) {
			_, err = s.findEven(ctx, caller, request.Metadata{}, id) // it may be somebody else's mark that hides it
		}
		if err != nil {
			return err
		}
		meta.Key = idempotency.Key{} // remembered with the mark
	}
	_, err = s.removeMarked(ctx, caller.Account.ID, meta, id, inRequest)
	if fault.Is(err, fault.VersionMismatch) { // too many others at once; it comes again
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
func shut(found *Found, now time.Time) (edit, error) {
	if err := found.Chain[0].CheckReady(); err != nil {
		return edit{}, err
	}
	of := found.Subscription
	of.Removing = true
	removal := account.RemovalHold(now)
	removal.Sequence = account.EndlessSequence
	of.Holds = append(slices.Clone(of.Holds), removal)
	return edit{
		event: event.SubscriptionSuspended, errand: event.FinishRemoval, changes: []account.FieldChange{{Field: "removing", New: true}},
		writing: HostingChange{Customer: CustomerChange{Judged: &found.Chain[0], Ready: true}},
	}, nil
}

// removeMarked removes of a marked subscription what so many transactions can, and tells whether nothing is left of it.
func (s Subscriptions) removeMarked(ctx context.Context, actor account.ID, meta request.Metadata, id string, transactions int) (bool, error) {
	found, err := s.Store.ReadSubscription(ctx, id, idempotency.Key{})
	if err != nil || found.Subscription == nil || !found.Subscription.Removing || len(found.Chain) == 0 {
		return err == nil, err // it has gone meanwhile, or with its customer
	}
	by := access.Caller{Account: account.Account{ID: actor}}
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
			if err := s.removeWebsites(ctx, by, meta, &found, listed); err != nil {
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

// removeItself takes away a subscription without websites, and gives back what it had. It tells false while there are websites,
// of which a list need not tell yet.
func (s Subscriptions) removeItself(ctx context.Context, by access.Caller, meta request.Metadata, id string) (bool, error) {
	for try := 1; ; try++ {
		found, err := s.Store.ReadSubscription(ctx, id, idempotency.Key{})
		if err != nil || found.Subscription == nil || len(found.Chain) == 0 {
			return err == nil, err
		}
		of, now := found.Subscription, s.Now()
		if of.Websites > 0 {
			return false, nil
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
