package hosting

import (
	"context"

	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/idempotency"
	"tenantry/shared/plan"
)

// ObjectChange is a change of a subscription or a website, with all that is written in the same transaction.
type ObjectChange struct {
	// Subscription and Website are created, changed (Version grows by one) or removed.
	Subscription *SubscriptionChange
	Website      *WebsiteChange
	// PrimaryWebsite is the website that has the new primary domain of the subscription. It must exist. "" is none.
	PrimaryWebsite string
	// Customer must exist. For a creation it must also be ready.
	Customer CustomerChange
	Plans    []PlanUse
	Limits   *plan.Reservation
	Event    event.Event
	Record   *idempotency.Record
}

// SubscriptionChange is a subscription before and after a change. Before is nil for a new subscription, After for a
// removed one. If the number of websites changes, the stored number must be that of Before. The write fails if the
// subscription has more than MaxWebsites; nil is no condition.
type SubscriptionChange struct {
	Before, After *Subscription
	MaxWebsites   *int64
}

// WebsiteChange is a website before and after a change. Before is nil for a new website, which takes its domain; After
// is nil for a removed one, which frees it. Without a change of the subscription, the website is counted there; a new
// one must not exceed MaxWebsites, which holds for SubscriptionVersion (nil is no limit), and a removed one must not have
// the primary domain.
type WebsiteChange struct {
	Before, After       *Website
	MaxWebsites         *int64
	SubscriptionVersion int64
}

// WebsitesRemoval removes websites of a marked subscription, with an event for each.
type WebsitesRemoval struct {
	Subscription string
	Customer     account.ID
	Websites     []Website
	Events       []event.Event
}

// CustomerChange is what a change of hosting writes to the customer. The customer's version stays, so that edits of the
// account do not conflict with it.
type CustomerChange struct {
	ID       account.ID
	Expected *account.Account        // its kind and owner must be unchanged; nil is no condition
	Total    int64                   // added to the number of subscriptions
	Held     map[account.Level]int64 // added to the numbers of held subscriptions
	Covered  map[account.Level]int64 // added to the numbers of covered holds
	Children Children                // added to the numbers of its other objects
	Sequence *Sequence               // grows by one with every hold and every change of Held
	Ready    bool                    // whether the customer must be ready
}

// Children are changes of the numbers of objects that a removal of the account must find.
type Children struct{ PanelUsers, CreatedBackups int64 }

// Sequence is a customer's HoldSequence before and after. Before is a condition.
type Sequence struct{ Before, After int64 }

// PlanUse is how a change of a subscription changes the counts of a plan. If Version is not nil, the plan must have
// this version.
type PlanUse struct {
	ID      plan.ID
	Uses    int64
	Synced  int64
	Version *int64
}

// WebsiteStore keeps the websites of subscriptions.
type WebsiteStore interface {
	// ListWebsites returns a subscription's websites in order of creation, those after an id only, and reports whether
	// there may be more.
	ListWebsites(ctx context.Context, subscription, after string, limit int) ([]Website, bool, error)
	// ReadWebsites reads at most a hundred websites, consistently. Those that do not exist are left out.
	ReadWebsites(ctx context.Context, ids []string) ([]Website, error)
	// RemoveWebsites removes at most twenty-four websites and frees their domains, all or none. It returns
	// fault.VersionMismatch if a website has changed, and fault.NotFound if the subscription is gone or not marked, or
	// the customer is gone.
	RemoveWebsites(ctx context.Context, removal WebsitesRemoval) error
	// ReadDomain reads the website of a domain, its subscription and the chain of its customer, consistently. The website
	// is nil if no website has the domain.
	ReadDomain(ctx context.Context, domain string) (*Website, *Subscription, Chain, error)
}

// Store keeps subscriptions and websites.
type Store interface {
	edit.Records
	WebsiteStore

	// ReadSubscription reads a subscription, the chain of its customer and its plan: consistently, in at most two round
	// trips. What does not exist is nil. If the request has taken effect, only its record is set.
	ReadSubscription(ctx context.Context, id string, key idempotency.Key) (SubscriptionContext, error)
	// ReadWebsite reads a website with the context of its subscription, like ReadSubscription.
	ReadWebsite(ctx context.Context, id string, key idempotency.Key) (*Website, SubscriptionContext, error)
	// ReadForCreation reads a customer, its owner if that is a reseller, a plan ("" for none) and the record of the
	// request: consistently, in one round trip, or in two if the hint to the owner is wrong.
	ReadForCreation(
		ctx context.Context,
		customer account.ID,
		service plan.ID,
		key idempotency.Key,
	) (SubscriptionContext, error)
	// ReadReseller reads the limits and the usage of a reseller.
	ReadReseller(ctx context.Context, id account.ID) (plan.Capacity, error)
	// WriteHosting writes a change. Errors: fault.Conflict if the domain is taken, or is in a registrable domain of
	// another customer; fault.NotFound if the customer or the subscription is gone; fault.Busy if the customer is not
	// ready; fault.VersionMismatch if an object, the sequence, a plan or the limits have changed; fault.LimitExceeded for
	// the subscription's websites or the reseller; *idempotency.Replayed.
	WriteHosting(ctx context.Context, change ObjectChange) error
	// ListSubscriptions returns a customer's subscriptions in order of creation, those after an id only, and reports
	// whether there may be more.
	ListSubscriptions(ctx context.Context, customer account.ID, after string, limit int) ([]Subscription, bool, error)
	// ReadPlans reads plans by id. Those that do not exist are left out.
	ReadPlans(ctx context.Context, ids []plan.ID) ([]plan.Plan, error)
}

// SubscriptionContext is a subscription with its customer, its plan and the record of the request.
type SubscriptionContext struct {
	Subscription *Subscription
	Chain        Chain // of the customer; empty if the customer does not exist
	Plan         *plan.Plan
	Record       *idempotency.Record
}
