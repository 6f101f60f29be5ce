package directory_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/dynamotest"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
)

func (s *scene) login(by, of account.ID, meta request.Metadata, wanted directory.NewLogin) (directory.Customer, error) {
	s.Helper()
	return s.change().Login(s.t.Context(), s.as(by), meta, string(of), wanted)
}

func TestLogin(t *testing.T) {
	for name, test := range map[string]struct {
		wanted  directory.NewLogin
		changes []account.FieldChange
		mail    event.MailKind
	}{
		"login":    {directory.NewLogin{Login: new("Zoe")}, []account.FieldChange{{Field: "login", Old: "ada", New: "zoe"}}, ""},
		"password": {directory.NewLogin{Password: new("a brand new password")}, []account.FieldChange{{Field: "password"}}, ""},
		"both, and telling": {
			directory.NewLogin{Login: new("zoe"), Password: new("a brand new password"), Notify: true},
			[]account.FieldChange{{Field: "login", Old: "ada", New: "zoe"}, {Field: "password"}},
			event.LoginChangedMail,
		},
		"the same login, and a password": {
			directory.NewLogin{Login: new("ADA"), Password: new("a brand new password")}, []account.FieldChange{{Field: "password"}}, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			before := s.read(s.ada)
			shown, err := s.login(s.north, s.ada, request.Metadata{}, test.wanted)
			s.must(err)
			after := s.read(s.ada)
			if after.SessionEpoch != before.SessionEpoch+1 || after.LinkEpoch != before.LinkEpoch+1 || shown.Login != string(after.Login) {
				t.Errorf("%+v\nbecame %+v", before, after)
			}
			if ended := after.TokenEpoch != before.TokenEpoch; ended != (test.wanted.Password != nil) {
				t.Errorf("API tokens end: %v", ended)
			}
			if test.wanted.Password != nil && after.PasswordHash != "hash of a brand new password" {
				t.Errorf("hash %q", after.PasswordHash)
			}
			if e := s.lastEvent(); e.Name != event.LoginChanged || e.Mail != test.mail || !slices.Equal(e.Changes, test.changes) {
				t.Errorf("event %+v", e)
			}
		})
	}
}

func TestLoginRefused(t *testing.T) {
	s := newScene(t)
	for name, test := range map[string]struct {
		wanted directory.NewLogin
		code   fault.Code
	}{
		"nothing":                    {directory.NewLogin{Notify: true}, fault.InvalidRequest},
		"reserved":                   {directory.NewLogin{Login: new("root")}, fault.InvalidRequest},
		"empty":                      {directory.NewLogin{Login: new("")}, fault.InvalidRequest},
		"short password":             {directory.NewLogin{Password: new("short")}, fault.InvalidRequest},
		"the login as password":      {directory.NewLogin{Login: new("a-very-long-login"), Password: new("a-very-long-login")}, fault.InvalidRequest},
		"another's login":            {directory.NewLogin{Login: new("NORTH")}, fault.LoginTaken},
		"another's, with a password": {directory.NewLogin{Login: new("direct"), Password: new("a brand new password")}, fault.LoginTaken},
	} {
		before := s.read(s.ada)
		_, err := s.login(s.north, s.ada, request.Metadata{}, test.wanted)
		s.refused(err, test.code)
		if after := s.read(s.ada); after.Version != before.Version {
			t.Errorf("%s: something was changed", name)
		}
	}
	events := len(s.store.Events())
	same, err := s.login(s.north, s.ada, request.Metadata{}, directory.NewLogin{Login: new(" Ada "), Notify: true})
	s.must(err)
	if same.Version != 1 || len(s.store.Events()) != events {
		t.Error("the same login is a change")
	}
}

