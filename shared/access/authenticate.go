package access

import (
	"context"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/fault"
)

// Credential is what the store has for a token: the session or the API token, and the account with the accounts above
// it. Session and Token are both nil if the store has neither.
type Credential struct {
	Session *Session
	Token   *APIToken
	Chain   []account.Account // the account, its owner, and so on, without the administrator; empty if there is no account
}

// SessionReader reads credentials.
type SessionReader interface {
	// ReadSession reads the session or API token, its account and the accounts above it, consistently: in one round trip
	// if the hints are right, and one more for each wrong hint.
	ReadSession(ctx context.Context, locator Locator) (Credential, error)
}

// Authentication turns tokens into callers. It caches nothing: a suspended account loses access at its next request.
type Authentication struct {
	Sessions SessionReader
	Now      func() time.Time
}

// Authenticate returns the caller that a token belongs to. Errors: fault.Unauthenticated; fault.AccountSuspended with
// the public message if the account or one above it is suspended.
func (a Authentication) Authenticate(ctx context.Context, token Token) (Caller, error) {
	found, err := a.Sessions.ReadSession(ctx, token.Locator())
	if err != nil {
		return Caller{}, err
	}
	now := a.Now()
	if len(found.Chain) == 0 || !found.live(now) {
		return Caller{}, fault.New(fault.Unauthenticated, "Sign in to continue.")
	}
	if err := CheckNotSuspended(found.Chain, now); err != nil {
		return Caller{}, err
	}
	caller := Caller{Account: found.Chain[0], Parents: found.Chain[1:], Token: found.Token}
	if found.Session != nil {
		caller.Session = *found.Session
	}
	return caller, nil
}

// live reports whether the credential is valid at a time.
func (c Credential) live(now time.Time) bool {
	switch {
	case c.Session != nil:
		return c.Session.Live(&c.Chain[0], now)
	case c.Token != nil:
		return c.Token.Live(&c.Chain[0], now)
	}
	return false
}

// CheckNotSuspended returns fault.AccountSuspended if an account of the chain has a present hold. Access is blocked for
// suspended customers and the users that they created (guide: Suspending Accounts). The error carries the nearest
// public message, never a reason.
func CheckNotSuspended(chain []account.Account, now time.Time) error {
	isHeld, message := false, ""
	for i := range chain {
		for _, hold := range chain[i].Holds.Present(now) {
			isHeld = true
			if message == "" {
				message = hold.PublicMessage
			}
		}
	}
	switch {
	case !isHeld:
		return nil
	case message == "":
		message = "This account is suspended."
	}
	return &fault.Fault{Code: fault.AccountSuspended, Detail: message}
}
