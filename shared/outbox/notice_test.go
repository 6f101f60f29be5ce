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
	"tenantry/shared/idempotency"
	"tenantry/shared/outbox"
	"tenantry/shared/request"
	"tenantry/shared/reset"
)

// happens writes a change of the customer with an event that owes a mail.
func (s *scene) happens(
	mail event.MailKind,
	change func(*account.Account),
	changes ...account.FieldChange,
) outbox.Order {
	s.Helper()
	before, err := s.store.ReadAccount(s.Context(), s.customer.ID)
	if err != nil {
		s.Fatal(err)
	}
	after := before.Clone()
	change(&after)
	after.Version++
	happened := event.New(s.ids.New, event.LoginChanged, &after, "adm_1", "request", s.clock)
	happened.Mail, happened.Changes = mail, changes
	if err := s.store.ChangeAccount(
		s.Context(),
		edit.AccountChange{Before: *before, After: after, Event: happened},
	); err != nil {
		s.Fatal(err)
	}
	return s.newest()
}

func TestNotices(t *testing.T) {
	for name, test := range map[string]struct {
		old, login account.Login
		mail       event.MailKind
		to         []string
	}{
		"a password":           {"ada", "ada", event.PasswordChangedMail, []string{"ada@example.com"}},
		"a login":              {"ada", "zoe", event.LoginChangedMail, []string{"ada@example.com"}},
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
			order := s.happens(
				test.mail,
				func(a *account.Account) { a.Login = test.login },
				append(changes, account.FieldChange{Field: "password"})...)
			s.deliver(order, nil)
			s.deliver(order, nil)
			var to []string
			for _, sent := range s.post.sent {
				to = append(to, sent.To)
				letter := sent.Letter
				if !letter.PasswordChanged || letter.Kind != test.mail || letter.Login != string(test.login) || letter.URL != "" ||
					len(changes) > 0 && letter.OldLogin != string(test.old) {
					t.Errorf("letter %+v", letter)
				}
			}
			if !slices.Equal(to, test.to) {
				t.Errorf("to %q, want %q", to, test.to)
			}
		})
	}
}

