package change_test

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/change"
	"tenantry/shared/dynamotest"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
)

// numbers makes ids that count.
type numbers struct{ last int }

func (n *numbers) New(prefix string) string {
	n.last++
	return prefix + strconv.Itoa(1000+n.last)
}

// scene is one stored account.
type scene struct {
	*testing.T

	store *dynamotest.Store
	clock time.Time
	ids   numbers
	id    account.ID
}

func newScene(t *testing.T) *scene {
	t.Helper()
	s := &scene{T: t, clock: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC), id: "cus_1"}
	s.store = dynamotest.New(func() time.Time { return s.clock })
	made := account.Account{
		ID: s.id, Kind: account.Customer, Login: "ada", Owner: account.AdministratorOwner, Version: 1, Lifecycle: account.Ready,
		Contact: account.Contact{Name: "Ada", Email: "ada@example.com", Locale: "en"},
	}
	if err := s.store.Found(t.Context(), access.Founding{Account: made, CursorKey: []byte("key"), Event: event.Event{ID: "evt_0"}}); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *scene) read() account.Account {
	s.Helper()
	found, err := s.store.ReadAccount(s.Context(), s.id)
	if err != nil || found == nil {
		s.Fatalf("account %v, %v", found, err)
	}
	return *found
}

func (s *scene) apply(meta request.Metadata, edit func(*account.Account) (change.Edit, error)) (string, error) {
	s.Helper()
	editor := change.Editor{Store: s.store, NewID: s.ids.New, Now: func() time.Time { return s.clock }}
	return change.Apply(s.Context(), editor, meta, "adm_1", s.read(), edit, func(a account.Account) string { return a.Contact.City })
}

func adding(letter string) func(*account.Account) (change.Edit, error) {
	return func(a *account.Account) (change.Edit, error) {
		a.Contact.City += letter
		return change.Edit{Event: event.ContactChanged, Changes: []account.FieldChange{{Field: "contact.city", New: a.Contact.City}}}, nil
	}
}

// meanwhile is another change.
func (s *scene) meanwhile(letter string) func() error {
	return func() error {
		_, err := s.apply(request.Metadata{}, adding(letter))
		return err
	}
}

// change makes another change now.
func (s *scene) change(letter string) {
	s.Helper()
	if err := s.meanwhile(letter)(); err != nil {
		s.Fatal(err)
	}
}

// overtake makes changes of letter x before the next changes are written, so many times.
func (s *scene) overtake(times int) {
	s.store.BetweenEach(dynamotest.Writes(dynamotest.Account), times, s.meanwhile("x"))
}

func keyed(key string) idempotency.Key { return idempotency.Key{Name: key, Fingerprint: "f"} }

func TestMadeAnewOnTheNewestVersion(t *testing.T) {
	s := newScene(t)
	s.overtake(3)
	city, err := s.apply(request.Metadata{ID: "request"}, adding("y"))
	if err != nil || city != "xxxy" || s.read().Contact.City != "xxxy" {
		t.Errorf("answered %q, %v, stored %q", city, err, s.read().Contact.City)
	}
	events := s.store.Events()
	last := events[len(events)-1]
	if last.Version != 5 || last.Actor != "adm_1" || last.RequestID != "request" || last.Account != s.id || last.Changes[0].New != any("xxxy") {
		t.Errorf("event %+v", last)
	}
}

func TestTooManyAtOnce(t *testing.T) {
	s := newScene(t)
	s.overtake(100)
	_, err := s.apply(request.Metadata{}, adding("y"))
	var f *fault.Fault
	if !errors.As(err, &f) || f.Code != fault.Unavailable || f.RetryAfter == 0 {
		t.Errorf("error = %v, want unavailable", err)
	}
}

func TestDemandedVersion(t *testing.T) {
	s := newScene(t)
	stale, current := int64(0), int64(1)
	if _, err := s.apply(request.Metadata{IfMatch: &stale}, adding("y")); !fault.Is(err, fault.VersionMismatch) {
		t.Errorf("a stale version: %v", err)
	}
	s.overtake(1)
	if _, err := s.apply(request.Metadata{IfMatch: &current}, adding("y")); !fault.Is(err, fault.VersionMismatch) {
		t.Errorf("changed meanwhile: %v", err)
	}
	if city := s.read().Contact.City; city != "x" {
		t.Errorf("city %q", city)
	}
}

// A hold on what the account owns takes a number from it without a change of its version.
func TestDemandedVersionWhenOnlyTheSequenceIsAnother(t *testing.T) {
	s := newScene(t)
	stale := s.read()
	stale.HoldSequence = 7
	editor := change.Editor{Store: s.store, NewID: s.ids.New, Now: time.Now}
	city, err := change.Apply(t.Context(), editor, request.Metadata{IfMatch: &stale.Version}, "adm_1", stale, adding("z"),
		func(a account.Account) string { return a.Contact.City })
	if err != nil || city != "z" {
		t.Errorf("answered %q, %v", city, err)
	}
}

