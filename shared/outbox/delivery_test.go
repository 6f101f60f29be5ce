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
	"tenantry/shared/request"
	"tenantry/shared/reset"
)

// changeLogin changes the customer's login from one address to another. It returns the message of the mail, which has
// three letters.
func (s *scene) changeLogin() outbox.Message {
	s.Helper()
	s.alter(func(a *account.Account) { a.Login = "old@example.com" })
	return s.change(event.LoginChangedMail, func(a *account.Account) { a.Login = "new@example.com" },
		account.FieldChange{Field: "login", Old: "old@example.com", New: "new@example.com"})
}

func (s *scene) recipients() (addresses []string) {
	for _, envelope := range s.mailer.sent {
		addresses = append(addresses, envelope.To)
	}
	return addresses
}

// Only the letters that failed are sent again, and a failed letter does not stop the others.
func TestDeliverRetriesOnlyFailedLetters(t *testing.T) {
	for _, failing := range [][]string{
		{"ada@example.com"},
		{"old@example.com"},
		{"new@example.com"},
		{"ada@example.com", "new@example.com"},
		{"old@example.com", "new@example.com"},
	} {
		s := newScene(t)
		message := s.changeLogin()
		s.mailer.failTo = map[string]error{}
		for _, address := range failing {
			s.mailer.failTo[address] = errOutage
		}
		for range 3 {
			s.deliver(message, errOutage)
			s.clock = s.clock.Add(outbox.LeaseDuration)
		}
		if len(s.mailer.sent) != 3-len(failing) {
			t.Errorf("while %q failed: sent to %q, want the others once", failing, s.recipients())
		}
		state, deliveries := s.store.Delivery(message.Event)
		if state != outbox.Sending || len(deliveries) != len(s.mailer.sent) {
			t.Errorf("while %q failed: recorded %s, %+v", failing, state, deliveries)
		}
		s.mailer.failTo = nil
		s.deliver(message, nil)
		s.deliver(message, nil)
		got := slices.Sorted(slices.Values(s.recipients()))
		if want := []string{"ada@example.com", "new@example.com", "old@example.com"}; !slices.Equal(got, want) {
			t.Errorf("after %q failed: sent to %q, want each address once", failing, got)
		}
		state, deliveries = s.store.Delivery(message.Event)
		if state != outbox.Sent || len(deliveries) != 3 {
			t.Errorf("after %q failed: recorded %s, %+v, want three deliveries", failing, state, deliveries)
		}
	}
}

// A letter without a recorded delivery is sent again; the others are not.
func TestDeliverEndsBetweenTwoLetters(t *testing.T) {
	s := newScene(t)
	message := s.changeLogin()
	s.store.Fail(dynamotest.Nth(3, dynamotest.Writes(dynamotest.Mail)), errOutage) // after the lease and the first record
	s.deliver(message, errOutage)
	s.clock = s.clock.Add(outbox.LeaseDuration)
	s.deliver(message, nil)
	want := []string{"ada@example.com", "old@example.com", "old@example.com", "new@example.com"}
	if !slices.Equal(s.recipients(), want) {
		t.Errorf("sent to %q, want %q", s.recipients(), want)
	}
}

// A letter that can never be sent is not retried, and the mail counts as undelivered.
func TestDeliverRecordsUnsentLetters(t *testing.T) {
	for _, reason := range []outbox.Unsent{outbox.BadAddress, outbox.NoSender} {
		s := newScene(t)
		message := s.changeLogin()
		s.mailer.failTo = map[string]error{"old@example.com": reason}
		s.deliver(message, nil)
		s.mailer.failTo = nil
		s.deliver(message, nil)
		if want := []string{"ada@example.com", "new@example.com"}; !slices.Equal(s.recipients(), want) {
			t.Errorf("sent to %q, want %q", s.recipients(), want)
		}
		state, deliveries := s.store.Delivery(message.Event)
		if len(deliveries) != 3 {
			t.Fatalf("recorded %+v, want three deliveries", deliveries)
		}
		sent, unsent := deliveries[0], deliveries[1]
		if state != outbox.Undelivered || unsent.Unsent != reason || unsent.MessageID != "" || sent.Unsent != "" ||
			sent.MessageID != "message" {
			t.Errorf("recorded %s, %+v, want %s for the second letter", state, deliveries, reason)
		}
		for _, delivery := range deliveries {
			if strings.Contains(delivery.Recipient, "example") {
				t.Errorf("recorded %+v, want no address", delivery)
			}
		}
	}
}

// After an outage of any length the link in the mail has its full lifetime, and the audit trail has one event for it.
func TestLinkHasItsFullLifetimeAfterAnOutage(t *testing.T) {
	s := newScene(t)
	message := s.sendLink()
	s.mailer.fail = errOutage
	for passed := time.Duration(0); passed < 12*time.Hour; passed += 3 * time.Minute {
		s.deliver(message, errOutage)
		s.clock = s.clock.Add(3 * time.Minute)
	}
	s.clock = s.clock.Add(time.Hour) // without any attempt
	s.mailer.fail = nil
	s.deliver(message, nil)
	if left := s.mailer.sent[0].Letter.ExpiresAt.Sub(s.clock); left != reset.DefaultLifetimes.Reset {
		t.Errorf("the link is valid for another %v, want %v", left, reset.DefaultLifetimes.Reset)
	}
	if events := s.store.Events(event.ResetLinkMailed); len(events) != 1 {
		t.Errorf("%d events for the mailed link, want 1", len(events))
	}
	s.clock = s.clock.Add(reset.DefaultLifetimes.Reset - time.Second)
	if err := s.redeem().Use(t.Context(), request.Metadata{}, s.token(0), "by the mail that came late"); err != nil {
		t.Error(err)
	}
}

func TestUnsentIsAnError(t *testing.T) {
	err := error(outbox.BadAddress)
	if !errors.Is(err, outbox.BadAddress) || errors.Is(err, outbox.NoSender) || err.Error() == "" {
		t.Errorf("got %v, want an error that is BadAddress only", err)
	}
}
