package dynamo

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/removal"
)

// indexScene is a table whose accounts change while an index is replaced.
type indexScene struct {
	*fixture
	client *dynamodb.Client
	owners []account.ID
	stable map[account.ID]bool // accounts that nobody changes

	mu       sync.Mutex // of the ids and the accounts
	accounts map[account.ID]account.Account
	index    atomic.Pointer[index] // the index that readers use
	passes   atomic.Int64          // complete reads of all lists
	stop     atomic.Bool
	running  sync.WaitGroup
}

func newIndexScene(t *testing.T) *indexScene {
	t.Helper()
	s := &indexScene{
		fixture: newFixture(t), owners: []account.ID{account.AdministratorOwner},
		client:   dynamodb.NewFromConfig(emulatorConfig(t, http.DefaultClient)),
		accounts: map[account.ID]account.Account{}, stable: map[account.ID]bool{},
	}
	for _, login := range []string{"north", "south"} {
		r := s.newCreation(t, login, account.AdministratorOwner)
		r.Account.ID, r.Account.Kind = account.ID(s.newID(t, account.ResellerPrefix)), account.Reseller
		r.Event.Account, r.Event.Name = r.Account.ID, event.ResellerCreated
		expectDone(t, s.reliable.Create(t.Context(), r))
		s.owners = append(s.owners, r.Account.ID)
	}
	s.index.Store(&byOwnerName)
	return s
}

func expectDone(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

func (s *indexScene) newID(t *testing.T, prefix string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.id(t, prefix)
}

func (s *indexScene) newCreation(t *testing.T, login string, owner account.ID) directory.AccountCreation {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.creation(t, login)
	c.Account.Owner, c.Record, c.Note = owner, nil, ""
	return c
}

func (s *indexScene) newEvent(t *testing.T, name event.Name, a *account.Account) event.Event {
	return event.Event{ID: s.newID(t, event.IDPrefix), Name: name, Account: a.ID, At: s.now(), Version: a.Version}
}

func (s *indexScene) remember(a account.Account) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accounts[a.ID] = a
}

// create creates a customer.
func (s *indexScene) create(t *testing.T, release *Store, login string, owner account.ID) account.Account {
	c := s.newCreation(t, login, owner)
	expectDone(t, release.Create(t.Context(), c))
	s.remember(c.Account)
	return c.Account
}

// populateStable stores customers of all owners as the present release does, without the items beside them.
func (s *indexScene) populateStable(t *testing.T, n int) {
	t.Helper()
	var items []any
	for i := range n {
		login := fmt.Sprintf("%c-stable-%d", 'a'+i%26, i)
		a := s.newCreation(t, login, s.owners[i%len(s.owners)]).Account
		s.stable[a.ID], s.accounts[a.ID] = true, a
		items = append(items, newAccountItem(&a))
	}
	expectDone(t, s.reliable.writeBatches(t.Context(), items, nil))
}

// populate creates customers of all owners with the present release.
func (s *indexScene) populate(t *testing.T, n int) (created []account.Account) {
	t.Helper()
	for i := range n {
		login := fmt.Sprintf("%c-old-%d", 'a'+i%26, i)
		created = append(created, s.create(t, s.reliable, login, s.owners[i%len(s.owners)]))
	}
	return created
}

// renameWithOldRelease renames accounts. The old release does not know the new key. It returns the number of accounts
// that have the key, which is now of their old name.
func (s *indexScene) renameWithOldRelease(t *testing.T, accounts []account.Account) (outdated int) {
	t.Helper()
	for _, a := range accounts {
		s.change(t, s.reliable, a, func(a *account.Account) { a.Contact.Name = "m-" + a.Contact.Name })
		if s.readItem(t, accountKey(a.ID))[byOwnerOrder.sort] != nil {
			outdated++
		}
	}
	return outdated
}

