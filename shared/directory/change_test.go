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

// login changes the login information of an account.
func (s *scene) login(by, id account.ID, meta request.Metadata, input directory.NewLogin) (directory.Customer, error) {
	s.Helper()
	return s.change().Login(s.t.Context(), s.as(by), meta, string(id), input)
}

func TestLogin(t *testing.T) {
	for name, test := range map[string]struct {
		input   directory.NewLogin
		changes []account.FieldChange
		mail    event.MailKind
	}{
		"login":    {directory.NewLogin{Login: new("Zoe")}, []account.FieldChange{{Field: "login", Old: "ada", New: "zoe"}}, ""},
		"password": {directory.NewLogin{Password: new("a brand new password")}, []account.FieldChange{{Field: "password"}}, ""},
		"both, with notification": {
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
			customer, err := s.login(s.north, s.ada, request.Metadata{}, test.input)
			s.must(err)
			after := s.read(s.ada)
			if after.SessionEpoch != before.SessionEpoch+1 || after.LinkEpoch != before.LinkEpoch+1 ||
				customer.Login != string(after.Login) {
				t.Errorf("the account was %+v\nand is %+v, want new epochs of sessions and links", before, after)
			}
			if ended := after.TokenEpoch != before.TokenEpoch; ended != (test.input.Password != nil) {
				t.Errorf("API tokens are revoked: %v, want %v", ended, !ended)
			}
			stored, err := s.store.ReadPassword(t.Context(), s.ada)
			s.must(err)
			if isNew := stored.Hash == "hash of a brand new password"; isNew != (test.input.Password != nil) {
				t.Errorf("got the password %+v, want the new one: %v", stored, !isNew)
			}
			if stored.Version != after.PasswordVersion {
				t.Errorf("got the password's version %d, want %d", stored.Version, after.PasswordVersion)
			}
			if e := s.lastEvent(); e.Name != event.LoginChanged || e.Mail != test.mail ||
				!slices.Equal(e.Changes, test.changes) {
				t.Errorf("event = %+v, want %s with changes %+v and mail %q", e, event.LoginChanged, test.changes, test.mail)
			}
		})
	}
}

func TestLoginRejectsInvalidInput(t *testing.T) {
	s := newScene(t)
	for name, test := range map[string]struct {
		input directory.NewLogin
		code  fault.Code
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
		_, err := s.login(s.north, s.ada, request.Metadata{}, test.input)
		s.refused(err, test.code)
		if after := s.read(s.ada); after.Version != before.Version {
			t.Errorf("%s: version = %d, want %d", name, after.Version, before.Version)
		}
	}
	events := len(s.store.Events())
	same, err := s.login(s.north, s.ada, request.Metadata{}, directory.NewLogin{Login: new(" Ada "), Notify: true})
	s.must(err)
	if same.Version != 1 || len(s.store.Events()) != events {
		t.Errorf("the same login creates version %d and %d events, want no change",
			same.Version, len(s.store.Events())-events)
	}
}

// A replay ignores its own If-Match, because the first request has raised the version. A new key does not.
func TestReplayIgnoresIfMatch(t *testing.T) {
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
		t.Errorf("the replay returns %+v, want the first answer", again)
	}
	other := keyed("other")
	other.IfMatch = &version
	_, err = s.login(s.north, s.ada, other, directory.NewLogin{Login: new("zoe")})
	s.refused(err, fault.VersionMismatch)
	s.customer(s.south, "zoe")
	again, err = s.login(s.north, s.ada, meta, directory.NewLogin{Login: new("zoe")})
	s.must(err)
	if again.Login != "zoe" {
		t.Errorf("the replay returns %+v, want the first answer", again)
	}
}

// recordFirstStore reads the record of a request before it reads the account, and calls between in the middle.
type recordFirstStore struct {
	*dynamotest.Store

	between func()
}

func (e recordFirstStore) ReadForChange(
	ctx context.Context, id account.ID, key idempotency.Key,
) (*account.Account, account.Notes, *idempotency.Record, error) {
	record, recordErr := e.ReadRecord(ctx, key)
	e.between()
	a, notes, err := e.ReadWithNotes(ctx, id)
	return a, notes, record, errors.Join(err, recordErr)
}

