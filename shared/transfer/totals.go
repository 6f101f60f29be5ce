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

// subscriptionTotals are the totals of a customer's subscriptions.
type subscriptionTotals struct {
	subscriptions int64
	websites      int64
	demand        resource.Demand        // what the subscriptions need from the new limits, without the customer itself
	resources     resource.Set           // the sum of what the subscriptions keep
	plans         map[plan.ID]*plan.Plan // the present plans of the subscriptions
	rows          []hosting.Subscription // all subscriptions, unless there are more than maxWithAccount
}

// accuracy is how the totals are computed.
type accuracy bool

const (
	exact    accuracy = true  // consistent; fails if lists are incomplete or a subscription is being removed
	estimate accuracy = false // from lists only
)

// pageSize is how many subscriptions are read at once.
const pageSize = 100

// reserve is how much of the function's time must remain to read another page.
const reserve = 10 * time.Second

// computeTotals adds up a customer's subscriptions with the resources that they will have. It returns
// fault.LimitExceeded, with the totals so far, if a subscription does not fit its new plan, and fault.Unavailable if
// the totals are not known yet.
func (m Mover) computeTotals(
	ctx context.Context, customer *account.Account, target *transferTarget, accuracy accuracy,
) (*subscriptionTotals, error) {
	ownerChange := hosting.OwnerChange{Plan: target.servicePlan}
	totals := &subscriptionTotals{
		plans: map[plan.ID]*plan.Plan{}, resources: resource.Sum(), demand: resource.Demand{}.Plus(resource.Demand{}),
	}
	for after, more := "", customer.Subscriptions > 0; more; {
		if deadline.Near(ctx, m.Now(), reserve) {
			return nil, tryAgain("More subscriptions remain to be counted.")
		}
		rows, next, err := m.listSubscriptions(ctx, customer, after, accuracy)
		if err != nil {
			return nil, err
		}
		if err := hosting.AddPlans(ctx, m.Store, rows, totals.plans); err != nil {
			return nil, err
		}
		for i := range rows {
			if err := totals.add(ownerChange, &rows[i]); err != nil {
				return totals, err
			}
		}
		if totals.subscriptions <= m.maxWithAccount() {
			totals.rows = append(totals.rows, rows...)
		}
		after, more = next, next != ""
	}
	if accuracy == exact && totals.subscriptions != customer.Subscriptions {
		return nil, operation.Waiting("Some recent subscriptions are not listed yet. Try again in a few seconds.")
	}
	return totals, nil
}

// listSubscriptions returns a page of a customer's subscriptions, and the id after which the next page begins, or "" if
// it is the last page.
func (m Mover) listSubscriptions(
	ctx context.Context, customer *account.Account, after string, accuracy accuracy,
) (rows []hosting.Subscription, next string, err error) {
	rows, more, err := m.Store.ListSubscriptions(ctx, customer.ID, after, pageSize)
	if err != nil || len(rows) == 0 {
		return nil, "", err
	}
	if more {
		next = rows[len(rows)-1].ID
	}
	if accuracy == estimate {
		return rows, next, nil
	}
	if rows, err = m.Store.ReadSubscriptions(ctx, idsOf(rows)); err != nil {
		return nil, "", err
	}
	for i := range rows {
		if rows[i].Removing {
			return nil, "", operation.Waiting("One of the customer's subscriptions is being removed.")
		}
	}
	return rows, next, nil
}

// add adds a subscription. It returns fault.LimitExceeded if the subscription does not fit its new plan.
func (t *subscriptionTotals) add(ownerChange hosting.OwnerChange, subscription *hosting.Subscription) error {
	kept, err := ownerChange.NewResources(subscription, t.plans[subscription.Plan])
	t.subscriptions++
	t.websites += subscription.Websites
	t.demand = t.demand.Plus(resource.DemandOf(kept, 1))
	t.demand.Subscriptions++
	t.resources = resource.Sum(t.resources, kept)
	return err
}

func idsOf(subscriptions []hosting.Subscription) []string {
	ids := make([]string, len(subscriptions))
	for i := range subscriptions {
		ids[i] = subscriptions[i].ID
	}
	return ids
}

// demand returns what the customer and its subscriptions need from the new limits.
func (t *transferTarget) demand(totals *subscriptionTotals) resource.Demand {
	demand := totals.demand
	if !t.isConversion() {
		demand.Customers = 1
	}
	return demand
}
