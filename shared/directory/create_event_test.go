package directory_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/request"
)

// The first event of an account has its login and contact as new values. It has neither the password, nor its hash, nor
// the note.
func TestCreationEventHasLoginAndContact(t *testing.T) {
	s := newScene(t)
	for name, create := range map[event.Name]func() (string, account.ID, account.ID, error){
		event.CustomerCreated: func() (string, account.ID, account.ID, error) {
			created, err := s.creator().Customer(t.Context(), s.as(s.north), request.Metadata{ID: "req-1"}, s.newAccount("cyd"))
			return "cyd", created.ID, s.north, err
		},
		event.ResellerCreated: func() (string, account.ID, account.ID, error) {
			created, err := s.creator().Reseller(t.Context(), s.as(s.admin), request.Metadata{ID: "req-1"}, s.newAccount("west"))
			return "west", created.ID, s.admin, err
		},
	} {
		login, id, actor, err := create()
		s.must(err)
		e := s.lastEvent()
		if e.Name != name || e.Account != id || e.Actor != actor || e.RequestID != "req-1" || e.Version != 1 || e.Mail != "" {
			t.Errorf("%s: event = %+v, want the creation of %s by %s", name, e, id, actor)
		}
		changes, err := json.Marshal(e.Changes)
		s.must(err)
		want := fmt.Sprintf(
			`[{"field":"login","new":%[1]q},{"field":"contact","new":{"email":"%[1]s@example.com","locale":"en","name":"Ms %[1]s"}}]`,
			login,
		)
		if string(changes) != want {
			t.Errorf("%s: changes %s, want %s", name, changes, want)
		}
		text, err := json.Marshal(e)
		s.must(err)
		for _, secret := range []string{"the password of", "hash of", "note on"} {
			if strings.Contains(string(text), secret) {
				t.Errorf("%s: the event contains the secret %q: %s", name, secret, text)
			}
		}
	}
}
