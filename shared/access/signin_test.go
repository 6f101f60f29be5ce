package access_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/dynamotest"
	"tenantry/shared/fault"
	"tenantry/shared/request"
)

const home = "192.0.2.1" // the address that newScene signs in from

// attempts is the store of a scene. GiveBackAttempt fails if stay is set.
type attempts struct {
	*dynamotest.Store

	stay *bool
}

func (a attempts) GiveBackAttempt(ctx context.Context, attempt access.Attempt) error {
	if *a.stay {
		return dynamotest.ErrOutage
	}
	return a.Store.GiveBackAttempt(ctx, attempt)
}

// reader is the store of a scene. It records how many accounts ReadSignIn is asked for.
type reader struct {
	attempts

	accounts *int
}

func (r reader) ReadSignIn(ctx context.Context, hints []account.ID) ([]account.Account, string, error) {
	*r.accounts = len(hints)
	return r.Store.ReadSignIn(ctx, hints)
}

// try signs in and returns how often a password was hashed for it.
func (s *scene) try(login, password, address string) (hashed int, err error) {
	before := s.hashed
	in := access.SignIn{
		Store:    reader{attempts{s.store, &s.attemptsStay}, &s.accounts},
		Hasher:   plain{&s.hashed},
		Limits:   s.limits,
		Lifetime: time.Hour,
		NewID:    s.ids.New,
		Random:   rand.Reader,
		Now:      s.now,
	}
	meta := request.Metadata{ID: "request", Address: address, UserAgent: "curl/8"}
	_, err = in.Begin(s.Context(), meta, access.Credentials{Login: login, Password: password})
	return s.hashed - before, err
}

// succeeds expects a sign-in to succeed.
func (s *scene) succeeds(login, password, address string) {
	s.Helper()
	if _, err := s.try(login, password, address); err != nil {
		s.Errorf("%s at %s: got %v, want success", login, address, err)
	}
}

// wrong expects a sign-in to fail after one check of the password.
func (s *scene) wrong(login, address string) {
	s.Helper()
	if hashed, err := s.try(login, "a wrong password", address); !fault.Is(err, fault.Unauthenticated) || hashed != 1 {
		s.Errorf("%s at %s: got %d hashes, %v, want 1, %s", login, address, hashed, err, fault.Unauthenticated)
	}
}

// stopped expects the limit to reject a sign-in before the password is checked.
func (s *scene) stopped(login, password, address string) {
	s.Helper()
	if hashed, err := s.try(login, password, address); !fault.Is(err, fault.TooManyRequests) || hashed != 0 {
		s.Errorf("%s at %s: got %d hashes, %v, want 0, %s", login, address, hashed, err, fault.TooManyRequests)
	}
}

// besiege sends wrong passwords from many addresses until the login is locked for unknown addresses.
func (s *scene) besiege(login string) {
	s.Helper()
	for i := range s.limits.Login {
		s.wrong(login, fmt.Sprintf("198.51.100.%d", i))
	}
	s.stopped(login, "a wrong password", "198.51.100.99")
}

// Nothing distinguishes an unknown login from a wrong password: the response, the reads and the hashes are the same.
func TestUnknownLoginLooksLikeWrongPassword(t *testing.T) {
	s := newScene(t)
	var (
		mu   sync.Mutex
		read []string
	)
	s.store.Before(func(call dynamotest.Call) error {
		mu.Lock()
		defer mu.Unlock()
		read = append(read, call.String())
		return nil
	})
	unknownHashed, unknown := s.try("nobody", "a wrong password", "198.51.100.1")
	unknownRead, unknownAccounts := slices.Clone(read), s.accounts
	read = nil
	wrongHashed, wrong := s.try("ada", "a wrong password", "198.51.100.2")
	s.refused(unknown, fault.Unauthenticated)
	if unknown.Error() != wrong.Error() {
		t.Errorf("got %v for an unknown login and %v for a wrong password, want the same error", unknown, wrong)
	}
	if unknownHashed != 1 || wrongHashed != 1 {
		t.Errorf("got %d hashes for an unknown login and %d for a wrong password, want 1 each", unknownHashed, wrongHashed)
	}
	for i, call := range unknownRead {
		unknownRead[i] = strings.Replace(call, "[SIGNIN]", "[EVENT]", 1) // an unknown login has no audit trail
	}
	slices.Sort(unknownRead) // some calls are concurrent
	slices.Sort(read)
	if !slices.Equal(unknownRead, read) || unknownAccounts != s.accounts || s.accounts != 1 {
		t.Errorf("calls for an unknown login: got %q of %d accounts, want those for a wrong password, %q of %d, and 1",
			unknownRead, unknownAccounts, read, s.accounts)
	}
	s.store.Mend()
	s.clock = s.clock.Add(access.AttemptWindow)
	s.besiege("ada")
	s.besiege("nobody")
}

