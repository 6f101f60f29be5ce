package edit_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/dynamotest"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
)

// change is an edit of an account that does not depend on the time.
type change func(*account.Account) (edit.Effects, error)

// update edits the account and returns its city.
func (s *scene) update(meta request.Metadata, c change) (string, error) {
	s.Helper()
	return s.updateFrom(s.editor().Known(s.read(), meta.Key), meta, c)
}

func (s *scene) updateFrom(read edit.Read[account.Account], meta request.Metadata, c change) (string, error) {
	s.Helper()
	return edit.UpdateAccount(s.Context(), s.editor(), meta, "adm_1", read,
		func(a *account.Account, _ time.Time) (edit.Effects, error) { return c(a) },
		func(a *account.Account) string { return a.Contact.City })
}

// adding adds a letter to the city.
func adding(letter string) change {
	return func(a *account.Account) (edit.Effects, error) {
		a.Contact.City += letter
		return edit.Effects{
			Event:   event.ContactChanged,
			Changes: []account.FieldChange{{Field: "contact.city", New: a.Contact.City}},
		}, nil
	}
}

// another is another edit, of which the test wants no answer.
func (s *scene) another(letter string) func() {
	return func() {
		s.Helper()
		if _, err := s.update(request.Metadata{}, adding(letter)); err != nil {
			s.Fatal(err)
		}
	}
}

func keyed(name string) idempotency.Key { return idempotency.Key{Name: name, Fingerprint: "f"} }

func TestUpdateAccountEditsTheNewestVersion(t *testing.T) {
	s := newScene(t)
	s.interrupt(3, s.another("x"))
	city, err := s.update(request.Metadata{ID: "request"}, adding("y"))
	if err != nil || city != "xxxy" || s.city() != "xxxy" {
		t.Errorf("answer %q, %v, stored city %q; want xxxy", city, err, s.city())
	}
	last := s.lastEvent()
	if last.Version != 5 || last.Actor != "adm_1" || last.RequestID != "request" || last.Account != ada ||
		last.Changes[0].New != any("xxxy") {
		t.Errorf("event %+v", last)
	}
}

func TestUpdateAccountIsCrowded(t *testing.T) {
	s := newScene(t)
	s.interrupt(100, s.another("x"))
	city, err := s.update(request.Metadata{Key: keyed("k")}, adding("y"))
	f, _ := errors.AsType[*fault.Fault](err)
	if f == nil || f.Code != fault.Unavailable || f.RetryAfter == 0 || !errors.Is(err, edit.ErrCrowded) || city != "" {
		t.Errorf("answer %q, error %v; want no answer and unavailable with a time to retry after", city, err)
	}
	if strings.Contains(s.city(), "y") || s.store.Items(dynamotest.Record) != 0 {
		t.Errorf("city %q, %d records; want neither the edit nor a record", s.city(), s.store.Items(dynamotest.Record))
	}
}

func TestUpdateAccountComparesIfMatchInEachAttempt(t *testing.T) {
	s := newScene(t)
	stale, current := int64(9), int64(1)
	if _, err := s.update(request.Metadata{IfMatch: &stale}, adding("y")); !fault.Is(err, fault.VersionMismatch) {
		t.Errorf("another version: %v, want version-mismatch", err)
	}
	s.interrupt(1, s.another("x"))
	city, err := s.update(request.Metadata{IfMatch: &current}, adding("y"))
	if !fault.Is(err, fault.VersionMismatch) || city != "" {
		t.Errorf("changed before the write: answer %q, %v; want version-mismatch", city, err)
	}
	if s.city() != "x" {
		t.Errorf("city %q, want x", s.city())
	}
}

// A hold on a subscription takes a number from its customer without changing the customer's version.
func TestUpdateAccountWhenOnlyTheHoldSequenceHasChanged(t *testing.T) {
	s := newScene(t)
	stale := s.read()
	stale.HoldSequence = 7
	meta := request.Metadata{IfMatch: &stale.Version}
	city, err := s.updateFrom(s.editor().Known(stale, meta.Key), meta, adding("z"))
	if err != nil || city != "z" {
		t.Errorf("answer %q, %v; want z", city, err)
	}
}

func TestUpdateAccountReplaysTheFirstAnswer(t *testing.T) {
	version := int64(1)
	for name, meta := range map[string]request.Metadata{
		"any version": {Key: keyed("k")},
		"one version": {Key: keyed("k"), IfMatch: &version},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			s.interrupt(1, func() {
				if _, err := s.update(meta, adding("first")); err != nil {
					t.Error(err)
				}
			})
			if city, err := s.update(meta, adding("second")); err != nil || city != "first" {
				t.Errorf("at the same time: answer %q, %v; want first", city, err)
			}
			for range 2 {
				if city, err := s.update(meta, adding("third")); err != nil || city != "first" {
					t.Errorf("later: answer %q, %v; want first", city, err)
				}
				s.another("x")()
			}
			meta.Key.Fingerprint = "another body"
			if city, err := s.update(meta, adding("fourth")); !fault.Is(err, fault.InvalidRequest) || city != "" {
				t.Errorf("with another body: answer %q, %v; want invalid-request", city, err)
			}
			if s.city() != "firstxx" {
				t.Errorf("city %q, want firstxx", s.city())
			}
		})
	}
}

