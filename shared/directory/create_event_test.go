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

// What an account began with is in its trail, from nothing to what it became: its login and contact. Its password, the hash
// of that and the note are not.
func TestACreationTellsWhatIsNew(t *testing.T) {
	s := newScene(t)
	for name, create := range map[event.Name]func() (string, account.ID, account.ID, error){
		event.CustomerCreated: func() (string, account.ID, account.ID, error) {
			made, err := s.creator().Customer(t.Context(), s.as(s.north), request.Metadata{ID: "req-1"}, s.newAccount("cyd"))
			return "cyd", made.ID, s.north, err
		},
		event.ResellerCreated: func() (string, account.ID, account.ID, error) {
			made, err := s.creator().Reseller(t.Context(), s.as(s.admin), request.Metadata{ID: "req-1"}, s.newAccount("west"))
			return "west", made.ID, s.admin, err
		},
	} {
		login, made, actor, err := create()
		s.must(err)
		e, stored := s.lastEvent(), s.read(made)
		if e.Name != name || e.Account != made || e.Actor != actor || e.RequestID != "req-1" || e.Version != 1 || e.Mail != "" {
			t.Errorf("%s: event %+v", name, e)
		}
		told, err := json.Marshal(e.Changes)
		s.must(err)
		want := fmt.Sprintf(`[{"field":"login","new":%[1]q},{"field":"contact","new":{"email":"%[1]s@example.com","locale":"en","name":"Ms %[1]s"}}]`, login)
		if string(told) != want {
			t.Errorf("%s: changes %s, want %s", name, told, want)
		}
		text, err := json.Marshal(e)
		s.must(err)
		for _, secret := range []string{"the password of", stored.PasswordHash, "note on"} {
			if strings.Contains(string(text), secret) {
				t.Errorf("%s: the event tells %q: %s", name, secret, text)
			}
		}
	}
}
