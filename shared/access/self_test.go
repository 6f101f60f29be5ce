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

func (s *scene) changePassword(caller access.Caller, meta request.Metadata, current, password string) error {
	meta.Address = "192.0.2.1"
	input := access.PasswordInput{Current: current, Password: password}
	return s.self().ChangePassword(s.Context(), caller, meta, input)
}

func TestChangePassword(t *testing.T) {
	s := newScene(t)
	other := s.signIn("the old password")
	s.must(s.changePassword(s.caller(), request.Metadata{}, "the old password", "a brand new password"))
	if e := s.lastEvent(); e.Name != event.PasswordChanged || e.Mail != event.PasswordChangedMail ||
		e.Changes[0].New != nil {
		t.Errorf("got the event %+v, want %s with a %s and no password", e, event.PasswordChanged, event.PasswordChangedMail)
	}
	if caller := s.caller(); caller.Account.LinkEpoch != 1 || caller.Account.PasswordVersion != 2 {
		t.Errorf("got %+v, want the second password and link epoch 1", caller.Account)
	}
	stored, err := s.store.ReadPassword(t.Context(), adaID)
	if want := (access.StoredPassword{Hash: "hash of a brand new password", Version: 2}); err != nil || stored != want {
		t.Errorf("got the password %+v, %v; want %+v", stored, err, want)
	}
	_, err = s.authenticate(other)
	s.refused(err, fault.Unauthenticated)
	s.must(s.changePassword(s.caller(), request.Metadata{}, "a brand new password", "yet another password"))
	s.caller() // the session that changes the password stays valid
	s.signIn("yet another password")
}

func TestChangePasswordRejectsInvalidInput(t *testing.T) {
	s := newScene(t)
	for current, password := range map[string]string{
		"the old password": "short", "a wrong password": "a brand new password", "": "a brand new password",
	} {
		s.refused(s.changePassword(s.caller(), request.Metadata{}, current, password), fault.InvalidRequest)
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
		t.Errorf("got %d hashes beyond the limit, want none", s.hashed-hashed)
	}
	if version := s.caller().Account.Version; version != 1 {
		t.Errorf("got version %d, want 1", version)
	}
}

// The limit of wrong current passwords counts the attempts from all addresses. It does not affect sign-ins.
func TestCurrentPasswordLimitCountsAllAddresses(t *testing.T) {
	s := newScene(t)
	change := func(i int, current string) error {
		meta := request.Metadata{Address: fmt.Sprintf("198.51.100.%d", i)}
		input := access.PasswordInput{Current: current, Password: "a brand new password"}
		return s.self().ChangePassword(t.Context(), s.caller(), meta, input)
	}
	for i := range 3 * limits.Login { // a success does not count
		s.must(change(i, "the old password"))
		s.must(s.store.SetPassword(t.Context(), adaID, "hash of the old password"))
	}
	for i := range limits.Login {
		s.refused(change(i, "a wrong password"), fault.InvalidRequest)
	}
	hashed := s.hashed
	s.refused(change(100, "the old password"), fault.TooManyRequests)
	if s.hashed != hashed {
		t.Errorf("got %d hashes beyond the limit, want none", s.hashed-hashed)
	}
	s.signIn("the old password")
	s.clock = s.clock.Add(access.AttemptWindow)
	s.token = s.signIn("the old password")
	s.must(change(100, "the old password"))
}

func TestConcurrentPasswordChanges(t *testing.T) {
	s := newScene(t)
	caller := s.caller()
	s.store.Between(dynamotest.Writes(dynamotest.Account), func() error {
		return s.changePassword(caller, request.Metadata{}, "the old password", "the first password")
	})
	s.refused(s.changePassword(caller, request.Metadata{}, "the old password", "the second password"), fault.Conflict)
	s.signIn("the first password")

	s.store.Between(dynamotest.Writes(dynamotest.Account), func() error {
		s.must(access.SignOut{Store: s.store}.End(t.Context(), caller))
		return nil
	})
	s.refused(
		s.changePassword(s.caller(), request.Metadata{}, "the first password", "by an ended session"),
		fault.Unauthenticated,
	)
	s.signIn("the first password")
}

