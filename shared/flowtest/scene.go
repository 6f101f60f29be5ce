// Package flowtest runs long-running work the way its workflow does, in a process that dies at any call of the storage, or that others disturb in
// between: so that a test can say what is the same after every death.
package flowtest

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/backup"
	"tenantry/shared/directory"
	"tenantry/shared/dynamotest"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
	"tenantry/shared/idgen"
	"tenantry/shared/operation"
	"tenantry/shared/password"
	"tenantry/shared/plan"
	"tenantry/shared/removal"
	"tenantry/shared/request"
	"tenantry/shared/resource"
	"tenantry/shared/transfer"
)

// Scene is a small hosting company on a store: an administrator, two resellers, and customers of the first.
type Scene struct {
	tb      testing.TB
	Store   *dynamotest.Store
	Process *Process
	IDs     idgen.Generator

	Storage           *BackupStorage
	MaxPerTransaction int // subscriptions that transfers take over at once; by default as many as they do

	Admin, North, South account.ID
	Customers           []account.ID // of North

	clock  *clock
	random *rand.ChaCha8 // of the ids
}

// New makes a scene. The same seed makes the same.
func New(tb testing.TB, seed uint64, customers int) *Scene {
	tb.Helper()
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	s := &Scene{tb: tb, Process: new(Process), clock: &clock{at: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)}, random: rand.NewChaCha8(key)}
	s.IDs = idgen.Generator{Now: s.clock.tick, Random: &lockedReader{random: s.random}}
	s.use(dynamotest.New(s.Now))
	s.Storage = &BackupStorage{process: s.Process, sizes: map[string]int64{}}
	s.Admin = account.ID(s.id(account.AdministratorPrefix))
	founder := account.Account{
		ID: s.Admin, Kind: account.Administrator, Login: "boss", Owner: account.AdministratorOwner, Lifecycle: account.Ready, CreatedAt: s.Now(), Version: 1,
	}
	happened := event.New(s.IDs.New, event.AdministratorCreated, &founder, s.Admin, "request", s.Now())
	s.must(s.Store.Found(tb.Context(), access.Founding{Account: founder, CursorKey: make([]byte, 32), Event: happened}))
	s.North, s.South = s.reseller("north"), s.reseller("south")
	for i := range customers {
		s.Customers = append(s.Customers, s.customer(s.North, fmt.Sprintf("customer%d", i)))
	}
	return s
}

// use lets the scene's process work on a store, and die at its calls.
func (s *Scene) use(store *dynamotest.Store) {
	store.Before(s.Process.before)
	store.After(s.Process.after)
	s.Store = store
}

// Fork returns a copy of the scene as it is: what happens to one does not happen to the other. Its process has not died.
func (s *Scene) Fork(tb testing.TB) *Scene {
	tb.Helper()
	fork := *s
	fork.tb, fork.Process, fork.clock, fork.random = tb, new(Process), &clock{at: s.Now()}, new(rand.ChaCha8)
	state, err := s.random.MarshalBinary()
	fork.must(err)
	fork.must(fork.random.UnmarshalBinary(state))
	fork.IDs = idgen.Generator{Now: fork.clock.tick, Random: &lockedReader{random: fork.random}}
	fork.Storage = &BackupStorage{process: fork.Process, sizes: maps.Clone(s.Storage.sizes)}
	fork.Customers = slices.Clone(s.Customers)
	fork.use(s.Store.Clone(fork.Now))
	return &fork
}

// Now is the scene's clock. It stands still unless ids are made.
func (s *Scene) Now() time.Time { return s.clock.pass(0) }

// Advance lets time pass.
func (s *Scene) Advance(by time.Duration) { s.clock.pass(by) }

func (s *Scene) must(err error) {
	s.tb.Helper()
	if err != nil {
		s.tb.Fatal(err)
	}
}

func (s *Scene) id(prefix string) string {
	return s.IDs.New(prefix)
}

// Caller is an account as a caller, as a credential shows it now.
func (s *Scene) Caller(id account.ID) access.Caller {
	s.tb.Helper()
	chain, err := s.Store.ReadChain(s.tb.Context(), []account.ID{id})
	s.must(err)
	if len(chain) == 0 {
		s.tb.Fatalf("there is no %s", id)
	}
	return access.Caller{Account: chain[0], Parents: chain[1:]}
}

