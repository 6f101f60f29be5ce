package dynamo_test

import (
	"crypto/rand"
	"fmt"
	"sync"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
)

func (w *world) token(of *account.Account, hash string) access.APIToken {
	return access.APIToken{
		ID: w.id(
			access.APITokenPrefix,
		),
		Account:   of.ID,
		Name:      "billing",
		Scopes:    []access.Scope{access.CustomersRead},
		Hash:      hash,
		Epoch:     of.TokenEpoch,
		CreatedAt: w.now(),
		ExpiresAt: w.now().Add(time.Hour),
	}
}

// tokensOf returns the API tokens of an account.
func (w *world) tokensOf(t reporter, a account.Account) access.TokenSet {
	t.Helper()
	set, _, err := w.ListTokens(w.ctx, a.ID, idempotency.Key{})
	succeeds(t, err)
	return set
}

var tokens = map[string]func(*testing.T, *world){
	"come and go": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		equal(t, "tokens", w.tokensOf(t, a), access.TokenSet{})
		first, second := w.token(&a, "2"), w.token(&a, "1")
		first.Epoch = 3
		for i, token := range []access.APIToken{first, second} {
			succeeds(t, w.CreateToken(w.ctx, token, int64(i), w.event(event.TokenCreated, &a), nil))
		}
		equal(t, "tokens", w.tokensOf(t, a), access.TokenSet{Tokens: []access.APIToken{first, second}, Version: 2})
		equal(t, "another's tokens", w.tokensOf(t, w.customer(t, account.AdministratorOwner, "bob")), access.TokenSet{})
		at := access.Locator{Hints: []account.ID{a.ID}, Hash: first.Hash, API: true}
		found, err := w.ReadSession(w.ctx, at)
		succeeds(t, err)
		equal(t, "found", found, access.Credential{Token: &first, Chain: []account.Account{a}})
		at.API = false // the same secret is no session's
		found, err = w.ReadSession(w.ctx, at)
		succeeds(t, err)
		equal(t, "found", found, access.Credential{Chain: []account.Account{a}})

		happened := w.event(event.TokenRemoved, &a)
		record := &idempotency.Record{
			Key:       idempotency.Key{Name: "k", Fingerprint: "f"},
			Answer:    []byte("null"),
			ExpiresAt: w.now().Add(time.Hour),
		}
		succeeds(t, w.DeleteToken(w.ctx, first, happened, record))
		equal(t, "record", replayed(t, w.DeleteToken(w.ctx, second, w.event(event.TokenRemoved, &a), record)), *record)
		refused(t, w.DeleteToken(w.ctx, first, w.event(event.TokenRemoved, &a), nil), fault.NotFound)
		trail, _, err := w.ListEvents(w.ctx, a.ID, "", 1)
		succeeds(t, err)
		equal(t, "the last event", trail[0].ID, happened.ID)
		at.API = true
		found, err = w.ReadSession(w.ctx, at)
		succeeds(t, err)
		equal(t, "found", found, access.Credential{Chain: []account.Account{a}})
		equal(t, "tokens", w.tokensOf(t, a).Tokens, []access.APIToken{second})
	},
	"a request only once": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		record := idempotency.SecretRecord(idempotency.Key{Name: "k", Fingerprint: "f"}, w.now())
		_, first, err := w.ListTokens(w.ctx, a.ID, record.Key)
		succeeds(t, err)
		equal(t, "record", first, nil)
		token := w.token(&a, "1")
		succeeds(t, w.CreateToken(w.ctx, token, 0, w.event(event.TokenCreated, &a), record))
		again := w.CreateToken(w.ctx, w.token(&a, "2"), 1, w.event(event.TokenCreated, &a), record)
		equal(t, "record", replayed(t, again), *record)
		again = w.CreateToken(w.ctx, w.token(&a, "2"), 0, w.event(event.TokenCreated, &a), record)
		equal(t, "record comes before the version", replayed(t, again), *record)
		set, first, err := w.ListTokens(w.ctx, a.ID, record.Key)
		succeeds(t, err)
		equal(t, "tokens", set, access.TokenSet{Tokens: []access.APIToken{token}, Version: 1})
		equal(t, "record", first, record)
	},
	"one of two at once": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		succeeds(t, w.CreateToken(w.ctx, w.token(&a, "1"), 0, w.event(event.TokenCreated, &a), nil))
		refused(t, w.CreateToken(w.ctx, w.token(&a, "2"), 0, w.event(event.TokenCreated, &a), nil), fault.VersionMismatch)
		equal(t, "number", len(w.tokensOf(t, a).Tokens), 1)
	},
	"never more than the limit": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		for i := range access.MaxTokens - 2 {
			token := w.token(&a, fmt.Sprint(i))
			succeeds(t, w.CreateToken(w.ctx, token, int64(i), w.event(event.TokenCreated, &a), nil))
		}
		maker := access.Tokens{Store: w, NewID: w.New, Random: rand.Reader, Now: w.now}
		wanted := access.APITokenInput{
			Name:      "n",
			Scopes:    []access.Scope{access.CustomersRead},
			ExpiresAt: w.now().Add(time.Hour),
		}
		errs := make([]error, 4)
		var all sync.WaitGroup
		for i := range errs {
			all.Go(func() { _, _, errs[i] = maker.Create(w.ctx, access.Caller{Account: a}, request.Metadata{}, wanted) })
		}
		all.Wait()
		equal(t, "made", won(t, errs, fault.LimitExceeded), 2)
		equal(t, "number", len(w.tokensOf(t, a).Tokens), access.MaxTokens)
	},
}
