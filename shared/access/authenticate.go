package access

import (
	"context"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/fault"
)

// Found is what a token leads to: the session or the API token with its hash, if there is one, and the account with its
// parents upwards.
type Found struct {
	Session *Session
	Token   *APIToken
	Chain   []account.Account // the account, its owner, and so on, without the administrator; empty when there is no account
}

// SessionReader reads what a token leads to.
type SessionReader interface {
	// ReadSession reads session or API token, account and parents in one consistent round trip when the hints are right, else in one
	// more for each that is not.
	ReadSession(ctx context.Context, at Place) (Found, error)
}

// Authentication turns tokens into callers. Nothing is cached: a suspended account loses access on its next request.
type Authentication struct {
	Sessions SessionReader
	Now      func() time.Time
}

// Authenticate returns whose token it is. Errors: Unauthenticated; AccountSuspended, with the public message, when the
// account or one above it is held.
func (a Authentication) Authenticate(ctx context.Context, token Token) (Caller, error) {
	found, err := a.Sessions.ReadSession(ctx, token.Place())
	if err != nil {
		return Caller{}, err
	}
	now := a.Now()
	if len(found.Chain) == 0 || !found.live(now) {
		return Caller{}, fault.New(fault.Unauthenticated, "Sign in to continue.")
	}
	if err := RefuseSuspended(found.Chain, now); err != nil {
		return Caller{}, err
	}
	caller := Caller{Account: found.Chain[0], Parents: found.Chain[1:], Token: found.Token}
	if found.Session != nil {
		caller.Session = *found.Session
	}
	return caller, nil
}

func (f Found) live(now time.Time) bool {
	switch {
	case f.Session != nil:
		return f.Session.Live(&f.Chain[0], now)
	case f.Token != nil:
		return f.Token.Live(&f.Chain[0], now)
	}
	return false
}

// RefuseSuspended returns AccountSuspended when an account of the chain is held (guide: Suspending Accounts: access is
// blocked for suspended customers and the users that they created). The nearest public message is shown, never a reason.
func RefuseSuspended(chain []account.Account, now time.Time) error {
	held, message := false, ""
	for i := range chain {
		for _, hold := range chain[i].Holds.Present(now) {
			held = true
			if message == "" {
				message = hold.PublicMessage
			}
		}
	}
	switch {
	case !held:
		return nil
	case message == "":
		message = "This account is suspended."
	}
	return &fault.Fault{Code: fault.AccountSuspended, Detail: message}
}