type plainHasher struct{}

// Hash hides nothing.
func (plainHasher) Hash(text string) (string, error) { return "hash of " + text, nil }

func (s *Scene) creator() directory.Create {
	return directory.Create{Store: s.Store, NewID: s.IDs.New, Passwords: plainHasher{}, Policy: password.Policy{Minimum: 15}, Now: s.Now}
}

func named(login string) directory.NewAccount {
	secret := "the password of " + login
	return directory.NewAccount{Login: login, Password: &secret, Contact: account.Contact{Name: "Ms " + login, Email: login + "@example.com"}}
}

func (s *Scene) reseller(login string) account.ID {
	s.tb.Helper()
	made, err := s.creator().Reseller(s.tb.Context(), s.Caller(s.Admin), request.Metadata{}, named(login))
	s.must(err)
	return made.ID
}

func (s *Scene) customer(of account.ID, login string) account.ID {
	s.tb.Helper()
	made, err := s.creator().Customer(s.tb.Context(), s.Caller(of), request.Metadata{}, named(login))
	s.must(err)
	return made.ID
}

// AccountChanger is the use case by which somebody else changes an account meanwhile.
func (s *Scene) AccountChanger() directory.Change {
	return directory.Change{Store: s.Store, NewID: s.IDs.New, Passwords: plainHasher{}, Policy: password.Policy{Minimum: 15}, Now: s.Now}
}

// Operations is where operations are seen and cancelled.
func (s *Scene) Operations() operation.Operations {
	return operation.Operations{Store: s.Store, NewID: s.IDs.New, Now: s.Now}
}

// Processors are all kinds of work, on the scene's store.
func (s *Scene) Processors() map[operation.Kind]operation.Processor {
	customers := s.AccountChanger()
	customers.Only = account.Customer
	works := operation.StatusChanger{Change: customers}.Processors()
	backups := backup.Backups{Store: s.Store, Storage: s.Storage, NewID: s.IDs.New, Now: s.Now}
	maps.Copy(works, removal.Remover{Store: s.Store, Backups: backups, NewID: s.IDs.New, Now: s.Now}.Processors())
	maps.Copy(works, transfer.Mover{Store: s.Store, NewID: s.IDs.New, Now: s.Now, MaxWithAccount: s.MaxPerTransaction, MaxPerTransaction: s.MaxPerTransaction}.Processors())
	return works
}

// AddHosting gives a customer of North a panel user, two subscriptions on a plan of North and one of its own, with some websites, and
// backups: one that it made, one that North made.
func (s *Scene) AddHosting(id account.ID) {
	s.tb.Helper()
	ctx, by := s.tb.Context(), s.Caller(s.North)
	name := strings.ToLower(strings.TrimPrefix(string(id), account.CustomerPrefix))
	terms, err := plan.Keeper{Prefix: plan.ServicePrefix, Store: s.Store, NewID: s.IDs.New, Now: s.Now}.Create(ctx, by, request.Metadata{}, plan.Wanted{
		Name: &name, Allotments: map[string]int64{"disk_space": 100},
	})
	s.must(err)
	subscriptions := hosting.Subscriptions{Store: s.Store, NewID: s.IDs.New, Now: s.Now}
	backups := backup.Backups{Store: s.Store, Storage: s.Storage, NewID: s.IDs.New, Now: s.Now}
	for i, on := range []string{string(terms.ID), string(terms.ID), plan.Custom} {
		made, err := subscriptions.Create(ctx, by, request.Metadata{}, string(id), hosting.NewSubscription{
			Domain: fmt.Sprintf("%d.%s.example", i, name), ServicePlan: on, Resources: ownOf(on),
		})
		s.must(err)
		for extra := range i {
			_, err := hosting.Websites{Subscriptions: subscriptions}.Add(ctx, by, request.Metadata{}, made.ID, fmt.Sprintf("%d-%d.%s.example", i, extra, name))
			s.must(err)
		}
		for _, creator := range []account.ID{id, s.North} {
			_, err := backups.Create(ctx, s.Caller(creator), request.Metadata{}, made.ID, 5)
			s.must(err)
		}
	}
	users := directory.PanelUsers{Create: s.creator(), Store: s.Store}
	_, err = users.Add(ctx, by, request.Metadata{}, string(id), directory.NewPanelUser{Login: "user." + name, Name: "User", Email: "user@example.com"})
	s.must(err)
}