// The first one's If-Match is no obstacle to its replay, and one's key is none to another's version.
func TestIfMatchAndReplay(t *testing.T) {
	s := newScene(t)
	version := int64(1)
	meta := keyed("k")
	meta.IfMatch = &version
	first, err := s.login(s.north, s.ada, meta, directory.NewLogin{Login: new("zoe")})
	s.must(err)
	_, err = s.login(s.north, s.ada, request.Metadata{}, directory.NewLogin{Login: new("eve")})
	s.must(err)
	again, err := s.login(s.north, s.ada, meta, directory.NewLogin{Login: new("zoe")})
	s.must(err)
	if again.Version != first.Version || again.Login != "zoe" || s.read(s.ada).Login != "eve" {
		t.Errorf("the replay is %+v", again)
	}
	other := keyed("other")
	other.IfMatch = &version
	_, err = s.login(s.north, s.ada, other, directory.NewLogin{Login: new("zoe")})
	s.refused(err, fault.VersionMismatch)
	s.customer(s.south, "zoe")
	again, err = s.login(s.north, s.ada, meta, directory.NewLogin{Login: new("zoe")})
	s.must(err)
	if again.Login != "zoe" {
		t.Errorf("the replay is %+v", again)
	}
}

// early is a store that looks for a request's record before it reads the account.
type early struct {
	*dynamotest.Store

	between func()
}

func (e early) ReadForChange(
	ctx context.Context, id account.ID, key idempotency.Key,
) (*account.Account, account.Notes, *idempotency.Record, error) {
	record, recordErr := e.ReadRecord(ctx, key)
	e.between()
	a, notes, err := e.ReadWithNotes(ctx, id)
	return a, notes, record, errors.Join(err, recordErr)
}

// A duplicate that sees what the first one did, but not that it was the first one, is answered like it.
func TestReplayReadAtABadTime(t *testing.T) {
	s := newScene(t)
	version := int64(1)
	meta := keyed("k")
	meta.IfMatch = &version
	wanted := directory.NewLogin{Login: new("zoe")}
	duplicate := s.change()
	duplicate.Store = early{s.store, func() {
		_, err := s.login(s.north, s.ada, meta, wanted)
		s.must(err)
	}}
	again, err := duplicate.Login(t.Context(), s.as(s.north), meta, string(s.ada), wanted)
	s.must(err)
	if again.Login != "zoe" || again.Version != 2 || s.read(s.ada).Version != 2 {
		t.Errorf("the duplicate is answered %+v", again)
	}
}

func TestBusy(t *testing.T) {
	s := newScene(t)
	a := s.read(s.ada)
	s.alter(s.ada, func(a *account.Account) { a.Lifecycle = account.Moving })
	_, err := s.login(s.north, s.ada, request.Metadata{}, directory.NewLogin{Login: new("zoe")})
	s.refused(err, fault.Busy)
	_, err = s.change().Contact(t.Context(), s.as(s.north), request.Metadata{}, string(s.ada), account.ContactPatch{City: new("Cork")})
	s.refused(err, fault.Busy)
	_, err = s.change().Description(t.Context(), s.as(s.north), request.Metadata{}, string(s.ada), "x", "")
	s.refused(err, fault.Busy)
	_, err = s.users().Add(t.Context(), s.as(s.north), request.Metadata{}, string(s.ada), newUser("late"))
	s.refused(err, fault.Busy)
	_, err = s.suspend(s.north, s.ada, account.HoldInput{})
	s.must(err)
	_, err = s.change().Activate(t.Context(), s.as(s.north), request.Metadata{}, string(s.ada), "")
	s.must(err)
	at := s.clock.Add(time.Hour)
	_, err = s.change().Schedule(t.Context(), s.as(s.north), request.Metadata{}, string(s.ada), account.ScheduleInput{SuspendAt: &at})
	s.must(err)
	s.must(s.change().Withdraw(t.Context(), s.as(s.north), request.Metadata{}, string(s.ada)))
	if of := s.read(s.ada); of.Lifecycle != account.Moving || of.Operation != a.Operation {
		t.Errorf("it is %+v", of)
	}
}

