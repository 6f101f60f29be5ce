// Package flowtest runs long work as its workflow does, in a process that can crash at every call of the storage, or
// that others disturb between its calls. Tests check that the result is the same as without the crash.
package flowtest

import (
	"encoding/binary"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/backup"
	"tenantry/shared/directory"
	"tenantry/shared/dynamotest"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/idgen"
	"tenantry/shared/operation"
	"tenantry/shared/password"
	"tenantry/shared/removal"
	"tenantry/shared/request"
	"tenantry/shared/transfer"
)

// Scene is a small hosting company: an administrator, two resellers, and customers of one of them.
type Scene struct {
	tb      testing.TB
	Store   *dynamotest.Store
	Process *Process
	IDs     idgen.Generator

	Storage           *BackupStorage
	MaxPerTransaction int // the limits of transfer.Mover; 0 for its defaults

	Admin, North, South account.ID
	Customers           []account.ID // of North

	clock  *clock
	random *rand.ChaCha8 // for ids
}

// New creates a scene on a table in memory. The same seed gives the same ids.
func New(tb testing.TB, seed uint64, customers int) *Scene {
	tb.Helper()
	return NewOn(tb, dynamotest.New, seed, customers)
}

// NewOn creates a scene on an empty store, which open returns for the scene's clock. Only a scene on a table in memory
// can be forked.
func NewOn(
	tb testing.TB, open func(now func() time.Time) *dynamotest.Store, seed uint64, customers int,
) *Scene {
	tb.Helper()
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	start := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	s := &Scene{tb: tb, Process: new(Process), clock: &clock{now: start}, random: rand.NewChaCha8(key)}
	s.IDs = idgen.Generator{Now: s.clock.tick, Random: &lockedReader{random: s.random}}
	s.use(open(s.Now))
	s.Storage = &BackupStorage{process: s.Process, sizes: map[string]int64{}}
	s.createAdministrator()
	s.North, s.South = s.createReseller("north"), s.createReseller("south")
	for i := range customers {
		s.Customers = append(s.Customers, s.createCustomer(s.North, fmt.Sprintf("customer%d", i)))
	}
	return s
}

func (s *Scene) createAdministrator() {
	s.tb.Helper()
	s.Admin = account.ID(s.IDs.New(account.AdministratorPrefix))
	administrator := account.Account{
		ID: s.Admin, Kind: account.Administrator, Login: "boss", Owner: account.AdministratorOwner,
		Lifecycle: account.Ready, CreatedAt: s.Now(), Version: 1,
	}
	created := event.New(s.IDs.New, event.AdministratorCreated, &administrator, s.Admin, "request", s.Now())
	founding := access.FirstAdministratorCreation{Account: administrator, CursorKey: make([]byte, 32), Event: created}
	s.must(s.Store.CreateFirstAdministrator(s.tb.Context(), founding))
}

// use lets the scene's process work on a store, and crash at its calls.
func (s *Scene) use(store *dynamotest.Store) {
	store.Before(s.Process.before)
	store.After(s.Process.after)
	s.Store = store
}

// Fork returns an independent copy of the scene, with a new process.
func (s *Scene) Fork(tb testing.TB) *Scene {
	tb.Helper()
	fork := *s
	fork.tb, fork.Process, fork.clock, fork.random = tb, new(Process), &clock{now: s.Now()}, new(rand.ChaCha8)
	state, err := s.random.MarshalBinary()
	fork.must(err)
	fork.must(fork.random.UnmarshalBinary(state))
	fork.IDs = idgen.Generator{Now: fork.clock.tick, Random: &lockedReader{random: fork.random}}
	fork.Storage = &BackupStorage{process: fork.Process, sizes: maps.Clone(s.Storage.sizes)}
	fork.Customers = slices.Clone(s.Customers)
	fork.use(s.Store.Clone(fork.Now))
	return &fork
}

// Now returns the scene's time. Each new id advances it by a millisecond.
func (s *Scene) Now() time.Time { return s.clock.advance(0) }

// Advance advances the scene's time.
func (s *Scene) Advance(duration time.Duration) { s.clock.advance(duration) }

func (s *Scene) must(err error) {
	s.tb.Helper()
	if err != nil {
		s.tb.Fatal(err)
	}
}

