package transfer

import (
	"context"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/deadline"
	"tenantry/shared/hosting"
	"tenantry/shared/operation"
	"tenantry/shared/plan"
	"tenantry/shared/resource"
)

// usage is what the subscriptions of a customer have and ask for, together.
type usage struct {
	subscriptions int64
	websites      int64
	demand        resource.Demand        // of the new host, the customer itself left out
	resources     resource.Set           // of what each keeps
	plans         map[plan.ID]*plan.Plan // that they are on
	rows          []hosting.Subscription // all of them, where they are few
}

// How a customer's subscriptions are measured.
type accuracy bool

const (
	exact    accuracy = true  // as they are: errors when one goes, or when lists do not tell of all of them yet
	estimate accuracy = false // as lists tell
)

// pageSize is how many subscriptions are read at once.
const pageSize = 100

// reserve is how much of its function's time must be left to begin with more.
const reserve = 10 * time.Second

// measure finds out what a customer's subscriptions have and ask for where they are going. Errors: LimitExceeded when one does not fit
// on its new plan; Unavailable when they are not known yet.
func (t Mover) measure(ctx context.Context, of *account.Account, to *target, how accuracy) (*usage, error) {
	handover := hosting.Handover{Plan: to.servicePlan}
	result := &usage{plans: map[plan.ID]*plan.Plan{}, resources: resource.Sum(), demand: resource.Demand{}.Plus(resource.Demand{})}
	for after, more := "", of.Subscriptions > 0; more; {
		if deadline.Near(ctx, t.Now(), reserve) {
			return nil, tryAgain("More subscriptions remain to be counted.")
		}
		rows, next, err := t.listSubscriptions(ctx, of, after, how)
		if err != nil {
			return nil, err
		}
		if err := hosting.AddPlans(ctx, t.Store, rows, result.plans); err != nil {
			return nil, err
		}
		for i := range rows {
			if err := result.add(handover, &rows[i]); err != nil {
				return result, err
			}
		}
		if result.subscriptions <= t.maxWithAccount() {
			result.rows = append(result.rows, rows...)
		}
		after, more = next, next != ""
	}
	if how == exact && result.subscriptions != of.Subscriptions {
		return nil, operation.Waiting("Some recent subscriptions are not listed yet. Try again in a few seconds.")
	}
	return result, nil
}

// listSubscriptions returns a page of a customer's subscriptions, and after which one the next begins; "" when there is none.
func (t Mover) listSubscriptions(ctx context.Context, of *account.Account, after string, how accuracy) (rows []hosting.Subscription, next string, err error) {
	rows, more, err := t.Store.ListSubscriptions(ctx, of.ID, after, pageSize)
	if err != nil || len(rows) == 0 {
		return nil, "", err
	}
	if more {
		next = rows[len(rows)-1].ID
	}
	if how == estimate {
		return rows, next, nil
	}
	if rows, err = t.Store.ReadSubscriptions(ctx, idsOf(rows)); err != nil {
		return nil, "", err
	}
	for i := range rows {
		if rows[i].Removing {
			return nil, "", operation.Waiting("One of the customer's subscriptions is being removed.")
		}
	}
	return rows, next, nil
}

func (f *usage) add(handover hosting.Handover, of *hosting.Subscription) error {
	keeps, err := handover.Keeps(of, f.plans[of.Plan])
	f.subscriptions++
	f.websites += of.Websites
	f.demand = f.demand.Plus(resource.DemandOf(keeps, 1))
	f.demand.Subscriptions++
	f.resources = resource.Sum(f.resources, keeps)
	return err
}

func idsOf(subscriptions []hosting.Subscription) []string {
	ids := make([]string, len(subscriptions))
	for i := range subscriptions {
		ids[i] = subscriptions[i].ID
	}
	return ids
}

// demand is what a customer asks of its new host, itself included.
func (to *target) demand(of *usage) resource.Demand {
	demand := of.demand
	if !to.isConversion() {
		demand.Customers = 1
	}
	return demand
}