// countTrips returns the number of sequential calls to the store during act. Concurrent calls count once. It must run in
// a synctest bubble, where each call takes one second.
func (s *scene) countTrips(act func()) int {
	began := time.Now()
	s.store.Before(func(dynamotest.Call) error {
		time.Sleep(time.Second)
		return nil
	})
	act()
	s.store.Mend()
	return int(time.Since(began) / time.Second)
}

// Independent calls of a sign-in are concurrent. Rejection by a limit saves the later calls.
func TestSignInTrips(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t)
		s.limits = access.AttemptLimits{Login: 2, Address: 3}
		for _, c := range []struct {
			what string
			act  func()
			want int
		}{
			{"success", func() { s.succeeds("ada", "the old password", home) }, 3},
			{"a wrong password", func() { s.wrong("ada", home) }, 3},
			{"an unknown login", func() { s.wrong("nobody", home) }, 3},
			{"a login beyond its limit", func() {
				s.wrong("ada", "198.51.100.1")
				s.wrong("ada", "198.51.100.2")
				s.stopped("ada", "the old password", "198.51.100.3")
			}, 8},
			{"an address beyond its limit", func() {
				s.wrong("bob", home)
				s.stopped("bob", "a wrong password", home)
			}, 4},
		} {
			if got := s.countTrips(c.act); got != c.want {
				t.Errorf("%s: got %d sequential trips, want %d", c.what, got, c.want)
			}
		}
	})
}

// A sign-in with the right password succeeds even if its attempt cannot be given back. The attempt then counts until the
// window ends.
func TestSignInWhenAttemptCannotBeGivenBack(t *testing.T) {
	s := newScene(t)
	s.attemptsStay = true
	for range s.limits.Login - 1 {
		s.succeeds("ada", "the old password", home)
	}
	s.must(s.changePassword(s.caller(), request.Metadata{}, "the old password", "a brand new password"))
	s.attemptsStay = false
	s.stopped("ada", "a brand new password", home)
	s.clock = s.clock.Add(access.AttemptWindow)
	s.succeeds("ada", "a brand new password", home)
}

func TestLoginLimit(t *testing.T) {
	s := newScene(t)
	s.besiege("ada")
	s.stopped("ADA", "the old password", "198.51.100.99")
	var f *fault.Fault
	_, err := s.try("ada", "the old password", "198.51.100.99")
	if !asFault(err, &f) || f.RetryAfter <= 0 || f.RetryAfter > access.AttemptWindow {
		t.Errorf("got %v, want an error with a retry within %v", err, access.AttemptWindow)
	}
	s.wrong("bob", "198.51.100.99") // other logins are not locked
	s.clock = s.clock.Add(access.AttemptWindow)
	s.succeeds("ada", "the old password", "198.51.100.99")
}

// Wrong passwords from other addresses do not lock an address that the account has signed in from.
func TestKnownAddressHasItsOwnLimit(t *testing.T) {
	s := newScene(t)
	s.besiege("ada")
	s.succeeds("ada", "the old password", home)
	for range s.limits.Login {
		s.wrong("ada", home)
	}
	s.stopped("ada", "the old password", home) // the known address has used up its own attempts

	s.clock = s.clock.Add(access.KnownFor - access.AttemptWindow) // less than KnownFor since the second sign-in
	s.besiege("ada")
	s.succeeds("ada", "the old password", home)
	s.clock = s.clock.Add(access.KnownFor + week)
	s.besiege("ada")
	s.stopped("ada", "the old password", home)
}

const week = 7 * 24 * time.Hour

