package outbox_test

import (
	"crypto/rand"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/dynamotest"
	"tenantry/shared/outbox"
	"tenantry/shared/request"
	"tenantry/shared/reset"
)

// show makes a link as a manager does.
func (s *scene) show() {
	s.Helper()
	manager := reset.Manager{
		Store:     s.store,
		NewID:     s.ids.New,
		Random:    rand.Reader,
		Lifetimes: reset.DefaultLifetimes,
		Now:       s.now,
	}
	if _, err := manager.Show(s.Context(), s.admin, request.Metadata{}, string(s.customer.ID)); err != nil {
		s.Fatal(err)
	}
}

func (s *scene) alter(change func(*account.Account)) {
	s.Helper()
	if err := s.store.Alter(s.Context(), s.customer.ID, change); err != nil {
		s.Fatal(err)
	}
}

// A link that somebody makes while a forgotten password is answered counts among the live ones.
func TestForgottenBesideAnotherLink(t *testing.T) {
	s := newScene(t)
	s.deliver(s.forget("ada", "ada@example.com"), nil)
	s.show()
	order := s.forget("ada", "ada@example.com")
	s.store.Between(dynamotest.Writes(dynamotest.ResetLinks), func() error {
		s.show()
		return nil
	})
	s.deliver(order, nil)
	if len(s.post.sent) != 1 {
		t.Errorf("%d mails, want the first one only", len(s.post.sent))
	}
	if err := s.use(s.token(0), "by the very first link"); err != nil {
		t.Errorf("the first link: %v", err)
	}
}

// When nobody can count, the mail is owed still.
func TestForgottenInAnOutage(t *testing.T) {
	s := newScene(t)
	order := s.forget("ada", "ada@example.com")
	s.store.Fail(dynamotest.Writes(dynamotest.Attempts), errOutage)
	s.deliver(order, errOutage)
	s.store.Mend()
	s.clock = s.clock.Add(outbox.Lease)
	s.deliver(order, nil)
	if len(s.post.sent) != 1 {
		t.Errorf("%d mails", len(s.post.sent))
	}
}

// A mail that is tried again counts once: the account's last one arrives as well.
func TestForgottenTriedAgainCountsOnce(t *testing.T) {
	s := newScene(t)
	for range outbox.AccountLimit {
		order := s.forget("ada", "ada@example.com")
		s.post.fail = errOutage
		s.deliver(order, errOutage)
		s.post.fail = nil
		s.clock = s.clock.Add(outbox.Lease)
		s.deliver(order, nil)
		s.alter(func(a *account.Account) { a.LinkEpoch++ }) // so that the number of live links is no limit
	}
	if len(s.post.sent) != outbox.AccountLimit {
		t.Errorf("%d mails, want %d", len(s.post.sent), outbox.AccountLimit)
	}
	s.show()
	s.deliver(s.forget("ada", "ada@example.com"), nil)
	if len(s.post.sent) != outbox.AccountLimit {
		t.Error("a mail beyond the limit")
	}
	s.clock = s.clock.Add(time.Hour)
	s.deliver(s.forget("ada", "ada@example.com"), nil)
	if len(s.post.sent) != outbox.AccountLimit+1 {
		t.Error("no mail in the next hour")
	}
}

// A stranger who uses the limit up does not lock the owner out, however short links live: who asks has
// one in the mail.
func TestForgottenBeyondTheLimit(t *testing.T) {
	s := newScene(t)
	ask := func() {
		t.Helper()
		order := s.forget("ada", "ada@example.com")
		mailer := s.outbox()
		mailer.Lifetimes.Reset = 5 * time.Minute
		if err := mailer.Deliver(t.Context(), order); err != nil {
			t.Fatal(err)
		}
	}
	for range 4 * outbox.AccountLimit {
		ask()
		if _, live, err := s.live(); err != nil || len(live) == 0 {
			t.Fatalf("at %v no link lives, after %d mails, %v", s.clock, len(s.post.sent), err)
		}
		s.clock = s.clock.Add(time.Minute)
	}
	s.clock = s.clock.Add(5 * time.Minute)
	sent := len(s.post.sent)
	for range 3 {
		ask()
	}
	if more := len(s.post.sent) - sent; more != 1 {
		t.Errorf("%d mails beyond the limit while no link lives, want 1", more)
	}
	if sent > outbox.AccountLimit+4 {
		t.Errorf("%d mails in twenty minutes", sent)
	}
}

func TestForgottenTooLate(t *testing.T) {
	s := newScene(t)
	order := s.forget("ada", "ada@example.com")
	s.clock = s.clock.Add(24 * time.Hour)
	s.deliver(order, nil)
	if len(s.post.sent) != 0 {
		t.Errorf("mails: %+v", s.post.sent)
	}
}

// Login and address are judged as they are when the mail is made.
func TestForgottenByOldCredentials(t *testing.T) {
	s := newScene(t)
	order := s.forget("ada", "ada@example.com")
	s.alter(func(a *account.Account) { a.Login = "zoe" })
	s.deliver(order, nil)
	order = s.forget("zoe", "ada@example.com")
	s.alter(func(a *account.Account) { a.Contact.Email = "zoe@example.com" })
	s.deliver(order, nil)
	if len(s.post.sent) != 0 {
		t.Errorf("mails: %+v", s.post.sent)
	}
	s.deliver(s.forget("zoe", "zoe@example.com"), nil)
	if len(s.post.sent) != 1 {
		t.Errorf("%d mails", len(s.post.sent))
	}
}

// A manager's mail always goes out: it takes the place of the oldest link.
func TestOrderedBesideThreeLinks(t *testing.T) {
	s := newScene(t)
	for range reset.MaxLive {
		s.show()
	}
	s.deliver(s.order(), nil)
	_, live, err := s.live()
	if err != nil || len(live) != reset.MaxLive || len(s.post.sent) != 1 {
		t.Errorf("%d live links, %d mails, %v", len(live), len(s.post.sent), err)
	}
	if err := s.use(s.token(0), "by the ordered link"); err != nil {
		t.Error(err)
	}
}

func TestLeaseIsHeld(t *testing.T) {
	s := newScene(t)
	order := s.order()
	s.store.Between(dynamotest.Writes(dynamotest.ResetLinks), func() error { // another delivery of the same order
		s.deliver(order, outbox.ErrLeased)
		return nil
	})
	s.deliver(order, nil)
	if len(s.post.sent) != 1 {
		t.Errorf("%d mails", len(s.post.sent))
	}
}
