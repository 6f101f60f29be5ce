// Package access decides who calls and what a caller may do: sessions, tokens, attempts, and the first administrator.
package access

import (
	"slices"
	"strconv"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/fault"
)

// Caller is who makes a request, proven by a credential on this very request.
type Caller struct {
	Account account.Account
	Parents []account.Account // from the owner upwards, without the administrator
	Session Session           // zero for an API token
	Token   *APIToken         // nil for a session
}

// chain returns the ids of the caller's account and its parents, as hints for new tokens.
func (c Caller) chain() []account.ID {
	ids := []account.ID{c.Account.ID}
	for i := range c.Parents {
		ids = append(ids, c.Parents[i].ID)
	}
	return ids
}

// Scopes are what the caller may do: what its kind of account may, within the scopes of the API token if it is one.
func (c Caller) Scopes() []Scope {
	scopes := Permissions(c.Account.Kind)
	if c.Token == nil {
		return scopes
	}
	return slices.DeleteFunc(scopes, func(s Scope) bool { return !slices.Contains(c.Token.Scopes, s) })
}

// RefuseScope refuses an API token that lacks what an operation needs. Errors: Forbidden.
func (c Caller) RefuseScope(needed Scope) error {
	switch {
	case c.Token == nil || needed == AnyScope:
		return nil
	case needed == SessionOnly:
		return fault.New(fault.Forbidden, "An API token cannot do this. Sign in with your login and password.")
	case !slices.Contains(c.Token.Scopes, needed) || !slices.Contains(Permissions(c.Account.Kind), needed):
		return fault.New(fault.Forbidden, "This API token does not have the scope %s. Use a token that has it.", needed)
	}
	return nil
}

// Binding is what cursors that are given to the caller are bound to, besides the parts that name the list: they end with its
// sessions.
func (c Caller) Binding(list ...string) []string {
	return append([]string{string(c.Account.ID), strconv.FormatInt(c.Account.SessionEpoch, 10)}, list...)
}

// IsAdministrator tells whether the caller sees and manages everything.
func (c Caller) IsAdministrator() bool { return c.Account.Kind == account.Administrator }

// OwnerID is the id under which the caller owns customers: its own, or that which all administrators share.
func (c Caller) OwnerID() account.ID {
	if c.IsAdministrator() {
		return account.AdministratorOwner
	}
	return c.Account.ID
}

// Sees tells whether an account lies within the caller's view: everything for the administrator, else itself and what
// it owns; for a panel user also the customer that it belongs to.
func (c Caller) Sees(target *account.Account) bool {
	return c.IsAdministrator() || target.ID == c.Account.ID || target.Owner == c.Account.ID ||
		c.Account.Kind == account.PanelUser && target.ID == c.Account.Owner
}

// NotInView is the answer for what does not exist and for what lies outside the caller's view.
func NotInView() error {
	return fault.New(fault.NotFound, "This object does not exist, or you cannot see it.")
}

// RefuseUnmanaged refuses a caller that may not change a customer or reseller: the administrator manages all, a reseller its
// own customers. Nobody is managed by itself: that goes by its own credentials. Errors: NotFound outside the caller's view and
// for nil, Forbidden for what the caller sees but does not manage.
func (c Caller) RefuseUnmanaged(target *account.Account) error {
	if target == nil || !c.Sees(target) || target.Kind != account.Customer && target.Kind != account.Reseller {
		return NotInView()
	}
	if target.ID != c.Account.ID && (c.IsAdministrator() || c.Account.Kind == account.Reseller) {
		return nil
	}
	return fault.New(fault.Forbidden, "You may not change this account.")
}

// Kinds is the set of account kinds that may call an operation. Empty means that the operation is public.
type Kinds []account.Kind

// The sets that operations use.
var (
	Everyone  = Kinds{account.Administrator, account.Reseller, account.Customer, account.PanelUser}
	Managers  = Kinds{account.Administrator, account.Reseller}
	OnlyAdmin = Kinds{account.Administrator}
)

// Has tells whether the set has the kind.
func (k Kinds) Has(kind account.Kind) bool { return slices.Contains(k, kind) }

// Scope is what an API token is limited to. A session has all scopes.
type Scope string

// The scopes of API tokens.
const (
	CustomersRead  Scope = "customers:read"
	CustomersWrite Scope = "customers:write"
	HostingRead    Scope = "hosting:read"
	HostingWrite   Scope = "hosting:write"
	OperationsRead Scope = "operations:read"
	GateRead       Scope = "gate:read"
	SessionOnly    Scope = ""  // an operation that no API token may call
	AnyScope       Scope = "*" // an operation that every API token may call
)

// Session is a sign-in that has not ended.
type Session struct {
	Account   account.ID
	Hash      string // SHA-256 of the token's secret, base64url
	Epoch     int64  // the account's SessionEpoch at sign-in
	CreatedAt time.Time
	ExpiresAt time.Time
}

// Live tells whether the session still stands for the account at the time.
func (s Session) Live(of *account.Account, now time.Time) bool {
	return s.Account == of.ID && s.Epoch == of.SessionEpoch && now.Before(s.ExpiresAt)
}

// Permissions are the scopes that an account of a kind has, and may give to its API tokens.
func Permissions(kind account.Kind) []Scope {
	switch kind {
	case account.Administrator:
		return []Scope{CustomersRead, CustomersWrite, HostingRead, HostingWrite, OperationsRead, GateRead}
	case account.Reseller:
		return []Scope{CustomersRead, CustomersWrite, HostingRead, HostingWrite, OperationsRead}
	case account.Customer:
		return []Scope{CustomersRead, HostingRead, HostingWrite}
	case account.PanelUser:
		return []Scope{CustomersRead, HostingRead}
	}
	return nil
}
