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

// show creates a link as a manager does.
func (s *scene) show() {
	s.Helper()
	manager := reset.Manager{
		Store:     s.store,
		Mails:     s.store.Mails(),
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

// A link that is created while the mail is being written counts among the valid links.
func TestForgottenMailCountsLinksThatAreCreatedMeanwhile(t *testing.T) {
	s := newScene(t)
	s.deliver(s.forget("ada", "ada@example.com"), nil)
	s.show()
	message := s.forget("ada", "ada@example.com")
	s.store.Between(dynamotest.Writes(dynamotest.ResetLinks), func() error {
		s.show()
		return nil
	})
	s.deliver(message, nil)
	if len(s.mailer.sent) != 1 {
		t.Errorf("%d mails, want only the first one", len(s.mailer.sent))
	}
	if err := s.use(s.token(0), "by the very first link"); err != nil {
		t.Errorf("the first link: %v", err)
	}
}

// If the attempt cannot be counted, the mail is sent later.
func TestForgottenMailIsSentAfterAnOutage(t *testing.T) {
	s := newScene(t)
	message := s.forget("ada", "ada@example.com")
	s.store.Fail(dynamotest.Writes(dynamotest.Attempts), errOutage)
	s.deliver(message, errOutage)
	s.store.Mend()
	s.clock = s.clock.Add(outbox.LeaseDuration)
	s.deliver(message, nil)
	if len(s.mailer.sent) != 1 {
		t.Errorf("%d mails, want 1", len(s.mailer.sent))
	}
}

// A mail with several attempts counts once, so the last mail within the limit is sent too.
func TestForgottenMailCountsOnceForAllAttempts(t *testing.T) {
	s := newScene(t)
	for range outbox.AccountLimit {
		message := s.forget("ada", "ada@example.com")
		s.mailer.fail = errOutage
		s.deliver(message, errOutage)
		s.mailer.fail = nil
		s.clock = s.clock.Add(outbox.LeaseDuration)
		s.deliver(message, nil)
		s.alter(func(a *account.Account) { a.LinkEpoch++ }) // ends the links, so that their number is no limit
	}
	if len(s.mailer.sent) != outbox.AccountLimit {
		t.Errorf("%d mails, want %d", len(s.mailer.sent), outbox.AccountLimit)
	}
	s.show()
	s.deliver(s.forget("ada", "ada@example.com"), nil)
	if len(s.mailer.sent) != outbox.AccountLimit {
		t.Error("a mail beyond the limit was sent")
	}
	s.clock = s.clock.Add(time.Hour)
	s.deliver(s.forget("ada", "ada@example.com"), nil)
	if len(s.mailer.sent) != outbox.AccountLimit+1 {
		t.Error("no mail was sent in the next hour, want one")
	}
}

// A stranger who uses up the limit does not lock out the owner: whoever requests a link has a valid one in the mailbox.
func TestForgottenMailBeyondTheLimitIfNoLinkIsValid(t *testing.T) {
	s := newScene(t)
	ask := func() {
		t.Helper()
		message := s.forget("ada", "ada@example.com")
		mailer := s.sender()
		mailer.Lifetimes.Reset = 5 * time.Minute
		if err := mailer.Deliver(t.Context(), message); err != nil {
			t.Fatal(err)
		}
	}
	for range 4 * outbox.AccountLimit {
		ask()
		if _, live, err := s.live(); err != nil || len(live) == 0 {
			t.Fatalf("at %v no link is valid, after %d mails, %v", s.clock, len(s.mailer.sent), err)
		}
		s.clock = s.clock.Add(time.Minute)
	}
	s.clock = s.clock.Add(5 * time.Minute)
	sent := len(s.mailer.sent)
	for range 3 {
		ask()
	}
	if more := len(s.mailer.sent) - sent; more != 1 {
		t.Errorf("%d mails beyond the limit without a valid link, want 1", more)
	}
	if sent > outbox.AccountLimit+4 {
		t.Errorf("%d mails in twenty minutes, want at most %d", sent, outbox.AccountLimit+4)
	}
}

func TestForgottenRequestExpires(t *testing.T) {
	s := newScene(t)
	message := s.forget("ada", "ada@example.com")
	s.clock = s.clock.Add(24 * time.Hour)
	s.deliver(message, nil)
	if len(s.mailer.sent) != 0 {
		t.Errorf("sent %+v, want no mail", s.mailer.sent)
	}
}

// Login and address must be right when the mail is sent.
func TestForgottenMailComparesCurrentLoginAndAddress(t *testing.T) {
	s := newScene(t)
	message := s.forget("ada", "ada@example.com")
	s.alter(func(a *account.Account) { a.Login = "zoe" })
	s.deliver(message, nil)
	message = s.forget("zoe", "ada@example.com")
	s.alter(func(a *account.Account) { a.Contact.Email = "zoe@example.com" })
	s.deliver(message, nil)
	if len(s.mailer.sent) != 0 {
		t.Errorf("sent %+v, want no mail", s.mailer.sent)
	}
	s.deliver(s.forget("zoe", "zoe@example.com"), nil)
	if len(s.mailer.sent) != 1 {
		t.Errorf("%d mails, want 1", len(s.mailer.sent))
	}
}

// A manager's link is always mailed. It replaces the oldest link.
func TestManagersLinkReplacesTheOldest(t *testing.T) {
	s := newScene(t)
	for range reset.MaxLive {
		s.show()
	}
	s.deliver(s.sendLink(), nil)
	_, live, err := s.live()
	if err != nil || len(live) != reset.MaxLive || len(s.mailer.sent) != 1 {
		t.Errorf("%d valid links, %d mails, %v; want %d and one mail", len(live), len(s.mailer.sent), err, reset.MaxLive)
	}
	if err := s.use(s.token(0), "by the mailed link"); err != nil {
		t.Error(err)
	}
}

func TestDeliverReturnsErrLeasedDuringAnotherAttempt(t *testing.T) {
	s := newScene(t)
	message := s.sendLink()
	s.store.Between(dynamotest.Writes(dynamotest.ResetLinks), func() error { // another delivery of the message
		s.deliver(message, outbox.ErrLeased)
		return nil
	})
	s.deliver(message, nil)
	if len(s.mailer.sent) != 1 {
		t.Errorf("%d mails, want 1", len(s.mailer.sent))
	}
}
