package backup_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/backup"
	"tenantry/shared/directory"
	"tenantry/shared/dynamotest"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/idgen"
	"tenantry/shared/page"
	"tenantry/shared/password"
	"tenantry/shared/plan"
	"tenantry/shared/request"
	"tenantry/shared/resource"
)

var errOutage = errors.New("out of reach")

// shelf is a storage that keeps only the lengths of objects.
type shelf struct {
	lengths    map[string]int64
	declared   int64
	downloaded string // the file name of the last download
	broken     bool
}

func (s *shelf) UploadURL(_ context.Context, key string, size int64) (string, map[string]string, error) {
	s.declared = size
	return "https://storage.example/" + key + "?up", map[string]string{"If-None-Match": "*"}, nil
}

func (s *shelf) DownloadURL(_ context.Context, key, name string) (string, error) {
	s.downloaded = name
	return "https://storage.example/" + key + "?down", nil
}

func (s *shelf) Length(_ context.Context, key string) (int64, bool, error) {
	length, exists := s.lengths[key]
	return length, exists, nil
}

func (s *shelf) Erase(_ context.Context, key string) error {
	if s.broken {
		return errOutage
	}
	delete(s.lengths, key)
	return nil
}

// world has a reseller with two customers, a subscription of the first customer, and another reseller.
type world struct {
	*testing.T

	clock                time.Time
	store                *dynamotest.Store
	shelf                *shelf
	backups              backup.Backups
	subscriptions        hosting.Subscriptions
	admin, reseller, own access.Caller
	stranger, neighbour  access.Caller
	subscription         string
}

// most is the size of a backup that the subscription may have.
const most = 100

func newWorld(t *testing.T) *world {
	w := &world{T: t, clock: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC), shelf: &shelf{lengths: map[string]int64{}}}
	now := w.now
	w.store = dynamotest.New(now)
	ids := idgen.Generator{Now: now, Random: rand.Reader}
	cursors := page.NewSealer(w.store.CursorKey, rand.Reader)
	w.backups = backup.Backups{Store: w.store, Storage: w.shelf, NewID: ids.New, Cursors: cursors, Now: now}
	w.subscriptions = hosting.Subscriptions{Store: w.store, NewID: ids.New, Cursors: cursors, Now: now}
	w.admin = access.Caller{Account: account.Account{ID: "adm_01JDB6X0C7V8Y9Z0A1B2C3D4E5", Kind: account.Administrator}}
	create := directory.Create{
		Store:     w.store,
		Mails:     w.store.Mails(),
		NewID:     ids.New,
		Passwords: plainHasher{},
		Policy:    password.Policy{},
		Now:       now,
	}
	serial := 0
	person := func() directory.NewAccount {
		serial++
		return directory.NewAccount{
			Login:    fmt.Sprintf("login-%d", serial),
			Password: new("a long enough secret"), // without a password, the account's welcome mail would be due
			Contact:  account.Contact{Name: "N", Email: fmt.Sprintf("n%d@example.com", serial)},
		}
	}
	first := access.FirstAdministratorCreation{
		Account:   w.admin.Account,
		CursorKey: []byte("0123456789abcdef0123456789abcdef"),
		Event:     event.Event{ID: "evt_0", Account: w.admin.Account.ID},
	}
	if err := w.store.CreateFirstAdministrator(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	caller := func(created directory.Customer, err error) access.Caller {
		a, readErr := w.store.ReadAccount(t.Context(), created.ID)
		if err = errors.Join(err, readErr); err != nil {
			t.Fatal(err)
		}
		return access.Caller{Account: *a}
	}
	w.reseller = caller(create.Reseller(t.Context(), w.admin, request.Metadata{}, person()))
	w.stranger = caller(create.Reseller(t.Context(), w.admin, request.Metadata{}, person()))
	w.own = caller(create.Customer(t.Context(), w.reseller, request.Metadata{}, person()))
	w.neighbour = caller(create.Customer(t.Context(), w.reseller, request.Metadata{}, person()))
	input := hosting.NewSubscription{
		Domain:      "a.example",
		ServicePlan: plan.Custom,
		Resources:   &resource.Set{Allotments: map[string]int64{resource.BackupSize: 10 * most}},
	}
	created, err := w.subscriptions.Create(t.Context(), w.reseller, request.Metadata{}, string(w.own.Account.ID), input)
	if err != nil {
		t.Fatal(err)
	}
	w.subscription = created.ID
	return w
}

// now advances the clock by a millisecond, so that ids are in order.
func (w *world) now() time.Time {
	w.clock = w.clock.Add(time.Millisecond)
	return w.clock
}

// take creates a backup of the declared size.
func (w *world) take(by access.Caller, size int64) backup.Upload {
	w.Helper()
	created, err := w.backups.Create(w.Context(), by, request.Metadata{}, w.subscription, backup.NewBackup{Size: size})
	if err != nil {
		w.Fatal(err)
	}
	return created
}

// key returns the key of a backup in the storage.
func (w *world) key(id string) string { return "backups/" + string(w.own.Account.ID) + "/" + id }

func (w *world) upload(id string, length int64) { w.shelf.lengths[w.key(id)] = length }

func (w *world) get(id string) backup.BackupView {
	w.Helper()
	shown, err := w.backups.Get(w.Context(), w.own, request.Metadata{}, id)
	if err != nil {
		w.Fatal(err)
	}
	return shown
}

func (w *world) refused(err error, code fault.Code) {
	w.Helper()
	if !fault.Is(err, code) {
		w.Errorf("got %v, want %s", err, code)
	}
}

// countEvents counts the events of a name about a backup in the customer's trail.
func (w *world) countEvents(name event.Name, id string) (count int) {
	for _, e := range w.store.Events() {
		if e.Name == name && e.Subject == id && e.Account == w.own.Account.ID {
			count++
		}
	}
	return count
}

// between runs a function before the next transaction.
func (w *world) between(act func() error) { w.store.Between(dynamotest.Commits, act) }

// plainHasher hashes passwords without work.
type plainHasher struct{}

func (plainHasher) Hash(text string) (string, error) { return "hash of " + text, nil }
