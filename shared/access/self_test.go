package access_test

import (
	"fmt"
	"testing"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/dynamotest"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/request"
)

func (s *scene) changePassword(caller access.Caller, meta request.Metadata, current, wanted string) error {
	meta.Address = "192.0.2.1"
	return s.self().ChangePassword(s.Context(), caller, meta, current, wanted)
}

func TestChangePassword(t *testing.T) {
	s := newScene(t)
	other := s.signIn("the old password")
	s.must(s.changePassword(s.caller(), request.Metadata{}, "the old password", "a brand new password"))
	if e := s.lastEvent(); e.Name != event.PasswordChanged || e.Mail != event.PasswordChangedMail ||
		e.Changes[0].New != nil {
		t.Errorf("event %+v", e)
	}
	if caller := s.caller(); caller.Account.LinkEpoch != 1 ||
		caller.Account.PasswordHash != "hash of a brand new password" {
		t.Errorf("%+v", caller.Account)
	}
	_, err := s.authenticate(other)
	s.refused(err, fault.Unauthenticated)
	s.must(s.changePassword(s.caller(), request.Metadata{}, "a brand new password", "yet another password"))
	s.caller() // lives on in every epoch
	s.signIn("yet another password")
}

func TestChangePasswordRefused(t *testing.T) {
	s := newScene(t)
	for current, wanted := range map[string]string{"the old password": "short", "a wrong password": "a brand new password", "": "a brand new password"} {
		s.refused(s.changePassword(s.caller(), request.Metadata{}, current, wanted), fault.InvalidRequest)
	}
	for range limits.Login {
		_ = s.changePassword(s.caller(), request.Metadata{}, "a wrong password", "a brand new password")
	}
	hashed := s.hashed
	s.refused(
		s.changePassword(s.caller(), request.Metadata{}, "the old password", "a brand new password"),
		fault.TooManyRequests,
	)
	if s.hashed != hashed {
		t.Error("it hashes beyond the limit")
	}
	if version := s.caller().Account.Version; version != 1 {
		t.Errorf("version %d", version)
	}
}

// Who has come by a session gains no guesses by changing address, and takes none from others who sign in.
func TestCurrentPasswordIsGuessedFromManyAddresses(t *testing.T) {
	s := newScene(t)
	change := func(i int, current string) error {
		meta := request.Metadata{Address: fmt.Sprintf("198.51.100.%d", i)}
		return s.self().ChangePassword(t.Context(), s.caller(), meta, current, "a brand new password")
	}
	for i := range 3 * limits.Login { // what succeeds is given back
		s.must(change(i, "the old password"))
		s.alter(func(a *account.Account) { a.PasswordHash = "hash of the old password" })
	}
	for i := range limits.Login {
		s.refused(change(i, "a wrong password"), fault.InvalidRequest)
	}
	hashed := s.hashed
	s.refused(change(100, "the old password"), fault.TooManyRequests)
	if s.hashed != hashed {
		t.Error("it hashes beyond the limit")
	}
	s.signIn("the old password")
	s.clock = s.clock.Add(access.AttemptWindow)
	s.token = s.signIn("the old password")
	s.must(change(100, "the old password"))
}

func TestChangePasswordAtOnce(t *testing.T) {
	s := newScene(t)
	caller := s.caller()
	s.store.Between(dynamotest.Writes(dynamotest.Account), func() error {
		return s.changePassword(caller, request.Metadata{}, "the old password", "by the quicker one")
	})
	s.refused(s.changePassword(caller, request.Metadata{}, "the old password", "by the slower one"), fault.Conflict)
	s.signIn("by the quicker one")

	s.store.Between(dynamotest.Writes(dynamotest.Account), func() error {
		s.must(access.SignOut{Store: s.store}.End(t.Context(), caller))
		return nil
	})
	s.refused(
		s.changePassword(s.caller(), request.Metadata{}, "by the quicker one", "by somebody signed out"),
		fault.Unauthenticated,
	)
	s.signIn("by the quicker one")
}

func TestChangePasswordReplayed(t *testing.T) {
	s := newScene(t)
	caller := s.caller()
	for range 3 {
		s.must(s.changePassword(caller, keyed("k"), "the old password", "a brand new password"))
	}
	if version := s.caller().Account.Version; version != 2 {
		t.Errorf("version %d", version)
	}
	stale := int64(1)
	meta := keyed("other")
	meta.IfMatch = &stale
	s.refused(s.changePassword(s.caller(), meta, "a brand new password", "yet another password"), fault.VersionMismatch)
}

// The old address is told of a new one, and of nothing else.
func TestChangeOwnContactOwesANotice(t *testing.T) {
	for name, c := range map[string]struct {
		email, company string
		owed           event.MailKind
	}{
		"a new address":         {"new@example.com", "", event.EmailChangedMail},
		"only its case":         {"ADA@example.com", "", ""},
		"the same, and a field": {"ada@example.com", "Analytical Engines", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			_, err := s.self().
				ChangeContact(t.Context(), s.caller(), request.Metadata{}, account.ContactPatch{Email: &c.email, Company: &c.company})
			s.must(err)
			if e := s.lastEvent(); e.Name != event.ContactChanged || e.Mail != c.owed {
				t.Errorf("event %+v, want a mail %q", e, c.owed)
			}
		})
	}
}

func TestChangeOwnContact(t *testing.T) {
	s := newScene(t)
	email := "new@example.com"
	for range 2 {
		profile, err := s.self().ChangeContact(t.Context(), s.caller(), keyed("k"), account.ContactPatch{Email: &email})
		s.must(err)
		if profile.Contact.Email != email || profile.Version != 2 {
			t.Errorf("profile %+v", profile)
		}
	}
	if caller := s.caller(); caller.Account.LinkEpoch != 1 {
		t.Errorf("%+v", caller.Account)
	}
}

// While an operation works on the account its contact stays; the password, by which it proves itself, may change.
func TestSelfWhileAnOperationWorksOnTheAccount(t *testing.T) {
	s := newScene(t)
	caller := s.caller()
	s.alter(func(a *account.Account) { a.Lifecycle = account.Converting })
	_, err := s.self().
		ChangeContact(t.Context(), caller, request.Metadata{}, account.ContactPatch{Company: new("Engines")})
	s.refused(err, fault.Busy)
	s.must(s.changePassword(s.caller(), request.Metadata{}, "the old password", "a brand new password"))
}
