package access_test

import (
	"encoding/json"
	"fmt"
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

func (s *scene) wanted() access.APITokenInput {
	return access.APITokenInput{
		Name:      "billing",
		Scopes:    []access.Scope{access.GateRead, access.CustomersRead, access.GateRead},
		ExpiresAt: s.clock.Add(24 * time.Hour),
		Current:   s.password,
	}
}

func (s *scene) create() (access.APIToken, access.Token) {
	s.Helper()
	made, secret, err := s.tokens().Create(s.Context(), s.caller(), request.Metadata{}, s.wanted())
	s.must(err)
	return made, secret
}

func TestAPITokens(t *testing.T) {
	s := newScene(t)
	first, secret := s.create()
	if !slices.Equal(first.Scopes, []access.Scope{access.CustomersRead, access.GateRead}) || !secret.API ||
		first.Hash != secret.Hash() {
		t.Errorf("made %+v", first)
	}
	if e := s.lastEvent(); e.Name != event.TokenCreated || e.Mail != event.TokenCreatedMail || e.Account != adaID ||
		len(e.Changes) != 1 ||
		e.Changes[0].Old != nil ||
		e.Changes[0].New == nil {
		t.Errorf("event %+v", e)
	}
	if text, err := json.Marshal(
		s.lastEvent(),
	); err != nil || strings.Contains(string(text), first.Hash) ||
		strings.Contains(string(text), secret.Text()) {
		t.Errorf("the event tells the token: %s, %v", text, err)
	}
	second, _ := s.create()
	listed, err := s.tokens().List(t.Context(), s.caller())
	s.must(err)
	if len(listed) != 2 || listed[0].ID != first.ID || listed[1].ID != second.ID {
		t.Errorf("listed %+v", listed)
	}
	caller, err := s.authenticate(secret)
	s.must(err)
	if caller.Token.ID != first.ID || caller.Session.Hash != "" || caller.Account.ID != adaID {
		t.Errorf("caller %+v", caller)
	}
	s.must(s.tokens().Delete(t.Context(), s.caller(), request.Metadata{}, first.ID))
	_, err = s.authenticate(secret)
	s.refused(err, fault.Unauthenticated)
	for _, id := range []string{first.ID, "nonsense", ""} {
		s.refused(s.tokens().Delete(t.Context(), s.caller(), request.Metadata{}, id), fault.NotFound)
	}
	s.clock = second.ExpiresAt
	left, err := s.tokens().List(t.Context(), access.Caller{Account: caller.Account})
	s.must(err)
	if len(left) != 0 {
		t.Errorf("after their time: %+v", left)
	}
}

// A token is void after its time, while its owner is held, and never has more rights than its owner has now.
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
		t.Errorf("scopes %q", scopes)
	}

	s.alter(func(a *account.Account) {
		a.Suspend(
			account.Hold{
				Level:         account.AdministratorLevel,
				Source:        account.ByAdministrator,
				Reason:        "unpaid",
				PublicMessage: "Closed.",
				Since:         s.clock,
			},
			s.clock,
		)
	})
	_, err = s.authenticate(secret)
	s.refused(err, fault.AccountSuspended)
	if !mentions(err, "Closed.") || mentions(err, "unpaid") {
		t.Errorf("it reads %v", err)
	}
	s.alter(func(a *account.Account) { a.Holds = nil })
	_, err = s.authenticate(secret)
	s.must(err)
	s.clock = s.clock.Add(24 * time.Hour)
	_, err = s.authenticate(secret)
	s.refused(err, fault.Unauthenticated)
}

