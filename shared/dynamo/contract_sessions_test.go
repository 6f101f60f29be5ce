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

// session is a session of a fresh hash, which may name its writing beyond its table.
func (w *world) session(of *account.Account) access.Session {
	return access.Session{
		Account:   of.ID,
		Hash:      w.id("hash-"),
		Epoch:     of.SessionEpoch,
		CreatedAt: w.now(),
		ExpiresAt: w.now().Add(12 * time.Hour),
	}
}

var sessions = map[string]func(*testing.T, *world){
	"begin and end": func(t *testing.T, w *world) {
		r := w.reseller(t, "host")
		a := w.customer(t, r.ID, "ada")
		s := w.session(&a)
		succeeds(
			t,
			w.CreateSession(w.ctx, access.SessionCreation{Session: s, Known: "here", KnownUntil: w.now().Add(time.Hour)}),
		)
		found, err := w.ReadSession(w.ctx, access.Locator{Hints: []account.ID{a.ID, r.ID}, Hash: s.Hash})
		succeeds(t, err)
		equal(t, "found", found, access.Credential{Session: &s, Chain: []account.Account{a, r}})
		for range 2 {
			succeeds(t, w.DeleteSession(w.ctx, s))
			found, err = w.ReadSession(w.ctx, access.Locator{Hints: []account.ID{a.ID, r.ID}, Hash: s.Hash})
			succeeds(t, err)
			equal(t, "found", found, access.Credential{Chain: []account.Account{a, r}})
		}
	},
	"hints are not trusted": func(t *testing.T, w *world) {
		r, other := w.reseller(t, "host"), w.reseller(t, "other")
		a, b := w.customer(t, r.ID, "ada"), w.customer(t, r.ID, "bob")
		s := w.session(&a)
		succeeds(t, w.CreateSession(w.ctx, access.SessionCreation{Session: s, Known: "here", KnownUntil: w.now()}))
		for _, hints := range [][]account.ID{
			{a.ID}, {a.ID, r.ID}, {a.ID, other.ID}, {a.ID, a.ID, a.ID}, {a.ID, "res_00000000000000000000000000", r.ID}, {a.ID, b.ID},
		} {
			found, err := w.ReadSession(w.ctx, access.Locator{Hints: hints, Hash: s.Hash})
			succeeds(t, err)
			equal(t, "found", found, access.Credential{Session: &s, Chain: []account.Account{a, r}})
			chain, err := w.ReadChain(w.ctx, hints)
			succeeds(t, err)
			equal(t, "chain", chain, found.Chain)
		}
		found, err := w.ReadSession(w.ctx, access.Locator{Hints: []account.ID{b.ID, r.ID}, Hash: s.Hash})
		succeeds(t, err)
		equal(t, "found", found, access.Credential{Chain: []account.Account{b, r}})
		found, err = w.ReadSession(
			w.ctx,
			access.Locator{Hints: []account.ID{"cus_00000000000000000000000000", a.ID}, Hash: s.Hash},
		)
		succeeds(t, err)
		equal(t, "found", found, access.Credential{})
		found, err = w.ReadSession(w.ctx, access.Locator{Hints: nil, Hash: s.Hash})
		succeeds(t, err)
		equal(t, "found", found, access.Credential{})
	},
	"replay": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		first, second := w.session(&a), w.session(&a)
		record := idempotency.SecretRecord(idempotency.Key{Name: "k", Fingerprint: "f"}, w.now())
		succeeds(
			t,
			w.CreateSession(w.ctx, access.SessionCreation{Session: first, Known: "here", KnownUntil: w.now(), Record: record}),
		)
		err := w.CreateSession(
			w.ctx,
			access.SessionCreation{Session: second, Known: "there", KnownUntil: w.now().Add(time.Hour), Record: record},
		)
		equal(t, "record", replayed(t, err), *record)
		found, err := w.ReadSession(w.ctx, access.Locator{Hints: []account.ID{a.ID}, Hash: second.Hash})
		succeeds(t, err)
		equal(t, "session", found.Session, nil)
		_, known, err := w.FindSignIn(w.ctx, "ada", "there")
		succeeds(t, err)
		equal(t, "known", known, false)
	},
}

var signIns = map[string]func(*testing.T, *world){
	"known address": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		begin := func() {
			t.Helper()
			succeeds(
				t,
				w.CreateSession(
					w.ctx,
					access.SessionCreation{Session: w.session(&a), Known: "here", KnownUntil: w.now().Add(time.Hour)},
				),
			)
		}
		known := func(address string, want bool) {
			t.Helper()
			hints, got, err := w.FindSignIn(w.ctx, "ada", address)
			succeeds(t, err)
			equal(t, "hints", hints, []account.ID{a.ID})
			equal(t, "known", got, want)
		}
		known("here", false)
		begin()
		known("here", true)
		known("there", false)
		w.pass(30 * time.Minute)
		begin()
		w.pass(59 * time.Minute)
		known("here", true)
		w.pass(time.Minute)
		known("here", false)
	},
	"attempts": func(t *testing.T, w *world) {
		attempt := access.Attempt{Key: "somebody", Limit: 3, WindowEnd: w.now().Add(access.AttemptWindow)}
		take := func(of access.Attempt, want bool) {
			t.Helper()
			got, err := w.TakeAttempt(w.ctx, of)
			succeeds(t, err)
			equal(t, "within", got, want)
		}
		succeeds(t, w.GiveBackAttempt(w.ctx, attempt))
		for range 3 {
			take(attempt, true)
		}
		take(attempt, false)
		take(attempt, false)
		succeeds(t, w.GiveBackAttempt(w.ctx, attempt))
		take(attempt, true)
		take(attempt, false)
		for range 5 {
			succeeds(t, w.GiveBackAttempt(w.ctx, attempt))
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
	"concurrent attempts": func(t *testing.T, w *world) {
		attempt := access.Attempt{Key: "somebody", Limit: 5, WindowEnd: w.now().Add(access.AttemptWindow)}
		var within atomic.Int32
		var all sync.WaitGroup
		for range 12 {
			all.Go(func() {
				if ok, err := w.TakeAttempt(w.ctx, attempt); err != nil {
					t.Error(err)
				} else if ok {
					within.Add(1)
				}
			})
		}
		all.Wait()
		equal(t, "within", within.Load(), 5)
	},
}