func TestChangePasswordReplay(t *testing.T) {
	s := newScene(t)
	caller := s.caller()
	for range 3 {
		s.must(s.changePassword(caller, keyed("k"), "the old password", "a brand new password"))
	}
	if version := s.caller().Account.Version; version != 2 {
		t.Errorf("got version %d, want 2", version)
	}
	stale := int64(1)
	meta := keyed("other")
	meta.IfMatch = &stale
	s.refused(s.changePassword(s.caller(), meta, "a brand new password", "yet another password"), fault.VersionMismatch)
}

// A new e-mail address orders a notice. Other changes of the contact do not.
func TestNewEmailAddressOrdersNotice(t *testing.T) {
	for name, c := range map[string]struct {
		email, company string
		mail           event.MailKind
	}{
		"a new address":         {"new@example.com", "", event.EmailChangedMail},
		"only its case":         {"ADA@example.com", "", ""},
		"the same, and a field": {"ada@example.com", "Analytical Engines", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			patch := account.ContactPatch{Email: &c.email, Company: &c.company}
			_, err := s.self().ChangeContact(t.Context(), s.caller(), request.Metadata{}, patch, s.password)
			s.must(err)
			if e := s.lastEvent(); e.Name != event.ContactChanged || e.Mail != c.mail {
				t.Errorf("got the event %+v, want %s with the mail %q", e, event.ContactChanged, c.mail)
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
			t.Errorf("got %+v, want the new address in version 2", profile)
		}
	}
	if caller := s.caller(); caller.Account.LinkEpoch != 1 {
		t.Errorf("got link epoch %d, want 1", caller.Account.LinkEpoch)
	}
}

// While an operation works on the account, its contact cannot change, but its password can.
func TestBusyAccountMayChangeItsPasswordOnly(t *testing.T) {
	s := newScene(t)
	caller := s.caller()
	s.alter(func(a *account.Account) { a.Lifecycle = account.Converting })
	patch := account.ContactPatch{Company: new("Engines")}
	_, err := s.self().ChangeContact(t.Context(), caller, request.Metadata{}, patch, "")
	s.refused(err, fault.Busy)
	s.must(s.changePassword(s.caller(), request.Metadata{}, "the old password", "a brand new password"))
}

// Every change of the own credentials needs the current password. Wrong passwords count like those of sign-ins.
func TestCredentialsNeedTheCurrentPassword(t *testing.T) {
	for name, change := range map[string]func(s *scene, caller access.Caller, meta request.Metadata, current string) error{
		"a new e-mail address": func(s *scene, caller access.Caller, meta request.Metadata, current string) error {
			patch := account.ContactPatch{Email: new("thief@example.com")}
			_, err := s.self().ChangeContact(s.Context(), caller, meta, patch, current)
			return err
		},
		"a new password": func(s *scene, caller access.Caller, meta request.Metadata, current string) error {
			input := access.PasswordInput{Current: current, Password: "a brand new password"}
			return s.self().ChangePassword(s.Context(), caller, meta, input)
		},
		"a new API token": func(s *scene, caller access.Caller, meta request.Metadata, current string) error {
			input := s.tokenInput()
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
				t.Errorf("got %d hashes beyond the limit, want none", s.hashed-hashed)
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
func TestNewEmailAddressDuringPasswordChange(t *testing.T) {
	s := newScene(t)
	caller := s.caller()
	s.store.Between(dynamotest.Writes(dynamotest.Account), func() error {
		return s.changePassword(s.caller(), request.Metadata{}, "the old password", "a brand new password")
	})
	patch := account.ContactPatch{Email: new("thief@example.com")}
	_, err := s.self().ChangeContact(t.Context(), caller, request.Metadata{}, patch, "the old password")
	s.refused(err, fault.Conflict)
}
