package directory

import (
	"cmp"
	"context"
	"strings"

	"golang.org/x/sync/errgroup"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/plan"
)

// NameStore reads the accounts and plans whose names a page shows. Those that do not exist are left out.
type NameStore interface {
	// ReadAccounts returns accounts by id. The read is eventually consistent.
	ReadAccounts(ctx context.Context, ids []account.ID) ([]account.Account, error)
	// ReadPlans returns plans by id.
	ReadPlans(ctx context.Context, ids []plan.ID) ([]plan.Plan, error)
}

// Names returns the names of accounts and plans by their ids, as far as the caller may know them (ADR 52): those of
// accounts and plans in its view, and of the accounts above it. Names are read when a page shows them and never stored
// with an id, so the name of a removed account is gone.
type Names struct {
	caller   access.Caller
	accounts map[account.ID]*account.Account // nil if the account is not read yet, or does not exist
	plans    map[plan.ID]*plan.Plan
}

// NewNames returns the names that the caller's credential has read: those of the caller and the accounts above it.
func NewNames(caller access.Caller) *Names {
	n := &Names{
		caller: caller, accounts: map[account.ID]*account.Account{caller.Account.ID: &caller.Account},
		plans: map[plan.ID]*plan.Plan{},
	}
	for i := range caller.Parents {
		n.Know(&caller.Parents[i])
	}
	return n
}

// Know adds an account that was read already.
func (n *Names) Know(a *account.Account) {
	if a != nil {
		n.accounts[a.ID] = a
	}
}

// Request asks for the name of an account or a plan. Everything else is ignored.
func (n *Names) Request(id string) {
	switch {
	case isPlan(id):
		if _, isKnown := n.plans[plan.ID(id)]; !isKnown {
			n.plans[plan.ID(id)] = nil
		}
	case account.ID(id).WellFormed() && !n.isHiddenAdministrator(account.ID(id)):
		if _, isKnown := n.accounts[account.ID(id)]; !isKnown {
			n.accounts[account.ID(id)] = nil
		}
	}
}

func isPlan(id string) bool {
	return strings.HasPrefix(id, plan.ServicePrefix) || strings.HasPrefix(id, plan.ResellerPrefix)
}

// isHiddenAdministrator reports whether the id stands for an administrator whose own name the caller does not learn.
func (n *Names) isHiddenAdministrator(id account.ID) bool {
	return id == account.AdministratorOwner ||
		strings.HasPrefix(string(id), account.AdministratorPrefix) && !n.caller.IsAdministrator()
}

// Read reads the requested names. It takes one round trip for each hundred accounts, and none if all names are known.
func (n *Names) Read(ctx context.Context, store NameStore) error {
	accountIDs, planIDs := missing(n.accounts), missing(n.plans)
	var reads errgroup.Group
	var accounts []account.Account
	if len(accountIDs) > 0 {
		reads.Go(func() (err error) {
			accounts, err = store.ReadAccounts(ctx, accountIDs)
			return err
		})
	}
	var plans []plan.Plan
	if len(planIDs) > 0 {
		reads.Go(func() (err error) {
			plans, err = store.ReadPlans(ctx, planIDs)
			return err
		})
	}
	err := reads.Wait()
	for i := range accounts {
		n.Know(&accounts[i])
	}
	for i := range plans {
		n.plans[plans[i].ID] = &plans[i]
	}
	return err
}

// missing returns the ids of objects that were requested and not read yet.
func missing[ID comparable, T any](objects map[ID]*T) (ids []ID) {
	for id, object := range objects {
		if object == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// Account returns how people know an account. It returns nil if the account does not exist or the caller cannot see it.
func (n *Names) Account(id account.ID) *account.DisplayName {
	if n.isHiddenAdministrator(id) {
		administrator := administratorAsOwner()
		return &account.DisplayName{Kind: administrator.Kind, Login: administrator.Login, Name: administrator.Name}
	}
	a := n.accounts[id]
	if a == nil || !n.isVisible(a) {
		return nil
	}
	name := a.DisplayName()
	return &name
}

// isVisible reports whether the caller sees an account, is below it, or sees the customer of a panel user.
func (n *Names) isVisible(a *account.Account) bool {
	if n.caller.Sees(a) {
		return true
	}
	for i := range n.caller.Parents {
		if n.caller.Parents[i].ID == a.ID {
			return true
		}
	}
	customer := n.accounts[a.Owner]
	return a.Kind == account.PanelUser && customer != nil && n.caller.Sees(customer)
}

// Of returns the name of the account or plan with the id. It returns "" if the text is no such id, or if the object does
// not exist or the caller cannot see it.
func (n *Names) Of(id string) string {
	if isPlan(id) {
		p := n.plans[plan.ID(id)]
		if p == nil || !n.caller.IsAdministrator() && p.Owner != n.caller.OwnerID() {
			return ""
		}
		return p.Name
	}
	name := n.Account(account.ID(id))
	if name == nil {
		return ""
	}
	return cmp.Or(name.Name, name.Login)
}