// write changes accounts, until the scene stops. The release can change meanwhile.
func (s *indexScene) write(t *testing.T, name string, own []account.Account, release *atomic.Pointer[Store]) {
	random := rand.New(rand.NewPCG(uint64(len(own)), 7))
	s.running.Go(func() {
		for serial := 0; !s.stop.Load() && len(own) > 0; serial++ {
			i, store := random.IntN(len(own)), release.Load()
			switch random.IntN(4) {
			case 0:
				login := fmt.Sprintf("%c-%s-%d", 'a'+random.IntN(26), name, serial)
				own = append(own, s.create(t, store, login, s.owners[random.IntN(len(s.owners))]))
			case 1:
				own[i] = s.change(t, store, own[i], func(a *account.Account) {
					a.Contact.Name = fmt.Sprintf("%c-renamed-%d", 'a'+random.IntN(26), serial)
				})
			case 2:
				own[i] = s.change(t, store, own[i], func(a *account.Account) {
					if len(a.Holds) > 0 {
						a.Holds = nil
						return
					}
					a.Holds = []account.Hold{{Level: account.AdministratorLevel, Source: account.ByAdministrator, Since: s.now()}}
				})
			case 3:
				s.remove(t, store, own[i])
				own = slices.Delete(own, i, i+1)
			}
		}
	})
}

func (s *indexScene) change(
	t *testing.T, release *Store, a account.Account, edited func(*account.Account),
) account.Account {
	after := a.Clone()
	edited(&after)
	after.RefreshStatus(s.now())
	after.Version++
	e := s.newEvent(t, event.ContactChanged, &after)
	expectDone(t, release.ChangeAccount(t.Context(), edit.AccountChange{Before: a, After: after, Event: e}))
	s.remember(after)
	return after
}

func (s *indexScene) remove(t *testing.T, release *Store, a account.Account) {
	e := s.newEvent(t, event.CustomerRemoved, &a)
	r := removal.AccountRemoval{Account: a, Event: e, Token: s.newID(t, "try-")}
	expectDone(t, release.RemoveAccount(t.Context(), r))
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.accounts, a.ID)
}

// read reads all lists again and again, and expects each account that nobody changes exactly once.
func (s *indexScene) read(t *testing.T) {
	s.running.Go(func() {
		for !s.stop.Load() {
			times := map[account.ID]int{}
			for _, owner := range s.owners {
				for _, row := range s.list(t, *s.index.Load(), owner) {
					times[accountIDOf(keyOf(row.item))]++
				}
			}
			for id := range s.stable {
				if times[id] != 1 {
					t.Errorf("%s is %d times in its list, want once", id, times[id])
				}
			}
			s.passes.Add(1)
			time.Sleep(50 * time.Millisecond)
		}
	})
}

// list returns an owner's customers in the order of an index, page by page as List does.
func (s *indexScene) list(t *testing.T, ix index, owner account.ID) (all []accountRow) {
	selection := directory.Selection{Kind: account.Customer, Owner: owner, Sort: directory.ByName, Limit: 100}
	for {
		rows, err := s.reliable.mergeRows(t.Context(), selection, ix, ownerPartitions(owner, selection.Kind, 0, 1))
		if err != nil {
			t.Errorf("read %s: %v", ix.name, err)
			return all
		}
		page, next := cutPage(rows, selection.Limit)
		all = append(all, page...)
		if selection.After = next; next == "" {
			return all
		}
	}
}

// awaitReads waits until the lists were read completely, from beginning to end.
func (s *indexScene) awaitReads(t *testing.T) {
	t.Helper()
	for first := s.passes.Load(); s.passes.Load() < first+2 && !t.Failed(); {
		time.Sleep(5 * time.Millisecond)
	}
}

// updateIndexes changes one index, as a deployment does, and waits until all are active.
func (s *indexScene) updateIndexes(t *testing.T, change types.GlobalSecondaryIndexUpdate) {
	t.Helper()
	definitions := append(Schema(s.table).AttributeDefinitions, types.AttributeDefinition{
		AttributeName: &byOwnerOrder.sort, AttributeType: types.ScalarAttributeTypeS,
	})
	_, err := s.client.UpdateTable(t.Context(), &dynamodb.UpdateTableInput{
		TableName: &s.table, AttributeDefinitions: definitions,
		GlobalSecondaryIndexUpdates: []types.GlobalSecondaryIndexUpdate{change},
	})
	if err != nil {
		t.Fatal(err)
	}
	for isActive := false; !isActive; time.Sleep(20 * time.Millisecond) {
		found, err := s.client.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: &s.table})
		if err != nil {
			t.Fatal(err)
		}
		isActive = true
		for _, ix := range found.Table.GlobalSecondaryIndexes {
			isActive = isActive && ix.IndexStatus == types.IndexStatusActive
		}
	}
}

// indexChange returns the command of the next release.
func (s *indexScene) indexChange(client Client) IndexChange {
	store := New(client, s.table, s.now, s.reliable.wait)
	return IndexChange{store: store, scanner: s.client, present: presentInNextRelease}
}
