package change_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/change"
	"tenantry/shared/event"
	"tenantry/shared/request"
)

// A change's event says of each field that differs what it was and what it is, and nothing of the others. It has nothing from
// the account but those.
func TestAnEventTellsOldAndNew(t *testing.T) {
	s := newScene(t)
	stored := s.read()
	stored.PasswordHash = "secret hash"
	var made change.Edit
	editor := change.Editor{Store: s.store, NewID: s.ids.New, Now: func() time.Time { return s.clock }}
	_, err := change.Apply(t.Context(), editor, request.Metadata{ID: "request"}, "adm_1", stored, func(a *account.Account) (change.Edit, error) {
		var err error
		made, err = change.Contact(a, account.ContactPatch{Email: new("new@example.com"), City: new("Cork"), Name: new("Ada")})
		return made, err
	}, func(account.Account) int { return 0 })
	if err != nil {
		t.Fatal(err)
	}
	events := s.store.Events()
	last := events[len(events)-1]
	want := []account.FieldChange{
		{Field: "contact.email", Old: "ada@example.com", New: "new@example.com"}, {Field: "contact.city", Old: "", New: "Cork"},
	}
	if last.Name != event.ContactChanged || last.Account != s.id || last.Version != 2 || !slices.Equal(last.Changes, want) {
		t.Errorf("event %+v, want changes %+v", last, want)
	}
	text, err := json.Marshal(last)
	if err != nil || strings.Contains(string(text), "secret") {
		t.Errorf("the event tells a secret: %s, %v", text, err)
	}
}
