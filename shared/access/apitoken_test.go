package access_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/dynamotest"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
)

func (s *scene) tokenInput() access.APITokenInput {
	return access.APITokenInput{
		Name:      "billing",
		Scopes:    []access.Scope{access.GateRead, access.CustomersRead, access.GateRead},
		ExpiresAt: s.clock.Add(24 * time.Hour),
		Current:   s.password,
	}
}

func (s *scene) create() (access.APIToken, access.Token) {
	s.Helper()
	created, secret, err := s.tokens().Create(s.Context(), s.caller(), request.Metadata{}, s.tokenInput())
	s.must(err)
	return created, secret
}

func TestCreateListAndDeleteAPITokens(t *testing.T) {
	s := newScene(t)
	first, secret := s.create()
	if !slices.Equal(first.Scopes, []access.Scope{access.CustomersRead, access.GateRead}) || !secret.API ||
		first.Hash != secret.Hash() {
		t.Errorf("got %+v, want both scopes once, in order, and the hash of the secret", first)
	}
	if e := s.lastEvent(); e.Name != event.TokenCreated || e.Mail != event.TokenCreatedMail || e.Account != adaID ||
		len(e.Changes) != 1 || e.Changes[0].Old != nil || e.Changes[0].New == nil {
		t.Errorf("got the event %+v, want %s with a %s and the new token", e, event.TokenCreated, event.TokenCreatedMail)
	}
	text, err := json.Marshal(s.lastEvent())
	s.must(err)
	if strings.Contains(string(text), first.Hash) || strings.Contains(string(text), secret.Text()) {
		t.Errorf("got the event %s, want it without the secret and its hash", text)
	}
	second, _ := s.create()
	listed, err := s.tokens().List(t.Context(), s.caller())
	s.must(err)
	if len(listed) != 2 || listed[0].ID != first.ID || listed[1].ID != second.ID {
		t.Errorf("got the list %+v, want the first and the second token", listed)
	}
	caller, err := s.authenticate(secret)
	s.must(err)
	if caller.Token.ID != first.ID || caller.Session.Hash != "" || caller.Account.ID != adaID {
		t.Errorf("got the caller %+v, want the account with the first token and no session", caller)
	}
	s.must(s.tokens().Delete(t.Context(), s.caller(), request.Metadata{}, first.ID))
	_, err = s.authenticate(secret)
	s.refused(err, fault.Unauthenticated)
	for _, id := range []string{first.ID, "nonsense", ""} {
		s.refused(s.tokens().Delete(t.Context(), s.caller(), request.Metadata{}, id), fault.NotFound)
	}
	s.clock = second.ExpiresAt
	remaining, err := s.tokens().List(t.Context(), access.Caller{Account: caller.Account})
	s.must(err)
	if len(remaining) != 0 {
		t.Errorf("got the list %+v after the expiry, want none", remaining)
	}
}

// A token is invalid after its expiry and while its owner is suspended. It never has more rights than its owner has now.
func TestAPITokenRights(t *testing.T) {
	s := newScene(t)
	_, secret := s.create()
	caller, err := s.authenticate(secret)
	s.must(err)
	s.must(caller.CheckScope(access.CustomersRead))
	s.must(caller.CheckScope(access.AnyScope))
	s.refused(caller.CheckScope(access.CustomersWrite), fault.Forbidden)
	s.refused(caller.CheckScope(access.SessionOnly), fault.Forbidden)

	s.alter(func(a *account.Account) { a.Kind = account.Reseller })
	caller, err = s.authenticate(secret)
	s.must(err)
	s.must(caller.CheckScope(access.CustomersRead))
	s.refused(caller.CheckScope(access.GateRead), fault.Forbidden)
	if scopes := caller.Scopes(); !slices.Equal(scopes, []access.Scope{access.CustomersRead}) {
		t.Errorf("got the scopes %q, want %s only", scopes, access.CustomersRead)
	}

	hold := account.Hold{
		Level:         account.AdministratorLevel,
		Source:        account.ByAdministrator,
		Reason:        "unpaid",
		PublicMessage: "Closed.",
		Since:         s.clock,
	}
	s.alter(func(a *account.Account) { a.Suspend(hold, s.clock) })
	_, err = s.authenticate(secret)
	s.refused(err, fault.AccountSuspended)
	if !mentions(err, "Closed.") || mentions(err, "unpaid") {
		t.Errorf("got %v, want an error with the public message and without the reason", err)
	}
	s.alter(func(a *account.Account) { a.Holds = nil })
	_, err = s.authenticate(secret)
	s.must(err)
	s.clock = s.clock.Add(24 * time.Hour)
	_, err = s.authenticate(secret)
	s.refused(err, fault.Unauthenticated)
}

