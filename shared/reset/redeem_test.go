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

func TestUseOnce(t *testing.T) {
	s := newScene(t)
	session := access.Session{Account: adaID, Hash: "hash", ExpiresAt: s.clock.Add(time.Hour)}
	s.must(s.store.CreateSession(t.Context(), access.SessionCreation{Session: session}))
	program := access.APIToken{Account: adaID, Hash: "hash", ExpiresAt: s.clock.Add(time.Hour)}
	used, other := s.show(), s.show()
	s.must(s.use(request.Metadata{ID: "request"}, used, "a brand new password"))
	a := s.ada()
	if a.PasswordHash != "hash of a brand new password" || session.Live(&a, s.clock) || program.Live(&a, s.clock) {
		t.Errorf("account %+v", a)
	}
	events := s.store.Events()
	if last := events[len(events)-1]; last.Name != event.PasswordReset || last.Mail != event.PasswordChangedMail ||
		last.RequestID != "request" {
		t.Errorf("event %+v", last)
	}
	for _, token := range []string{used, other} {
		s.refused(s.use(request.Metadata{}, token, "yet another password"), fault.LinkExpired)
	}
	s.must(s.use(request.Metadata{}, s.show(), "yet another password"))
}

// The holder of a link may keep the API tokens. Sessions end in any case.
func TestUseKeepsTheAPITokens(t *testing.T) {
	s := newScene(t)
	session := access.Session{Account: adaID, Hash: "hash", ExpiresAt: s.clock.Add(time.Hour)}
	program := access.APIToken{Account: adaID, Hash: "hash", ExpiresAt: s.clock.Add(time.Hour)}
	input := reset.NewPassword{Token: s.show(), Password: "a brand new password", KeepTokens: true}
	s.must(s.redeem().Use(t.Context(), request.Metadata{}, input))
	if a := s.ada(); session.Live(&a, s.clock) || !program.Live(&a, s.clock) {
		t.Errorf("got the account %+v, want the session ended and the API token kept", a)
	}
}

// A password that is refused leaves the link as it was, and a link that is dead is told before a bad password is.
func TestWeakPasswordKeepsTheLink(t *testing.T) {
	s := newScene(t)
	token := s.show()
	for _, weak := range []string{"", "short", "1234567890qwertyuiop", "ada@example.com", "aaaaaaaaaaaaaaaaaaaa"} {
		s.refused(s.use(request.Metadata{}, token, weak), fault.InvalidRequest)
	}
	s.must(s.use(request.Metadata{}, token, "a brand new password"))
	s.refused(s.use(request.Metadata{}, token, "short"), fault.LinkExpired)
}

func TestDeadLinks(t *testing.T) {
	s := newScene(t)
	for name, kill := range map[string]func(){
		"its time is over": func() { s.clock = s.clock.Add(reset.DefaultLifetimes.Reset) },
		"three more":       func() { s.show(); s.show(); s.show() },
		"another address": func() {
			s.alter(func(a *account.Account) {
				email := "new@example.com"
				if _, err := edit.Contact(a, account.ContactPatch{Email: &email}); err != nil {
					t.Error(err)
				}
			})
			s.alter(func(a *account.Account) { a.Contact.Email = "ada@example.com" })
		},
		"another epoch": func() { s.alter(func(a *account.Account) { a.LinkEpoch++ }) },
	} {
		token := s.show()
		kill()
		if err := s.use(request.Metadata{}, token, "a brand new password"); !fault.Is(err, fault.LinkExpired) {
			t.Errorf("%s: %v", name, err)
		}
	}
	token := s.show()
	s.show()
	s.show()
	s.must(s.use(request.Metadata{}, token, "a brand new password")) // one of three

	whole, _ := access.NewToken(rand.Reader, []account.ID{adaID})
	nobodys, _ := access.NewToken(rand.Reader, []account.ID{"cus_00000000000000000000000000"})
	program, _ := access.NewAPISecret(rand.Reader, []account.ID{adaID})
	for _, other := range []access.Token{whole, nobodys, program} {
		s.refused(s.use(request.Metadata{}, other.Text(), "a brand new password"), fault.LinkExpired)
		s.refused(s.use(keyed("k"), other.Text(), "a brand new password"), fault.LinkExpired)
	}
	deep, _ := access.NewToken(rand.Reader, []account.ID{adaID, adminID})
	for _, malformed := range []string{"", "nonsense", token[:len(token)-1], deep.Text()} {
		s.refused(s.use(request.Metadata{}, malformed, "a brand new password"), fault.InvalidRequest)
	}
}

// Of two who use one link, or two links, at once, one sets the password.
func TestUsedAtOnce(t *testing.T) {
	for _, same := range []bool{true, false} {
		s := newScene(t)
		first := s.show()
		second := first
		if !same {
			second = s.show()
		}
		s.store.Between(dynamotest.Writes(dynamotest.Account), func() error {
			return s.use(request.Metadata{}, first, "by the quicker one")
		})
		s.refused(s.use(request.Metadata{}, second, "by the slower one"), fault.LinkExpired)
		if hash := s.ada().PasswordHash; hash != "hash of by the quicker one" {
			t.Errorf("%s", hash)
		}
	}
}

// A contact that changes while a link is used is no reason to refuse it.
func TestUsedBesideAnotherChange(t *testing.T) {
	s := newScene(t)
	token := s.show()
	s.store.Between(dynamotest.Writes(dynamotest.Account), func() error {
		s.alter(func(a *account.Account) { a.Contact.City = "Cork" })
		return nil
	})
	s.must(s.use(request.Metadata{}, token, "a brand new password"))
	if a := s.ada(); a.Contact.City != "Cork" || a.PasswordHash != "hash of a brand new password" {
		t.Errorf("%+v", a)
	}
}

// A retry whose first try took effect is answered alike, also when its record is known only after the link is dead.
func TestUseReplayed(t *testing.T) {
	s := newScene(t)
	token := s.show()
	for range 3 {
		s.must(s.use(keyed("k"), token, "a brand new password"))
	}
	if version := s.ada().Version; version != 2 {
		t.Errorf("version %d", version)
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
