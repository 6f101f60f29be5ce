package access

import (
	"cmp"
	"context"
	"io"
	"time"

	"golang.org/x/sync/errgroup"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
)

// Credentials are the input of a sign-in.
type Credentials struct {
	Login    string
	Password string
	Address  string // the caller's network address
}

// SignedIn is a new session. Its token is never shown again.
type SignedIn struct {
	Token   Token
	Session Session
	Chain   []account.Account
}

// SessionCreation is everything that is written with a new session, in one transaction.
type SessionCreation struct {
	Session    Session
	Known      string    // a hash of the login and the address
	KnownUntil time.Time // when the login stops knowing the address
	Record     *idempotency.Record
}

// SignInStore is the store that signing in needs.
type SignInStore interface {
	AttemptCounter
	// FindSignIn looks up a login consistently, in one round trip. It returns the ids of its account and the accounts
	// above it as hints, empty if no account has the login, and reports whether the login knows the address.
	FindSignIn(ctx context.Context, login account.Login, known string) (hints []account.ID, isKnown bool, err error)
	// ReadChain reads an account and the accounts above it, as ReadSession does.
	ReadChain(ctx context.Context, hints []account.ID) ([]account.Account, error)
	// CreateSession writes a session. Errors: *idempotency.Replayed.
	CreateSession(ctx context.Context, creation SessionCreation) error
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
	Limits   Limits
	Lifetime time.Duration // of a session
	Random   io.Reader
	Now      func() time.Time
}

// nobody is read in place of the account of an unknown login, so that an unknown login takes as long as a known one.
const nobody account.ID = "cus_00000000000000000000000000"

// Begin signs in. Errors: fault.Unauthenticated, the same for an unknown login and a wrong password;
// fault.AccountSuspended, only after the right password; fault.TooManyRequests, before any hashing.
func (s SignIn) Begin(ctx context.Context, key idempotency.Key, credentials Credentials) (SignedIn, error) {
	now := s.Now()
	login := account.FoldLogin(credentials.Login)
	known := Opaque("known", string(login), Network(credentials.Address))
	ofAddress := s.Limits.ofAddress(credentials.Address, now)
	var taking errgroup.Group
	taking.Go(func() error { return Take(ctx, s.Store, now, ofAddress) })
	hints, isKnown, err := s.Store.FindSignIn(ctx, login, known)
	if err := cmp.Or(err, taking.Wait()); err != nil {
		return SignedIn{}, err
	}
	if len(hints) == 0 {
		hints = []account.ID{nobody}
	}
	ofLogin := s.Limits.ofLogin(login, credentials.Address, isKnown, now)
	var reading errgroup.Group
	var chain []account.Account
	reading.Go(func() (err error) {
		chain, err = s.Store.ReadChain(ctx, hints)
		return err
	})
	if err := cmp.Or(Take(ctx, s.Store, now, ofLogin), reading.Wait()); err != nil {
		return SignedIn{}, err
	}
	if !s.matches(chain, login, credentials.Password) {
		return SignedIn{}, fault.New(fault.Unauthenticated, "The login or the password is wrong.")
	}
	var giving errgroup.Group
	giving.Go(func() error {
		giveBackAttempts(ctx, s.Store, ofAddress, ofLogin)
		return nil
	})
	begun, err := s.createSession(ctx, key, chain, known, now)
	return begun, cmp.Or(err, giving.Wait())
}

// matches reports whether the password is right. It hashes the password even if no account has the login.
func (s SignIn) matches(chain []account.Account, login account.Login, password string) bool {
	hash := ""
	if len(chain) > 0 && chain[0].Login == login {
		hash = chain[0].PasswordHash
	}
	return s.Hasher.Matches(hash, password)
}

func (s SignIn) createSession(
	ctx context.Context, key idempotency.Key, chain []account.Account, known string, now time.Time,
) (SignedIn, error) {
	if err := CheckNotSuspended(chain, now); err != nil {
		return SignedIn{}, err
	}
	ids := Caller{Account: chain[0], Parents: chain[1:]}.chain()
	token, err := NewToken(s.Random, ids)
	if err != nil {
		return SignedIn{}, err
	}
	session := Session{
		Account: ids[0], Hash: token.Hash(), Epoch: chain[0].SessionEpoch, CreatedAt: now, ExpiresAt: now.Add(s.Lifetime),
	}
	err = s.Store.CreateSession(ctx, SessionCreation{
		Session: session, Known: known, KnownUntil: now.Add(KnownFor), Record: idempotency.SecretRecord(key, now),
	})
	return idempotency.Answer(SignedIn{Token: token, Session: session, Chain: chain}, key, err)
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
