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
	"tenantry/shared/maillimit"
	"tenantry/shared/request"
)

func (f *fixture) newToken(a *account.Account, hash string) access.APIToken {
	return access.APIToken{
		ID: f.id(
			access.APITokenPrefix,
		),
		Account:   a.ID,
		Name:      "billing",
		Scopes:    []access.Scope{access.CustomersRead},
		Hash:      hash,
		Epoch:     a.TokenEpoch,
		CreatedAt: f.now(),
		ExpiresAt: f.now().Add(time.Hour),
	}
}

// readTokens returns the API tokens of an account.
func (f *fixture) readTokens(t reporter, a account.Account) access.TokenSet {
	t.Helper()
	set, _, err := f.ListTokens(f.ctx, a.ID, idempotency.Key{})
	expectNoError(t, err)
	return set
}

var tokens = map[string]func(*testing.T, *fixture){
	"tokens are created, read and deleted": func(t *testing.T, f *fixture) {
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
			"tokens of another account",
			f.readTokens(t, f.createCustomer(t, account.AdministratorOwner, "bob")),
			access.TokenSet{},
		)
		locator := access.Locator{Hints: []account.ID{a.ID}, Hash: first.Hash, API: true}
		found, err := f.ReadSession(f.ctx, locator)
		expectNoError(t, err)
		expectEqual(t, "found", found, access.Credential{Token: &first, Chain: []account.Account{a}})
		locator.API = false // no session has this hash
		found, err = f.ReadSession(f.ctx, locator)
		expectNoError(t, err)
		expectEqual(t, "found", found, access.Credential{Chain: []account.Account{a}})

		removed := f.event(event.TokenRemoved, &a)
		record := &idempotency.Record{
			Key:       idempotency.Key{Name: "k", Fingerprint: "f"},
			Answer:    []byte("null"),
			ExpiresAt: f.now().Add(time.Hour),
		}
		expectNoError(t, f.DeleteToken(f.ctx, first, removed, record))
		expectEqual(
			t,
			"record",
			expectReplay(t, f.DeleteToken(f.ctx, second, f.event(event.TokenRemoved, &a), record)),
			*record,
		)
		expectFault(t, f.DeleteToken(f.ctx, first, f.event(event.TokenRemoved, &a), nil), fault.NotFound)
		trail, _, err := f.ListEvents(f.ctx, a.ID, "", 1)
		expectNoError(t, err)
		expectEqual(t, "newest event", trail[0].ID, removed.ID)
		locator.API = true
		found, err = f.ReadSession(f.ctx, locator)
		expectNoError(t, err)
		expectEqual(t, "found", found, access.Credential{Chain: []account.Account{a}})
		expectEqual(t, "tokens", f.readTokens(t, a).Tokens, []access.APIToken{second})
	},
	"a repeated request gets the first answer": func(t *testing.T, f *fixture) {
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
		expectEqual(t, "record of a request with an old version", expectReplay(t, again), *record)
		set, first, err := f.ListTokens(f.ctx, a.ID, record.Key)
		expectNoError(t, err)
		expectEqual(t, "tokens", set, access.TokenSet{Tokens: []access.APIToken{token}, Version: 1})
		expectEqual(t, "record", first, record)
	},
	"one of two creations with the same version succeeds": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		expectNoError(t, f.CreateToken(f.ctx, f.newToken(&a, "1"), 0, f.event(event.TokenCreated, &a), nil))
		expectFault(
			t,
			f.CreateToken(f.ctx, f.newToken(&a, "2"), 0, f.event(event.TokenCreated, &a), nil),
			fault.VersionMismatch,
		)
		expectEqual(t, "number of tokens", len(f.readTokens(t, a).Tokens), 1)
	},
	"concurrent creations stop at the limit": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		for i := range access.MaxTokens - 2 {
			token := f.newToken(&a, fmt.Sprint(i))
			expectNoError(t, f.CreateToken(f.ctx, token, int64(i), f.event(event.TokenCreated, &a), nil))
		}
		current := access.Reauthentication{
			Store: f, Hasher: equalHasher{}, Limits: access.AttemptLimits{Login: 10, Address: 100}, Now: f.now,
		}
		mails := maillimit.Limiter{Attempts: f, Limits: maillimit.DefaultLimits}
		service := access.Tokens{
			Store: f, Mails: mails, Current: current, NewID: f.New, Random: rand.Reader, Now: f.now,
		}
		input := access.APITokenInput{
			Name:      "n",
			Scopes:    []access.Scope{access.CustomersRead},
			ExpiresAt: f.now().Add(time.Hour),
			Current:   "$hash$ada",
		}
		errs := make([]error, 4)
		var calls sync.WaitGroup
		for i := range errs {
			calls.Go(func() { _, _, errs[i] = service.Create(f.ctx, access.Caller{Account: a}, request.Metadata{}, input) })
		}
		calls.Wait()
		expectEqual(t, "created tokens", countSuccesses(t, errs, fault.LimitExceeded), 2)
		expectEqual(t, "number of tokens", len(f.readTokens(t, a).Tokens), access.MaxTokens)
	},
}

// equalHasher is a password hasher whose hashes are the passwords.
type equalHasher struct{}

func (equalHasher) Hash(password string) (string, error) { return password, nil }

func (equalHasher) Matches(hash, password string) bool { return hash == password }