func TestUpdateAccountWithNothingToChangeWritesOnlyTheRecord(t *testing.T) {
	s := newScene(t)
	ifEmpty := func(a *account.Account) (edit.Effects, error) {
		a.Contact.Phone = "lost"
		return edit.Effects{Nothing: a.Contact.City == ""}, nil
	}
	for range 2 { // the second has the record
		if city, err := s.update(request.Metadata{Key: keyed("k")}, ifEmpty); err != nil || city != "" {
			t.Errorf("answer %q, %v", city, err)
		}
	}
	if a := s.read(); a.Version != 1 || a.Contact.Phone != "" || len(s.events()) != 0 ||
		s.store.Items(dynamotest.Record) != 1 {
		t.Errorf(
			"account %+v, %d events, %d records; want only a record",
			a,
			len(s.events()),
			s.store.Items(dynamotest.Record),
		)
	}
	s.another("x")()
	if city, err := s.update(request.Metadata{Key: keyed("k")}, adding("y")); err != nil || city != "" || s.city() != "x" {
		t.Errorf("repeated after a change: answer %q, %v, city %q; want the first answer and no effect", city, err, s.city())
	}
	nothing := func(*account.Account) (edit.Effects, error) { return edit.Effects{Nothing: true}, nil }
	if _, err := s.update(request.Metadata{}, nothing); err != nil {
		t.Error(err)
	}
	if s.store.Items(dynamotest.Record) != 1 {
		t.Error("a request without a key left a record")
	}
}

func TestUpdateAccountThatIsGone(t *testing.T) {
	s := newScene(t)
	s.store.Between(dynamotest.Writes(dynamotest.Account), func() error { return s.store.Drop(t.Context(), ada) })
	if _, err := s.update(request.Metadata{}, adding("y")); !fault.Is(err, fault.NotFound) {
		t.Errorf("removed before the write: %v, want not-found", err)
	}
	if _, err := s.updateFrom(s.editor().ByID(ada), request.Metadata{}, adding("y")); !fault.Is(err, fault.NotFound) {
		t.Errorf("removed before the read: %v, want not-found", err)
	}
}

// Work that is done again names its event, and takes effect once whatever has become of the account since.
func TestUpdateAccountWithAFixedEventTakesEffectOnce(t *testing.T) {
	s := newScene(t)
	meta := request.Metadata{ID: "op_1", EventID: "evt_fixed"}
	for range 3 {
		if _, err := s.update(meta, adding("y")); err != nil {
			t.Fatal(err)
		}
		s.another("x")()
	}
	if s.city() != "yxxx" {
		t.Errorf("city %q, want yxxx", s.city())
	}
	if first := s.events()[0]; first.ID != "evt_fixed" || first.RequestID != "op_1" {
		t.Errorf("event %+v, want evt_fixed", first)
	}
}

// Known takes no call for what was read before, and reads only the record of a keyed request.
func TestKnownReadsNothingAgain(t *testing.T) {
	s := newScene(t)
	read := s.editor().Known(s.read(), keyed("k"))
	var calls []dynamotest.Call
	s.store.Before(func(call dynamotest.Call) error {
		calls = append(calls, call)
		return nil
	})
	if _, err := s.updateFrom(read, request.Metadata{Key: keyed("k")}, adding("y")); err != nil {
		t.Fatal(err)
	}
	if len(calls) != 2 || !slices.Equal(calls[0].Reads, []dynamotest.Kind{dynamotest.Record}) ||
		!dynamotest.Commits(calls[1]) {
		t.Errorf("calls %v, want a read of the record and a write", calls)
	}
}

// An event has the old and the new value of each field that differs, and nothing else of the account.
func TestUpdateAccountDescribesChangesInTheEvent(t *testing.T) {
	s := newScene(t)
	stored := s.read()
	stored.PasswordVersion = 7
	patch := account.ContactPatch{Email: new("new@example.com"), City: new("Cork"), Name: new("Ada")}
	_, err := s.updateFrom(
		s.editor().Known(stored, keyed("")),
		request.Metadata{ID: "request"},
		func(a *account.Account) (edit.Effects, error) {
			return edit.Contact(a, patch)
		},
	)
	if err != nil {
		t.Fatal(err)
	}
	last := s.lastEvent()
	want := []account.FieldChange{
		{
			Field: "contact.email",
			Old:   "ada@example.com",
			New:   "new@example.com",
		},
		{Field: "contact.city", Old: "", New: "Cork"},
	}
	if last.Name != event.ContactChanged || last.Account != ada || last.Version != 2 || !slices.Equal(last.Changes, want) {
		t.Errorf("event %+v, want changes %+v", last, want)
	}
	text, err := json.Marshal(last)
	if err != nil || strings.Contains(string(text), "secret") {
		t.Errorf("the event contains a secret: %s, %v", text, err)
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
		effects, err := edit.Contact(&a, test.patch)
		if fault.CodeOf(err) != test.code || len(effects.Changes) != test.changes ||
			effects.Nothing != (test.changes == 0 && err == nil) {
			t.Errorf("%s: %+v, %v", name, effects, err)
		}
		if a.LinkEpoch != test.epoch || (a.MailTrouble != nil) != test.trouble {
			t.Errorf("%s: epoch %d, trouble %v", name, a.LinkEpoch, a.MailTrouble)
		}
	}
}
