package reset_test

import (
	"crypto/rand"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/dynamotest"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/request"
	"tenantry/shared/reset"
)

func TestUseSetsPasswordOnce(t *testing.T) {
	s := newScene(t)
	session := access.Session{Account: adaID, Hash: "hash", ExpiresAt: s.clock.Add(time.Hour)}
	s.must(s.store.CreateSession(t.Context(), access.SessionCreation{Session: session}))
	apiToken := access.APIToken{Account: adaID, Hash: "hash", ExpiresAt: s.clock.Add(time.Hour)}
	used, other := s.show(), s.show()
	s.must(s.use(request.Metadata{ID: "request"}, used, "a brand new password"))
	a := s.ada()
	if s.hash() != "hash of a brand new password" || session.Live(&a, s.clock) || apiToken.Live(&a, s.clock) {
		t.Errorf("got the account %+v, want the new password and no live session or API token", a)
	}
	events := s.store.Events()
	if last := events[len(events)-1]; last.Name != event.PasswordReset || last.Mail != event.PasswordChangedMail ||
		last.RequestID != "request" {
		t.Errorf("got the event %+v, want %s with a %s", last, event.PasswordReset, event.PasswordChangedMail)
	}
	for _, token := range []string{used, other} {
		s.refused(s.use(request.Metadata{}, token, "yet another password"), fault.LinkExpired)
	}
	s.must(s.use(request.Metadata{}, s.show(), "yet another password"))
}

// The holder of a link may keep the API tokens. Sessions end in any case.
func TestUseKeepsAPITokens(t *testing.T) {
	s := newScene(t)
	session := access.Session{Account: adaID, Hash: "hash", ExpiresAt: s.clock.Add(time.Hour)}
	apiToken := access.APIToken{Account: adaID, Hash: "hash", ExpiresAt: s.clock.Add(time.Hour)}
	input := reset.NewPassword{Token: s.show(), Password: "a brand new password", KeepTokens: true}
	s.must(s.redeem().Use(t.Context(), request.Metadata{}, input))
	if a := s.ada(); session.Live(&a, s.clock) || !apiToken.Live(&a, s.clock) {
		t.Errorf("got the account %+v, want the session ended and the API token kept", a)
	}
}

// A rejected password does not consume the link. An expired link is reported before an invalid password.
func TestWeakPasswordKeepsLink(t *testing.T) {
	s := newScene(t)
	token := s.show()
	for _, weak := range []string{"", "short", "1234567890qwertyuiop", "ada@example.com", "aaaaaaaaaaaaaaaaaaaa"} {
		s.refused(s.use(request.Metadata{}, token, weak), fault.InvalidRequest)
	}
	s.must(s.use(request.Metadata{}, token, "a brand new password"))
	s.refused(s.use(request.Metadata{}, token, "short"), fault.LinkExpired)
}

func TestUseRejectsInvalidLinks(t *testing.T) {
	s := newScene(t)
	for name, kill := range map[string]func(){
		"its lifetime has passed": func() { s.clock = s.clock.Add(reset.DefaultLifetimes.Reset) },
		"three newer links":       func() { s.show(); s.show(); s.show() },
		"a changed address": func() {
			s.alter(func(a *account.Account) {
				email := "new@example.com"
				if _, err := edit.Contact(a, account.ContactPatch{Email: &email}); err != nil {
					t.Error(err)
				}
			})
			s.alter(func(a *account.Account) { a.Contact.Email = "ada@example.com" })
		},
		"a new epoch": func() { s.alter(func(a *account.Account) { a.LinkEpoch++ }) },
	} {
		token := s.show()
		kill()
		if err := s.use(request.Metadata{}, token, "a brand new password"); !fault.Is(err, fault.LinkExpired) {
			t.Errorf("%s: got %v, want %s", name, err, fault.LinkExpired)
		}
	}
	token := s.show()
	s.show()
	s.show()
	s.must(s.use(request.Metadata{}, token, "a brand new password")) // three links are live at a time

	unknown, _ := access.NewToken(rand.Reader, []account.ID{adaID})
	missing, _ := access.NewToken(rand.Reader, []account.ID{"cus_00000000000000000000000000"})
	apiToken, _ := access.NewAPISecret(rand.Reader, []account.ID{adaID})
	for _, other := range []access.Token{unknown, missing, apiToken} {
		s.refused(s.use(request.Metadata{}, other.Text(), "a brand new password"), fault.LinkExpired)
		s.refused(s.use(keyed("k"), other.Text(), "a brand new password"), fault.LinkExpired)
	}
	deep, _ := access.NewToken(rand.Reader, []account.ID{adaID, adminID})
	for _, malformed := range []string{"", "nonsense", token[:len(token)-1], deep.Text()} {
		s.refused(s.use(request.Metadata{}, malformed, "a brand new password"), fault.InvalidRequest)
	}
}

// If one link or two links are used twice at the same time, only the first use sets the password.
func TestConcurrentUses(t *testing.T) {
	for _, same := range []bool{true, false} {
		s := newScene(t)
		first := s.show()
		second := first
		if !same {
			second = s.show()
		}
		s.store.Between(dynamotest.Writes(dynamotest.Account), func() error {
			return s.use(request.Metadata{}, first, "the first password")
		})
		s.refused(s.use(request.Metadata{}, second, "the second password"), fault.LinkExpired)
		if hash := s.hash(); hash != "hash of the first password" {
			t.Errorf("got the password hash %q, want that of the first password", hash)
		}
	}
}

// A contact change while a link is used does not fail the use. Both take effect.
func TestUseDuringContactChange(t *testing.T) {
	s := newScene(t)
	token := s.show()
	s.store.Between(dynamotest.Writes(dynamotest.Account), func() error {
		s.alter(func(a *account.Account) { a.Contact.City = "Cork" })
		return nil
	})
	s.must(s.use(request.Metadata{}, token, "a brand new password"))
	if a := s.ada(); a.Contact.City != "Cork" || s.hash() != "hash of a brand new password" {
		t.Errorf("got %+v, want the city Cork and the new password", a)
	}
}

// A replay succeeds like the first use, also if the first use completes after the replay has read its record.
func TestUseReplay(t *testing.T) {
	s := newScene(t)
	token := s.show()
	for range 3 {
		s.must(s.use(keyed("k"), token, "a brand new password"))
	}
	if version := s.ada().Version; version != 2 {
		t.Errorf("got version %d, want 2", version)
	}
	s.refused(s.use(keyed("other"), token, "a brand new password"), fault.LinkExpired)
	token = s.show()
	readLinks := dynamotest.Reads(dynamotest.ResetLinks)
	s.store.After(func(call dynamotest.Call) error {
		if !readLinks(call) {
			return nil
		}
		s.store.Mend()
		return s.use(keyed("late"), token, "a brand new password")
	})
	s.must(s.use(keyed("late"), token, "a brand new password"))
}
