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

func (f *fixture) newToken(of *account.Account, hash string) access.APIToken {
	return access.APIToken{
		ID: f.id(
			access.APITokenPrefix,
		),
		Account:   of.ID,
		Name:      "billing",
		Scopes:    []access.Scope{access.CustomersRead},
		Hash:      hash,
		Epoch:     of.TokenEpoch,
		CreatedAt: f.now(),
		ExpiresAt: f.now().Add(time.Hour),
	}
}

// tokensOf returns the API tokens of an account.
func (f *fixture) readTokens(t reporter, a account.Account) access.TokenSet {
	t.Helper()
	set, _, err := f.ListTokens(f.ctx, a.ID, idempotency.Key{})
	expectNoError(t, err)
	return set
}

var tokens = map[string]func(*testing.T, *fixture){
	"come and go": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		expectEqual(t, "tokens", f.readTokens(t, a), access.TokenSet{})
		first, second := f.newToken(&a, "2"), f.newToken(&a, "1")
		first.Epoch = 3
		for i, token := range []access.APIToken{first, second} {
			expectNoError(t, f.CreateToken(f.ctx, token, int64(i), f.event(event.TokenCreated, &a), nil))
		}
		expectEqual(t, "tokens", f.readTokens(t, a), access.TokenSet{Tokens: []access.APIToken{first, second}, Version: 2})
		expectEqual(
			t,
			"another's tokens",
			f.readTokens(t, f.createCustomer(t, account.AdministratorOwner, "bob")),
			access.TokenSet{},
		)
		at := access.Locator{Hints: []account.ID{a.ID}, Hash: first.Hash, API: true}
		found, err := f.ReadSession(f.ctx, at)
		expectNoError(t, err)
		expectEqual(t, "found", found, access.Credential{Token: &first, Chain: []account.Account{a}})
		at.API = false // the same secret is no session's
		found, err = f.ReadSession(f.ctx, at)
		expectNoError(t, err)
		expectEqual(t, "found", found, access.Credential{Chain: []account.Account{a}})

		happened := f.event(event.TokenRemoved, &a)
		record := &idempotency.Record{
			Key:       idempotency.Key{Name: "k", Fingerprint: "f"},
			Answer:    []byte("null"),
			ExpiresAt: f.now().Add(time.Hour),
		}
		expectNoError(t, f.DeleteToken(f.ctx, first, happened, record))
		expectEqual(
			t,
			"record",
			expectReplay(t, f.DeleteToken(f.ctx, second, f.event(event.TokenRemoved, &a), record)),
			*record,
		)
		expectFault(t, f.DeleteToken(f.ctx, first, f.event(event.TokenRemoved, &a), nil), fault.NotFound)
		trail, _, err := f.ListEvents(f.ctx, a.ID, "", 1)
		expectNoError(t, err)
		expectEqual(t, "the last event", trail[0].ID, happened.ID)
		at.API = true
		found, err = f.ReadSession(f.ctx, at)
		expectNoError(t, err)
		expectEqual(t, "found", found, access.Credential{Chain: []account.Account{a}})
		expectEqual(t, "tokens", f.readTokens(t, a).Tokens, []access.APIToken{second})
	},
	"a request only once": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		record := idempotency.SecretRecord(idempotency.Key{Name: "k", Fingerprint: "f"}, f.now())
		_, first, err := f.ListTokens(f.ctx, a.ID, record.Key)
		expectNoError(t, err)
		expectEqual(t, "record", first, nil)
		token := f.newToken(&a, "1")
		expectNoError(t, f.CreateToken(f.ctx, token, 0, f.event(event.TokenCreated, &a), record))
		again := f.CreateToken(f.ctx, f.newToken(&a, "2"), 1, f.event(event.TokenCreated, &a), record)
		expectEqual(t, "record", expectReplay(t, again), *record)
		again = f.CreateToken(f.ctx, f.newToken(&a, "2"), 0, f.event(event.TokenCreated, &a), record)
		expectEqual(t, "record comes before the version", expectReplay(t, again), *record)
		set, first, err := f.ListTokens(f.ctx, a.ID, record.Key)
		expectNoError(t, err)
		expectEqual(t, "tokens", set, access.TokenSet{Tokens: []access.APIToken{token}, Version: 1})
		expectEqual(t, "record", first, record)
	},
	"one of two at once": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		expectNoError(t, f.CreateToken(f.ctx, f.newToken(&a, "1"), 0, f.event(event.TokenCreated, &a), nil))
		expectFault(
			t,
			f.CreateToken(f.ctx, f.newToken(&a, "2"), 0, f.event(event.TokenCreated, &a), nil),
			fault.VersionMismatch,
		)
		expectEqual(t, "number", len(f.readTokens(t, a).Tokens), 1)
	},
	"never more than the limit": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		for i := range access.MaxTokens - 2 {
			token := f.newToken(&a, fmt.Sprint(i))
			expectNoError(t, f.CreateToken(f.ctx, token, int64(i), f.event(event.TokenCreated, &a), nil))
		}
		maker := access.Tokens{Store: f, NewID: f.New, Random: rand.Reader, Now: f.now}
		wanted := access.APITokenInput{
			Name:      "n",
			Scopes:    []access.Scope{access.CustomersRead},
			ExpiresAt: f.now().Add(time.Hour),
		}
		errs := make([]error, 4)
		var all sync.WaitGroup
		for i := range errs {
			all.Go(func() { _, _, errs[i] = maker.Create(f.ctx, access.Caller{Account: a}, request.Metadata{}, wanted) })
		}
		all.Wait()
		expectEqual(t, "made", countSuccesses(t, errs, fault.LimitExceeded), 2)
		expectEqual(t, "number", len(f.readTokens(t, a).Tokens), access.MaxTokens)
	},
}