func TestReplay(t *testing.T) {
	version := int64(1)
	for name, meta := range map[string]request.Metadata{
		"any version":    {Key: keyed("k")},
		"a demanded one": {Key: keyed("k"), IfMatch: &version},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			s.store.Between(dynamotest.Writes(dynamotest.Account), func() error { // a duplicate comes at the same time
				_, err := s.apply(meta, adding("first"))
				return err
			})
			if city, err := s.apply(meta, adding("second")); err != nil || city != "first" {
				t.Errorf("at once: answered %q, %v", city, err)
			}
			for range 2 { // later, and after other changes
				if city, err := s.apply(meta, adding("third")); err != nil || city != "first" {
					t.Errorf("later: answered %q, %v", city, err)
				}
				s.change("x")
			}
			meta.Key.Fingerprint = "another body"
			if _, err := s.apply(meta, adding("fourth")); !fault.Is(err, fault.InvalidRequest) {
				t.Errorf("another body: %v", err)
			}
			if city := s.read().Contact.City; city != "firstxx" {
				t.Errorf("city %q", city)
			}
		})
	}
}

// A rule may refuse a duplicate only because of what the first of them did.
func TestReplayInsteadOfRefusal(t *testing.T) {
	s := newScene(t)
	onlyOnce := func(a *account.Account) (change.Edit, error) {
		if a.Contact.City != "" {
			return change.Edit{}, fault.New(fault.Conflict, "It is done.")
		}
		return adding("first")(a)
	}
	for range 2 {
		if city, err := s.apply(request.Metadata{Key: keyed("k")}, onlyOnce); err != nil || city != "first" {
			t.Errorf("answered %q, %v", city, err)
		}
	}
	if _, err := s.apply(request.Metadata{Key: keyed("other")}, onlyOnce); !fault.Is(err, fault.Conflict) {
		t.Errorf("another request: %v", err)
	}
	s.store.Fail(dynamotest.Reads(dynamotest.Record), dynamotest.ErrOutage)
	if _, err := s.apply(request.Metadata{Key: keyed("k")}, onlyOnce); !errors.Is(err, dynamotest.ErrOutage) {
		t.Errorf("nobody knows: %v", err)
	}
}

func TestNothingToChange(t *testing.T) {
	s := newScene(t)
	unless := func(present string) func(*account.Account) (change.Edit, error) {
		return func(a *account.Account) (change.Edit, error) {
			if a.Contact.City == present {
				return change.Edit{Nothing: true}, nil
			}
			return adding("!")(a)
		}
	}
	before := len(s.store.Events())
	if _, err := s.apply(request.Metadata{Key: keyed("k")}, unless("")); err != nil {
		t.Fatal(err)
	}
	if len(s.store.Events()) != before || s.read().Version != 1 {
		t.Error("something was written")
	}
	s.change("x")
	if city, err := s.apply(request.Metadata{Key: keyed("k")}, unless("")); err != nil || city != "" {
		t.Errorf("the retry answers %q, %v", city, err)
	}
	if city := s.read().Contact.City; city != "x" {
		t.Errorf("the retry took effect: %q", city)
	}
}

func TestGoneMeanwhile(t *testing.T) {
	s := newScene(t)
	editor := change.Editor{Store: s.store, NewID: s.ids.New, Now: time.Now}
	editor.Read = func(context.Context, account.ID) (*account.Account, error) { return nil, nil }
	s.overtake(1)
	_, err := change.Apply(t.Context(), editor, request.Metadata{}, "adm_1", s.read(), adding("y"), func(account.Account) int { return 0 })
	if !fault.Is(err, fault.NotFound) {
		t.Errorf("error = %v", err)
	}
}

func TestContact(t *testing.T) {
	for name, test := range map[string]struct {
		patch   account.ContactPatch
		epoch   int64
		trouble bool
		changes int
		code    fault.Code
	}{
		"a city":                 {account.ContactPatch{City: new("Cork")}, 5, true, 1, ""},
		"a new address":          {account.ContactPatch{Email: new("new@example.com")}, 6, false, 1, ""},
		"the same address":       {account.ContactPatch{Email: new("ada@example.com")}, 5, true, 0, ""},
		"nothing":                {account.ContactPatch{}, 5, true, 0, ""},
		"no address":             {account.ContactPatch{Email: new("nonsense")}, 5, true, 0, fault.InvalidRequest},
		"an address and a phone": {account.ContactPatch{Email: new("new@example.com"), Phone: new("1")}, 6, false, 2, ""},
	} {
		a := account.Account{
			Contact:   account.Contact{Name: "Ada", Email: "ada@example.com", Locale: "en"},
			LinkEpoch: 5, MailTrouble: &account.MailTrouble{Kind: "bounce"},
		}
		made, err := change.Contact(&a, test.patch)
		if fault.CodeOf(err) != test.code || len(made.Changes) != test.changes || made.Nothing != (test.changes == 0 && err == nil) {
			t.Errorf("%s: %+v, %v", name, made, err)
		}
		if a.LinkEpoch != test.epoch || (a.MailTrouble != nil) != test.trouble {
			t.Errorf("%s: epoch %d, trouble %v", name, a.LinkEpoch, a.MailTrouble)
		}
	}
}
