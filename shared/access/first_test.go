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
	s.store = dynamotest.New(s.now) // where there is nobody yet
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

// A password that was given is known to who gave it, and is told nowhere.
func TestFirstAdministratorWithAPassword(t *testing.T) {
	f := newFounder(t)
	const given = "given by the operator"
	made, err := f.create("admin", given)
	f.must(err)
	if made.Password != "" || made.Login != "admin" ||
		strings.Contains(fmt.Sprintf("%+v %+v", made, f.store.Events()), given) {
		t.Errorf("made %+v, with %+v", made, f.store.Events())
	}
	if e := f.lastEvent(); e.Name != event.AdministratorCreated || e.Account != made.ID || e.RequestID != "request" {
		t.Errorf("event %+v", e)
	}
	f.succeeds("admin", given, home)
	key, err := f.store.CursorKey(t.Context())
	f.must(err)
	if len(key) != 32 || bytes.Equal(key, make([]byte, 32)) {
		t.Errorf("the key for cursors is %x", key)
	}
	_, err = f.create("second", "another long password")
	f.refused(err, fault.Conflict)
	f.wrong("second", home)
}

func TestFirstAdministratorWithoutAPassword(t *testing.T) {
	f, other := newFounder(t), newFounder(t)
	made, err := f.create("ada.lovelace", "")
	f.must(err)
	another, err := other.create("ada.lovelace", "")
	other.must(err)
	if len(made.Password) != 24 || made.Password == another.Password {
		t.Errorf("passwords %q, %q", made.Password, another.Password)
	}
	f.succeeds("ada.lovelace", made.Password, home)
	f.wrong("ada.lovelace", home)
}

// A given password is judged as any other, before anything is hashed or written.
func TestFirstAdministratorRefused(t *testing.T) {
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
			t.Errorf("%q, %q: %v", test.login, test.password, err)
		}
	}
	if f.hashed != 1 || len(f.store.Events()) != 0 { // for the sign-in of the scene
		t.Errorf("hashed %d times, events %v", f.hashed, f.store.Events())
	}
	f.use.Random = strings.NewReader("too little")
	if _, err := f.create("admin", ""); err == nil {
		t.Error("a password is made of nothing")
	}
	if _, err := f.create("admin", "given by the operator"); err == nil {
		t.Error("a key is made of nothing")
	}
	if secret, err := f.store.IdempotencySecret(t.Context()); err != nil || secret != nil {
		t.Errorf("there is an administrator: %v", err)
	}
}
