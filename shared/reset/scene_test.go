package reset_test

import (
	"crypto/rand"
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
	"tenantry/shared/password"
	"tenantry/shared/request"
	"tenantry/shared/reset"
)

// plain is a password hasher whose hashes tests can read.
type plain struct{}

func (plain) Hash(password string) (string, error) { return "hash of " + password, nil }

const (
	adminID account.ID = "adm_01JDB6X0C7V8Y9Z0A1B2C3D4E5"
	adaID   account.ID = "cus_01JDB6X0C7V8Y9Z0A1B2C3D4E5"
)

// scene is a customer of the administrator.
type scene struct {
	*testing.T

	store *dynamotest.Store
	clock time.Time
	ids   idgen.Generator
	admin access.Caller
}

func newScene(t *testing.T) *scene {
	t.Helper()
	s := &scene{T: t, clock: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)}
	s.ids = idgen.Generator{Now: s.now, Random: rand.Reader}
	s.store = dynamotest.New(s.now)
	s.admin.Account = account.Account{ID: adminID, Kind: account.Administrator}
	ada := account.Account{
		ID:        adaID,
		Kind:      account.Customer,
		Login:     "ada",
		Owner:     account.AdministratorOwner,
		Lifecycle: account.Ready,
		Contact: account.Contact{
			Name:   "Ada",
			Email:  "ada@example.com",
			Locale: "de",
		},
		PasswordVersion: 1,
		Version:         1,
	}
	creation := access.FirstAdministratorCreation{
		Account: ada, PasswordHash: "hash of old",
		CursorKey: []byte("key"),
		Event:     event.Event{ID: "evt_0", Account: adaID},
	}
	if err := s.store.CreateFirstAdministrator(t.Context(), creation); err != nil {
		t.Fatal(err)
	}
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

func (s *scene) manager() reset.Manager {
	return reset.Manager{
		Store:     s.store,
		Mails:     s.store.Mails(),
		NewID:     s.ids.New,
		Random:    rand.Reader,
		Lifetimes: reset.DefaultLifetimes,
		PublicURL: "https://example.com",
		SendsMail: true,
		Now:       s.now,
	}
}

// show creates a link and returns its token.
func (s *scene) show() string {
	s.Helper()
	shown, err := s.manager().Show(s.Context(), s.admin, request.Metadata{}, string(adaID))
	s.must(err)
	return tokenOf(shown.URL)
}

func tokenOf(url string) string {
	_, fragment, _ := strings.Cut(url, "#")
	return fragment
}

func (s *scene) redeem() reset.Redeemer {
	return reset.Redeemer{
		Store: s.store,
		Mails: s.store.Mails(), Hasher: plain{}, Policy: password.Policy{Minimum: 15}, NewID: s.ids.New, Now: s.now,
	}
}

func (s *scene) use(meta request.Metadata, token, password string) error {
	return s.redeem().Use(s.Context(), meta, reset.NewPassword{Token: token, Password: password})
}

// hash returns the stored hash of the customer's password.
func (s *scene) hash() string {
	s.Helper()
	stored, err := s.store.ReadPassword(s.Context(), adaID)
	s.must(err)
	return stored.Hash
}

func (s *scene) ada() account.Account {
	s.Helper()
	found, err := s.store.ReadAccount(s.Context(), adaID)
	s.must(err)
	return *found
}

// alter changes the account directly in the store.
func (s *scene) alter(edit func(*account.Account)) {
	s.Helper()
	s.must(s.store.Alter(s.Context(), adaID, edit))
}

func keyed(key string) request.Metadata {
	return request.Metadata{Key: idempotency.Key{Name: key, Fingerprint: "f"}}
}