// A duplicate may read the account after the first request and the record before it. It then returns the first answer.
func TestReplayBetweenRecordAndAccountRead(t *testing.T) {
	s := newScene(t)
	version := int64(1)
	meta := keyed("k")
	meta.IfMatch = &version
	input := directory.NewLogin{Login: new("zoe")}
	duplicate := s.change()
	duplicate.Store = recordFirstStore{s.store, func() {
		_, err := s.login(s.north, s.ada, meta, input)
		s.must(err)
	}}
	again, err := duplicate.Login(t.Context(), s.as(s.north), meta, string(s.ada), input)
	s.must(err)
	if again.Login != "zoe" || again.Version != 2 || s.read(s.ada).Version != 2 {
		t.Errorf("the duplicate returns %+v, want the first answer", again)
	}
}

func TestBusyAccountAllowsHoldsAndSchedulesOnly(t *testing.T) {
	s := newScene(t)
	a := s.read(s.ada)
	s.alter(s.ada, func(a *account.Account) { a.Lifecycle = account.Moving })
	_, err := s.login(s.north, s.ada, request.Metadata{}, directory.NewLogin{Login: new("zoe")})
	s.refused(err, fault.Busy)
	_, err = s.change().
		Contact(t.Context(), s.as(s.north), request.Metadata{}, string(s.ada), account.ContactPatch{City: new("Cork")})
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
	_, err = s.change().
		Schedule(t.Context(), s.as(s.north), request.Metadata{}, string(s.ada), account.ScheduleInput{SuspendAt: &at})
	s.must(err)
	s.must(s.change().Withdraw(t.Context(), s.as(s.north), request.Metadata{}, string(s.ada)))
	if after := s.read(s.ada); after.Lifecycle != account.Moving || after.Operation != a.Operation {
		t.Errorf("the account is %+v, want it still moving", after)
	}
}

// A change is checked again if the account changes before the write. An earlier owner then changes nothing. A change
// that is limited to customers does not change a new reseller.
func TestChangeIsCheckedAgainAfterAccountChanges(t *testing.T) {
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
				t.Errorf("%s by %s: error %v, account %+v, want version %d", name, c.by, err, got, version+1)
			}
		}
	}
}

func TestDescriptionVisibility(t *testing.T) {
	s := newScene(t)
	long := strings.Repeat("ñ", account.MaxNote)
	s.describe(s.north, s.ada, long, "")
	s.describe(s.admin, s.ada, "by the administrator", "")
	get := directory.Get{Store: s.store, Now: s.now}
	for id, want := range map[account.ID]account.Notes{
		s.admin: {Owner: long, Administrator: "by the administrator"}, s.north: {Owner: long}, s.ada: {},
	} {
		customer, err := get.Customer(t.Context(), s.as(id), string(s.ada))
		s.must(err)
		if got := (account.Notes{Owner: customer.Description, Administrator: customer.AdminDescription}); got != want {
			t.Errorf("%s reads an owner's note of %d bytes and %q, want %d bytes and %q",
				id, len(got.Owner), got.Administrator, len(want.Owner), want.Administrator)
		}
	}
	notes := s.read(s.ada).Notes
	if notes.Owner != long[:2*account.NotePreview] || notes.Administrator != "by the administrator" {
		t.Errorf("notes for lists = %+v, want them truncated", notes)
	}
	customer := s.describe(s.admin, s.ada, "", directory.OwnersNote)
	if customer.Description != "" || customer.AdminDescription == "" {
		t.Errorf("the customer is %+v, want the owner's note removed only", customer)
	}
	if customer := s.describe(s.admin, s.direct, "mine", directory.AdministratorsNote); customer.Description != "mine" {
		t.Errorf("the administrator's own customer is %+v, want the description mine", customer)
	}
	_, err := s.change().
		Description(t.Context(), s.as(s.north), request.Metadata{}, string(s.ada), "x", directory.AdministratorsNote)
	s.refused(err, fault.Forbidden)
	_, err = s.change().Description(t.Context(), s.as(s.south), request.Metadata{}, string(s.ada), "x", "")
	s.refused(err, fault.NotFound)
	_, err = s.change().Description(t.Context(), s.as(s.ada), request.Metadata{}, string(s.ada), "x", "")
	s.refused(err, fault.Forbidden)
	_, err = s.change().Description(t.Context(), s.as(s.north), request.Metadata{}, string(s.ada), long+"ñ", "")
	s.refused(err, fault.InvalidRequest)
	version := s.read(s.ada).Version
	if s.describe(s.north, s.ada, "", ""); s.read(s.ada).Version != version {
		t.Errorf("version = %d after the same text, want %d", s.read(s.ada).Version, version)
	}
}

