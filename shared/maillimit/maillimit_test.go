package maillimit_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/dynamotest"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/maillimit"
)

var limits = maillimit.Limits{Recipient: 4, RecipientKind: 3, Customer: 5, Reseller: 6, Administrator: 7}

type scene struct {
	*testing.T

	store *dynamotest.Store
	clock time.Time
}

func newScene(t *testing.T) *scene {
	t.Helper()
	s := &scene{T: t, clock: time.Date(2026, 11, 24, 9, 10, 0, 0, time.UTC)}
	s.store = dynamotest.New(func() time.Time { return s.clock })
	return s
}

func (s *scene) limiter() maillimit.Limiter {
	return maillimit.Limiter{Attempts: s.store, Limits: limits}
}

// order returns an order of the actor.
func order(kind event.MailKind, actor account.Kind, email string) edit.MailOrder {
	return edit.MailOrder{
		Event:     &event.Event{Name: event.CustomerCreated, Account: "cus_1", Actor: account.ID("actor-" + string(actor))},
		Kind:      kind,
		Addressee: &account.Account{ID: "cus_1", Contact: account.Contact{Email: email}},
		ActorKind: actor,
	}
}

// ownChange returns the order of a notice about a change of an account by itself.
func ownChange(kind event.MailKind, name event.Name) edit.MailOrder {
	ordered := order(kind, account.Customer, "ada@example.com")
	ordered.Event.Actor, ordered.Event.Name = ordered.Event.Account, name
	return ordered
}

func (s *scene) take(ordered edit.MailOrder) error {
	_, err := s.limiter().TakeMail(s.Context(), ordered, s.clock)
	return err
}

// within returns how many orders are within the limits. Each order is the result of next.
func (s *scene) within(next func(i int) edit.MailOrder) int {
	s.Helper()
	for i := range 100 {
		err := s.take(next(i))
		if err == nil {
			continue
		}
		f, _ := errors.AsType[*fault.Fault](err)
		if f == nil || f.Code != fault.TooManyRequests || f.RetryAfter != 50*time.Minute {
			s.Errorf("order %d: %v, want too-many-requests until the next hour", i+1, err)
		}
		return i
	}
	return 100
}

func TestOrdersAreLimited(t *testing.T) {
	address := func(i int) string { return fmt.Sprintf("a%d@example.com", i) }
	kinds := []event.MailKind{event.WelcomeMail, event.ResetMail, event.LoginChangedMail}
	for name, test := range map[string]struct {
		want int
		next func(i int) edit.MailOrder
	}{
		"one kind to one address": {limits.RecipientKind, func(int) edit.MailOrder {
			return order(event.WelcomeMail, account.Administrator, "ada@example.com")
		}},
		"all kinds to one address": {limits.Recipient, func(i int) edit.MailOrder {
			return order(kinds[i%len(kinds)], account.Administrator, "ada@example.com")
		}},
		"subaddresses and letter case": {limits.RecipientKind, func(i int) edit.MailOrder {
			return order(event.WelcomeMail, account.Administrator, fmt.Sprintf("Ada+%d@EXAMPLE.com", i))
		}},
		"a panel user": {limits.Customer, func(i int) edit.MailOrder {
			return order(event.WelcomeMail, account.PanelUser, address(i))
		}},
		"a customer": {limits.Customer, func(i int) edit.MailOrder {
			return order(event.WelcomeMail, account.Customer, address(i))
		}},
		"a reseller": {limits.Reseller, func(i int) edit.MailOrder {
			return order(event.ResetMail, account.Reseller, address(i))
		}},
		"an administrator": {limits.Administrator, func(i int) edit.MailOrder {
			return order(event.LoginChangedMail, account.Administrator, address(i))
		}},
		"own changes": {limits.Customer, func(int) edit.MailOrder {
			return ownChange(event.PasswordChangedMail, event.PasswordChanged)
		}},
		"forgotten passwords": {100, func(int) edit.MailOrder {
			return edit.MailOrder{Kind: event.ForgottenMail, Event: &event.Event{}}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			if got := s.within(test.next); got != test.want {
				t.Fatalf("%d orders are within the limits, want %d", got, test.want)
			}
			s.clock = s.clock.Add(50 * time.Minute)
			if err := s.take(test.next(0)); err != nil {
				t.Errorf("in the next hour: %v, want an order", err)
			}
		})
	}
}

// The old and the new login can be addresses of strangers too.
func TestLoginsAreRecipients(t *testing.T) {
	s := newScene(t)
	got := s.within(func(i int) edit.MailOrder {
		ordered := order(event.LoginChangedMail, account.Administrator, fmt.Sprintf("a%d@example.com", i))
		ordered.Event.Changes = []account.FieldChange{{
			Field: "login", Old: account.Login(fmt.Sprintf("old%d@example.com", i)), New: account.Login("stranger@example.com"),
		}}
		return ordered
	})
	if got != limits.RecipientKind {
		t.Errorf("%d mails to the address of the new login, want %d", got, limits.RecipientKind)
	}
}

// Others cannot keep an account from changing its password by sending mails to its address, and changes of one kind do
// not keep it from another.
func TestOwnChangesAreNotLockedOut(t *testing.T) {
	s := newScene(t)
	s.within(func(int) edit.MailOrder { return order(event.ResetMail, account.Reseller, "ada@example.com") })
	if got := s.within(func(int) edit.MailOrder {
		return ownChange(event.PasswordChangedMail, event.PasswordChanged)
	}); got != limits.Customer {
		t.Errorf("%d own changes, want %d", got, limits.Customer)
	}
	if err := s.take(ownChange(event.PasswordChangedMail, event.PasswordReset)); err != nil {
		t.Errorf("a reset by a link after many changes: %v, want none", err)
	}
}

// A refused order counts nowhere, and an order that is given back does not count.
func TestRefusedOrdersDoNotCount(t *testing.T) {
	s := newScene(t)
	toAda := order(event.WelcomeMail, account.Customer, "ada@example.com")
	for range limits.RecipientKind {
		if err := s.take(toAda); err != nil {
			t.Fatal(err)
		}
	}
	for range 10 {
		if err := s.take(toAda); !fault.Is(err, fault.TooManyRequests) {
			t.Fatalf("another mail to the address: %v, want too-many-requests", err)
		}
	}
	for range 10 {
		giveBack, err := s.limiter().
			TakeMail(t.Context(), order(event.WelcomeMail, account.Customer, "b@example.com"), s.clock)
		if err != nil {
			t.Fatal(err)
		}
		giveBack(t.Context())
	}
	if got := s.within(func(int) edit.MailOrder {
		return order(event.ResetMail, account.Customer, "c@example.com")
	}); got != limits.Customer-limits.RecipientKind {
		t.Errorf("%d more orders of the customer, want %d", got, limits.Customer-limits.RecipientKind)
	}
}

// An outage of the counters refuses the order.
func TestOutageRefusesOrders(t *testing.T) {
	s := newScene(t)
	s.store.Fail(dynamotest.Any, dynamotest.ErrOutage)
	if err := s.take(
		order(event.WelcomeMail, account.Customer, "ada@example.com"),
	); !errors.Is(
		err,
		dynamotest.ErrOutage,
	) {
		t.Errorf("got %v, want the outage", err)
	}
}
