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

// found is what the subscriptions of a customer have and ask for, together.
type found struct {
	count    int64
	websites int64
	asked    resource.Demand        // of the new host, the customer itself left out
	sum      resource.Set           // of what each keeps
	plans    map[plan.ID]*plan.Plan // that they are on
	few      []hosting.Subscription // all of them, where they are few
}

// How a customer's subscriptions are measured.
type exactness bool

const (
	exactly exactness = true  // as they are: errors when one goes, or when lists do not tell of all of them yet
	roughly exactness = false // as lists tell
)

// pageSize is how many subscriptions are read at once.
const pageSize = 100

// reserve is how much of its function's time must be left to begin with more.
const reserve = 10 * time.Second

// measure finds out what a customer's subscriptions have and ask for where they are going. Errors: LimitExceeded when one does not fit
// on its new plan; Unavailable when they are not known yet.
func (t Accounts) measure(ctx context.Context, of *account.Account, to *aim, how exactness) (*found, error) {
	handover := hosting.Handover{Plan: to.service}
	result := &found{plans: map[plan.ID]*plan.Plan{}, sum: resource.Sum(), asked: resource.Demand{}.Plus(resource.Demand{})}
	for after, more := "", of.Subscriptions > 0; more; {
		if deadline.Near(ctx, t.Now(), reserve) {
			return nil, again("More subscriptions remain to be counted.")
		}
		rows, next, err := t.list(ctx, of, after, how)
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
		if result.count <= t.few() {
			result.few = append(result.few, rows...)
		}
		after, more = next, next != ""
	}
	if how == exactly && result.count != of.Subscriptions {
		return nil, operation.Settling("Some recent subscriptions are not listed yet. Try again in a few seconds.")
	}
	return result, nil
}

// list returns a page of a customer's subscriptions, and after which one the next begins; "" when there is none.
func (t Accounts) list(ctx context.Context, of *account.Account, after string, how exactness) (rows []hosting.Subscription, next string, err error) {
	rows, more, err := t.Store.ListSubscriptions(ctx, of.ID, after, pageSize)
	if err != nil || len(rows) == 0 {
		return nil, "", err
	}
	if more {
		next = rows[len(rows)-1].ID
	}
	if how == roughly {
		return rows, next, nil
	}
	if rows, err = t.Store.ReadSubscriptions(ctx, idsOf(rows)); err != nil {
		return nil, "", err
	}
	for i := range rows {
		if rows[i].Removing {
			return nil, "", operation.Settling("One of the customer's subscriptions is being removed.")
		}
	}
	return rows, next, nil
}

func (f *found) add(handover hosting.Handover, of *hosting.Subscription) error {
	keeps, err := handover.Keeps(of, f.plans[of.Plan])
	f.count++
	f.websites += of.Websites
	f.asked = f.asked.Plus(resource.DemandOf(keeps, 1))
	f.asked.Subscriptions++
	f.sum = resource.Sum(f.sum, keeps)
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
func (to *aim) demand(of *found) resource.Demand {
	demand := of.asked
	if !to.converts() {
		demand.Customers = 1
	}
	return demand
}