// Every change of an account is judged again on what it has become: an old owner changes nothing any more, and who means a customer
// does not change a reseller.
func TestAnAccountChangesHandsMeanwhile(t *testing.T) {
	for name, do := range map[string]func(s *scene, c directory.Change, by access.Caller) error{
		"contact": func(s *scene, c directory.Change, by access.Caller) error {
			_, err := c.Contact(t.Context(), by, request.Metadata{}, string(s.ada), account.ContactPatch{City: new("Cork")})
			return err
		},
		"login": func(s *scene, c directory.Change, by access.Caller) error {
			_, err := c.Login(t.Context(), by, request.Metadata{}, string(s.ada), directory.NewLogin{Login: new("zoe")})
			return err
		},
		"description": func(s *scene, c directory.Change, by access.Caller) error {
			_, err := c.Description(t.Context(), by, request.Metadata{}, string(s.ada), "late", directory.OwnersNote)
			return err
		},
		"suspend": func(s *scene, c directory.Change, by access.Caller) error {
			_, err := c.Suspend(t.Context(), by, request.Metadata{}, string(s.ada), account.HoldInput{})
			return err
		},
		"activate": func(s *scene, c directory.Change, by access.Caller) error {
			_, err := c.Activate(t.Context(), by, request.Metadata{}, string(s.ada), "")
			return err
		},
		"schedule": func(s *scene, c directory.Change, by access.Caller) error {
			at := s.clock.Add(time.Hour)
			_, err := c.Schedule(t.Context(), by, request.Metadata{}, string(s.ada), account.ScheduleInput{SuspendAt: &at})
			return err
		},
	} {
		for _, c := range []struct {
			by     string
			become func(a *account.Account)
		}{
			{"north", func(a *account.Account) { a.ChangeOwner(account.AdministratorOwner, "") }},
			{"admin", func(a *account.Account) { a.ConvertToReseller(account.ResellerLimits{}); a.Limits = nil }},
		} {
			s := newScene(t)
			if name == "activate" {
				_, err := s.suspend(s.north, s.ada, account.HoldInput{})
				s.must(err)
			}
			by, customers := s.as(map[string]account.ID{"north": s.north, "admin": s.admin}[c.by]), s.change()
			customers.Only = account.Customer
			version := s.read(s.ada).Version
			s.store.Between(changes, func() error { return s.store.Alter(t.Context(), s.ada, c.become) })
			err := do(s, customers, by)
			s.refused(err, fault.NotFound)
			if got := s.read(s.ada); got.Version != version+1 || s.store.Planned() {
				t.Errorf("%s by %s: %v, it is %+v", name, c.by, err, got)
			}
		}
	}
}

func TestWhoReadsDescriptions(t *testing.T) {
	s := newScene(t)
	long := strings.Repeat("ñ", account.MaxNote)
	s.describe(s.north, s.ada, long, "")
	s.describe(s.admin, s.ada, "by the administrator", "")
	get := directory.Get{Store: s.store, Now: s.now}
	for id, want := range map[account.ID]account.Notes{
		s.admin: {Owner: long, Administrator: "by the administrator"}, s.north: {Owner: long}, s.ada: {},
	} {
		of, err := get.Customer(t.Context(), s.as(id), string(s.ada))
		s.must(err)
		if got := (account.Notes{Owner: of.Description, Administrator: of.AdminDescription}); got != want {
			t.Errorf("%s reads %d and %q", id, len(got.Owner), got.Administrator)
		}
	}
	if notes := s.read(s.ada).Notes; notes.Owner != long[:2*account.NotePreview] || notes.Administrator != "by the administrator" {
		t.Errorf("lists show %+v", notes)
	}
	if shown := s.describe(s.admin, s.ada, "", directory.OwnersNote); shown.Description != "" || shown.AdminDescription == "" {
		t.Errorf("forgotten: %+v", shown)
	}
	if shown := s.describe(s.admin, s.direct, "mine", directory.AdministratorsNote); shown.Description != "mine" {
		t.Errorf("of a customer of one's own: %+v", shown)
	}
	_, err := s.change().Description(t.Context(), s.as(s.north), request.Metadata{}, string(s.ada), "x", directory.AdministratorsNote)
	s.refused(err, fault.Forbidden)
	_, err = s.change().Description(t.Context(), s.as(s.south), request.Metadata{}, string(s.ada), "x", "")
	s.refused(err, fault.NotFound)
	_, err = s.change().Description(t.Context(), s.as(s.ada), request.Metadata{}, string(s.ada), "x", "")
	s.refused(err, fault.Forbidden)
	_, err = s.change().Description(t.Context(), s.as(s.north), request.Metadata{}, string(s.ada), long+"ñ", "")
	s.refused(err, fault.InvalidRequest)
	version := s.read(s.ada).Version
	if s.describe(s.north, s.ada, "", ""); s.read(s.ada).Version != version {
		t.Error("the same text is a change")
	}
}

