// Package transfer moves customers to other owners (guide: Moving Customers to Another Owner) and converts them to
// resellers (guide: Converting Customer Accounts to Reseller Accounts). Both are the same for the customer's
// subscriptions: they count against other limits, and leave their plans (ADR 25).
//
// A customer with few subscriptions is transferred in one transaction. A customer with many subscriptions is first
// held, so that its subscriptions stay as they are. Then one transaction changes the account and reserves everything
// that the subscriptions need from the new limits. After that the subscriptions move, page by page. Each moves once,
// and what it used is given back to the old owner's limits.
package transfer

import (
	"context"

	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
	"tenantry/shared/operation"
	"tenantry/shared/plan"
	"tenantry/shared/resource"
)

// PendingTransfer is stored with an account from the change of the account until all its subscriptions have moved.
type PendingTransfer struct {
	Operation     string                   // the operation that started it
	From          account.ID               // whose limits the subscriptions counted against: a reseller, or AdministratorOwner
	To            account.ID               // whose limits they count against now; after a conversion the account itself
	Plan          plan.ID                  // the new plan of the subscriptions; "" if each keeps its resources
	PlanResources map[plan.ID]resource.Set // if Plan is "": the resources of each old plan when the account changed
	Total         int64                    // subscriptions
	Moved         int64                    // subscriptions that have moved
}

// Transaction is one transaction of a transfer.
type Transaction struct {
	// Account changes the account; nil if only subscriptions move. If the owner or kind changes, the store also updates
	// the account's guards, its places in lists, and the counts of the administrator. The number of its subscriptions
	// must not have changed.
	Account *edit.AccountChange
	Starts  *PendingTransfer // stored with the account
	Step    *Step            // progress of the pending transfer

	// Subscriptions that move. The store keeps their counts of websites.
	Subscriptions []hosting.SubscriptionChange
	Plans         []hosting.PlanUse   // one for each plan; if only Version is set, the plan must not have changed
	Limits        []*plan.Reservation // one for each reseller: the new owner's, and, negative, the old owner's
	InitialUsage  *resource.Demand    // the usage of an account that becomes a reseller
}

// Step is progress of a pending transfer.
type Step struct {
	Account   account.ID
	Operation string // must be the operation of the pending transfer
	Moved     int64  // subscriptions that move in this transaction
	Ends      bool   // the pending transfer is deleted; all its subscriptions must have moved

	// From is PendingTransfer.From, if the pending transfer is deleted.
	From account.ID
}

// Store is what transfers need from the store.
type Store interface {
	edit.AccountStore
	// ReadTransfer reads an account and its pending transfer, strongly consistent. Either is nil if it does not exist.
	ReadTransfer(ctx context.Context, id account.ID) (*account.Account, *PendingTransfer, error)
	// ReadOperation reads an operation, or nil if it does not exist.
	ReadOperation(ctx context.Context, id string, key idempotency.Key) (*operation.Operation, *idempotency.Record, error)
	// FindExternalID returns the account of an owner that has an external id, or "" if there is none.
	FindExternalID(ctx context.Context, owner account.ID, externalID string) (account.ID, error)
	// ReadNote returns the full note of an owner about an account, or "" if there is none.
	ReadNote(ctx context.Context, about, owner account.ID) (string, error)
	// ListSubscriptions returns a customer's subscriptions in order of creation, eventually consistent, and whether
	// there may be more.
	ListSubscriptions(
		ctx context.Context,
		customer account.ID,
		after string,
		limit int,
	) ([]hosting.Subscription, bool, error)
	// ReadSubscriptions reads at most 100 subscriptions, strongly consistent. It leaves out those that do not exist.
	ReadSubscriptions(ctx context.Context, ids []string) ([]hosting.Subscription, error)
	// ReadPlans reads plans, strongly consistent. It leaves out those that do not exist.
	ReadPlans(ctx context.Context, ids []plan.ID) ([]plan.Plan, error)
	// ReadReseller reads the limits and the usage of a reseller.
	ReadReseller(ctx context.Context, id account.ID) (plan.Capacity, error)
	// WriteTransfer writes a transaction of a transfer. It returns nil if the transaction's event exists: then it was
	// written before. It returns fault.VersionMismatch if a part of the change is based on an old version,
	// fault.Conflict if another account of the new owner has the external id, fault.LimitExceeded, fault.NotFound if
	// the new owner does not exist or is being removed, and fault.InvalidRequest if a plan does not exist.
	WriteTransfer(ctx context.Context, transaction Transaction) error
}
