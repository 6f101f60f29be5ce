package hosting

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"tenantry/shared/account"
	"tenantry/shared/deadline"
	"tenantry/shared/fault"
	"tenantry/shared/plan"
)

// Erasure is one transaction that erases subscriptions of an account that is being removed, with their websites, or
// some websites of one subscription. It writes no events: the account's own removal has one.
type Erasure struct {
	Customer         account.ID
	Subscriptions    []Subscription // erased together with their Websites
	KeptSubscription string         // without Subscriptions: the subscription that loses Websites
	Websites         []Website
	Plans            []PlanUse
	Limits           *plan.Reservation
}

// ErasureStore is the storage of a SubscriptionEraser.
type ErasureStore interface {
	// ListSubscriptions returns a customer's subscriptions in order of creation, eventually consistent.
	ListSubscriptions(ctx context.Context, customer account.ID, after string, limit int) ([]Subscription, bool, error)
	// ListWebsites returns a subscription's websites in order of creation, eventually consistent.
	ListWebsites(ctx context.Context, subscription, after string, limit int) ([]Website, bool, error)
	// ReadSubscriptions reads subscriptions consistently. Those that do not exist are left out.
	ReadSubscriptions(ctx context.Context, ids []string) ([]Subscription, error)
	// ReadWebsites reads websites consistently. Those that do not exist are left out.
	ReadWebsites(ctx context.Context, ids []string) ([]Website, error)
	// ReadPlans reads plans by id. Those that do not exist are left out.
	ReadPlans(ctx context.Context, ids []plan.ID) ([]plan.Plan, error)
	// EraseHosting writes an erasure. It returns fault.VersionMismatch if a part of it has changed or is gone.
	EraseHosting(ctx context.Context, erasure Erasure) error
}

// SubscriptionEraser erases the subscriptions of an account that is being removed.
type SubscriptionEraser struct {
	Store ErasureStore
	Now   func() time.Time
}

// ErasureReserve is how much time must be left to start another transaction.
const ErasureReserve = 10 * time.Second

// The size of one transaction. DynamoDB allows a hundred items in a transaction. A website takes up to three
// items, a subscription one; the account, its owner's usage and the plans take some more.
const (
	maxErasedWebsites = 29
	maxErasedItems    = 90
	maxErasedPlans    = 6
)

// erasedItems returns how many items erasing a subscription with its websites takes at most.
func erasedItems(websites []Website) int { return 1 + 3*len(websites) }

// maxConcurrentLists is how many lists of websites are read concurrently.
const maxConcurrentLists = 10

// EraseAll erases all subscriptions. It returns fault.Unavailable if time runs out, or if lists do not show all
// subscriptions yet.
func (e SubscriptionEraser) EraseAll(ctx context.Context, customer, owner account.ID) error {
	for {
		if deadline.Near(ctx, e.Now(), ErasureReserve) {
			return fault.New(fault.Unavailable, "More data remains to be removed.")
		}
		listed, more, err := e.Store.ListSubscriptions(ctx, customer, "", maxErasedItems)
		if err != nil {
			return err
		}
		ids := make([]string, len(listed))
		for i := range listed {
			ids[i] = listed[i].ID
		}
		existing, err := e.Store.ReadSubscriptions(ctx, ids)
		if err != nil {
			return err
		}
		if len(existing) == 0 && more {
			return fault.New(fault.Unavailable,
				"Some recent removals still appear in lists. Try again in a few seconds.")
		}
		if len(existing) == 0 {
			return nil
		}
		if err := e.page(ctx, customer, owner, existing); err != nil {
			return err
		}
		if !more && len(existing) == len(listed) {
			return nil // the account counts subscriptions that the list does not show
		}
	}
}

