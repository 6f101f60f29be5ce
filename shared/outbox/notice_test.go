package outbox_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/idempotency"
	"tenantry/shared/outbox"
	"tenantry/shared/request"
	"tenantry/shared/reset"
)

// change changes the customer and returns the message of the mail that the event orders.
func (s *scene) change(
	mail event.MailKind,
	edited func(*account.Account),
	changes ...account.FieldChange,
) outbox.Message {
	s.Helper()
	before, err := s.store.ReadAccount(s.Context(), s.customer.ID)
	if err != nil {
		s.Fatal(err)
	}
	after := before.Clone()
	edited(&after)
	after.Version++
	ordering := event.New(s.ids.New, event.LoginChanged, &after, "adm_1", "request", s.clock)
	ordering.Mail, ordering.Changes = mail, changes
	change := edit.AccountChange{Before: *before, After: after, Event: ordering}
	if err := s.store.ChangeAccount(s.Context(), change); err != nil {
		s.Fatal(err)
	}
	return s.lastMessage()
}

func TestNoticesGoToTheAccountsAddresses(t *testing.T) {
	for name, test := range map[string]struct {
		old, login account.Login
		mail       event.MailKind
		addresses  []string
	}{
		"a new password":       {"ada", "ada", event.PasswordChangedMail, []string{"ada@example.com"}},
		"a new login":          {"ada", "zoe", event.LoginChangedMail, []string{"ada@example.com"}},
		"logins are addresses": {"old@example.com", "new@example.com", event.LoginChangedMail, []string{"ada@example.com", "old@example.com", "new@example.com"}},
		"the login is the address": {
			"ada@example.com", "new@example.com", event.LoginChangedMail,
			[]string{"ada@example.com", "new@example.com"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			s.alter(func(a *account.Account) { a.Login = test.old })
			var changes []account.FieldChange
			if test.old != test.login {
				changes = append(changes, account.FieldChange{Field: "login", Old: test.old, New: test.login})
			}
			message := s.change(
				test.mail,
				func(a *account.Account) { a.Login = test.login },
				append(changes, account.FieldChange{Field: "password"})...)
			s.deliver(message, nil)
			s.deliver(message, nil)
			for _, envelope := range s.mailer.sent {
				letter := envelope.Letter
				if !letter.PasswordChanged || letter.Kind != test.mail || letter.Login != string(test.login) || letter.URL != "" ||
					len(changes) > 0 && letter.OldLogin != string(test.old) {
					t.Errorf("sent the letter %+v", letter)
				}
			}
			if got := s.recipients(); !slices.Equal(got, test.addresses) {
				t.Errorf("sent to %q, want %q", got, test.addresses)
			}
		})
	}
}

// A notice of a new address goes to the old address only, in the account's language, even if the account has the old
// address again.
func TestNoticeOfANewAddressGoesToTheOldAddress(t *testing.T) {
	s := newScene(t)
	s.alter(func(a *account.Account) { a.Contact.Locale = "de" })
	self := access.Self{Store: s.store, NewID: s.ids.New, Now: s.now}
	changeEmail := func(email string) outbox.Message {
		t.Helper()
		customer, err := s.store.ReadAccount(t.Context(), s.customer.ID)
		if err != nil {
			t.Fatal(err)
		}
		caller, patch := access.Caller{Account: *customer}, account.ContactPatch{Email: &email}
		if _, err := self.ChangeContact(t.Context(), caller, request.Metadata{}, patch); err != nil {
			t.Fatal(err)
		}
		return s.lastMessage()
	}
	away, back := changeEmail("thief@example.com"), changeEmail("ada@example.com")
	for _, message := range []outbox.Message{away, back, changeEmail("ADA@example.com")} {
		s.deliver(message, nil)
		s.deliver(message, nil)
	}
	if len(s.mailer.sent) != 2 || s.mailer.sent[0].To != "ada@example.com" || s.mailer.sent[1].To != "thief@example.com" {
		t.Fatalf("sent %+v", s.mailer.sent)
	}
	if letter := s.mailer.sent[0].Letter; letter.Kind != event.EmailChangedMail || letter.Locale != "de" ||
		letter.Login != "ada" ||
		letter.URL != "" {
		t.Errorf("sent the letter %+v", letter)
	}
}

// The event that orders a panel user's welcome mail is in its customer's audit trail. The mail goes to the panel user.
func TestWelcomeMailGoesToThePanelUser(t *testing.T) {
	s := newScene(t)
	create := directory.Create{Store: s.store, NewID: s.ids.New, Now: s.now}
	users := directory.PanelUsers{Create: create, Store: s.store}
	made, err := users.Add(
		s.Context(),
		access.Caller{Account: s.customer},
		request.Metadata{},
		string(s.customer.ID),
		directory.NewPanelUser{
			Login: "user", Email: "user@example.com", Name: "A User",
		},
	)
	if err != nil {
		t.Fatal(err)
	}
	message := s.lastMessage()
	if message.Account != s.customer.ID {
		t.Errorf("the message names the account %s, want the customer", message.Account)
	}
	s.deliver(message, nil)
	if len(s.mailer.sent) != 1 {
		t.Fatalf("%d mails, want 1", len(s.mailer.sent))
	}
	sent := s.mailer.sent[0]
	if sent.To != "user@example.com" || sent.Account != made.ID || sent.Letter.Login != "user" ||
		sent.Letter.Kind != event.WelcomeMail {
		t.Errorf("sent %+v", sent)
	}
	user, links, _, err := s.store.ReadLinks(s.Context(), made.ID, idempotency.Key{})
	if err != nil || user == nil || len(links.Links) != 1 {
		t.Errorf("the panel user has the links %+v, %v, want one", links, err)
	}
}

