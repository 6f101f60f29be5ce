package outbox_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/dynamotest"
	"tenantry/shared/event"
	"tenantry/shared/outbox"
	"tenantry/shared/reset"
)

// renames changes the customer's login from one address to another, so that three addresses are owed a letter.
func (s *scene) renames() outbox.Order {
	s.Helper()
	s.alter(func(a *account.Account) { a.Login = "old@example.com" })
	return s.happens(event.LoginChangedMail, func(a *account.Account) { a.Login = "new@example.com" },
		account.FieldChange{Field: "login", Old: "old@example.com", New: "new@example.com"})
}

func (s *scene) recipients() (to []string) {
	for _, sent := range s.post.sent {
		to = append(to, sent.To)
	}
	return to
}

// Whoever has got a letter does not get it again because another one's failed, and no one's failure keeps the others'.
func TestOnlyWhatFailedIsTriedAgain(t *testing.T) {
	for _, failing := range [][]string{
		{"ada@example.com"}, {"old@example.com"}, {"new@example.com"}, {"ada@example.com", "new@example.com"}, {"old@example.com", "new@example.com"},
	} {
		s := newScene(t)
		order := s.renames()
		s.post.failTo = map[string]error{}
		for _, address := range failing {
			s.post.failTo[address] = errOutage
		}
		for range 3 {
			s.deliver(order, errOutage)
			s.clock = s.clock.Add(outbox.Lease)
		}
		if len(s.post.sent) != 3-len(failing) {
			t.Errorf("while %q failed: %q", failing, s.recipients())
		}
		if state, letters := s.store.Delivery(order.Event); state != outbox.Sending || len(letters) != len(s.post.sent) {
			t.Errorf("while %q failed: %s %+v", failing, state, letters)
		}
		s.post.failTo = nil
		s.deliver(order, nil)
		s.deliver(order, nil)
		if to := slices.Sorted(
			slices.Values(s.recipients()),
		); !slices.Equal(
			to,
			[]string{"ada@example.com", "new@example.com", "old@example.com"},
		) {
			t.Errorf("after %q failed: %q", failing, to)
		}
		if state, letters := s.store.Delivery(order.Event); state != outbox.Sent || len(letters) != 3 {
			t.Errorf("after %q failed: %s %+v", failing, state, letters)
		}
	}
}

// A letter that is not noted is sent again, and none that is.
func TestDiesBetweenTwoLetters(t *testing.T) {
	s := newScene(t)
	order := s.renames()
	s.store.Fail(dynamotest.Nth(3, dynamotest.Writes(dynamotest.Mail)), errOutage) // behind the lease and the first note
	s.deliver(order, errOutage)
	s.clock = s.clock.Add(outbox.Lease)
	s.deliver(order, nil)
	if want := []string{
		"ada@example.com",
		"old@example.com",
		"old@example.com",
		"new@example.com",
	}; !slices.Equal(
		s.recipients(),
		want,
	) {
		t.Errorf("mails to %q, want %q", s.recipients(), want)
	}
}

// What can never be sent is done with, and not taken for sent.
func TestUnsentIsNotSent(t *testing.T) {
	for _, why := range []outbox.Unsent{outbox.BadAddress, outbox.NoSender} {
		s := newScene(t)
		order := s.renames()
		s.post.failTo = map[string]error{"old@example.com": why}
		s.deliver(order, nil)
		s.post.failTo = nil
		s.deliver(order, nil)
		if want := []string{"ada@example.com", "new@example.com"}; !slices.Equal(s.recipients(), want) {
			t.Errorf("mails to %q", s.recipients())
		}
		state, letters := s.store.Delivery(order.Event)
		if state != outbox.Undelivered || len(letters) != 3 || letters[1].Unsent != why || letters[1].Message != "" ||
			letters[0].Unsent != "" ||
			letters[0].Message != "message" {
			t.Errorf("%s: %s %+v", why, state, letters)
		}
		for _, letter := range letters {
			if strings.Contains(letter.To, "example") {
				t.Errorf("a note shows the address: %+v", letter)
			}
		}
	}
}

// However long an outage of the post lasts, the link in the mail is fresh, and the trail tells of it once.
func TestLinkIsFreshAfterALongOutage(t *testing.T) {
	s := newScene(t)
	order := s.order()
	s.post.fail = errOutage
	for passed := time.Duration(0); passed < 12*time.Hour; passed += 3 * time.Minute {
		s.deliver(order, errOutage)
		s.clock = s.clock.Add(3 * time.Minute)
	}
	s.clock = s.clock.Add(time.Hour) // and another one, in which nothing is tried
	s.post.fail = nil
	s.deliver(order, nil)
	if left := s.post.sent[0].Letter.ExpiresAt.Sub(s.clock); left != reset.DefaultLifetimes.Reset {
		t.Errorf("the link lives for another %v", left)
	}
	told := 0
	for _, happened := range s.store.Events() {
		if happened.Name == event.ResetLinkMailed {
			told++
		}
	}
	if told != 1 {
		t.Errorf("the trail tells of it %d times", told)
	}
	s.clock = s.clock.Add(reset.DefaultLifetimes.Reset - time.Second)
	if err := s.use(s.token(0), "by the mail that came late"); err != nil {
		t.Error(err)
	}
}

func TestUnsentIsAnError(t *testing.T) {
	if err := error(
		outbox.BadAddress,
	); !errors.Is(err, outbox.BadAddress) || errors.Is(err, outbox.NoSender) ||
		err.Error() == "" {
		t.Errorf("%v", err)
	}
}