// page erases some subscriptions. It puts as many into one transaction as fit.
func (e SubscriptionEraser) page(ctx context.Context, customer, owner account.ID, subscriptions []Subscription) error {
	sites, err := e.websites(ctx, subscriptions)
	if err != nil {
		return err
	}
	erasure, room, plans := Erasure{Customer: customer}, maxErasedItems, map[plan.ID]bool{}
	for i := range subscriptions {
		subscription := subscriptions[i]
		websites, err := e.finalWebsites(ctx, customer, &subscription, sites[subscription.ID])
		if err != nil {
			return err
		}
		plans[subscription.Plan] = true
		if cost := erasedItems(websites); cost > room || len(plans) > maxErasedPlans {
			if err := e.write(ctx, owner, erasure); err != nil {
				return err
			}
			erasure, room, plans = Erasure{Customer: customer}, maxErasedItems, map[plan.ID]bool{subscription.Plan: true}
		}
		erasure.Subscriptions = append(erasure.Subscriptions, subscription)
		erasure.Websites = append(erasure.Websites, websites...)
		room -= erasedItems(websites)
	}
	return e.write(ctx, owner, erasure)
}

// websites returns the websites of each subscription, at most as many as one transaction removes with it. It lists them
// concurrently. If a list has another number of websites than its subscription counts, the list is behind, and its
// websites are read consistently.
func (e SubscriptionEraser) websites(ctx context.Context, subscriptions []Subscription) (map[string][]Website, error) {
	listed := make([][]Website, len(subscriptions))
	var lists errgroup.Group
	lists.SetLimit(maxConcurrentLists)
	for i := range subscriptions {
		if subscriptions[i].Websites == 0 {
			continue
		}
		lists.Go(func() (err error) {
			listed[i], _, err = e.Store.ListWebsites(ctx, subscriptions[i].ID, "", maxErasedWebsites)
			return err
		})
	}
	if err := lists.Wait(); err != nil {
		return nil, err
	}
	sites, unconfirmed := make(map[string][]Website, len(subscriptions)), []string(nil)
	for i := range subscriptions {
		if int64(len(listed[i])) == subscriptions[i].Websites {
			sites[subscriptions[i].ID] = listed[i] // complete; the write fails if a website has changed
			continue
		}
		for _, site := range listed[i] {
			unconfirmed = append(unconfirmed, site.ID)
		}
	}
	existing, err := e.Store.ReadWebsites(ctx, unconfirmed)
	for _, site := range existing {
		sites[site.Subscription] = append(sites[site.Subscription], site)
	}
	return sites, err
}

// finalWebsites returns the websites that are erased together with a subscription. It erases any more websites first.
func (e SubscriptionEraser) finalWebsites(
	ctx context.Context, customer account.ID, subscription *Subscription, existing []Website,
) ([]Website, error) {
	for int64(len(existing)) != subscription.Websites {
		if len(existing) == 0 || len(existing) < min(maxErasedWebsites, int(subscription.Websites)) {
			return nil, fault.New(fault.Unavailable,
				"Some recent websites are not listed yet. Try again in a few seconds.")
		}
		erasure := Erasure{Customer: customer, KeptSubscription: subscription.ID, Websites: existing}
		if err := e.Store.EraseHosting(ctx, erasure); err != nil {
			return nil, retriable(err)
		}
		subscription.Websites -= int64(len(existing))
		sites, err := e.websites(ctx, []Subscription{*subscription})
		if err != nil {
			return nil, err
		}
		existing = sites[subscription.ID]
	}
	return existing, nil
}

// write erases subscriptions and releases their plans and their share of the owner's limits.
func (e SubscriptionEraser) write(ctx context.Context, owner account.ID, erasure Erasure) error {
	if len(erasure.Subscriptions) == 0 {
		return nil
	}
	plans, err := readPlans(ctx, e.Store, erasure.Subscriptions)
	if err != nil {
		return err
	}
	uses, returned := releasedBy(erasure.Subscriptions, plans)
	erasure.Plans, erasure.Limits = uses, plan.GiveBack(owner, returned)
	return retriable(e.Store.EraseHosting(ctx, erasure))
}

// retriable returns fault.Unavailable for a version mismatch, so that the caller retries. Other errors stay.
func retriable(err error) error {
	if fault.Is(err, fault.VersionMismatch) {
		return fault.Because(err, fault.Unavailable, "The data has changed in the meantime. Try again.")
	}
	return err
}