// A customer can flood nobody with welcome mails of panel users. Several attempts at one mail count once. A panel user
// without a mail can request a link.
func TestWelcomeMailsOfPanelUsersAreLimited(t *testing.T) {
	s := newScene(t)
	users := directory.PanelUsers{Create: directory.Create{Store: s.store, NewID: s.ids.New, Now: s.now}, Store: s.store}
	add := func(i int) outbox.Message {
		t.Helper()
		caller := access.Caller{Account: s.customer}
		input := directory.NewPanelUser{Login: fmt.Sprintf("user%d", i), Email: "stranger@example.com", Name: "A User"}
		if _, err := users.Add(t.Context(), caller, request.Metadata{}, string(s.customer.ID), input); err != nil {
			t.Fatal(err)
		}
		return s.lastMessage()
	}
	for i := range outbox.WelcomeLimit + 5 {
		message := add(i)
		if i < outbox.WelcomeLimit {
			s.mailer.fail = errOutage
			s.deliver(message, errOutage)
			s.mailer.fail = nil
			s.clock = s.clock.Add(outbox.LeaseDuration)
		}
		s.deliver(message, nil)
	}
	if len(s.mailer.sent) != outbox.WelcomeLimit {
		t.Fatalf("%d mails, want %d", len(s.mailer.sent), outbox.WelcomeLimit)
	}
	s.deliver(s.forget(fmt.Sprintf("user%d", outbox.WelcomeLimit), "stranger@example.com"), nil)
	if len(s.mailer.sent) != outbox.WelcomeLimit+1 {
		t.Error("a panel user without a welcome mail got no link, want one")
	}
	s.deliver(s.change(event.WelcomeMail, func(*account.Account) {}), nil)
	if len(s.mailer.sent) != outbox.WelcomeLimit+2 {
		t.Error("the welcome mail of a customer was not sent, want no limit for it")
	}
	s.clock = s.clock.Add(time.Hour)
	s.deliver(add(100), nil)
	if len(s.mailer.sent) != outbox.WelcomeLimit+3 {
		t.Error("no mail was sent in the next hour, want one")
	}
}

func TestWelcomeMailNeedsAnAccountWithoutPassword(t *testing.T) {
	s := newScene(t)
	message := s.change(event.WelcomeMail, func(*account.Account) {})
	s.deliver(message, nil)
	if letter := s.mailer.sent[0].Letter; letter.Lifetime != reset.DefaultLifetimes.Welcome ||
		letter.Kind != event.WelcomeMail {
		t.Errorf("sent the letter %+v", letter)
	}
	s.deliver(s.change(event.WelcomeMail, func(a *account.Account) { a.PasswordHash = "set by another link" }), nil)
	s.deliver(s.change("", func(*account.Account) {}), nil)
	s.deliver(outbox.Message{Event: "evt_gone", Account: s.customer.ID}, nil)
	s.deliver(outbox.Message{Event: "evt_gone"}, nil)
	if len(s.mailer.sent) != 1 {
		t.Errorf("%d mails, want 1", len(s.mailer.sent))
	}
}

func TestRecordReturnedMail(t *testing.T) {
	s := newScene(t)
	recorder := outbox.ReturnRecorder{Editor: edit.AccountEditor{Store: s.store, NewID: s.ids.New, Now: s.now}}
	record := func(email, kind string) *account.MailTrouble {
		report := outbox.Returned{Account: s.customer.ID, Email: email, Kind: kind, At: s.clock, ID: "report"}
		if err := recorder.Record(t.Context(), report); err != nil {
			t.Error(err)
		}
		a, err := s.store.ReadAccount(t.Context(), s.customer.ID)
		if err != nil {
			t.Fatal(err)
		}
		return a.MailTrouble
	}
	if trouble := record("former@example.com", "bounce"); trouble != nil {
		t.Errorf("a report about another address: recorded %+v, want nothing", trouble)
	}
	if trouble := record("ADA@Example.com", "bounce"); trouble == nil || trouble.Kind != "bounce" {
		t.Errorf("recorded %+v, want a bounce", trouble)
	}
	events, since := len(s.store.Events()), s.clock
	s.clock = s.clock.Add(time.Hour)
	if trouble := record("ada@example.com", "bounce"); !trouble.Since.Equal(since) || len(s.store.Events()) != events {
		t.Errorf("a second bounce: recorded %+v, want the first one without another event", trouble)
	}
	if trouble := record("ada@example.com", "complaint"); trouble.Kind != "complaint" {
		t.Errorf("recorded %+v, want a complaint", trouble)
	}
	events = len(s.store.Events())
	for _, id := range []account.ID{"", "nonsense", "cus_00000000000000000000000000"} {
		report := outbox.Returned{Account: id, Email: "ada@example.com", Kind: "bounce"}
		if err := recorder.Record(t.Context(), report); err != nil {
			t.Errorf("a report about the account %q: %v, want no error", id, err)
		}
	}
	if len(s.store.Events()) != events {
		t.Error("reports about unknown accounts wrote an event, want none")
	}
}
