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

// Wipe takes away subscriptions of an account that is being removed, with all websites that they have, or some websites of one that
// has many. Nothing is told of each: the account's own removal is.
type Erasure struct {
	Customer         account.ID
	Subscriptions    []Subscription // with their Websites as many as go with them
	KeptSubscription string         // a subscription that only loses websites
	Websites         []Website
	Plans            []PlanUse
	Limits           *plan.Reservation
}

// WipeStore is what wiping needs stored.
type ErasureStore interface {
	// ListSubscriptions returns a customer's subscriptions in order of creation, eventually consistent.
	ListSubscriptions(ctx context.Context, customer account.ID, after string, limit int) ([]Subscription, bool, error)
	// ListWebsites returns a subscription's websites likewise.
	ListWebsites(ctx context.Context, subscription, after string, limit int) ([]Website, bool, error)
	// ReadSubscriptions reads subscriptions, consistently; those that are gone are left out.
	ReadSubscriptions(ctx context.Context, ids []string) ([]Subscription, error)
	// ReadWebsites reads websites likewise.
	ReadWebsites(ctx context.Context, ids []string) ([]Website, error)
	// ReadPlans reads plans by id; those that do not exist are left out.
	ReadPlans(ctx context.Context, ids []plan.ID) ([]plan.Plan, error)
	// Wipe writes a wipe. Errors: VersionMismatch when something of it has changed or is gone meanwhile.
	EraseHosting(ctx context.Context, wipe Erasure) error
}

// Wiper wipes the hosting of an account that is closed.
type SubscriptionEraser struct {
	Store ErasureStore
	Now   func() time.Time
}

// WipeReserve is how much of its function's time must be left to begin with more.
const ErasureReserve = 10 * time.Second

// How much goes in one transaction, which has room for a hundred items: a website takes two, a subscription one, and the account,
// its owner's usage and plans some more.
const (
	wipedWebsites = 40
	wipeRoom      = 90
	mostPlans     = 6
)

// listsAtOnce is how many lists of websites are read concurrently.
const listsAtOnce = 10

// All wipes everything. Errors: Unavailable when there is more to do, or lists do not tell of all yet.
func (w SubscriptionEraser) EraseAll(ctx context.Context, customer, host account.ID) error {
	for {
		if deadline.Near(ctx, w.Now(), ErasureReserve) {
			return fault.New(fault.Unavailable, "More data remains to be removed.")
		}
		listed, more, err := w.Store.ListSubscriptions(ctx, customer, "", wipeRoom)
		if err != nil {
			return err
		}
		ids := make([]string, len(listed))
		for i := range listed {
			ids[i] = listed[i].ID
		}
		there, err := w.Store.ReadSubscriptions(ctx, ids)
		if err != nil {
			return err
		}
		if len(there) == 0 && more {
			return fault.New(fault.Unavailable, "Some recent removals still appear in lists. Try again in a few seconds.")
		}
		if len(there) == 0 {
			return nil
		}
		if err := w.page(ctx, customer, host, there); err != nil {
			return err
		}
		if !more && len(there) == len(listed) {
			return nil // what lists did not tell of is counted on the account
		}
	}
}

// page wipes some subscriptions, as many in one transaction as have room in it.
func (w SubscriptionEraser) page(ctx context.Context, customer, host account.ID, subscriptions []Subscription) error {
	sites, err := w.websites(ctx, subscriptions)
	if err != nil {
		return err
	}
	wipe, room, plans := Erasure{Customer: customer}, wipeRoom, map[plan.ID]bool{}
	for i := range subscriptions {
		of := subscriptions[i]
		websites, err := w.finalWebsites(ctx, customer, &of, sites[of.ID])
		if err != nil {
			return err
		}
		plans[of.Plan] = true
		if cost := 1 + 2*len(websites); cost > room || len(plans) > mostPlans {
			if err := w.write(ctx, host, wipe); err != nil {
				return err
			}
			wipe, room, plans = Erasure{Customer: customer}, wipeRoom, map[plan.ID]bool{of.Plan: true}
		}
		wipe.Subscriptions, wipe.Websites = append(wipe.Subscriptions, of), append(wipe.Websites, websites...)
		room -= 1 + 2*len(websites)
	}
	return w.write(ctx, host, wipe)
}

// websites returns the websites of each subscription, at most as many as one transaction removes with it. It lists them concurrently.
// If a list has another number of websites than its subscription counts, the list is behind, and its websites are read consistently.
func (w SubscriptionEraser) websites(ctx context.Context, of []Subscription) (map[string][]Website, error) {
	listed := make([][]Website, len(of))
	var lists errgroup.Group
	lists.SetLimit(listsAtOnce)
	for i := range of {
		if of[i].Websites == 0 {
			continue
		}
		lists.Go(func() (err error) {
			listed[i], _, err = w.Store.ListWebsites(ctx, of[i].ID, "", wipedWebsites)
			return err
		})
	}
	if err := lists.Wait(); err != nil {
		return nil, err
	}
	sites, inDoubt := make(map[string][]Website, len(of)), []string(nil)
	for i := range of {
		if int64(len(listed[i])) == of[i].Websites {
			sites[of[i].ID] = listed[i] // as many as there are; one that is another by now refuses the write
			continue
		}
		for _, site := range listed[i] {
			inDoubt = append(inDoubt, site.ID)
		}
	}
	there, err := w.Store.ReadWebsites(ctx, inDoubt)
	for _, site := range there {
		sites[site.Subscription] = append(sites[site.Subscription], site)
	}
	return sites, err
}

// last returns the websites that go with a subscription. What it has beyond them is wiped first.
func (w SubscriptionEraser) finalWebsites(ctx context.Context, customer account.ID, of *Subscription, there []Website) ([]Website, error) {
	for int64(len(there)) != of.Websites {
		if len(there) == 0 || len(there) < min(wipedWebsites, int(of.Websites)) {
			return nil, fault.New(fault.Unavailable, "Some recent websites are not listed yet. Try again in a few seconds.")
		}
		if err := w.Store.EraseHosting(ctx, Erasure{Customer: customer, KeptSubscription: of.ID, Websites: there}); err != nil {
			return nil, retriable(err)
		}
		of.Websites -= int64(len(there))
		sites, err := w.websites(ctx, []Subscription{*of})
		if err != nil {
			return nil, err
		}
		there = sites[of.ID]
	}
	return there, nil
}

// write wipes subscriptions and gives back what they had: to their plans, and to the reseller that hosts them.
func (w SubscriptionEraser) write(ctx context.Context, host account.ID, wipe Erasure) error {
	if len(wipe.Subscriptions) == 0 {
		return nil
	}
	plans, err := readPlans(ctx, w.Store, wipe.Subscriptions)
	if err != nil {
		return err
	}
	uses, returned := releasedBy(wipe.Subscriptions, plans)
	wipe.Plans, wipe.Limits = uses, plan.GiveBack(host, returned)
	return retriable(w.Store.EraseHosting(ctx, wipe))
}

// retriable makes of a change meanwhile that it must be tried again.
func retriable(err error) error {
	if fault.Is(err, fault.VersionMismatch) {
		return fault.Because(err, fault.Unavailable, "The data has changed in the meantime. Try again.")
	}
	return err
}