// Two concurrent descriptions have the same result and audit trail as two in sequence.
func TestConcurrentDescriptions(t *testing.T) {
	s := newScene(t)
	s.before(changes, func() { s.describe(s.admin, s.ada, "first", directory.OwnersNote) })
	customer := s.describe(s.north, s.ada, "second", "")
	if e := s.lastEvent(); e.Changes[0].Old != any("first") || e.Changes[0].New != any("second") ||
		customer.Description != "second" {
		t.Errorf("event = %+v, customer = %+v, want a change from first to second", e, customer)
	}
	s.before(changes, func() { s.describe(s.north, s.ada, "third", "") })
	contact, err := s.change().
		Contact(t.Context(), s.as(s.north), request.Metadata{}, string(s.ada), account.ContactPatch{City: new("Cork")})
	s.must(err)
	if contact.Description != "third" {
		t.Errorf("description = %q, want third", contact.Description)
	}
	events := len(s.store.Events())
	s.before(changes, func() { s.describe(s.admin, s.ada, "same", directory.OwnersNote) })
	s.describe(s.north, s.ada, "same", "")
	if len(s.store.Events()) != events+1 {
		t.Errorf("%d new events, want 1, because the concurrent change wrote the same text", len(s.store.Events())-events)
	}
}

// moved gives a customer to another owner directly in the store.
func (s *scene) moved(id, owner account.ID) {
	s.Helper()
	s.alter(id, func(a *account.Account) { a.Owner = owner })
}

func TestContactChangeDuringMove(t *testing.T) {
	s := newScene(t)
	s.before(changes, func() { s.moved(s.ada, s.south) })
	_, err := s.change().
		Contact(t.Context(), s.as(s.north), request.Metadata{}, string(s.ada), account.ContactPatch{City: new("Cork")})
	s.refused(err, fault.NotFound)
	s.before(changes, func() { s.moved(s.ada, s.north) })
	customer, err := s.change().
		Contact(t.Context(), s.as(s.admin), request.Metadata{}, string(s.ada), account.ContactPatch{City: new("Cork")})
	s.must(err)
	if customer.Owner.ID != s.north || customer.Owner.Login != "north" || customer.Description != "note on ada" {
		t.Errorf("the customer is %+v, want one of north with its note", customer)
	}
}

// A changed login ends the sessions of the account. A changed address does not.
func TestLoginEndsSessions(t *testing.T) {
	s := newScene(t)
	session := access.Session{Account: s.ada, Hash: "hash", ExpiresAt: s.now().Add(time.Hour)}
	s.must(s.store.CreateSession(t.Context(), access.SessionCreation{Session: session}))
	live := func() bool {
		found, err := s.store.ReadSession(t.Context(), access.Locator{Hints: []account.ID{s.ada}, Hash: "hash"})
		s.must(err)
		return found.Session.Live(&found.Chain[0], s.now())
	}
	_, err := s.change().
		Contact(t.Context(), s.as(s.north), request.Metadata{}, string(s.ada), account.ContactPatch{Email: new("new@example.com")})
	s.must(err)
	if !live() {
		t.Error("the session ended with a new address, want it live")
	}
	_, err = s.login(s.north, s.ada, request.Metadata{}, directory.NewLogin{Login: new("zoe")})
	s.must(err)
	if live() {
		t.Error("the session is live after a new login, want it ended")
	}
}

