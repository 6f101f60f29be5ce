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
	return s.self().
		ChangePassword(s.Context(), caller, meta, access.PasswordInput{Current: current, Password: wanted})
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
		input := access.PasswordInput{Current: current, Password: "a brand new password"}
		return s.self().ChangePassword(t.Context(), s.caller(), meta, input)
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

// A new e-mail address orders a notice. Other changes of the contact do not.
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
				ChangeContact(t.Context(), s.caller(), request.Metadata{}, account.ContactPatch{Email: &c.email, Company: &c.company}, s.password)
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
		patch := account.ContactPatch{Email: &email}
		profile, err := s.self().ChangeContact(t.Context(), s.caller(), keyed("k"), patch, s.password)
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
		ChangeContact(t.Context(), caller, request.Metadata{}, account.ContactPatch{Company: new("Engines")}, "")
	s.refused(err, fault.Busy)
	s.must(s.changePassword(s.caller(), request.Metadata{}, "the old password", "a brand new password"))
}

// Every change of one's own credentials needs the current password, counts wrong ones like a sign-in, and stays undone
// without it.
func TestCredentialsNeedTheCurrentPassword(t *testing.T) {
	for name, change := range map[string]func(s *scene, caller access.Caller, meta request.Metadata, current string) error{
		"a new e-mail address": func(s *scene, caller access.Caller, meta request.Metadata, current string) error {
			_, err := s.self().
				ChangeContact(s.Context(), caller, meta, account.ContactPatch{Email: new("thief@example.com")}, current)
			return err
		},
		"a new password": func(s *scene, caller access.Caller, meta request.Metadata, current string) error {
			input := access.PasswordInput{Current: current, Password: "a brand new password"}
			return s.self().ChangePassword(s.Context(), caller, meta, input)
		},
		"a new API token": func(s *scene, caller access.Caller, meta request.Metadata, current string) error {
			input := s.wanted()
			input.Current = current
			_, _, err := s.tokens().Create(s.Context(), caller, meta, input)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			caller := s.caller()
			for i := range s.limits.Login {
				meta := request.Metadata{Address: fmt.Sprintf("198.51.100.%d", i)}
				s.refused(change(s, caller, meta, ""), fault.InvalidRequest)
				s.refused(change(s, caller, meta, "a wrong password"), fault.InvalidRequest)
			}
			hashed := s.hashed
			s.refused(change(s, caller, request.Metadata{Address: "203.0.113.1"}, s.password), fault.TooManyRequests)
			if s.hashed != hashed {
				t.Error("a password was hashed beyond the limit")
			}
			events := len(s.store.Events())
			s.clock = s.clock.Add(access.AttemptWindow)
			s.must(change(s, caller, keyed("k"), s.password))
			if after := len(s.store.Events()); after != events+1 {
				t.Errorf("got %d events after the right password, want %d", after, events+1)
			}
		})
	}
}

// Fields other than the e-mail address need no password. The address that the account already has needs none either.
func TestOtherContactFieldsNeedNoPassword(t *testing.T) {
	s := newScene(t)
	patch := account.ContactPatch{Phone: new("+353 1 234"), Email: new("ada@example.com")}
	profile, err := s.self().ChangeContact(t.Context(), s.caller(), request.Metadata{}, patch, "")
	s.must(err)
	if profile.Contact.Phone != "+353 1 234" {
		t.Errorf("got the contact %+v, want the new phone number", profile.Contact)
	}
}

// The password is checked again after a change of the password at the same time.
func TestNewEmailAddressBesideANewPassword(t *testing.T) {
	s := newScene(t)
	caller := s.caller()
	s.store.Between(dynamotest.Writes(dynamotest.Account), func() error {
		return s.changePassword(s.caller(), request.Metadata{}, "the old password", "a brand new password")
	})
	patch := account.ContactPatch{Email: new("thief@example.com")}
	_, err := s.self().ChangeContact(t.Context(), caller, request.Metadata{}, patch, "the old password")
	s.refused(err, fault.Conflict)
}