// An address is stored a week longer than needed, and written again when this week is over. So most sign-ins do not write
// it, and it is never forgotten too early.
func TestSignInWritesAKnownAddressOnceAWeek(t *testing.T) {
	const away = "203.0.113.77" // not known yet
	s := newScene(t)
	writes := 0
	s.store.Before(func(call dynamotest.Call) error {
		if dynamotest.Writes(dynamotest.Session)(call) && dynamotest.Writes(dynamotest.Known)(call) {
			writes++
		}
		return nil
	})
	for _, c := range []struct {
		what  string
		after time.Duration // the sign-in before
		want  int           // writes so far
	}{
		{"the first sign-in", 0, 1},
		{"a sign-in at once", 0, 1},
		{"a sign-in a day later", 24 * time.Hour, 1},
		{"a sign-in almost a week after the first one", 6*24*time.Hour - time.Hour, 1},
		{"a sign-in two hours later", 2 * time.Hour, 2},
		{"a sign-in a month later", 30 * 24 * time.Hour, 3},
	} {
		s.clock = s.clock.Add(c.after)
		s.succeeds("ada", "the old password", away)
		if writes != c.want {
			t.Errorf("%s: the address has been written %d times, want %d", c.what, writes, c.want)
		}
	}
	s.store.Mend()
	s.clock = s.clock.Add(access.KnownFor - access.AttemptWindow)
	s.besiege("ada")
	s.succeeds("ada", "the old password", away)
}

func TestAddressLimit(t *testing.T) {
	s := newScene(t)
	s.limits.Address = 5
	guess := func(from ...string) {
		t.Helper()
		for i := range s.limits.Address {
			s.succeeds("ada", "the old password", from[i%len(from)]) // gives its attempt back
			s.wrong(fmt.Sprintf("login%d", i), from[i%len(from)])
		}
	}
	guess("203.0.113.1")
	s.stopped("ada", "the old password", "203.0.113.1")
	s.stopped("ada", "the old password", "::ffff:203.0.113.1")
	s.succeeds("ada", "the old password", "203.0.113.2")

	guess("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", "2001:db8:0:1:0:5efe:cb00:7101") // one network
	s.stopped("ada", "the old password", "2001:db8:0:1::3")
	s.succeeds("ada", "the old password", "2001:db8:0:2::1")
}

func TestNetwork(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "::ffff:192.0.2.1": "192.0.2.1", "::FFFF:c000:201": "192.0.2.1",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "2001:DB8:1:2::": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64", "::1": "::/64",
		"": "", "nonsense": "nonsense",
	} {
		if got := access.Network(address); got != want {
			t.Errorf("Network(%q) = %q, want %q", address, got, want)
		}
	}
}

func TestSessionsExpire(t *testing.T) {
	s := newScene(t)
	session := s.caller().Session
	s.clock = session.ExpiresAt.Add(-2 * time.Millisecond)
	s.caller()
	s.clock = session.ExpiresAt.Add(-time.Millisecond)
	_, err := s.authenticate(s.token)
	s.refused(err, fault.Unauthenticated)
}

// The account may get another login between the read of the login and the read of the account. A sign-in with the old
// login then fails.
func TestSignInDuringLoginChange(t *testing.T) {
	s := newScene(t)
	s.store.Between(dynamotest.Reads(dynamotest.Account), func() error {
		s.alter(func(a *account.Account) { a.Login = "ada2" })
		return nil
	})
	hashed, err := s.try("ada", "the old password", home)
	s.refused(err, fault.Unauthenticated)
	if hashed != 1 {
		t.Errorf("got %d hashes, want 1", hashed)
	}
	s.succeeds("ada2", "the old password", home)
}

// Only a sign-in with the right password learns that the account is suspended.
func TestSuspendedAccountSignIn(t *testing.T) {
	s := newScene(t)
	s.alter(func(a *account.Account) {
		a.Holds = []account.Hold{
			{Level: account.AdministratorLevel, Source: account.ByAdministrator, Since: s.clock, PublicMessage: "Call us."},
		}
	})
	s.wrong("ada", home)
	_, err := s.try("ada", "the old password", home)
	s.refused(err, fault.AccountSuspended)
	if !mentions(err, "Call us.") {
		t.Errorf("got %v, want an error with the public message", err)
	}
}
