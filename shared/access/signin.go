package access

import (
	"cmp"
	"context"
	"io"
	"time"

	"golang.org/x/sync/errgroup"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
)

// Credentials are the input of a sign-in.
type Credentials struct {
	Login    string
	Password string
}

// SignInsKeptFor is how long the events of sign-ins are kept.
const SignInsKeptFor = 90 * 24 * time.Hour

// SignedIn is a new session. Its token is never shown again.
type SignedIn struct {
	Token   Token
	Session Session
	Chain   []account.Account
}

// SessionCreation is everything that is written with a new session, in one transaction.
type SessionCreation struct {
	Session    Session
	Event      event.Event // of the sign-in
	Known      string      // a hash of the login and the address; "" keeps what is stored of the address
	KnownUntil time.Time   // when the login stops knowing the address
	Record     *idempotency.Record
}

// SignInStore is the store that signing in needs.
type SignInStore interface {
	AttemptCounter
	// FindSignIn looks up a login consistently, in one round trip. It returns the ids of its account and the accounts
	// above it as hints, empty if no account has the login, and until when the login knows the address, the zero time if
	// it does not know the address.
	FindSignIn(ctx context.Context, login account.Login, known string) (
		hints []account.ID, knownUntil time.Time, err error)
	// ReadSignIn reads an account and the accounts above it, as ReadSession does, and the account's password hash. The
	// hash is "" if the account does not exist or has no password.
	ReadSignIn(ctx context.Context, hints []account.ID) (chain []account.Account, passwordHash string, err error)
	// CreateSession writes a session. Errors: *idempotency.Replayed.
	CreateSession(ctx context.Context, creation SessionCreation) error
	// CreateSignInFailure writes the event of a failed sign-in. If the event has no account, it takes as long and shows
	// nobody anything.
	CreateSignInFailure(ctx context.Context, failure event.Event) error
}

// Hasher hashes and compares passwords. An empty hash matches no password, and takes as long to compare as any other.
type Hasher interface {
	Matches(hash, password string) bool
	Hash(password string) (string, error)
}

// SignIn starts sessions.
type SignIn struct {
	Store    SignInStore
	Hasher   Hasher
	Limits   AttemptLimits
	Lifetime time.Duration // of a session
	NewID    func(prefix string) string
	Random   io.Reader
	Now      func() time.Time
}

// nobody is read in place of the account of an unknown login, so that an unknown login takes as long as a known one.
const nobody account.ID = "cus_00000000000000000000000000"

// Begin signs in. It writes an event of the sign-in or of its failure. Errors: fault.Unauthenticated, the same for an
// unknown login and a wrong password; fault.AccountSuspended, only after the right password; fault.TooManyRequests,
// before any hashing.
func (s SignIn) Begin(ctx context.Context, meta request.Metadata, credentials Credentials) (SignedIn, error) {
	now := s.Now()
	login := account.FoldLogin(credentials.Login)
	known := Opaque("known", string(login), Network(meta.Address))
	ofAddress := s.Limits.ofAddress(meta.Address, now)
	var taking errgroup.Group
	taking.Go(func() error { return Take(ctx, s.Store, now, ofAddress) })
	hints, knownUntil, err := s.Store.FindSignIn(ctx, login, known)
	if err := cmp.Or(err, taking.Wait()); err != nil {
		return SignedIn{}, err
	}
	if len(hints) == 0 {
		hints = []account.ID{nobody}
	}
	ofLogin := s.Limits.ofLogin(login, meta.Address, knownUntil.After(now), now)
	var reading errgroup.Group
	var chain []account.Account
	var hash string
	reading.Go(func() (err error) {
		chain, hash, err = s.Store.ReadSignIn(ctx, hints)
		return err
	})
	if err := cmp.Or(Take(ctx, s.Store, now, ofLogin), reading.Wait()); err != nil {
		return SignedIn{}, err
	}
	if len(chain) == 0 || chain[0].Login != login {
		chain, hash = nil, "" // the login is unknown
	}
	if !s.Hasher.Matches(hash, credentials.Password) { // it takes as long if there is no account
		return SignedIn{}, s.fail(
			ctx,
			meta,
			chain,
			now,
			fault.New(fault.Unauthenticated, "The login or the password is wrong."),
		)
	}
	if err := CheckNotSuspended(chain, now); err != nil {
		GiveBack(ctx, s.Store, ofAddress, ofLogin)
		return SignedIn{}, s.fail(ctx, meta, chain, now, err)
	}
	var giving errgroup.Group
	giving.Go(func() error {
		GiveBack(ctx, s.Store, ofAddress, ofLogin)
		return nil
	})
	if !knownUntil.Before(now.Add(KnownFor)) {
		known = "" // it is known for long enough
	}
	begun, err := s.createSession(ctx, meta, chain, known, now)
	return begun, cmp.Or(err, giving.Wait())
}

// fail writes the event of a failed sign-in and returns the refusal, or the error of the write. For an unknown login it
// writes as much, so that the time of the response does not show whether the login exists.
func (s SignIn) fail(
	ctx context.Context, meta request.Metadata, chain []account.Account, now time.Time, refusal error,
) error {
	failure := s.event(event.SignInFailed, meta, chain, "", now)
	return cmp.Or(s.Store.CreateSignInFailure(ctx, failure), refusal)
}

// event returns the event of a sign-in. For an unknown login it has no account, and nothing about the caller.
func (s SignIn) event(
	name event.Name, meta request.Metadata, chain []account.Account, actor account.ID, now time.Time,
) event.Event {
	if len(chain) == 0 {
		result := event.New(s.NewID, name, &account.Account{}, actor, meta.ID, now)
		result.ExpiresAt = now.Add(AttemptWindow)
		return result
	}
	owner := &chain[0]
	result := event.New(s.NewID, name, owner, actor, meta.ID, now)
	result.SignIn = &event.SignIn{Address: meta.Address, UserAgent: meta.UserAgent}
	if owner.Kind == account.PanelUser && len(chain) > 1 {
		result.SignIn.Provider = chain[1].Owner
	}
	result.ExpiresAt = now.Add(SignInsKeptFor)
	return result
}

func (s SignIn) createSession(
	ctx context.Context, meta request.Metadata, chain []account.Account, known string, now time.Time,
) (SignedIn, error) {
	ids := Caller{Account: chain[0], Parents: chain[1:]}.chain()
	token, err := NewToken(s.Random, ids)
	if err != nil {
		return SignedIn{}, err
	}
	session := Session{
		Account: ids[0], Hash: token.Hash(), Epoch: chain[0].SessionEpoch, CreatedAt: now, ExpiresAt: now.Add(s.Lifetime),
	}
	err = s.Store.CreateSession(ctx, SessionCreation{
		Session: session, Event: s.event(event.SignedIn, meta, chain, ids[0], now), Known: known,
		KnownUntil: now.Add(KnownFor + knownRenewal), Record: idempotency.SecretRecord(meta.Key, now),
	})
	return idempotency.Answer(SignedIn{Token: token, Session: session, Chain: chain}, meta.Key, err)
}

// SignOut ends sessions.
type SignOut struct {
	Store interface {
		// DeleteSession deletes a session. It returns nil if the session is gone already.
		DeleteSession(ctx context.Context, session Session) error
	}
}

// End ends the caller's session.
func (s SignOut) End(ctx context.Context, caller Caller) error {
	return s.Store.DeleteSession(ctx, caller.Session)
}
