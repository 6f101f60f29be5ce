package hosting

import (
	"context"

	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/idempotency"
	"tenantry/shared/plan"
)

// HostingChange is a change of hosting with everything that is written in the same transaction.
type HostingChange struct {
	// Subscription and Website are what is created, changed (its Version is one more than before) or removed.
	Subscription *SubscriptionChange
	Website      *WebsiteChange
	// Customer is whose hosting it is: it must exist and be ready; for a removal it must exist only.
	Customer CustomerChange
	Plans    []PlanUse
	Limits   *plan.Reservation
	Event    event.Event
	Record   *idempotency.Record
}

// SubscriptionChange is a subscription before and after; nil before for a new one, nil after for one that goes. Most is how many
// websites it may have for the change; nil where it does not matter.
type SubscriptionChange struct {
	Before, After *Subscription
	MaxWebsites   *int64
}

// WebsiteChange is a website before and after; nil before for a new one, nil after for one that goes. A new one takes its
// domain, one that goes frees it. Most is how many websites the subscription may have with a new one, nil for no limit, by the
// version of the subscription.
type WebsiteChange struct {
	Before, After       *Website
	MaxWebsites         *int64
	SubscriptionVersion int64
}

// WebsitesRemoval is websites of a marked subscription that go together, with an event for each.
type WebsitesRemoval struct {
	Subscription string
	Customer     account.ID
	Websites     []Website
	Events       []event.Event
}

// CustomerChange is what changes with its hosting on a customer. Its version stays: nobody's edit collides with it.
type CustomerChange struct {
	ID       account.ID
	Expected *account.Account        // as it was when what is written was judged: its kind and its owner must be the same still; nil where they do not matter
	Total    int64                   // subscriptions more, or fewer where negative
	Held     map[account.Level]int64 // held subscriptions more, or fewer
	Sequence *Sequence               // raised by one with every hold and every change of Held
	Ready    bool                    // the customer must be ready, not only exist
}

// Sequence is a customer's HoldSequence before and after. Before is a condition.
type Sequence struct{ Before, After int64 }

// PlanUse is what changes on a plan by a subscription. Version is that which the subscription was judged by; nil where it does
// not matter.
type PlanUse struct {
	ID      plan.ID
	Uses    int64
	Synced  int64
	Version *int64
}

// WebsiteStore keeps the websites of subscriptions.
type WebsiteStore interface {
	// ListWebsites returns a subscription's websites in order of creation, after one, and whether there may be more.
	ListWebsites(ctx context.Context, subscription, after string, limit int) ([]Website, bool, error)
	// ReadWebsites reads websites, consistently; those that do not exist are left out. At most a hundred.
	ReadWebsites(ctx context.Context, ids []string) ([]Website, error)
	// RemoveWebsites removes at most thirty websites and frees their domains, all or none. Errors: VersionMismatch when one of them has
	// changed meanwhile; NotFound when the subscription is gone or is not marked, or the customer is gone.
	RemoveWebsites(ctx context.Context, removal WebsitesRemoval) error
}

// Store keeps hosting.
type Store interface {
	edit.Records
	WebsiteStore

	// ReadSubscription reads, consistently, a subscription, the chain of its customer, and its plan: at most two round trips;
	// nil for what there is not. The record is set when the request has taken effect before.
	ReadSubscription(ctx context.Context, id string, key idempotency.Key) (SubscriptionContext, error)
	// ReadWebsite reads likewise a website too.
	ReadWebsite(ctx context.Context, id string, key idempotency.Key) (*Website, SubscriptionContext, error)
	// ReadForCreation reads, consistently and in one round trip, a customer with its owner as far as it is a reseller (two where the
	// hint is wrong), a plan ("" for none), and the record of the request.
	ReadForCreation(ctx context.Context, customer account.ID, service plan.ID, key idempotency.Key) (SubscriptionContext, error)
	// ReadReseller reads what a reseller may give and has given.
	ReadReseller(ctx context.Context, id account.ID) (plan.Reseller, error)
	// WriteHosting writes a change. Errors: Conflict when the domain is taken; NotFound when what it hangs from is gone; Busy when
	// the customer is not ready; VersionMismatch when an object, the sequence, a plan or the limits have changed meanwhile;
	// LimitExceeded for the subscription's websites or the reseller; *idempotency.Replayed.
	WriteHosting(ctx context.Context, change HostingChange) error
	// ListSubscriptions returns a customer's subscriptions in order of creation, after one, and whether there may be more.
	ListSubscriptions(ctx context.Context, customer account.ID, after string, limit int) ([]Subscription, bool, error)
	// ReadPlans reads plans by id; those that do not exist are left out.
	ReadPlans(ctx context.Context, ids []plan.ID) ([]plan.Plan, error)
}

// SubscriptionContext is a subscription with its customer, its plan and the record of the request.
type SubscriptionContext struct {
	Subscription *Subscription
	Chain        Chain // of the customer; empty when there is none
	Plan         *plan.Plan
	Record       *idempotency.Record
}