// The secret of a session is invalid as an API token. The secret of an API token is invalid as a session.
func TestSessionAndAPISecretsAreNotInterchangeable(t *testing.T) {
	s := newScene(t)
	_, secret := s.create()
	session, asSession, asAPI := s.token, secret, s.token
	asSession.API, asAPI.API = false, true
	for _, other := range []access.Token{asSession, asAPI} {
		_, err := s.authenticate(other)
		s.refused(err, fault.Unauthenticated)
	}
	_, err := s.authenticate(session)
	s.must(err)
}

func TestCreateAPITokenRejectsInvalidInput(t *testing.T) {
	s := newScene(t)
	for name, spoil := range map[string]func(*access.APITokenInput){
		"no name":                func(n *access.APITokenInput) { n.Name = "" },
		"line break in the name": func(n *access.APITokenInput) { n.Name = "a\nb" },
		"no scopes":              func(n *access.APITokenInput) { n.Scopes = nil },
		"no such scope":          func(n *access.APITokenInput) { n.Scopes = []access.Scope{"everything"} },
		"session-only scope":     func(n *access.APITokenInput) { n.Scopes = []access.Scope{access.SessionOnly} },
		"every scope":            func(n *access.APITokenInput) { n.Scopes = []access.Scope{access.AnyScope} },
		"expired":                func(n *access.APITokenInput) { n.ExpiresAt = s.clock },
		"too long lifetime":      func(n *access.APITokenInput) { n.ExpiresAt = s.clock.Add(access.MaxTokenLifetime + time.Hour) },
	} {
		input := s.tokenInput()
		spoil(&input)
		_, _, err := s.tokens().Create(t.Context(), s.caller(), request.Metadata{}, input)
		if !fault.Is(err, fault.InvalidRequest) {
			t.Errorf("%s: got %v, want %s", name, err, fault.InvalidRequest)
		}
	}
	s.alter(func(a *account.Account) { a.Kind = account.Customer })
	_, _, err := s.tokens().Create(t.Context(), s.caller(), request.Metadata{}, s.tokenInput())
	s.refused(err, fault.InvalidRequest) // a customer cannot have the scope gate:read
}

// A replay of the last allowed creation returns secret-shown-once, not limit-exceeded.
func TestCreateAPITokenReplay(t *testing.T) {
	s := newScene(t)
	for range access.MaxTokens - 1 {
		s.create()
	}
	input := s.tokenInput()
	created, _, err := s.tokens().Create(t.Context(), s.caller(), keyed("k"), input)
	s.must(err)
	again, secret, err := s.tokens().Create(t.Context(), s.caller(), keyed("k"), input)
	s.refused(err, fault.SecretShownOnce)
	if again.ID != "" || secret.Hints != nil {
		t.Errorf("got %+v from the replay, want no token", again)
	}
	_, _, err = s.tokens().Create(t.Context(), s.caller(), keyed("other"), input)
	s.refused(err, fault.LimitExceeded)
	s.must(s.tokens().Delete(t.Context(), s.caller(), request.Metadata{}, created.ID))
	s.create()

	// A duplicate that commits between the read of the record and the write gives the replay the same error.
	s.must(s.tokens().Delete(t.Context(), s.caller(), request.Metadata{}, s.oldest()))
	s.store.Between(dynamotest.Writes(dynamotest.Token), func() error {
		_, _, err := s.tokens().Create(t.Context(), s.caller(), keyed("at once"), input)
		return err
	})
	_, _, err = s.tokens().Create(t.Context(), s.caller(), keyed("at once"), input)
	s.refused(err, fault.SecretShownOnce)
}

func (s *scene) oldest() string {
	s.Helper()
	listed, err := s.tokens().List(s.Context(), s.caller())
	s.must(err)
	return listed[0].ID
}

