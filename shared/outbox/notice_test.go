package outbox_test

import (
	"crypto/rand"
	"fmt"
	"slices"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/maillimit"
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

// current returns the check of the current password, which is "the password".
func (s *scene) current() access.Reauthentication {
	if err := s.store.SetPassword(s.Context(), s.customer.ID, "hash of the password"); err != nil {
		s.Fatal(err)
	}
	return access.Reauthentication{
		Store: s.store, Hasher: plainHasher{}, Limits: access.AttemptLimits{Login: 10, Address: 100}, Now: s.now,
	}
}

// plainHasher is a password hasher whose hashes contain the password.
type plainHasher struct{}

func (plainHasher) Hash(password string) (string, error) { return "hash of " + password, nil }

func (plainHasher) Matches(hash, password string) bool { return hash == "hash of "+password }

func (s *scene) caller() access.Caller {
	s.Helper()
	found, err := s.store.ReadAccount(s.Context(), s.customer.ID)
	if err != nil {
		s.Fatal(err)
	}
	return access.Caller{Account: *found}
}

// A new e-mail address is announced to the old and the new address, also if the account has the old one back meanwhile.
func TestNoticeOfAnEmailAddress(t *testing.T) {
	s := newScene(t)
	s.alter(func(a *account.Account) { a.Contact.Locale = "de" })
	self := access.Self{Store: s.store, Mails: s.store.Mails(), Current: s.current(), NewID: s.ids.New, Now: s.now}
	move := func(email string) outbox.Message {
		t.Helper()
		patch := account.ContactPatch{Email: &email}
		if _, err := self.ChangeContact(t.Context(), s.caller(), request.Metadata{}, patch, "the password"); err != nil {
			t.Fatal(err)
		}
		return s.lastMessage()
	}
	away, back := move("thief@example.com"), move("ada@example.com")
	for _, message := range []outbox.Message{away, back, move("ADA@example.com")} {
		s.deliver(message, nil)
		s.deliver(message, nil)
	}
	var got []string
	for _, sent := range s.mailer.sent {
		got = append(got, fmt.Sprint(sent.To, " new: ", sent.Letter.IsNewAddress))
		if letter := sent.Letter; letter.Kind != event.EmailChangedMail || letter.Locale != "de" ||
			letter.Login != "ada" || letter.URL != "" {
			t.Errorf("got the letter %+v, want a German notice without a link", letter)
		}
	}
	want := []string{
		"ada@example.com new: false", "thief@example.com new: true",
		"thief@example.com new: false", "ada@example.com new: true",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got mails to %q, want %q", got, want)
	}
}

// Every new API token is announced, without its secret.
func TestNoticeOfAnAPIToken(t *testing.T) {
	s := newScene(t)
	tokens := access.Tokens{
		Store:   s.store,
		Mails:   s.store.Mails(),
		Current: s.current(),
		NewID:   s.ids.New,
		Random:  rand.Reader,
		Now:     s.now,
	}
	expires := s.clock.Add(24 * time.Hour)
	input := access.APITokenInput{
		Name: "billing", Scopes: []access.Scope{access.CustomersRead}, ExpiresAt: expires, Current: "the password",
	}
	if _, _, err := tokens.Create(t.Context(), s.caller(), request.Metadata{}, input); err != nil {
		t.Fatal(err)
	}
	s.deliver(s.lastMessage(), nil)
	if len(s.mailer.sent) != 1 {
		t.Fatalf("got %d mails, want 1", len(s.mailer.sent))
	}
	sent := s.mailer.sent[0]
	if sent.To != "ada@example.com" || sent.Letter.Kind != event.TokenCreatedMail ||
		sent.Letter.TokenName != "billing" || !sent.Letter.ExpiresAt.Equal(expires) || sent.Letter.URL != "" {
		t.Errorf("got %+v, want a notice of the token billing to ada", sent)
	}
}

// The event that orders a panel user's welcome mail is in its customer's audit trail. The mail goes to the panel user.
func TestWelcomeMailGoesToThePanelUser(t *testing.T) {
	s := newScene(t)
	create := directory.Create{Store: s.store, Mails: s.store.Mails(), NewID: s.ids.New, Now: s.now}
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

// A customer can flood nobody with welcome mails of panel users. The panel user that is too much is not created.
func TestWelcomeMailsOfPanelUsersAreLimited(t *testing.T) {
	s := newScene(t)
	create := directory.Create{Store: s.store, Mails: s.store.Mails(), NewID: s.ids.New, Now: s.now}
	users := directory.PanelUsers{Create: create, Store: s.store}
	add := func(i int) error {
		caller := access.Caller{Account: s.customer}
		input := directory.NewPanelUser{Login: fmt.Sprintf("user%d", i), Email: "stranger@example.com", Name: "A User"}
		_, err := users.Add(t.Context(), caller, request.Metadata{}, string(s.customer.ID), input)
		return err
	}
	for i := range maillimit.DefaultLimits.RecipientKind {
		if err := add(i); err != nil {
			t.Fatal(err)
		}
		s.deliver(s.lastMessage(), nil)
	}
	events := len(s.store.Events())
	if err := add(100); !fault.Is(err, fault.TooManyRequests) || len(s.store.Events()) != events {
		t.Errorf("another panel user: %v, want too-many-requests and no event", err)
	}
	if got := len(s.mailer.sent); got != maillimit.DefaultLimits.RecipientKind {
		t.Errorf("got %d mails, want %d", got, maillimit.DefaultLimits.RecipientKind)
	}
	s.clock = s.clock.Add(time.Hour)
	if err := add(101); err != nil {
		t.Errorf("in the next hour: %v, want another panel user", err)
	}
}

// Notices of own changes are counted by the address when they are sent. An outage does not use up the limit.
func TestNoticesToOneAddressAreLimited(t *testing.T) {
	s := newScene(t)
	limit := maillimit.DefaultLimits.Recipient
	for i := range limit + 1 {
		message := s.change(event.PasswordChangedMail, func(*account.Account) {})
		s.mailer.fail = errOutage
		if i < limit {
			s.deliver(message, errOutage)
			s.clock = s.clock.Add(outbox.LeaseDuration)
		}
		s.mailer.fail = nil
		s.deliver(message, nil)
	}
	if len(s.mailer.sent) != limit {
		t.Errorf("got %d notices of a password, want %d", len(s.mailer.sent), limit)
	}
	s.deliver(s.change(event.TokenCreatedMail, func(*account.Account) {}), nil)
	if len(s.mailer.sent) != limit+1 {
		t.Error("no notice of a token was sent, want a limit for each kind")
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
	s.deliver(s.change(event.WelcomeMail, func(a *account.Account) { a.PasswordVersion = 1 }), nil)
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