// Caller returns an account as a caller.
func (s *Scene) Caller(id account.ID) access.Caller {
	s.tb.Helper()
	chain, err := s.Store.ReadChain(s.tb.Context(), []account.ID{id})
	s.must(err)
	if len(chain) == 0 {
		s.tb.Fatalf("account %s does not exist", id)
	}
	return access.Caller{Account: chain[0], Parents: chain[1:]}
}

// plainHasher hashes passwords without work.
type plainHasher struct{}

// Hash implements access.Hasher.
func (plainHasher) Hash(text string) (string, error) { return "hash of " + text, nil }

// Creator returns the use case that creates accounts.
func (s *Scene) Creator() directory.Create {
	return directory.Create{
		Store: s.Store,
		Mails: s.Store.Mails(), NewID: s.IDs.New, Passwords: plainHasher{}, Policy: password.Policy{Minimum: 15}, Now: s.Now,
	}
}

func newAccount(login string) directory.NewAccount {
	secret := "the password of " + login
	contact := account.Contact{Name: "Ms " + login, Email: login + "@example.com"}
	return directory.NewAccount{Login: login, Password: &secret, Contact: contact}
}

func (s *Scene) createReseller(login string) account.ID {
	s.tb.Helper()
	reseller, err := s.Creator().Reseller(s.tb.Context(), s.Caller(s.Admin), request.Metadata{}, newAccount(login))
	s.must(err)
	return reseller.ID
}

func (s *Scene) createCustomer(owner account.ID, login string) account.ID {
	s.tb.Helper()
	customer, err := s.Creator().Customer(s.tb.Context(), s.Caller(owner), request.Metadata{}, newAccount(login))
	s.must(err)
	return customer.ID
}

// AddCustomer creates another customer of a reseller.
func (s *Scene) AddCustomer(owner account.ID, login string) account.ID {
	s.tb.Helper()
	return s.createCustomer(owner, login)
}

// AccountChanger returns the use case that changes accounts.
func (s *Scene) AccountChanger() directory.Change {
	return directory.Change{
		Store: s.Store,
		Mails: s.Store.Mails(), NewID: s.IDs.New, Passwords: plainHasher{}, Policy: password.Policy{Minimum: 15}, Now: s.Now,
	}
}

// Processors returns the processors of all kinds of operation.
func (s *Scene) Processors() map[operation.Kind]operation.Processor {
	customers := s.AccountChanger()
	customers.Only = account.Customer
	processors := operation.StatusChanger{Change: customers}.Processors()
	backups := backup.Backups{Store: s.Store, Storage: s.Storage, NewID: s.IDs.New, Now: s.Now}
	remover := removal.Remover{Store: s.Store, Backups: backups, NewID: s.IDs.New, Now: s.Now}
	maps.Copy(processors, remover.Processors())
	mover := transfer.Mover{
		Store: s.Store, NewID: s.IDs.New, Now: s.Now,
		MaxWithAccount: s.MaxPerTransaction, MaxPerTransaction: s.MaxPerTransaction,
	}
	maps.Copy(processors, mover.Processors())
	return processors
}

// Trail returns the events of an account, oldest first.
func (s *Scene) Trail(id account.ID) []event.Event {
	s.tb.Helper()
	events, _, err := s.Store.ListEvents(s.tb.Context(), id, "", 100)
	s.must(err)
	slices.Reverse(events)
	return events
}

// SetResellerPlan puts a reseller on a reseller plan.
func (s *Scene) SetResellerPlan(id account.ID, resellerPlan string) {
	s.tb.Helper()
	s.Edit(id, event.LimitsChanged, func(a *account.Account) { a.Limits = &account.ResellerLimits{Plan: resellerPlan} })
}

// Edit changes an account.
func (s *Scene) Edit(id account.ID, name event.Name, change func(a *account.Account)) {
	s.tb.Helper()
	editor := edit.AccountEditor{Store: s.Store, NewID: s.IDs.New, Now: s.Now}
	apply := func(a *account.Account, _ time.Time) (edit.Effects, error) {
		change(a)
		return edit.Effects{Event: name}, nil
	}
	_, err := edit.UpdateAccount(
		s.tb.Context(),
		editor,
		request.Metadata{},
		s.Admin,
		editor.ByID(id),
		apply,
		edit.NoAnswer,
	)
	s.must(err)
}
