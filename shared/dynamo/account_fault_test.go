package dynamo

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/outbox"
	"tenantry/shared/reset"
)

// newEvent returns a new event of an account.
func (s *fixture) newEvent(t *testing.T, id account.ID) event.Event {
	t.Helper()
	return event.Event{ID: s.id(t, event.IDPrefix), Account: id, At: s.now().UTC()}
}

// accountFixture is a store with a customer, a panel user, a session and an API token.
type accountFixture struct {
	*fixture

	customer, user account.Account
	session        access.Session
	token          access.APIToken
}

func newAccountFixture(t *testing.T) *accountFixture {
	t.Helper()
	s := newFixture(t)
	c := s.creation(t, "ada")
	w := &accountFixture{fixture: s, customer: c.Account, user: s.panelUserCreation(t, c.Account.ID).Account}
	w.session = access.Session{
		Account:   c.Account.ID,
		Hash:      s.id(t, "hash-"),
		CreatedAt: s.now(),
		ExpiresAt: s.now().Add(time.Hour),
	}
	w.token = s.newToken(t, c.Account.ID)
	user := s.panelUserCreation(t, c.Account.ID)
	user.Account = w.user
	for _, err := range []error{
		s.reliable.Create(t.Context(), c),
		s.reliable.Create(t.Context(), user),
		s.reliable.CreateSession(t.Context(), access.SessionCreation{Session: w.session, Known: "here", KnownUntil: s.now()}),
		s.reliable.CreateToken(t.Context(), w.token, 0, s.newEvent(t, c.Account.ID), nil),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// loginChange returns a change of the login together with everything else that one change can write.
func (w *accountFixture) loginChange(t *testing.T) edit.AccountChange {
	t.Helper()
	after := w.customer
	after.Login, after.Version, after.SessionEpoch = "zoe", 2, 1
	return edit.AccountChange{
		Before: w.customer,
		After:  after,
		Event:  w.newEvent(t, after.ID),
		Note:   &edit.AccountNote{By: after.Owner, Text: "new"},
		Keep:   &edit.KeptSession{Hash: w.session.Hash, Epoch: 1},
		Record: &idempotency.Record{
			Key:       idempotency.Key{Name: "rename", Fingerprint: "f"},
			Answer:    []byte("1"),
			ExpiresAt: w.now().Add(time.Hour),
		},
	}
}

// allChanges returns one change of each kind.
func (w *accountFixture) allChanges(t *testing.T) map[string]func() error {
	t.Helper()
	login, user := w.loginChange(t), w.panelUserCreation(t, w.customer.ID)
	user.Account.Login, user.Account.ID = "another", account.ID(w.id(t, account.PanelUserPrefix))
	links := &reset.Links{Account: w.customer.ID, Version: 1, Links: []reset.Link{{Hash: "h", ExpiresAt: w.now().UTC()}}}
	linkCreated, userRemoved := w.newEvent(t, w.customer.ID), w.newEvent(t, w.customer.ID)
	tokenDeleted, tokenCreated := w.newEvent(t, w.customer.ID), w.newEvent(t, w.customer.ID)
	token := w.newToken(t, w.customer.ID)
	return map[string]func() error{
		"change":              func() error { return w.ChangeAccount(t.Context(), login) },
		"create a panel user": func() error { return w.Create(t.Context(), user) },
		"remove a panel user": func() error { return w.RemovePanelUser(t.Context(), w.user, nil, userRemoved, nil) },
		"make a link":         func() error { return w.MakeLink(t.Context(), reset.LinksChange{Links: links, Event: linkCreated}) },
		"create a token":      func() error { return w.CreateToken(t.Context(), token, 1, tokenCreated, nil) },
		"delete a token":      func() error { return w.DeleteToken(t.Context(), w.token, tokenDeleted, nil) },
	}
}

// Failed calls do not repeat or lose a change.
func TestEveryChangeIsWrittenOnce(t *testing.T) {
	for name, failures := range map[string][]failure{
		"response lost":              {responseLost},
		"request lost":               {requestLost},
		"server error after write":   {serverErrorAfterWrite},
		"conflict and lost response": {cancelled(conflict), responseLost},
		"throttled":                  {throttled()},
	} {
		t.Run(name, func(t *testing.T) {
			w := newAccountFixture(t)
			for change, do := range w.allChanges(t) {
				w.faults.fail(transactWrite, failures...)
				if err := do(); err != nil {
					t.Errorf("%s: %v", change, err)
				}
			}
			w.expectEachChangeOnce(t)
		})
	}
}

// expectEachChangeOnce expects that allChanges has taken effect once.
func (w *accountFixture) expectEachChangeOnce(t *testing.T) {
	t.Helper()
	a, notes, record, err := w.reliable.ReadForChange(t.Context(), w.customer.ID, idempotency.Key{Name: "rename"})
	if err != nil || a.Version != 2 || a.Login != "zoe" || notes.Owner != "new" || record == nil {
		t.Errorf("account %+v, notes %+v, record %+v, error %v; want version 2 with login zoe, the note and the record",
			a, notes, record, err)
	}
	for login, want := range map[account.Login]bool{"ada": false, "zoe": true, "user": false, "another": true} {
		if id, err := w.reliable.FindLogin(t.Context(), login); err != nil || (id != "") != want {
			t.Errorf("login %s belongs to %q, error %v; want an account: %v", login, id, err, want)
		}
	}
	set, _, err := w.reliable.ListTokens(t.Context(), w.customer.ID, idempotency.Key{})
	if err != nil || set.Version != 2 || len(set.Tokens) != 1 || set.Tokens[0].ID == w.token.ID {
		t.Errorf("tokens %+v, error %v; want the new token in version 2", set, err)
	}
	_, links, _, err := w.reliable.ReadLinks(t.Context(), w.customer.ID, idempotency.Key{})
	if err != nil || links.Version != 1 || len(links.Links) != 1 {
		t.Errorf("links %+v, error %v; want one link in version 1", links, err)
	}
	// Two events come from the fixture (customer and token created), and five from the changes.
	if events, _, err := w.reliable.ListEvents(t.Context(), w.customer.ID, "", 100); err != nil || len(events) != 7 {
		t.Errorf("%d events, error %v; want 7", len(events), err)
	}
}

func TestFirstReasonOfAChangeDecides(t *testing.T) {
	for name, test := range map[string]struct {
		reasons []string
		want    fault.Code
	}{
		"version":              {[]string{noReason, noReason, conditionUnmet, noReason, noReason, noReason, noReason}, fault.VersionMismatch},
		"version before login": {[]string{noReason, noReason, conditionUnmet, noReason, conditionUnmet, noReason, conditionUnmet}, fault.VersionMismatch},
		"login":                {[]string{noReason, noReason, noReason, noReason, conditionUnmet, noReason, conditionUnmet}, fault.LoginTaken},
		"session":              {[]string{noReason, noReason, noReason, noReason, noReason, noReason, conditionUnmet}, fault.Unauthenticated},
		"other guard":          {[]string{noReason, noReason, noReason, conditionUnmet, noReason, noReason, noReason}, ""},
		"record":               {[]string{noReason, conditionUnmet, conditionUnmet, noReason, noReason, noReason, noReason}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newAccountFixture(t)
			w.faults.fail(transactWrite, cancelled(test.reasons...))
			err := w.ChangeAccount(t.Context(), w.loginChange(t))
			if err == nil || fault.CodeOf(err) != test.want {
				t.Fatalf("error = %v, want %q", err, test.want)
			}
			w.faults.expectCalls(t, transactWrite)
		})
	}
}

// If the response to a lease is lost, nobody knows who holds it. It expires by itself.
func TestLeaseWithLostResponse(t *testing.T) {
	s := newFixture(t)
	message := outbox.Message{Event: s.id(t, event.IDPrefix)}
	s.faults.fail("UpdateItem", responseLost)
	if _, due, err := s.LeaseMail(t.Context(), message, s.now().Add(time.Hour)); due || !errors.Is(err, outbox.ErrLeased) {
		t.Errorf("due %v, error %v", due, err)
	}
	s.faults.fail("UpdateItem", responseLost)
	if err := s.RecordDeliveries(t.Context(), message, outbox.Sent, nil); err != nil {
		t.Errorf("sent: %v", err)
	}
	s.faults.fail("UpdateItem", requestLost)
	if _, due, err := s.LeaseMail(t.Context(), message, s.now().Add(time.Hour)); due || err != nil {
		t.Errorf("due %v, error %v", due, err)
	}
	s.faults.fail("UpdateItem", times(maxCallAttempts, throttled())...)
	if _, due, err := s.LeaseMail(t.Context(), message, s.now().Add(time.Hour)); due || !fault.Is(err, fault.Unavailable) {
		t.Errorf("due %v, error %v", due, err)
	}
}

func TestRememberWithLostResponse(t *testing.T) {
	s := newFixture(t)
	record := idempotency.Record{
		Key:       idempotency.Key{Name: "k", Fingerprint: "f"},
		Answer:    []byte("1"),
		ExpiresAt: s.now().UTC().Add(time.Hour),
	}
	s.faults.fail("PutItem", responseLost)
	var replayed *idempotency.Replayed
	if err := s.Remember(t.Context(), record); !errors.As(err, &replayed) || !reflect.DeepEqual(replayed.First, record) {
		t.Errorf("error = %v, want the record that it wrote itself", err)
	}
}

func TestSuspendWritesOnlyChangedAttributes(t *testing.T) {
	s := newFixture(t)
	c := s.creation(t, "ada")
	if err := s.reliable.Create(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	after := c.Account.Clone()
	after.Suspend(
		account.Hold{Level: account.AdministratorLevel, Source: account.ByAdministrator, Since: s.now()},
		s.now(),
	)
	after.RefreshStatus(s.now())
	after.Version = 2
	s.faults.fail(transactWrite, inspectBody(func(body map[string]any) {
		update := firstUpdate(t, body)
		var names []string
		for _, name := range update["ExpressionAttributeNames"].(map[string]any) {
			names = append(names, name.(string))
		}
		slices.Sort(names)
		want := []string{"holdSequence", "holds", "listCreated", "listName", "row", "version"}
		if !slices.Equal(names, want) {
			t.Errorf("the update writes %q, want %q", names, want)
		}
	}))
	change := edit.AccountChange{Before: c.Account, After: after, Event: s.newEvent(t, after.ID)}
	if err := s.ChangeAccount(t.Context(), change); err != nil {
		t.Fatal(err)
	}
}
