package dynamo_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/idempotency"
)

// newSession returns a session with a new hash.
func (f *fixture) newSession(a *account.Account) access.Session {
	return access.Session{
		Account: a.ID, Hash: f.id("hash-"), Epoch: a.SessionEpoch, CreatedAt: f.now(), ExpiresAt: f.now().Add(12 * time.Hour),
	}
}

var sessions = map[string]func(*testing.T, *fixture){
	"a session is created, read and deleted": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "host")
		a := f.createCustomer(t, r.ID, "ada")
		s := f.newSession(&a)
		expectNoError(
			t,
			f.CreateSession(f.ctx, access.SessionCreation{Session: s, Known: "here", KnownUntil: f.now().Add(time.Hour)}),
		)
		found, err := f.ReadSession(f.ctx, access.Locator{Hints: []account.ID{a.ID, r.ID}, Hash: s.Hash})
		expectNoError(t, err)
		expectEqual(t, "found", found, access.Credential{Session: &s, Chain: []account.Account{a, r}})
		for range 2 {
			expectNoError(t, f.DeleteSession(f.ctx, s))
			found, err = f.ReadSession(f.ctx, access.Locator{Hints: []account.ID{a.ID, r.ID}, Hash: s.Hash})
			expectNoError(t, err)
			expectEqual(t, "found", found, access.Credential{Chain: []account.Account{a, r}})
		}
	},
	"wrong hints are not trusted": func(t *testing.T, f *fixture) {
		r, other := f.createReseller(t, "host"), f.createReseller(t, "other")
		a, b := f.createCustomer(t, r.ID, "ada"), f.createCustomer(t, r.ID, "bob")
		s := f.newSession(&a)
		expectNoError(t, f.CreateSession(f.ctx, access.SessionCreation{Session: s, Known: "here", KnownUntil: f.now()}))
		for _, hints := range [][]account.ID{
			{a.ID}, {a.ID, r.ID}, {a.ID, other.ID}, {a.ID, a.ID, a.ID}, {a.ID, "res_00000000000000000000000000", r.ID}, {a.ID, b.ID},
		} {
			found, err := f.ReadSession(f.ctx, access.Locator{Hints: hints, Hash: s.Hash})
			expectNoError(t, err)
			expectEqual(t, "found", found, access.Credential{Session: &s, Chain: []account.Account{a, r}})
			chain, err := f.ReadChain(f.ctx, hints)
			expectNoError(t, err)
			expectEqual(t, "chain", chain, found.Chain)
		}
		found, err := f.ReadSession(f.ctx, access.Locator{Hints: []account.ID{b.ID, r.ID}, Hash: s.Hash})
		expectNoError(t, err)
		expectEqual(t, "found", found, access.Credential{Chain: []account.Account{b, r}})
		found, err = f.ReadSession(
			f.ctx,
			access.Locator{Hints: []account.ID{"cus_00000000000000000000000000", a.ID}, Hash: s.Hash},
		)
		expectNoError(t, err)
		expectEqual(t, "found", found, access.Credential{})
		found, err = f.ReadSession(f.ctx, access.Locator{Hints: nil, Hash: s.Hash})
		expectNoError(t, err)
		expectEqual(t, "found", found, access.Credential{})
	},
	"a repeated request gets the first answer": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		first, second := f.newSession(&a), f.newSession(&a)
		record := idempotency.SecretRecord(idempotency.Key{Name: "k", Fingerprint: "f"}, f.now())
		expectNoError(
			t,
			f.CreateSession(f.ctx, access.SessionCreation{Session: first, Known: "here", KnownUntil: f.now(), Record: record}),
		)
		err := f.CreateSession(
			f.ctx,
			access.SessionCreation{Session: second, Known: "there", KnownUntil: f.now().Add(time.Hour), Record: record},
		)
		expectEqual(t, "record", expectReplay(t, err), *record)
		found, err := f.ReadSession(f.ctx, access.Locator{Hints: []account.ID{a.ID}, Hash: second.Hash})
		expectNoError(t, err)
		expectEqual(t, "session", found.Session, nil)
		_, known, err := f.FindSignIn(f.ctx, "ada", "there")
		expectNoError(t, err)
		expectEqual(t, "known until", known, time.Time{})
	},
}

var signIns = map[string]func(*testing.T, *fixture){
	"a login is known at an address for a time": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		signIn := func() {
			t.Helper()
			expectNoError(
				t,
				f.CreateSession(
					f.ctx,
					access.SessionCreation{Session: f.newSession(&a), Known: "here", KnownUntil: f.now().Add(time.Hour)},
				),
			)
		}
		expectKnown := func(address string, want time.Time) {
			t.Helper()
			hints, got, err := f.FindSignIn(f.ctx, "ada", address)
			expectNoError(t, err)
			expectEqual(t, "hints", hints, []account.ID{a.ID})
			expectEqual(t, "known until", got, want)
		}
		expectKnown("here", time.Time{})
		signIn()
		expectKnown("here", f.now().Add(time.Hour))
		expectKnown("there", time.Time{})
		f.advance(30 * time.Minute)
		signIn()
		until := f.now().Add(time.Hour)
		expectNoError(t, f.CreateSession(f.ctx, access.SessionCreation{Session: f.newSession(&a)})) // keeps the address
		f.advance(59 * time.Minute)
		expectKnown("here", until)
		f.advance(time.Minute)
		expectKnown("here", time.Time{})
	},
	"attempts are counted by key and window": func(t *testing.T, f *fixture) {
		attempt := access.Attempt{Key: "somebody", Limit: 3, WindowEnd: f.now().Add(access.AttemptWindow)}
		take := func(attempt access.Attempt, want bool) {
			t.Helper()
			got, err := f.TakeAttempt(f.ctx, attempt)
			expectNoError(t, err)
			expectEqual(t, "allowed", got, want)
		}
		expectNoError(t, f.GiveBackAttempt(f.ctx, attempt))
		for range 3 {
			take(attempt, true)
		}
		take(attempt, false)
		take(attempt, false)
		expectNoError(t, f.GiveBackAttempt(f.ctx, attempt))
		take(attempt, true)
		take(attempt, false)
		for range 5 {
			expectNoError(t, f.GiveBackAttempt(f.ctx, attempt))
		}
		for range 3 {
			take(attempt, true)
		}
		take(attempt, false)
		other, later, none := attempt, attempt, attempt
		other.Key, later.WindowEnd, none.Key, none.Limit = "another", attempt.WindowEnd.Add(access.AttemptWindow), "none", 0
		take(other, true)
		take(later, true)
		take(none, false)
	},
	"concurrent attempts stop at the limit": func(t *testing.T, f *fixture) {
		attempt := access.Attempt{Key: "somebody", Limit: 5, WindowEnd: f.now().Add(access.AttemptWindow)}
		var allowed atomic.Int32
		var calls sync.WaitGroup
		for range 12 {
			calls.Go(func() {
				if ok, err := f.TakeAttempt(f.ctx, attempt); err != nil {
					t.Error(err)
				} else if ok {
					allowed.Add(1)
				}
			})
		}
		calls.Wait()
		expectEqual(t, "allowed", allowed.Load(), 5)
	},
}
