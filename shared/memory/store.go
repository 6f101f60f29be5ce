// Package memory is a store for tests: maps under one mutex, with the semantics of the store in DynamoDB. The contract cases
// in storetest hold the two together.
package memory

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/backup"
	"tenantry/shared/event"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
	"tenantry/shared/plan"
	"tenantry/shared/reset"
	"tenantry/shared/sweep"
	"tenantry/shared/transfer"
)

// Store keeps everything in memory. Its hooks are called with the name of the method, outside of the store's lock, so that
// they may use the store: to change something in between, as another request would.
type Store struct {
	// FailBefore makes a method fail before it has done anything, when it returns an error.
	FailBefore func(method string) error
	// FailAfter makes a method fail after it has done its work, as when the answer is lost.
	FailAfter func(method string) error

	now        func() time.Time
	mu         sync.Mutex
	accounts   map[account.ID]account.Account
	closed     map[account.ID]bool
	notes      map[noteName]string
	logins     map[account.Login][]account.ID
	externals  map[externalName]account.ID
	sessions   map[sessionName]access.Session
	known      map[string]time.Time
	attempts   map[attemptName]int
	records    map[string]idempotency.Record
	tokens     map[sessionName]access.APIToken
	tokensMade map[account.ID]int64
	links      map[account.ID]reset.Links
	forgotten  map[string]reset.Forgotten
	leases     map[string]lease

	plans         map[plan.ID]plan.Plan
	usages        map[account.ID]usage
	subscriptions map[string]hosting.Subscription
	websites      map[string]hosting.Website
	backups       map[string]backup.Backup
	tombstones    map[string]backup.Tombstone
	retries       map[string]sweep.Retry
	domains       map[string]string // the website that has one
	transfers     map[account.ID]transfer.PendingTransfer
	operations    map[string]*work
	events        []event.Event
	cursorKey     []byte
}

type (
	noteName     struct{ about, author account.ID }
	externalName struct {
		owner account.ID
		id    string
	}
	sessionName struct {
		of   account.ID
		hash string
	}
	attemptName struct {
		key  string
		ends int64
	}
)

// New returns an empty store.
func New(now func() time.Time) *Store {
	return &Store{
		now: now, accounts: map[account.ID]account.Account{}, closed: map[account.ID]bool{}, notes: map[noteName]string{},
		logins: map[account.Login][]account.ID{}, externals: map[externalName]account.ID{}, sessions: map[sessionName]access.Session{},
		known: map[string]time.Time{}, attempts: map[attemptName]int{}, records: map[string]idempotency.Record{},
		tokens: map[sessionName]access.APIToken{}, tokensMade: map[account.ID]int64{}, links: map[account.ID]reset.Links{}, forgotten: map[string]reset.Forgotten{},
		leases: map[string]lease{},
		plans:  map[plan.ID]plan.Plan{}, usages: map[account.ID]usage{}, subscriptions: map[string]hosting.Subscription{},
		websites: map[string]hosting.Website{}, domains: map[string]string{}, backups: map[string]backup.Backup{}, tombstones: map[string]backup.Tombstone{}, retries: map[string]sweep.Retry{}, operations: map[string]*work{},
		transfers: map[account.ID]transfer.PendingTransfer{},
	}
}

// do runs the work of a method between the hooks.
func (s *Store) do(method string, work func() error) error {
	if s.FailBefore != nil {
		if err := s.FailBefore(method); err != nil {
			return err
		}
	}
	s.mu.Lock()
	err := work()
	s.mu.Unlock()
	if err == nil && s.FailAfter != nil {
		err = s.FailAfter(method)
	}
	return err
}

// Events returns what has happened, the oldest first.
func (s *Store) Events() []event.Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.events)
}

// Close lets an account gain no more accounts, as its removal does.
func (s *Store) Close(owner account.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed[owner] = true
}

// Ping tells whether the store answers.
func (s *Store) Ping(context.Context) error { return s.do("Ping", func() error { return nil }) }

// CursorKey returns the key that seals cursors.
func (s *Store) CursorKey(context.Context) (key []byte, err error) {
	err = s.do("CursorKey", func() error {
		if key = s.cursorKey; key == nil {
			return errors.New("there is no key for cursors: create the first administrator")
		}
		return nil
	})
	return key, err
}

// IdempotencySecret returns what keys the fingerprints of requests; nil before there is a first administrator.
func (s *Store) IdempotencySecret(context.Context) (secret idempotency.Secret, err error) {
	err = s.do("OnceSecret", func() error {
		if s.cursorKey == nil {
			return nil
		}
		secret, err = idempotency.NewSecret(s.cursorKey)
		return err
	})
	return secret, err
}

// replayed finds the first answer to a request that has taken effect.
func (s *Store) replayed(record *idempotency.Record) error {
	if record == nil {
		return nil
	}
	if first := s.record(record.Key); first != nil {
		return &idempotency.Replayed{First: *first}
	}
	return nil
}

func (s *Store) record(key idempotency.Key) *idempotency.Record {
	record, found := s.records[key.Name]
	if !key.IsSet() || !found || !s.now().Before(record.ExpiresAt) {
		return nil
	}
	return &record
}

func (s *Store) remember(record *idempotency.Record) {
	if record != nil {
		s.records[record.Key.Name] = *record
	}
}

// read returns a copy of an account; nil when there is none.
func (s *Store) read(id account.ID) *account.Account {
	a, found := s.accounts[id]
	if !found {
		return nil
	}
	a = a.Clone()
	return &a
}

func (s *Store) write(a *account.Account) { s.accounts[a.ID] = a.Clone() }

// happen keeps an event as the other store does: the values of its changes are JSON's.
func (s *Store) happen(e event.Event) {
	if e.Changes != nil {
		written, err := json.Marshal(e.Changes)
		e.Changes = nil
		if err = errors.Join(err, json.Unmarshal(written, &e.Changes)); err != nil {
			panic(err) // such an event cannot be stored
		}
	}
	s.events = append(s.events, e)
}
