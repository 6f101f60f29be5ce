package reset_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"tenantry/shared/access"
	"tenantry/shared/dynamotest"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/request"
	"tenantry/shared/reset"
)

func TestRequest(t *testing.T) {
	s := newScene(t)
	requester := reset.Requester{Store: s.store, Mails: s.store.Mails(), NewID: s.ids.New, Now: s.now}
	ask := func(address, login, email string) error {
		return requester.Request(t.Context(), request.Metadata{ID: "request", Address: address}, login, email)
	}
	for _, bad := range []struct{ login, email, names string }{
		{"", "a@example.com", "/login"}, {"ada", "", "/email"}, {"", "", "/login required; /email"}, {strings.Repeat("x", 256), "a@example.com", "/login"},
	} {
		err := ask("192.0.2.9", bad.login, bad.email)
		s.refused(err, fault.InvalidRequest)
		if !strings.Contains(err.Error(), bad.names) {
			t.Errorf("got %v, want an error that names %s", err, bad.names)
		}
	}
	if len(s.store.Events()) != 1 {
		t.Errorf("got %d events, want no event of an invalid request", len(s.store.Events())-1)
	}
	// Known and unknown logins get the same answer until the address reaches its limit.
	for i := range reset.AddressLimit {
		s.must(ask("192.0.2.1", []string{"ada", "nobody"}[i%2], "x@example.com"))
	}
	err := ask("192.0.2.1", "ada", "ada@example.com")
	var f *fault.Fault
	if !errors.As(err, &f) || f.Code != fault.TooManyRequests || f.RetryAfter <= 0 || f.RetryAfter > access.AttemptWindow {
		t.Errorf("got %v, want %s with a retry within %v", err, fault.TooManyRequests, access.AttemptWindow)
	}
	s.refused(ask("::ffff:192.0.2.1", "ada", "ada@example.com"), fault.TooManyRequests)
	s.must(ask("192.0.2.2", "ada", "ada@example.com"))
	events := s.store.Events()[1:]
	if len(events) != reset.AddressLimit+1 {
		t.Errorf("got %d events of requests, want %d", len(events), reset.AddressLimit+1)
	}
	for _, e := range events {
		text := fmt.Sprintf("%+v", e)
		if e.Account != "" || e.Mail != event.ForgottenMail || strings.Contains(text, "example.com") ||
			strings.Contains(text, "ada") {
			t.Errorf("got the event %s, want a %s without the account, login and address", text, event.ForgottenMail)
		}
	}
	s.clock = s.clock.Add(access.AttemptWindow)
	s.must(ask("192.0.2.1", "ada", "ada@example.com"))
}

// A retry with the same key sends no second mail. It succeeds even if the address has reached its limit.
func TestRequestReplay(t *testing.T) {
	s := newScene(t)
	requester := reset.Requester{Store: s.store, Mails: s.store.Mails(), NewID: s.ids.New, Now: s.now}
	ask := func(meta request.Metadata) error {
		return requester.Request(t.Context(), meta, "ada", "ada@example.com")
	}
	for range reset.AddressLimit + 5 {
		s.must(ask(keyed("k")))
	}
	if events := s.store.Events(); len(events) != 2 {
		t.Errorf("got %d events of requests, want 1", len(events)-1)
	}
	for range reset.AddressLimit - 1 {
		s.must(ask(keyed("")))
	}
	s.refused(ask(keyed("")), fault.TooManyRequests)
	s.must(ask(keyed("k")))
	other := keyed("k")
	other.Key.Fingerprint = "another body"
	s.refused(ask(other), fault.InvalidRequest)

	s.clock = s.clock.Add(access.AttemptWindow)
	s.store.Between(dynamotest.Writes(dynamotest.Event), func() error { return ask(keyed("at once")) })
	s.must(ask(keyed("at once")))
	if events := s.store.Events(); len(events) != 2+reset.AddressLimit {
		t.Errorf("got %d events of requests, want %d", len(events)-1, reset.AddressLimit+1)
	}
}
