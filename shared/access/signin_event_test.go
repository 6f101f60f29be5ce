package access_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/dynamotest"
	"tenantry/shared/event"
	"tenantry/shared/fault"
)

// Every sign-in and every failure at an existing login is an event of the account for 90 days, with the address and the
// program, and without what was typed.
func TestSignInsAreEvents(t *testing.T) {
	suspend := func(s *scene) {
		s.alter(func(a *account.Account) {
			a.Holds = []account.Hold{{Level: account.AdministratorLevel, Source: account.ByAdministrator, Since: s.clock}}
		})
	}
	nothing := func(*scene) {}
	for name, c := range map[string]struct {
		prepare         func(*scene)
		login, password string
		want            event.Name // "" if no event is expected
		actor           account.ID
	}{
		"success":                   {nothing, "ADA", "the old password", event.SignedIn, adaID},
		"a wrong password":          {nothing, "ada", "a wrong password", event.SignInFailed, ""},
		"an unknown login":          {nothing, "nobody", "a wrong password", "", ""},
		"a suspended account":       {suspend, "ada", "the old password", event.SignInFailed, ""},
		"an attempt over the limit": {func(s *scene) { s.besiege("ada") }, "ada", "the old password", "", ""},
		"a login that just changed": {func(s *scene) { s.alter(func(a *account.Account) { a.Login = "eve" }) }, "ada", "x", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			c.prepare(s)
			before := len(s.store.Events())
			_, _ = s.try(c.login, c.password, "198.51.100.99")
			events := s.store.Events()
			if c.want == "" {
				if len(events) != before {
					t.Errorf("got the event %+v, want none", s.lastEvent())
				}
				return
			}
			got := s.lastEvent()
			from := event.SignIn{Address: "198.51.100.99", UserAgent: "curl/8"}
			if len(events) != before+1 || got.Name != c.want || got.Account != adaID || got.Actor != c.actor ||
				got.RequestID != "request" || got.SignIn == nil || *got.SignIn != from || got.Mail != "" {
				t.Errorf("got %+v from %+v, want one event %s by %q", got, got.SignIn, c.want, c.actor)
			}
			if kept := got.ExpiresAt.Sub(s.clock).Round(time.Minute); kept != 90*24*time.Hour {
				t.Errorf("the event is kept for %v, want 90 days", kept)
			}
			text, err := json.Marshal(got)
			s.must(err)
			if strings.Contains(string(text), c.password) {
				t.Errorf("the event contains the password: %s", text)
			}
		})
	}
}

// If the event of a failure cannot be written, the response is the same error for an unknown login.
func TestSignInFailsIfItsEventCannotBeWritten(t *testing.T) {
	for _, login := range []string{"ada", "nobody"} {
		s := newScene(t)
		s.store.Before(func(call dynamotest.Call) error {
			if call.Operation == "PutItem" {
				return dynamotest.ErrOutage
			}
			return nil
		})
		if _, err := s.try(login, "a wrong password", home); err == nil || fault.Is(err, fault.Unauthenticated) {
			t.Errorf("%s: got %v, want the error of the storage", login, err)
		}
	}
}
