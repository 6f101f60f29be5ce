package outbox_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/change"
	"tenantry/shared/event"
	"tenantry/shared/outbox"
	"tenantry/shared/reset"
)

// happens writes a change of the customer with an event that owes a mail.
func (s *scene) happens(mail event.Mail, edit func(*account.Account), changes ...account.FieldChange) outbox.Order {
	s.Helper()
	before, err := s.store.ReadAccount(s.Context(), s.customer.ID)
	if err != nil {
		s.Fatal(err)
	}
	after := before.Clone()
	edit(&after)
	after.Version++
	happened, err := event.New(s.ids, event.LoginChanged, &after, "adm_1", "request", s.clock)
	happened.Mail, happened.Changes = mail, changes
	if err = errors.Join(err, s.store.ChangeAccount(s.Context(), change.Change{Before: *before, After: after, Event: happened})); err != nil {
		s.Fatal(err)
	}
	return s.newest()
}

func TestNotices(t *testing.T) {
	for name, test := range map[string]struct {
		old, login account.Login
		mail       event.Mail
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
			order := s.happens(test.mail, func(a *account.Account) { a.Login = test.login }, append(changes, account.FieldChange{Field: "password"})...)
			s.deliver(order, nil)
			s.deliver(order, nil)
			var to []string
			for _, sent := range s.post.sent {
				to = append(to, sent.To)
				letter := sent.Letter
				if letter.Kind != test.mail || letter.Login != string(test.login) || letter.URL != "" || len(changes) > 0 && letter.OldLogin != string(test.old) {
					t.Errorf("letter %+v", letter)
				}
			}
			if !slices.Equal(to, test.to) {
				t.Errorf("to %q, want %q", to, test.to)
			}
		})
	}
}

func TestWelcome(t *testing.T) {
	s := newScene(t)
	order := s.happens(event.WelcomeMail, func(*account.Account) {})
	s.deliver(order, nil)
	if letter := s.post.sent[0].Letter; letter.Lifetime != reset.DefaultLifetimes.Welcome || letter.Kind != event.WelcomeMail {
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
	note := outbox.Note{Editor: change.Editor{Store: s.store, IDs: s.ids, Now: s.now}}
	came := func(email, kind string) *account.MailTrouble {
		err := note.Returned(t.Context(), outbox.Returned{Account: s.customer.ID, Email: email, Kind: kind, At: s.clock, ID: "report"})
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
		if err := note.Returned(t.Context(), outbox.Returned{Account: id, Email: "ada@example.com", Kind: "bounce"}); err != nil {
			t.Errorf("%q: %v", id, err)
		}
	}
	if len(s.store.Events()) != events {
		t.Error("something was noted of nobody")
	}
}

// limited takes so many of what it is handed.
type limited struct {
	takes   int
	orders  []outbox.Order
	notices []event.Notice
}

func (l *limited) Enqueue(_ context.Context, orders []outbox.Order) (int, error) {
	n := min(l.takes, len(orders))
	l.orders = append(l.orders, orders[:n]...)
	if n < len(orders) {
		return n, errOutage
	}
	return n, nil
}

func (l *limited) Publish(_ context.Context, notices []event.Notice) (int, error) {
	l.notices = append(l.notices, notices...)
	return len(notices), nil
}

// started are the events that workflows were shown. One whose id is in its way does not start.
type started struct{ ids, stuck []string }

func (s *started) Handle(_ context.Context, happened event.Event) error {
	s.ids = append(s.ids, happened.ID)
	if slices.Contains(s.stuck, happened.ID) {
		return errOutage
	}
	return nil
}

// A workflow that does not start holds up nothing, and is told.
func TestDispatchOfAWorkflowThatDoesNotStart(t *testing.T) {
	happened := []event.Event{{ID: "1", Account: "res_1"}, {ID: "2", Account: "cus_1", Mail: event.ResetMail}, {ID: "3", Account: "cus_1"}}
	l, s := &limited{takes: 1}, &started{stuck: []string{"1"}}
	done, err := outbox.Dispatch{Announce: event.Announce{Bus: l}, Queue: l, Workflows: s}.Handle(t.Context(), happened)
	if done != 3 || !errors.Is(err, errOutage) || len(l.notices) != 3 || len(l.orders) != 1 || !slices.Equal(s.ids, []string{"1", "2", "3"}) {
		t.Errorf("%d done, %v, %d notices, %d orders, shown %v", done, err, len(l.notices), len(l.orders), s.ids)
	}
}

// What comes before the first order that was not taken is done, and nothing after it.
func TestDispatch(t *testing.T) {
	happened := []event.Event{
		{ID: "1", Account: "cus_1"}, {ID: "2", Mail: event.ForgottenMail}, {ID: "3", Account: "cus_1", Mail: event.ResetMail}, {ID: "4", Account: "cus_2"},
	}
	for takes, want := range map[int]struct{ done, notices int }{0: {1, 1}, 1: {2, 1}, 2: {4, 3}} {
		l := &limited{takes: takes}
		done, err := outbox.Dispatch{Announce: event.Announce{Bus: l}, Queue: l, Workflows: &started{}}.Handle(t.Context(), happened)
		if done != want.done || len(l.notices) != want.notices || (err != nil) != (takes < 2) || len(l.orders) != takes {
			t.Errorf("taking %d: %d done, %d notices, %v", takes, done, len(l.notices), err)
		}
	}
}
