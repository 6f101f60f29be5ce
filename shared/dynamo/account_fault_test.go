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

func (s *scene) happened(t *testing.T, of account.ID) event.Event {
	t.Helper()
	return event.Event{ID: s.id(t, event.IDPrefix), Account: of, At: s.now().UTC()}
}

// written is a store with a customer, a panel user, a session and an API token.
type written struct {
	*scene

	customer, user account.Account
	session        access.Session
	token          access.APIToken
}

func newWritten(t *testing.T) *written {
	t.Helper()
	s := newScene(t)
	c := s.creation(t, "ada")
	w := &written{scene: s, customer: c.Account, user: s.newUser(t, c.Account.ID).Account}
	w.session = access.Session{
		Account:   c.Account.ID,
		Hash:      s.id(t, "hash-"),
		CreatedAt: s.now(),
		ExpiresAt: s.now().Add(time.Hour),
	}
	w.token = s.newToken(t, c.Account.ID)
	user := s.newUser(t, c.Account.ID)
	user.Account = w.user
	for _, err := range []error{
		s.good.Create(t.Context(), c),
		s.good.Create(t.Context(), user),
		s.good.CreateSession(t.Context(), access.SessionCreation{Session: w.session, Known: "here", KnownUntil: s.now()}),
		s.good.CreateToken(t.Context(), w.token, 0, s.happened(t, c.Account.ID), nil),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// renaming is a change with all that can come with one.
func (w *written) renaming(t *testing.T) edit.AccountChange {
	t.Helper()
	after := w.customer
	after.Login, after.Version, after.SessionEpoch = "zoe", 2, 1
	return edit.AccountChange{
		Before: w.customer,
		After:  after,
		Event:  w.happened(t, after.ID),
		Note:   &edit.AccountNote{By: after.Owner, Text: "new"},
		Keep:   &edit.KeptSession{Hash: w.session.Hash, Epoch: 1},
		Record: &idempotency.Record{
			Key:       idempotency.Key{Name: "rename", Fingerprint: "f"},
			Answer:    []byte("1"),
			ExpiresAt: w.now().Add(time.Hour),
		},
	}
}

// every is each way in which accounts change, done once.
func (w *written) every(t *testing.T) map[string]func() error {
	t.Helper()
	renaming, user := w.renaming(t), w.newUser(t, w.customer.ID)
	user.Account.Login, user.Account.ID = "another", account.ID(w.id(t, account.PanelUserPrefix))
	links := &reset.Links{Account: w.customer.ID, Version: 1, Links: []reset.Link{{Hash: "h", ExpiresAt: w.now().UTC()}}}
	made, removed, deleted, created := w.happened(
		t,
		w.customer.ID,
	), w.happened(
		t,
		w.customer.ID,
	), w.happened(
		t,
		w.customer.ID,
	), w.happened(
		t,
		w.customer.ID,
	)
	token := w.newToken(t, w.customer.ID)
	return map[string]func() error{
		"change":              func() error { return w.ChangeAccount(t.Context(), renaming) },
		"create a panel user": func() error { return w.Create(t.Context(), user) },
		"remove a panel user": func() error { return w.RemovePanelUser(t.Context(), w.user, nil, removed, nil) },
		"make a link":         func() error { return w.MakeLink(t.Context(), reset.LinksChange{Links: links, Event: made}) },
		"create a token":      func() error { return w.CreateToken(t.Context(), token, 1, created, nil) },
		"delete a token":      func() error { return w.DeleteToken(t.Context(), w.token, deleted, nil) },
	}
}

// Each change takes place once, whatever becomes of the calls.
func TestEveryChangeSurvives(t *testing.T) {
	for failing, failures := range map[string][]failure{
		"an answer that is lost":       {lostAfter},
		"a call that is lost":          {lostBefore},
		"a failure afterwards":         {brokenAfter},
		"a conflict and a lost answer": {cancelled(conflict), lostAfter},
		"throttling":                   {throttled()},
	} {
		t.Run(failing, func(t *testing.T) {
			w := newWritten(t)
			for name, do := range w.every(t) {
				w.line.fail(writes, failures...)
				if err := do(); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
			w.tookPlaceOnce(t)
		})
	}
}

func (w *written) tookPlaceOnce(t *testing.T) {
	t.Helper()
	a, notes, record, err := w.good.ReadForChange(t.Context(), w.customer.ID, idempotency.Key{Name: "rename"})
	if err != nil || a.Version != 2 || a.Login != "zoe" || notes.Owner != "new" || record == nil {
		t.Errorf("account %+v, notes %+v, record %+v, %v", a, notes, record, err)
	}
	for login, want := range map[account.Login]bool{"ada": false, "zoe": true, "user": false, "another": true} {
		if of, err := w.good.FindLogin(t.Context(), login); err != nil || (of != "") != want {
			t.Errorf("%s is %q's, %v", login, of, err)
		}
	}
	set, _, err := w.good.ListTokens(t.Context(), w.customer.ID, idempotency.Key{})
	if err != nil || set.Version != 2 || len(set.Tokens) != 1 || set.Tokens[0].ID == w.token.ID {
		t.Errorf("tokens %+v, %v", set, err)
	}
	_, links, _, err := w.good.ReadLinks(t.Context(), w.customer.ID, idempotency.Key{})
	if err != nil || links.Version != 1 || len(links.Links) != 1 {
		t.Errorf("links %+v, %v", links, err)
	}
	// The creations of customer and token before; then a rename, a removal, a link, a token more and one less.
	if events, _, err := w.good.ListEvents(t.Context(), w.customer.ID, "", 100); err != nil || len(events) != 7 {
		t.Errorf("%d events, %v", len(events), err)
	}
}

func TestRefusalsOfAChangeInOrder(t *testing.T) {
	for name, test := range map[string]struct {
		reasons []string
		want    fault.Code
	}{
		"version":              {[]string{ok, ok, unmet, ok, ok, ok, ok}, fault.VersionMismatch},
		"version before login": {[]string{ok, ok, unmet, ok, unmet, ok, unmet}, fault.VersionMismatch},
		"login":                {[]string{ok, ok, ok, ok, unmet, ok, unmet}, fault.LoginTaken},
		"session":              {[]string{ok, ok, ok, ok, ok, ok, unmet}, fault.Unauthenticated},
		"another's guard":      {[]string{ok, ok, ok, unmet, ok, ok, ok}, ""},
		"a record not told":    {[]string{ok, unmet, unmet, ok, ok, ok, ok}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWritten(t)
			w.line.fail(writes, cancelled(test.reasons...))
			err := w.ChangeAccount(t.Context(), w.renaming(t))
			if err == nil || fault.CodeOf(err) != test.want {
				t.Fatalf("error = %v, want %q", err, test.want)
			}
			w.line.did(t, writes)
		})
	}
}

// A lease whose answer was lost is given up: nobody can tell whose it is, and it ends by itself.
func TestLeaseOfALostAnswer(t *testing.T) {
	s := newScene(t)
	order := outbox.Message{Event: s.id(t, event.IDPrefix)}
	s.line.fail("UpdateItem", lostAfter)
	if _, due, err := s.LeaseMail(t.Context(), order, s.now().Add(time.Hour)); due || !errors.Is(err, outbox.ErrLeased) {
		t.Errorf("due %v, %v", due, err)
	}
	s.line.fail("UpdateItem", lostAfter)
	if err := s.RecordDeliveries(t.Context(), order, outbox.Sent, nil); err != nil {
		t.Errorf("sent: %v", err)
	}
	s.line.fail("UpdateItem", lostBefore)
	if _, due, err := s.LeaseMail(t.Context(), order, s.now().Add(time.Hour)); due || err != nil {
		t.Errorf("due %v, %v", due, err)
	}
	s.line.fail("UpdateItem", times(maxCallAttempts, throttled())...)
	if _, due, err := s.LeaseMail(t.Context(), order, s.now().Add(time.Hour)); due || !fault.Is(err, fault.Unavailable) {
		t.Errorf("due %v, %v", due, err)
	}
}

func TestRememberOfALostAnswer(t *testing.T) {
	s := newScene(t)
	record := idempotency.Record{
		Key:       idempotency.Key{Name: "k", Fingerprint: "f"},
		Answer:    []byte("1"),
		ExpiresAt: s.now().UTC().Add(time.Hour),
	}
	s.line.fail("PutItem", lostAfter)
	var replayed *idempotency.Replayed
	if err := s.Remember(t.Context(), record); !errors.As(err, &replayed) || !reflect.DeepEqual(replayed.First, record) {
		t.Errorf("error = %v, want its own record", err)
	}
}

// To suspend writes what differs, and nothing else of the account.
func TestSuspendingWritesLittle(t *testing.T) {
	s := newScene(t)
	c := s.creation(t, "ada")
	if err := s.good.Create(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	after := c.Account.Clone()
	after.Suspend(
		account.Hold{Level: account.AdministratorLevel, Source: account.ByAdministrator, Since: s.now()},
		s.now(),
	)
	after.RefreshStatus(s.now())
	after.Version = 2
	s.line.fail(writes, inspected(func(body map[string]any) {
		update := updateOf(t, body)
		var names []string
		for _, name := range update["ExpressionAttributeNames"].(map[string]any) {
			names = append(names, name.(string))
		}
		slices.Sort(names)
		if want := []string{"holdSequence", "holds", "listCreated", "listName", "version"}; !slices.Equal(names, want) {
			t.Errorf("attributes = %q, want %q", names, want)
		}
	}))
	if err := s.ChangeAccount(
		t.Context(),
		edit.AccountChange{Before: c.Account, After: after, Event: s.happened(t, after.ID)},
	); err != nil {
		t.Fatal(err)
	}
}
