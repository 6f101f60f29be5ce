package access_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"strings"
	"testing"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/dynamotest"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/password"
)

// founder creates first administrators in an empty store.
type founder struct {
	*scene

	use access.FirstAdministrator
}

func newFounder(t *testing.T) *founder {
	t.Helper()
	s := newScene(t)
	s.store = dynamotest.New(s.now) // without an administrator
	return &founder{scene: s, use: access.FirstAdministrator{
		Store:  s.store,
		NewID:  s.ids.New,
		Hasher: plain{&s.hashed},
		Policy: password.Policy{Minimum: 15},
		Random: rand.Reader,
		Now:    s.now,
	}}
}

func (f *founder) create(login, password string) (access.CreatedAdministrator, error) {
	return f.use.Create(f.Context(), "request", access.AdministratorInput{
		Login: login, Password: password, Contact: account.Contact{Name: "Ada Lovelace", Email: "countess@example.com"},
	})
}

// A password that the operator supplies is neither returned nor stored in the event.
func TestFirstAdministratorWithPassword(t *testing.T) {
	f := newFounder(t)
	const given = "given by the operator"
	created, err := f.create("admin", given)
	f.must(err)
	if created.Password != "" || created.Login != "admin" ||
		strings.Contains(fmt.Sprintf("%+v %+v", created, f.store.Events()), given) {
		t.Errorf("got %+v and the events %+v, want the login and no password", created, f.store.Events())
	}
	if e := f.lastEvent(); e.Name != event.AdministratorCreated || e.Account != created.ID || e.RequestID != "request" {
		t.Errorf("got the event %+v, want %s of the request", e, event.AdministratorCreated)
	}
	f.succeeds("admin", given, home)
	key, err := f.store.CursorKey(t.Context())
	f.must(err)
	if len(key) != 32 || bytes.Equal(key, make([]byte, 32)) {
		t.Errorf("got the cursor key %x, want 32 random bytes", key)
	}
	_, err = f.create("second", "another long password")
	f.refused(err, fault.Conflict)
	f.wrong("second", home)
}

func TestFirstAdministratorWithoutPassword(t *testing.T) {
	f, other := newFounder(t), newFounder(t)
	created, err := f.create("ada.lovelace", "")
	f.must(err)
	another, err := other.create("ada.lovelace", "")
	other.must(err)
	if len(created.Password) != 24 || created.Password == another.Password {
		t.Errorf("got the passwords %q and %q, want two different ones of 24 characters", created.Password, another.Password)
	}
	f.succeeds("ada.lovelace", created.Password, home)
	f.wrong("ada.lovelace", home)
}

// A supplied password must satisfy the policy. Nothing is hashed or written before the check.
func TestFirstAdministratorRejectsInvalidInput(t *testing.T) {
	f := newFounder(t)
	for _, test := range []struct{ login, password, code string }{
		{"admin", "tiny7", "too-short"},
		{"admin", "1234567890qwertyuiop", "too-common"},
		{"ada.lovelace.the.first", "ada.lovelace.the.first", "too-common"},
		{"admin", "countess@example.com", "too-common"},
		{"admin", strings.Repeat("x7 ", 100), "too-long"},
		{"root", "a long enough password", "/login"},
		{"", "a long enough password", "/login"},
		{"not a login", "tiny7", "/login"},
		{"not a login", "tiny7", "/password"},
	} {
		_, err := f.create(test.login, test.password)
		f.refused(err, fault.InvalidRequest)
		if text := fmt.Sprint(err); !strings.Contains(text, test.code) || strings.Contains(text, test.password) {
			t.Errorf("%q, %q: got %v, want an error with %s and without the password", test.login, test.password, err, test.code)
		}
	}
	if f.hashed != 1 || len(f.store.Events()) != 0 { // the sign-in of the scene hashes once
		t.Errorf("got %d hashes and the events %v, want 1 and none", f.hashed, f.store.Events())
	}
	f.use.Random = strings.NewReader("too little")
	if _, err := f.create("admin", ""); err == nil {
		t.Error("got no error for a password without enough randomness, want one")
	}
	if _, err := f.create("admin", "given by the operator"); err == nil {
		t.Error("got no error for a cursor key without enough randomness, want one")
	}
	if secret, err := f.store.IdempotencySecret(t.Context()); err != nil || secret != nil {
		t.Errorf("got a secret of %d bytes, %v, want no administrator", len(secret), err)
	}
}