// The secret of a session opens nothing as an API token, nor the other way round.
func TestSecretsOfAKind(t *testing.T) {
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

func TestAPITokenRefused(t *testing.T) {
	s := newScene(t)
	for name, spoil := range map[string]func(*access.APITokenInput){
		"no name":             func(n *access.APITokenInput) { n.Name = "" },
		"a line in the name":  func(n *access.APITokenInput) { n.Name = "a\nb" },
		"no scopes":           func(n *access.APITokenInput) { n.Scopes = nil },
		"no such scope":       func(n *access.APITokenInput) { n.Scopes = []access.Scope{"everything"} },
		"a scope of sessions": func(n *access.APITokenInput) { n.Scopes = []access.Scope{access.SessionOnly} },
		"every scope":         func(n *access.APITokenInput) { n.Scopes = []access.Scope{access.AnyScope} },
		"over":                func(n *access.APITokenInput) { n.ExpiresAt = s.clock },
		"without an end":      func(n *access.APITokenInput) { n.ExpiresAt = s.clock.Add(access.MaxTokenLifetime + time.Hour) },
	} {
		wanted := s.wanted()
		spoil(&wanted)
		if _, _, err := s.tokens().
			Create(t.Context(), s.caller(), request.Metadata{}, wanted); !fault.Is(
			err,
			fault.InvalidRequest,
		) {
			t.Errorf("%s: %v", name, err)
		}
	}
	s.alter(func(a *account.Account) { a.Kind = account.Customer })
	_, _, err := s.tokens().Create(t.Context(), s.caller(), request.Metadata{}, s.wanted())
	s.refused(err, fault.InvalidRequest) // a customer has no gate
}

// The last one's retry is told that it took effect, not that there are too many.
func TestAPITokenReplayed(t *testing.T) {
	s := newScene(t)
	for range access.MaxTokens - 1 {
		s.create()
	}
	wanted := s.wanted()
	made, _, err := s.tokens().Create(t.Context(), s.caller(), keyed("k"), wanted)
	s.must(err)
	again, secret, err := s.tokens().Create(t.Context(), s.caller(), keyed("k"), wanted)
	s.refused(err, fault.SecretShownOnce)
	if again.ID != "" || secret.Hints != nil {
		t.Errorf("the replay shows %+v", again)
	}
	_, _, err = s.tokens().Create(t.Context(), s.caller(), keyed("other"), wanted)
	s.refused(err, fault.LimitExceeded)
	s.must(s.tokens().Delete(t.Context(), s.caller(), request.Metadata{}, made.ID))
	s.create()

	// One that is made between the looks for the record and for the tokens is told so too.
	s.must(s.tokens().Delete(t.Context(), s.caller(), request.Metadata{}, s.oldest()))
	s.store.Between(dynamotest.Writes(dynamotest.Token), func() error {
		_, _, err := s.tokens().Create(t.Context(), s.caller(), keyed("at once"), wanted)
		return err
	})
	_, _, err = s.tokens().Create(t.Context(), s.caller(), keyed("at once"), wanted)
	s.refused(err, fault.SecretShownOnce)
}

func (s *scene) oldest() string {
	s.Helper()
	listed, err := s.tokens().List(s.Context(), s.caller())
	s.must(err)
	return listed[0].ID
}

// Tokens that are made at once never become more than the limit.
func TestAPITokensAtOnce(t *testing.T) {
	s := newScene(t)
	for range access.MaxTokens - 1 {
		s.create()
	}
	s.store.Between(dynamotest.Writes(dynamotest.Token), func() error {
		s.create()
		return nil
	})
	_, _, err := s.tokens().Create(t.Context(), s.caller(), request.Metadata{}, s.wanted())
	s.refused(err, fault.LimitExceeded)
	if listed, err := s.tokens().List(t.Context(), s.caller()); err != nil || len(listed) != access.MaxTokens {
		t.Errorf("%d tokens, %v", len(listed), fmt.Sprint(err))
	}
}

// Tokens of an older epoch are void, also one that is being made meanwhile, and do not count.
func TestAPITokensOfAnotherEpoch(t *testing.T) {
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
	_, late, err := s.tokens().Create(t.Context(), s.caller(), request.Metadata{}, s.wanted())
	s.must(err)
	_, err = s.authenticate(late)
	s.must(err)
	s.must(s.tokens().Delete(t.Context(), s.caller(), request.Metadata{}, s.tokensListed()[0].ID))
	if left := s.tokensListed(); len(left) != 0 {
		t.Errorf("listed %+v", left)
	}
	_, err = s.authenticate(old)
	s.refused(err, fault.Unauthenticated)
	for range access.MaxTokens {
		s.must(s.tokens().Delete(t.Context(), before, request.Metadata{}, s.tokensOf(before)[0].ID))
	}
	s.password = "the old password" // which the older read of the account has
	_, stale, err := s.tokens().Create(t.Context(), before, request.Metadata{}, s.wanted())
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

func TestDeletedAPITokenReplayed(t *testing.T) {
	s := newScene(t)
	first, _ := s.create()
	second, _ := s.create()
	meta := request.Metadata{ID: "r", Key: idempotency.Key{Name: "k", Fingerprint: "f"}}
	s.must(s.tokens().Delete(t.Context(), s.caller(), meta, first.ID))
	s.must(s.tokens().Delete(t.Context(), s.caller(), meta, first.ID))
	if e := s.lastEvent(); e.Name != event.TokenRemoved || e.RequestID != "r" {
		t.Errorf("event %+v", e)
	}
	another := meta
	another.Key.Fingerprint = "g"
	s.refused(s.tokens().Delete(t.Context(), s.caller(), another, second.ID), fault.InvalidRequest)

	meta.Key.Name = "k2" // a duplicate overtakes, between the reading and the writing
	s.store.Between(dynamotest.Deletes(dynamotest.Token), func() error {
		s.must(s.tokens().Delete(t.Context(), s.caller(), meta, second.ID))
		return nil
	})
	s.must(s.tokens().Delete(t.Context(), s.caller(), meta, second.ID))
	s.refused(s.tokens().Delete(t.Context(), s.caller(), request.Metadata{}, second.ID), fault.NotFound)
}
