package access_test

import (
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/dynamotest"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/idgen"
	"tenantry/shared/maillimit"
	"tenantry/shared/password"
	"tenantry/shared/request"
)

// plain is a password hasher whose hashes tests can read. It counts its calls.
type plain struct{ hashed *int }

func (p plain) Hash(password string) (string, error) {
	*p.hashed++
	return "hash of " + password, nil
}

func (p plain) Matches(hash, password string) bool {
	*p.hashed++
	return hash == "hash of "+password
}

var limits = access.AttemptLimits{Login: 10, Address: 100}

const adaID account.ID = "adm_01JDB6X0C7V8Y9Z0A1B2C3D4E5"

// scene has an administrator who is signed in.
type scene struct {
	*testing.T

	store    *dynamotest.Store
	clock    time.Time
	ids      idgen.Generator
	hashed   int
	accounts int // the number of accounts that the last sign-in read
	limits   access.AttemptLimits
	token    access.Token
	password string // of the administrator

	attemptsStay bool // giving an attempt back fails
}

func newScene(t *testing.T) *scene {
	t.Helper()
	s := &scene{T: t, limits: limits, password: "the old password", clock: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)}
	s.ids = idgen.Generator{Now: s.now, Random: rand.Reader}
	s.store = dynamotest.New(s.now)
	ada := account.Account{
		ID:        adaID,
		Kind:      account.Administrator,
		Login:     "ada",
		Owner:     account.AdministratorOwner,
		Lifecycle: account.Ready,
		Contact: account.Contact{
			Name:   "Ada",
			Email:  "ada@example.com",
			Locale: "en",
		},
		PasswordVersion: 1,
		Version:         1,
	}
	creation := access.FirstAdministratorCreation{
		Account: ada, PasswordHash: "hash of the old password",
		CursorKey: []byte("key"),
		Event:     event.Event{ID: "evt_0", Account: adaID},
	}
	s.must(s.store.CreateFirstAdministrator(t.Context(), creation))
	s.token = s.signIn("the old password")
	return s
}

func (s *scene) now() time.Time {
	s.clock = s.clock.Add(time.Millisecond)
	return s.clock
}

func (s *scene) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatalf("unexpected error: %v", err)
	}
}

func (s *scene) refused(err error, code fault.Code) {
	s.Helper()
	if !fault.Is(err, code) {
		s.Errorf("got %v, want %s", err, code)
	}
}

func (s *scene) signIn(password string) access.Token {
	s.Helper()
	in := access.SignIn{
		Store: s.store, Hasher: plain{&s.hashed}, Limits: s.limits, Lifetime: time.Hour, NewID: s.ids.New,
		Random: rand.Reader, Now: s.now,
	}
	meta := request.Metadata{Address: "192.0.2.1"}
	signed, err := in.Begin(s.Context(), meta, access.Credentials{Login: "ada", Password: password})
	s.must(err)
	return signed.Token
}

// authenticate parses the text of a token and returns its caller.
func (s *scene) authenticate(token access.Token) (access.Caller, error) {
	read, ok := access.ParseToken(token.Text())
	if !ok || read.Hash() != token.Hash() || read.API != token.API {
		s.Fatalf("got %+v, %v from the text of the token, want the same token", read.Hints, ok)
	}
	return access.Authentication{Sessions: s.store, Now: s.now}.Authenticate(s.Context(), read)
}

func (s *scene) caller() access.Caller {
	s.Helper()
	caller, err := s.authenticate(s.token)
	s.must(err)
	return caller
}

func (s *scene) self() access.Self {
	return access.Self{
		Store:   s.store,
		Mails:   s.mails(),
		Current: s.reauthentication(),
		Policy:  password.Policy{Minimum: 15},
		NewID:   s.ids.New,
		Now:     s.now,
	}
}

// mails returns a limiter for scenes with many tokens. Package maillimit tests the limits.
func (s *scene) mails() maillimit.Limiter {
	limits := maillimit.Limits{Customer: 1000, Reseller: 1000, Administrator: 1000}
	return maillimit.Limiter{Attempts: s.store, Limits: limits}
}

func (s *scene) reauthentication() access.Reauthentication {
	return access.Reauthentication{
		Store: attempts{s.store, &s.attemptsStay}, Hasher: plain{&s.hashed}, Limits: s.limits, Now: s.now,
	}
}

func (s *scene) tokens() access.Tokens {
	return access.Tokens{
		Store: s.store,
		Mails: s.mails(), Current: s.reauthentication(), NewID: s.ids.New, Random: rand.Reader, Now: s.now,
	}
}

// alter changes the account directly in the store.
func (s *scene) alter(edit func(*account.Account)) {
	s.Helper()
	s.must(s.store.Alter(s.Context(), adaID, edit))
}

func (s *scene) lastEvent() event.Event {
	events := s.store.Events()
	return events[len(events)-1]
}

func keyed(key string) request.Metadata {
	return request.Metadata{ID: "request", Address: "192.0.2.1", Key: idempotency.Key{Name: key, Fingerprint: "f"}}
}

func asFault(err error, into **fault.Fault) bool { return errors.As(err, into) }

func mentions(err error, text string) bool { return err != nil && strings.Contains(err.Error(), text) }