// Two descriptions at once end as one after the other, in the trail as well.
func TestDescriptionsAtOnce(t *testing.T) {
	s := newScene(t)
	s.before(changes, func() { s.describe(s.admin, s.ada, "first", directory.OwnersNote) })
	shown := s.describe(s.north, s.ada, "second", "")
	if e := s.lastEvent(); e.Changes[0].Old != any("first") || e.Changes[0].New != any("second") || shown.Description != "second" {
		t.Errorf("event %+v, shown %+v", e, shown)
	}
	s.before(changes, func() { s.describe(s.north, s.ada, "third", "") })
	contact, err := s.change().Contact(t.Context(), s.as(s.north), request.Metadata{}, string(s.ada), account.ContactPatch{City: new("Cork")})
	s.must(err)
	if contact.Description != "third" {
		t.Errorf("shown with the description %q", contact.Description)
	}
	events := len(s.store.Events())
	s.before(changes, func() { s.describe(s.admin, s.ada, "same", directory.OwnersNote) })
	s.describe(s.north, s.ada, "same", "")
	if len(s.store.Events()) != events+1 {
		t.Error("what somebody else has written meanwhile is a change")
	}
}

// moved gives a customer to another owner behind everybody's back.
func (s *scene) moved(of, to account.ID) {
	s.Helper()
	s.alter(of, func(a *account.Account) { a.Owner = to })
}

func TestMovedAway(t *testing.T) {
	s := newScene(t)
	s.before(changes, func() { s.moved(s.ada, s.south) })
	_, err := s.change().Contact(t.Context(), s.as(s.north), request.Metadata{}, string(s.ada), account.ContactPatch{City: new("Cork")})
	s.refused(err, fault.NotFound)
	s.before(changes, func() { s.moved(s.ada, s.north) })
	shown, err := s.change().Contact(t.Context(), s.as(s.admin), request.Metadata{}, string(s.ada), account.ContactPatch{City: new("Cork")})
	s.must(err)
	if shown.Owner.ID != s.north || shown.Owner.Login != "north" || shown.Description != "note on ada" {
		t.Errorf("shown %+v", shown)
	}
}

// A changed login ends what the account is signed in with, and its links.
func TestLoginEndsSessions(t *testing.T) {
	s := newScene(t)
	session := access.Session{Account: s.ada, Hash: "hash", ExpiresAt: s.now().Add(time.Hour)}
	s.must(s.store.CreateSession(t.Context(), access.SessionCreation{Session: session}))
	live := func() bool {
		found, err := s.store.ReadSession(t.Context(), access.Locator{Hints: []account.ID{s.ada}, Hash: "hash"})
		s.must(err)
		return found.Session.Live(&found.Chain[0], s.now())
	}
	_, err := s.change().Contact(t.Context(), s.as(s.north), request.Metadata{}, string(s.ada), account.ContactPatch{Email: new("new@example.com")})
	s.must(err)
	if !live() {
		t.Error("a new address ends sessions")
	}
	_, err = s.login(s.north, s.ada, request.Metadata{}, directory.NewLogin{Login: new("zoe")})
	s.must(err)
	if live() {
		t.Error("a session outlives the login")
	}
}

