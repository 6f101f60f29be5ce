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

// Credentials are what somebody signs in with.
type Credentials struct {
	Login    string
	Password string
	Address  string // the caller's
}

// SignedIn is a session that has just begun. The token is shown now and never again.
type SignedIn struct {
	Token   Token
	Session Session
	Chain   []account.Account
}

// Beginning is everything that a sign-in writes, together or not at all.
type SessionCreation struct {
	Session  Session
	Known    string    // opaque name of the login and the address that signed in
	KnownEnd time.Time // until when the address is known to the login
	Record   *idempotency.Record
}

// SignInStore is what signing in needs stored.
type SignInStore interface {
	AttemptCounter
	// FindSignIn tells, consistently and in one round trip, whose the login is (the account and its parents as hints, empty
	// when it is nobody's) and whether the login is known at the address.
	FindSignIn(ctx context.Context, login account.Login, known string) (hints []account.ID, isKnown bool, err error)
	// ReadChain reads accounts as ReadSession does.
	ReadChain(ctx context.Context, hints []account.ID) ([]account.Account, error)
	// Begin stores a session. Errors: *idempotency.Replayed.
	Begin(ctx context.Context, beginning SessionCreation) error
}

// Hasher checks passwords. An empty hash matches nothing and takes as long as any other.
type Hasher interface {
	Matches(hash, password string) bool
	Hash(password string) (string, error)
}

// SignIn begins sessions.
type SignIn struct {
	Store    SignInStore
	Hasher   Hasher
	Limits   Limits
	Lifetime time.Duration // of a session
	Random   io.Reader
	Now      func() time.Time
}

// nobody stands in for the account of an unknown login, so that looking it up takes as long.
const nobody account.ID = "cus_00000000000000000000000000"

// Begin signs in. Errors: Unauthenticated, alike for an unknown login and a wrong password; AccountSuspended only after the
// right password; TooManyRequests before anything is hashed.
func (s SignIn) Begin(ctx context.Context, key idempotency.Key, given Credentials) (SignedIn, error) {
	now := s.Now()
	login := account.FoldLogin(given.Login)
	known := Opaque("known", string(login), Network(given.Address))
	ofAddress := s.Limits.ofAddress(given.Address, now)
	var taking errgroup.Group
	taking.Go(func() error { return Take(ctx, s.Store, now, ofAddress) })
	hints, isKnown, err := s.Store.FindSignIn(ctx, login, known)
	if err := cmp.Or(err, taking.Wait()); err != nil {
		return SignedIn{}, err
	}
	if len(hints) == 0 {
		hints = []account.ID{nobody}
	}
	ofLogin := s.Limits.ofLogin(login, given.Address, isKnown, now)
	var reading errgroup.Group
	var chain []account.Account
	reading.Go(func() (err error) {
		chain, err = s.Store.ReadChain(ctx, hints)
		return err
	})
	if err := cmp.Or(Take(ctx, s.Store, now, ofLogin), reading.Wait()); err != nil {
		return SignedIn{}, err
	}
	if !s.matches(chain, login, given.Password) {
		return SignedIn{}, fault.New(fault.Unauthenticated, "The login or the password is wrong.")
	}
	var giving errgroup.Group
	giving.Go(func() error {
		giveBack(ctx, s.Store, ofAddress, ofLogin)
		return nil
	})
	begun, err := s.begin(ctx, key, chain, known, now)
	return begun, cmp.Or(err, giving.Wait())
}

// matches hashes the password, whether or not somebody has the login.
func (s SignIn) matches(chain []account.Account, login account.Login, password string) bool {
	hash := ""
	if len(chain) > 0 && chain[0].Login == login {
		hash = chain[0].PasswordHash
	}
	return s.Hasher.Matches(hash, password)
}

func (s SignIn) begin(
	ctx context.Context, key idempotency.Key, chain []account.Account, known string, now time.Time,
) (SignedIn, error) {
	if err := RefuseSuspended(chain, now); err != nil {
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
	err = s.Store.Begin(ctx, SessionCreation{
		Session: session, Known: known, KnownEnd: now.Add(KnownFor), Record: idempotency.SecretRecord(key, now),
	})
	return idempotency.Answer(SignedIn{Token: token, Session: session, Chain: chain}, key, err)
}

// SignOut ends sessions.
type SignOut struct {
	Store interface {
		// End forgets a session; one that is gone already is no error.
		End(ctx context.Context, session Session) error
	}
}

// End ends the caller's session.
func (s SignOut) End(ctx context.Context, caller Caller) error {
	return s.Store.End(ctx, caller.Session)
}
