package edit_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
)

// table is a store of accounts in a map. Each of its calls may be preceded by a hook.
type table struct {
	accounts map[account.ID]account.Account
	records  map[string]idempotency.Record
	events   []event.Event
	hook     func(call string) error
}

func (s *table) before(call string) error {
	if s.hook == nil {
		return nil
	}
	return s.hook(call)
}

// interrupt calls run before a call, for so many times. What run itself calls is not interrupted.
func (s *table) interrupt(call string, times int, run func()) {
	s.hook = func(called string) error {
		if called != call || times == 0 {
			return nil
		}
		times--
		hook := s.hook
		s.hook = nil
		run()
		s.hook = hook
		return nil
	}
}

func (s *table) ReadAccount(_ context.Context, id account.ID) (*account.Account, error) {
	if err := s.before("ReadAccount"); err != nil {
		return nil, err
	}
	found, exists := s.accounts[id]
	if !exists {
		return nil, nil
	}
	found = found.Clone()
	return &found, nil
}

func (s *table) ReadRecord(_ context.Context, key idempotency.Key) (*idempotency.Record, error) {
	if err := s.before("ReadRecord"); err != nil || !key.IsSet() {
		return nil, err
	}
	if record, exists := s.records[key.Name]; exists {
		return &record, nil
	}
	return nil, nil
}

func (s *table) Remember(_ context.Context, record idempotency.Record) error {
	if err := s.before("Remember"); err != nil {
		return err
	}
	return s.remember(&record)
}

func (s *table) remember(record *idempotency.Record) error {
	if record == nil {
		return nil
	}
	if first, exists := s.records[record.Key.Name]; exists {
		return &idempotency.Replayed{First: first}
	}
	s.records[record.Key.Name] = *record
	return nil
}

func (s *table) ChangeAccount(_ context.Context, change edit.AccountChange) error {
	if err := s.before("ChangeAccount"); err != nil {
		return err
	}
	for i := range s.events {
		if s.events[i].ID == change.Event.ID {
			return nil
		}
	}
	if change.Record != nil {
		if first, exists := s.records[change.Record.Key.Name]; exists {
			return &idempotency.Replayed{First: first}
		}
	}
	current, exists := s.accounts[change.Before.ID]
	if !exists || current.Version != change.Before.Version || current.HoldSequence != change.Before.HoldSequence {
		return fault.New(fault.VersionMismatch, "The account has changed.")
	}
	s.accounts[change.After.ID] = change.After.Clone()
	s.events = append(s.events, change.Event)
	return s.remember(change.Record)
}

// scene is one stored account.
type scene struct {
	*testing.T

	store *table
	clock time.Time
	last  int // of the ids
}

const ada account.ID = "cus_1"

func newScene(t *testing.T) *scene {
	t.Helper()
	s := &scene{T: t, clock: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)}
	s.store = &table{records: map[string]idempotency.Record{}, accounts: map[account.ID]account.Account{ada: {
		ID: ada, Kind: account.Customer, Login: "ada", Owner: account.AdministratorOwner, Version: 1, Lifecycle: account.Ready,
		Contact: account.Contact{Name: "Ada", Email: "ada@example.com", Locale: "en"},
	}}}
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
	found := s.store.accounts[ada]
	return found.Clone()
}

func (s *scene) city() string { return s.store.accounts[ada].Contact.City }

func (s *scene) lastEvent() event.Event {
	s.Helper()
	if len(s.store.events) == 0 {
		s.Fatal("there is no event")
	}
	return s.store.events[len(s.store.events)-1]
}