// texts returns everything that an account reads about the customer: the customer, its list row, its audit trail and
// the answer to a change.
func (s *scene) texts(by account.ID) string {
	s.Helper()
	var all []any
	customer, err := directory.Get{Store: s.store, Now: s.now}.Customer(s.t.Context(), s.as(by), string(s.ada))
	s.must(err)
	listed, err := s.lists(by, directory.Query{})
	s.must(err)
	trail, err := directory.Trail{
		Store:   s.store,
		Cursors: s.sealer(),
		Now:     s.now,
	}.List(
		s.t.Context(),
		s.as(by),
		string(s.ada),
		100,
		"",
	)
	s.must(err)
	changed, err := s.change().
		Contact(s.t.Context(), s.as(by), request.Metadata{}, string(s.ada), account.ContactPatch{City: new("Town of " + string(by))})
	s.must(err)
	text, err := json.Marshal(append(all, customer, listed, trail, changed))
	s.must(err)
	return string(text)
}

// A note stays with its author when the customer changes owners. An owner reads its own notes, the administrator reads
// all.
func TestNotesStayWithAuthorAfterMoves(t *testing.T) {
	s := newScene(t)
	reads := func(by account.ID, want ...string) {
		t.Helper()
		text := s.texts(by)
		for _, note := range []string{"by north", "by south", "by the administrator"} {
			if got := strings.Contains(text, note); got != slices.Contains(want, note) {
				t.Errorf("%s reads %q: %v, want %v", by, note, got, !got)
			}
		}
	}
	get := func() directory.Customer {
		t.Helper()
		customer, err := directory.Get{Store: s.store, Now: s.now}.Customer(t.Context(), s.as(s.admin), string(s.ada))
		s.must(err)
		return customer
	}
	pass := func(owner account.ID, formerNote string) {
		t.Helper()
		s.alter(s.ada, func(a *account.Account) { a.ChangeOwner(owner, formerNote) })
	}
	s.describe(s.north, s.ada, "by north", "")
	s.describe(s.admin, s.ada, "by the administrator", "")
	reads(s.north, "by north")
	if customer := get(); len(customer.Former) != 0 {
		t.Errorf("the administrator reads unexpected notes of %+v", customer)
	}

	pass(s.south, "")
	reads(s.south)
	if customer := get(); customer.Description != "" || customer.AdminDescription != "by the administrator" ||
		!slices.Equal(customer.Former, []directory.FormerDescription{{Owner: s.north, Text: "by north"}}) {
		t.Errorf("the administrator reads unexpected notes of %+v", customer)
	}
	s.describe(s.south, s.ada, "by south", "")
	reads(s.south, "by south")
	reads(s.admin, "by north", "by south", "by the administrator")

	pass(account.AdministratorOwner, "")
	if customer := get(); customer.Description != "by the administrator" || customer.AdminDescription != "" ||
		len(customer.Former) != 2 {
		t.Errorf("the administrator reads unexpected notes of %+v", customer)
	}
	if own, err := (directory.Get{Store: s.store, Now: s.now}).Customer(
		t.Context(),
		s.as(s.ada),
		string(s.ada),
	); err != nil || own.Description != "" ||
		own.Former != nil {
		t.Errorf("the customer itself reads %+v, %v, want no notes", own, err)
	}
	s.describe(s.admin, s.ada, "by the administrator, later", "")

	pass(s.north, "by north")
	reads(s.north, "by north")
	s.describe(s.north, s.ada, "by north, later", "")
	if customer := get(); customer.Description != "by north, later" ||
		customer.AdminDescription != "by the administrator, later" ||
		!slices.Equal(customer.Former, []directory.FormerDescription{{Owner: s.south, Text: "by south"}}) {
		t.Errorf("the administrator reads unexpected notes of %+v", customer)
	}
}

// A manager who sets a password may keep the customer's API tokens.
func TestLoginKeepsTheAPITokens(t *testing.T) {
	s := newScene(t)
	before := s.read(s.ada)
	_, err := s.login(s.north, s.ada, request.Metadata{}, directory.NewLogin{
		Password: new("a brand new password"), KeepTokens: true,
	})
	s.must(err)
	if after := s.read(s.ada); after.TokenEpoch != before.TokenEpoch || after.SessionEpoch == before.SessionEpoch {
		t.Errorf("the account was %+v\nand is %+v, want its sessions ended and its API tokens kept", before, after)
	}
}