// texts collects all that somebody is shown of the customer: by itself, in lists, in its trail, in the answers to changes.
func (s *scene) texts(by account.ID) string {
	s.Helper()
	var all []any
	of, err := directory.Get{Store: s.store, Now: s.now}.Customer(s.t.Context(), s.as(by), string(s.ada))
	s.must(err)
	listed, err := s.lists(by, directory.Query{})
	s.must(err)
	trail, err := directory.Trail{Store: s.store, Cursors: s.sealer()}.Of(s.t.Context(), s.as(by), string(s.ada), 100, "")
	s.must(err)
	changed, err := s.change().Contact(s.t.Context(), s.as(by), request.Metadata{}, string(s.ada), account.ContactPatch{City: new("Town of " + string(by))})
	s.must(err)
	text, err := json.Marshal(append(all, of, listed, trail, changed))
	s.must(err)
	return string(text)
}

// A note stays with its author through every change of owners: whoever owns the customer reads its own, the administrator reads all.
func TestNotesOfACustomerThatChangesHands(t *testing.T) {
	s := newScene(t)
	reads := func(by account.ID, want ...string) {
		t.Helper()
		shown := s.texts(by)
		for _, note := range []string{"by north", "by south", "by the administrator"} {
			if got := strings.Contains(shown, note); got != slices.Contains(want, note) {
				t.Errorf("%s reads %q: %v", by, note, got)
			}
		}
	}
	get := func() directory.Customer {
		t.Helper()
		of, err := directory.Get{Store: s.store, Now: s.now}.Customer(t.Context(), s.as(s.admin), string(s.ada))
		s.must(err)
		return of
	}
	pass := func(to account.ID, left string) {
		t.Helper()
		s.alter(s.ada, func(a *account.Account) { a.ChangeOwner(to, left) })
	}
	s.describe(s.north, s.ada, "by north", "")
	s.describe(s.admin, s.ada, "by the administrator", "")
	reads(s.north, "by north")
	if of := get(); len(of.Former) != 0 {
		t.Errorf("shown %+v", of)
	}

	pass(s.south, "")
	reads(s.south)
	if of := get(); of.Description != "" || of.AdminDescription != "by the administrator" || !slices.Equal(of.Former, []directory.FormerDescription{{Owner: s.north, Text: "by north"}}) {
		t.Errorf("shown %+v", of)
	}
	s.describe(s.south, s.ada, "by south", "")
	reads(s.south, "by south")
	reads(s.admin, "by north", "by south", "by the administrator")

	pass(account.AdministratorOwner, "")
	if of := get(); of.Description != "by the administrator" || of.AdminDescription != "" || len(of.Former) != 2 {
		t.Errorf("shown %+v", of)
	}
	if own, err := (directory.Get{Store: s.store, Now: s.now}).Customer(t.Context(), s.as(s.ada), string(s.ada)); err != nil || own.Description != "" || own.Former != nil {
		t.Errorf("the customer itself reads %+v, %v", own, err)
	}
	s.describe(s.admin, s.ada, "by the administrator, later", "")

	pass(s.north, "by north")
	reads(s.north, "by north")
	s.describe(s.north, s.ada, "by north, later", "")
	if of := get(); of.Description != "by north, later" || of.AdminDescription != "by the administrator, later" ||
		!slices.Equal(of.Former, []directory.FormerDescription{{Owner: s.south, Text: "by south"}}) {
		t.Errorf("shown %+v", of)
	}
}