// current returns the check of the current password, which is "the password".
func (s *scene) current() access.Reauthentication {
	s.alter(func(a *account.Account) { a.PasswordHash = "hash of the password" })
	return access.Reauthentication{
		Attempts: s.store, Hasher: plainHasher{}, Limits: access.AttemptLimits{Login: 10, Address: 100}, Now: s.now,
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
	self := access.Self{Store: s.store, Current: s.current(), NewID: s.ids.New, Now: s.now}
	move := func(email string) outbox.Order {
		t.Helper()
		patch := account.ContactPatch{Email: &email}
		if _, err := self.ChangeContact(t.Context(), s.caller(), request.Metadata{}, patch, "the password"); err != nil {
			t.Fatal(err)
		}
		return s.newest()
	}
	away, back := move("thief@example.com"), move("ada@example.com")
	for _, order := range []outbox.Order{away, back, move("ADA@example.com")} {
		s.deliver(order, nil)
		s.deliver(order, nil)
	}
	var got []string
	for _, sent := range s.post.sent {
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
	tokens := access.Tokens{Store: s.store, Current: s.current(), NewID: s.ids.New, Random: rand.Reader, Now: s.now}
	expires := s.clock.Add(24 * time.Hour)
	input := access.APITokenInput{
		Name: "billing", Scopes: []access.Scope{access.CustomersRead}, ExpiresAt: expires, Current: "the password",
	}
	if _, _, err := tokens.Create(t.Context(), s.caller(), request.Metadata{}, input); err != nil {
		t.Fatal(err)
	}
	s.deliver(s.newest(), nil)
	if len(s.post.sent) != 1 {
		t.Fatalf("got %d mails, want 1", len(s.post.sent))
	}
	sent := s.post.sent[0]
	if sent.To != "ada@example.com" || sent.Letter.Kind != event.TokenCreatedMail ||
		sent.Letter.TokenName != "billing" || !sent.Letter.ExpiresAt.Equal(expires) || sent.Letter.URL != "" {
		t.Errorf("got %+v, want a notice of the token billing to ada", sent)
	}
}

// A panel user's welcome is owed by an event in its customer's trail, and goes to the user.
func TestWelcomeOfAPanelUser(t *testing.T) {
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
	order := s.newest()
	if order.Account != s.customer.ID {
		t.Errorf("the order is of %s", order.Account)
	}
	s.deliver(order, nil)
	if len(s.post.sent) != 1 {
		t.Fatalf("%d mails", len(s.post.sent))
	}
	sent := s.post.sent[0]
	if sent.To != "user@example.com" || sent.Account != made.ID || sent.Letter.Login != "user" ||
		sent.Letter.Kind != event.WelcomeMail {
		t.Errorf("sent %+v", sent)
	}
	of, links, _, err := s.store.ReadLinks(s.Context(), made.ID, idempotency.Key{})
	if err != nil || of == nil || len(links.Links) != 1 {
		t.Errorf("the user's links are %+v, %v", links, err)
	}
}

// However many users a customer creates with a stranger's address, the stranger gets a few mails. Another try counts no
// more, and who gets none can ask for a link.
func TestWelcomesOfPanelUsersAreLimited(t *testing.T) {
	s := newScene(t)
	users := directory.PanelUsers{Create: directory.Create{Store: s.store, NewID: s.ids.New, Now: s.now}, Store: s.store}
	add := func(i int) outbox.Order {
		t.Helper()
		wanted := directory.NewPanelUser{Login: fmt.Sprintf("user%d", i), Email: "stranger@example.com", Name: "A User"}
		if _, err := users.Add(
			t.Context(),
			access.Caller{Account: s.customer},
			request.Metadata{},
			string(s.customer.ID),
			wanted,
		); err != nil {
			t.Fatal(err)
		}
		return s.newest()
	}
	for i := range outbox.WelcomeLimit + 5 {
		order := add(i)
		if i < outbox.WelcomeLimit {
			s.post.fail = errOutage
			s.deliver(order, errOutage)
			s.post.fail = nil
			s.clock = s.clock.Add(outbox.Lease)
		}
		s.deliver(order, nil)
	}
	if len(s.post.sent) != outbox.WelcomeLimit {
		t.Fatalf("%d mails, want %d", len(s.post.sent), outbox.WelcomeLimit)
	}
	s.deliver(s.forget(fmt.Sprintf("user%d", outbox.WelcomeLimit), "stranger@example.com"), nil)
	if len(s.post.sent) != outbox.WelcomeLimit+1 {
		t.Error("who got no welcome gets no link either")
	}
	s.deliver(s.happens(event.WelcomeMail, func(*account.Account) {}), nil)
	if len(s.post.sent) != outbox.WelcomeLimit+2 {
		t.Error("the welcome of a customer counts as a panel user's")
	}
	s.clock = s.clock.Add(time.Hour)
	s.deliver(add(100), nil)
	if len(s.post.sent) != outbox.WelcomeLimit+3 {
		t.Error("no mail in the next hour")
	}
}

func TestWelcome(t *testing.T) {
	s := newScene(t)
	order := s.happens(event.WelcomeMail, func(*account.Account) {})
	s.deliver(order, nil)
	if letter := s.post.sent[0].Letter; letter.Lifetime != reset.DefaultLifetimes.Welcome ||
		letter.Kind != event.WelcomeMail {
		t.Errorf("letter %+v", letter)
	}
	s.deliver(s.happens(event.WelcomeMail, func(a *account.Account) { a.PasswordHash = "set by another link" }), nil)
	s.deliver(s.happens("", func(*account.Account) {}), nil)
	s.deliver(outbox.Order{Event: "evt_gone", Account: s.customer.ID}, nil)
	s.deliver(outbox.Order{Event: "evt_gone"}, nil)
	if len(s.post.sent) != 1 {
		t.Errorf("%d mails", len(s.post.sent))
	}
}

func TestReturned(t *testing.T) {
	s := newScene(t)
	note := outbox.ReturnNoter{Editor: edit.AccountEditor{Store: s.store, NewID: s.ids.New, Now: s.now}}
	came := func(email, kind string) *account.MailTrouble {
		err := note.Returned(
			t.Context(),
			outbox.Returned{Account: s.customer.ID, Email: email, Kind: kind, At: s.clock, ID: "report"},
		)
		if err != nil {
			t.Error(err)
		}
		a, err := s.store.ReadAccount(t.Context(), s.customer.ID)
		if err != nil {
			t.Fatal(err)
		}
		return a.MailTrouble
	}
	if trouble := came("former@example.com", "bounce"); trouble != nil {
		t.Errorf("of another address: %+v", trouble)
	}
	if trouble := came("ADA@Example.com", "bounce"); trouble == nil || trouble.Kind != "bounce" {
		t.Errorf("%+v", trouble)
	}
	events, since := len(s.store.Events()), s.clock
	s.clock = s.clock.Add(time.Hour)
	if trouble := came("ada@example.com", "bounce"); !trouble.Since.Equal(since) || len(s.store.Events()) != events {
		t.Errorf("once more: %+v", trouble)
	}
	if trouble := came("ada@example.com", "complaint"); trouble.Kind != "complaint" {
		t.Errorf("%+v", trouble)
	}
	events = len(s.store.Events())
	for _, id := range []account.ID{"", "nonsense", "cus_00000000000000000000000000"} {
		if err := note.Returned(
			t.Context(),
			outbox.Returned{Account: id, Email: "ada@example.com", Kind: "bounce"},
		); err != nil {
			t.Errorf("%q: %v", id, err)
		}
	}
	if len(s.store.Events()) != events {
		t.Error("something was noted of nobody")
	}
}