func ownOf(on string) *resource.Set {
	if on != plan.Custom {
		return nil
	}
	return &resource.Set{Allotments: map[string]int64{"disk_space": 50}}
}

// Accept asks for an operation, as a client does: with a key, and again while it gets no answer.
func (s *Scene) Accept(caller account.ID, kind operation.Kind, input operation.NewOperation) operation.AcceptResponse {
	s.tb.Helper()
	accept := operation.Acceptor{Store: s.Store, Processors: s.Processors(), NewID: s.IDs.New, Now: s.Now}
	meta := request.Metadata{ID: "request", Key: idempotency.Key{Name: "key of " + string(kind), Fingerprint: "body"}}
	by := s.pausedCaller(caller)
	for range 3 {
		made, err := accept.Accept(s.tb.Context(), by, meta, kind, input)
		if err == nil {
			return made
		}
		if !errors.Is(err, ErrCrashed) {
			s.tb.Fatal(err)
		}
		s.Process.Restart()
	}
	s.tb.Fatal("the operation is not accepted")
	return operation.AcceptResponse{}
}

// pausedCaller reads a caller without that counting as a call of the flow.
func (s *Scene) pausedCaller(id account.ID) access.Caller {
	resume := s.Process.pause()
	defer resume()
	return s.Caller(id)
}

// Trail returns what happened to an account by its events, the oldest first.
func (s *Scene) Trail(id account.ID) []event.Event {
	s.tb.Helper()
	happened, _, err := s.Store.ListEvents(s.tb.Context(), id, "", 100)
	s.must(err)
	slices.Reverse(happened)
	return happened
}

// Describe tells all that must be the same however often a flow died on its way: of every account its kind, owner, login, status,
// lifecycle, and the names of its events; of an operation its state, its counts, and what became of each item.
func (s *Scene) Describe(operationID string) string {
	s.tb.Helper()
	var b strings.Builder
	for i, id := range append([]account.ID{s.North, s.South}, s.Customers...) {
		found, err := s.Store.ReadAccount(s.tb.Context(), id)
		s.must(err)
		if found == nil {
			fmt.Fprintf(&b, "%d is gone\n", i)
			continue
		}
		names := make(map[event.Name]int)
		for _, happened := range s.Trail(id) {
			if happened.Name != event.OperationStarted {
				names[happened.Name]++
			}
		}
		fmt.Fprintf(&b, "%d %s of %s, %s, %s, %s, version %d, %v\n", i, found.Kind, found.Owner, found.Login, found.Status(s.Now()), found.Lifecycle, found.Version, names)
	}
	o, _, err := s.Store.ReadOperation(s.tb.Context(), operationID, idempotency.Key{})
	s.must(err)
	fmt.Fprintf(&b, "%s %s: %d = %d + %d + %d\n", o.Kind, o.State, o.Total, o.Succeeded, o.Failed, o.Cancelled)
	for _, item := range s.Items(o) {
		fmt.Fprintf(&b, "%s %s %s\n", item.Customer, item.State, item.Code)
	}
	return b.String()
}

// Items returns what became of every item of an operation.
func (s *Scene) Items(o *operation.Operation) (all []operation.ItemView) {
	s.tb.Helper()
	desk := s.Operations()
	desk.Cursors = plainCursors{}
	for cursor := ""; ; {
		page, err := desk.ListItems(s.tb.Context(), access.Caller{Account: account.Account{ID: o.Originator}}, o.ID, "", 100, cursor)
		s.must(err)
		all = append(all, page.Items...)
		if cursor = page.NextCursor; cursor == "" {
			return all
		}
	}
}

// plainCursors are cursors that hide nothing.
type plainCursors struct{}

// Seal writes the position as it is.
func (plainCursors) Seal(_ context.Context, position any, _ ...string) (string, error) {
	return fmt.Sprint(position), nil
}

// Open reads it.
func (plainCursors) Open(_ context.Context, cursor string, position any, _ ...string) error {
	_, err := fmt.Sscan(cursor, position)
	return err
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
	_, err := edit.UpdateAccount(s.tb.Context(), editor, request.Metadata{}, s.Admin, editor.ByID(id), apply, edit.NoAnswer)
	s.must(err)
}
