// Package access identifies the caller of a request and decides what the caller may do. It holds sign-in, sessions, API
// tokens, the limits of attempts, and the creation of the first administrator.
package access

import (
	"slices"
	"strconv"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/fault"
)

// Caller is the account that makes a request. A credential in the request has proven it.
type Caller struct {
	Account account.Account
	Parents []account.Account // the owner and the accounts above it, without the administrator
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

// Scopes returns what the caller may do: the permissions of its kind, limited by the scopes of its API token if it uses
// one.
func (c Caller) Scopes() []Scope {
	scopes := Permissions(c.Account.Kind)
	if c.Token == nil {
		return scopes
	}
	return slices.DeleteFunc(scopes, func(s Scope) bool { return !slices.Contains(c.Token.Scopes, s) })
}

// CheckScope returns fault.Forbidden if the caller uses an API token without the scope that an operation needs.
func (c Caller) CheckScope(needed Scope) error {
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

// Binding returns what the caller's cursors are bound to: the caller, its session epoch, and the parts that name the
// list. So cursors end together with the caller's sessions.
func (c Caller) Binding(list ...string) []string {
	return append([]string{string(c.Account.ID), strconv.FormatInt(c.Account.SessionEpoch, 10)}, list...)
}

// IsAdministrator reports whether the caller is an administrator, who sees and manages everything.
func (c Caller) IsAdministrator() bool { return c.Account.Kind == account.Administrator }

// OwnerID returns the id under which the caller owns customers: its own, or AdministratorOwner, which all
// administrators share.
func (c Caller) OwnerID() account.ID {
	if c.IsAdministrator() {
		return account.AdministratorOwner
	}
	return c.Account.ID
}

// Sees reports whether an account is in the caller's view. An administrator sees every account. All others see
// themselves and the accounts that they own. A panel user also sees its customer.
func (c Caller) Sees(target *account.Account) bool {
	return c.IsAdministrator() || target.ID == c.Account.ID || target.Owner == c.Account.ID ||
		c.Account.Kind == account.PanelUser && target.ID == c.Account.Owner
}

// CheckManages checks whether the caller manages a customer or reseller. An administrator manages all, a reseller its
// own customers. No caller manages itself: operations on /v1/me do that. It returns fault.NotFound if the target is nil
// or outside the caller's view, and fault.Forbidden if the caller sees the target but does not manage it.
func (c Caller) CheckManages(target *account.Account) error {
	if target == nil || !c.Sees(target) || target.Kind != account.Customer && target.Kind != account.Reseller {
		return fault.NotInView()
	}
	if target.ID != c.Account.ID && (c.IsAdministrator() || c.Account.Kind == account.Reseller) {
		return nil
	}
	return fault.New(fault.Forbidden, "You may not change this account.")
}

// Kinds is the set of account kinds that may call an operation. Empty means that the operation is public.
type Kinds []account.Kind

// The sets of callers that operations accept.
var (
	Everyone  = Kinds{account.Administrator, account.Reseller, account.Customer, account.PanelUser}
	Managers  = Kinds{account.Administrator, account.Reseller}
	OnlyAdmin = Kinds{account.Administrator}
)

// Has reports whether the set contains the kind.
func (k Kinds) Has(kind account.Kind) bool { return slices.Contains(k, kind) }

// Scope is one permission of an API token. A session has all scopes of its account.
type Scope string

// The scopes of API tokens.
const (
	CustomersRead    Scope = "customers:read"
	CustomersWrite   Scope = "customers:write"
	CredentialsWrite Scope = "credentials:write" // logins, passwords, reset links and e-mail addresses of others
	HostingRead      Scope = "hosting:read"
	HostingWrite     Scope = "hosting:write"
	OperationsRead   Scope = "operations:read"
	GateRead         Scope = "gate:read"
	SessionOnly      Scope = ""  // an operation that no API token may call
	AnyScope         Scope = "*" // an operation that every API token may call
)

// Session is a signed-in session.
type Session struct {
	Account   account.ID
	Hash      string // SHA-256 of the token's secret, base64url
	Epoch     int64  // the account's SessionEpoch at sign-in
	CreatedAt time.Time
	ExpiresAt time.Time
}

// Live reports whether the session is valid for its account at a time.
func (s Session) Live(owner *account.Account, now time.Time) bool {
	return s.Account == owner.ID && s.Epoch == owner.SessionEpoch && now.Before(s.ExpiresAt)
}

// Permissions returns the scopes that an account of a kind has. It may give them to its API tokens.
func Permissions(kind account.Kind) []Scope {
	switch kind {
	case account.Administrator:
		return []Scope{
			CustomersRead, CustomersWrite, CredentialsWrite, HostingRead, HostingWrite, OperationsRead, GateRead,
		}
	case account.Reseller:
		return []Scope{CustomersRead, CustomersWrite, CredentialsWrite, HostingRead, HostingWrite, OperationsRead}
	case account.Customer:
		return []Scope{CustomersRead, HostingRead, HostingWrite}
	case account.PanelUser:
		return []Scope{CustomersRead, HostingRead}
	}
	return nil
}
