// Package transfer takes customers over, with all their subscriptions, to whoever is to host them: another owner (guide: Moving
// Customers to Another Owner), or the customer itself as a reseller (guide: Converting Customer Accounts to Reseller Accounts).
//
// Few subscriptions are taken over in the one transaction that changes the account. Of many the account is held first, so that
// they stay as they are; then it changes together with all that its new host's limits and plan count; then the subscriptions
// follow page by page, each once, and give back what they had where they were.
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

// PendingTransfer is kept with an account from its change on, until all its subscriptions have followed.
type PendingTransfer struct {
	Operation     string                   // that began it
	From          account.ID               // who hosted the subscriptions: a reseller, or AdministratorOwner
	To            account.ID               // who hosts them now; the account itself after a conversion
	Plan          plan.ID                  // that they come to; "" where each keeps what it has
	PlanResources map[plan.ID]resource.Set // without Plan: what each plan gave when the account changed
	Total         int64                    // subscriptions
	Moved         int64                    // of these, how many have followed
}

// TransferChange is one transaction of a transfer, all of it or nothing.
type TransferChange struct {
	// Account changes the account; nil if only subscriptions follow. Its guards, its lists and the counts of all owners follow a new owner
	// or kind. The account must be as it was before, and have as many subscriptions.
	Account *edit.AccountChange
	Starts  *PendingTransfer // that is kept from now on
	Step    *Step            // of the one that is kept

	// Subscriptions that are taken over, each before and after. Their counts of websites are left alone.
	Subscriptions []hosting.SubscriptionChange
	Plans         []hosting.PlanUse   // one for each plan; with a Version alone it must only be the same still
	Limits        []*plan.Reservation // one for each reseller: of the new host, and, negative, of the old one
	InitialUsage  *resource.Demand    // of an account that becomes a reseller: what it has given from the beginning
}

// Step goes on with the transfer that is kept with an account.
type Step struct {
	Account   account.ID
	Operation string // whose it must be
	Moved     int64  // how many subscriptions follow with this
	Ends      bool   // it is not kept any more; all must have followed
}

// Store is what transfers need stored.
type Store interface {
	edit.AccountStore
	// ReadTransfer reads, consistently and at once, an account and the transfer that is kept with it; nil for what there is not.
	ReadTransfer(ctx context.Context, of account.ID) (*account.Account, *PendingTransfer, error)
	// ReadOperation reads an operation; nil when there is none.
	ReadOperation(ctx context.Context, id string, key idempotency.Key) (*operation.Operation, *idempotency.Record, error)
	// FindExternalID tells which account of an owner has an external id; "" when none.
	FindExternalID(ctx context.Context, owner account.ID, externalID string) (account.ID, error)
	// ReadNote reads the full note of one owner about an account; "" when there is none.
	ReadNote(ctx context.Context, about, by account.ID) (string, error)
	// ListSubscriptions returns a customer's subscriptions in order of creation, eventually consistent.
	ListSubscriptions(ctx context.Context, customer account.ID, after string, limit int) ([]hosting.Subscription, bool, error)
	// ReadSubscriptions reads subscriptions, consistently; those that are gone are left out. At most a hundred.
	ReadSubscriptions(ctx context.Context, ids []string) ([]hosting.Subscription, error)
	// ReadPlans reads plans by id, consistently; those that do not exist are left out.
	ReadPlans(ctx context.Context, ids []plan.ID) ([]plan.Plan, error)
	// ReadReseller reads what a reseller may give and has given.
	ReadReseller(ctx context.Context, id account.ID) (plan.Reseller, error)
	// WriteTransfer writes a transaction of a transfer. One whose event is there has been written: nil. Errors: VersionMismatch
	// when something of it has changed or is gone meanwhile; Conflict when the new owner has another account with the external
	// id; LimitExceeded; NotFound when the new owner is gone or gains no more accounts; InvalidRequest when a plan is gone.
	WriteTransfer(ctx context.Context, change TransferChange) error
}