// Concurrent creations do not exceed the limit.
func TestConcurrentAPITokenCreations(t *testing.T) {
	s := newScene(t)
	for range access.MaxTokens - 1 {
		s.create()
	}
	s.store.Between(dynamotest.Writes(dynamotest.Token), func() error {
		s.create()
		return nil
	})
	_, _, err := s.tokens().Create(t.Context(), s.caller(), request.Metadata{}, s.tokenInput())
	s.refused(err, fault.LimitExceeded)
	if listed, err := s.tokens().List(t.Context(), s.caller()); err != nil || len(listed) != access.MaxTokens {
		t.Errorf("got %d tokens, %v, want %d", len(listed), err, access.MaxTokens)
	}
}

// Tokens of an older epoch are invalid and do not count towards the limit. A token whose creation read the account before
// the new epoch is invalid too.
func TestNewEpochRevokesAPITokens(t *testing.T) {
	s := newScene(t)
	before := s.caller()
	_, old := s.create()
	for range access.MaxTokens - 1 {
		s.create()
	}
	keep := access.PasswordInput{Current: "the old password", Password: "a brand new password", KeepTokens: true}
	s.must(s.self().ChangePassword(t.Context(), s.caller(), request.Metadata{}, keep))
	_, err := s.authenticate(old)
	s.must(err)
	s.must(s.changePassword(s.caller(), request.Metadata{}, "a brand new password", "yet another password"))
	s.password = "yet another password"
	_, late, err := s.tokens().Create(t.Context(), s.caller(), request.Metadata{}, s.tokenInput())
	s.must(err)
	_, err = s.authenticate(late)
	s.must(err)
	s.must(s.tokens().Delete(t.Context(), s.caller(), request.Metadata{}, s.tokensListed()[0].ID))
	if remaining := s.tokensListed(); len(remaining) != 0 {
		t.Errorf("got the list %+v, want none", remaining)
	}
	_, err = s.authenticate(old)
	s.refused(err, fault.Unauthenticated)
	for range access.MaxTokens {
		s.must(s.tokens().Delete(t.Context(), before, request.Metadata{}, s.tokensOf(before)[0].ID))
	}
	_, _, err = s.tokens().Create(t.Context(), before, request.Metadata{}, s.tokenInput())
	s.refused(err, fault.Conflict) // the password has changed since the account was read
	s.store.Between(dynamotest.Writes(dynamotest.Token), func() error {
		return s.changePassword(s.caller(), request.Metadata{}, "yet another password", "the latest password")
	})
	_, stale, err := s.tokens().Create(t.Context(), s.caller(), request.Metadata{}, s.tokenInput())
	s.must(err)
	_, err = s.authenticate(stale)
	s.refused(err, fault.Unauthenticated)
}

func (s *scene) tokensListed() []access.TokenView { return s.tokensOf(s.caller()) }

func (s *scene) tokensOf(caller access.Caller) []access.TokenView {
	s.Helper()
	listed, err := s.tokens().List(s.Context(), caller)
	s.must(err)
	return listed
}

func TestDeleteAPITokenReplay(t *testing.T) {
	s := newScene(t)
	first, _ := s.create()
	second, _ := s.create()
	meta := request.Metadata{ID: "r", Key: idempotency.Key{Name: "k", Fingerprint: "f"}}
	s.must(s.tokens().Delete(t.Context(), s.caller(), meta, first.ID))
	s.must(s.tokens().Delete(t.Context(), s.caller(), meta, first.ID))
	if e := s.lastEvent(); e.Name != event.TokenRemoved || e.RequestID != "r" {
		t.Errorf("got the event %+v, want %s of the request r", e, event.TokenRemoved)
	}
	another := meta
	another.Key.Fingerprint = "g"
	s.refused(s.tokens().Delete(t.Context(), s.caller(), another, second.ID), fault.InvalidRequest)

	meta.Key.Name = "k2" // a duplicate commits between read and write
	s.store.Between(dynamotest.Deletes(dynamotest.Token), func() error {
		s.must(s.tokens().Delete(t.Context(), s.caller(), meta, second.ID))
		return nil
	})
	s.must(s.tokens().Delete(t.Context(), s.caller(), meta, second.ID))
	s.refused(s.tokens().Delete(t.Context(), s.caller(), request.Metadata{}, second.ID), fault.NotFound)
}
