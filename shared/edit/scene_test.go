package edit_test

import (
	"strconv"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/dynamotest"
	"tenantry/shared/edit"
	"tenantry/shared/event"
)

// scene is one stored account.
type scene struct {
	*testing.T

	store *dynamotest.Store
	clock time.Time
	last  int // of the ids
}

const ada account.ID = "cus_1"

func newScene(t *testing.T) *scene {
	t.Helper()
	s := &scene{T: t, clock: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)}
	s.store = dynamotest.New(s.now)
	err := s.store.CreateFirstAdministrator(t.Context(), access.FirstAdministratorCreation{
		Account: account.Account{
			ID:        ada,
			Kind:      account.Customer,
			Login:     "ada",
			Owner:     account.AdministratorOwner,
			Version:   1,
			Lifecycle: account.Ready,
			Contact:   account.Contact{Name: "Ada", Email: "ada@example.com", Locale: "en"},
		},
		Event: event.Event{ID: "evt_created", Account: ada}, CursorKey: []byte("key"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *scene) newID(prefix string) string {
	s.last++
	return prefix + strconv.Itoa(1000+s.last)
}

func (s *scene) now() time.Time { return s.clock }

func (s *scene) editor() edit.AccountEditor {
	return edit.AccountEditor{Store: s.store, NewID: s.newID, Now: s.now}
}

func (s *scene) read() account.Account {
	s.Helper()
	found, err := s.store.ReadAccount(s.Context(), ada)
	if err != nil || found == nil {
		s.Fatalf("account %v, %v", found, err)
	}
	return *found
}

func (s *scene) city() string {
	s.Helper()
	return s.read().Contact.City
}

// events returns the events after the account's creation.
func (s *scene) events() []event.Event { return s.store.Events()[1:] }

func (s *scene) lastEvent() event.Event {
	s.Helper()
	all := s.events()
	if len(all) == 0 {
		s.Fatal("there is no event")
	}
	return all[len(all)-1]
}

// interrupt runs a function before each of the next writes of the account.
func (s *scene) interrupt(times int, run func()) {
	s.store.BetweenEach(dynamotest.Writes(dynamotest.Account), times, func() error {
		run()
		return nil
	})
}
