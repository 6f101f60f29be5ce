package dynamo_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/dynamo"
	"tenantry/shared/dynamotest"
	"tenantry/shared/event"
	"tenantry/shared/resource"
)

// stepper runs a process that makes one call of the storage, or waits for some seconds, in each step.
type stepper struct {
	mu       sync.Mutex
	tokens   chan struct{}
	acks     chan struct{}
	finished chan struct{}
}

func newStepper() *stepper {
	return &stepper{tokens: make(chan struct{}), acks: make(chan struct{}), finished: make(chan struct{})}
}

// step lets the process make a step. It reports false if the process has finished.
func (p *stepper) step() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case p.tokens <- struct{}{}:
		<-p.acks
		return true
	case <-p.finished:
		return false
	}
}

// do waits for a step of the process, and acts in it.
func (p *stepper) do(act func()) {
	<-p.tokens
	act()
	p.acks <- struct{}{}
}

// reshardModel is the expected content of lists while their shards grow. Several processes change and read them; each
// remembers the shards as long as it may.
type reshardModel struct {
	*fixture

	t         *testing.T
	random    *rand.Rand
	randoms   sync.Mutex
	table     *dynamotest.Store
	processes []*dynamo.Store
	isReading bool
	stepper   *stepper // of the command; nil if it does not run

	owners   []account.ID
	accounts map[account.ID]account.Account
	cursors  []oldCursor
	serial   int
}

// oldCursor is a cursor that a page had, and the account at its position.
type oldCursor struct {
	selection directory.Selection
	last      account.Account
}

func newReshardModel(t *testing.T, seed uint64) *reshardModel {
	t.Helper()
	m := &reshardModel{t: t, random: rand.New(rand.NewPCG(seed, 1)), accounts: map[account.ID]account.Account{}}
	m.fixture = newFixture(t, func(_ testing.TB, now func() time.Time) *dynamo.Store {
		m.table = dynamotest.New(now)
		return m.table.Store
	})
	for range 4 {
		m.processes = append(m.processes, m.table.View(func(_ dynamotest.Call, send func() error) error {
			for m.isReading && m.stepper != nil && m.intn(3) == 0 {
				m.stepper.step()
			}
			return send()
		}).Store)
	}
	m.owners = []account.ID{account.AdministratorOwner}
	for _, login := range []string{"host", "other"} {
		r := m.createReseller(t, login)
		m.accounts[r.ID], m.owners = r, append(m.owners, r.ID)
	}
	for range 30 {
		m.create()
	}
	return m
}

func (m *reshardModel) intn(n int) int {
	m.randoms.Lock()
	defer m.randoms.Unlock()
	return m.random.IntN(n)
}

// change changes something in one of the processes.
func (m *reshardModel) change() {
	m.Store = m.processes[m.intn(len(m.processes))]
	kind := m.intn(8)
	a, isFound := m.anyCustomer()
	switch {
	case kind < 3 || !isFound:
		m.create()
	case kind < 5:
		m.toggle(a)
	case kind < 6:
		m.move(a)
	case kind < 7 && a.Owner == account.AdministratorOwner:
		m.convert(a)
	default:
		expectNoError(m.t, m.RemoveAccount(m.ctx, m.accountRemoval(a)))
		delete(m.accounts, a.ID)
	}
}

func (m *reshardModel) create() {
	m.serial++
	owner := m.owners[m.intn(len(m.owners))]
	c := m.accountCreation(account.Customer, owner, fmt.Sprint("c", m.serial))
	c.Account.Contact.Name = "abcdef"[m.intn(6):][:1]
	expectNoError(m.t, m.Create(m.ctx, c))
	m.accounts[c.Account.ID] = c.Account
}

// anyCustomer returns a customer as it is stored.
func (m *reshardModel) anyCustomer() (account.Account, bool) {
	var ids []account.ID
	for id, a := range m.accounts {
		if a.Kind == account.Customer {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return account.Account{}, false
	}
	slices.Sort(ids)
	return m.readAccount(m.t, ids[m.intn(len(ids))]), true
}

// toggle suspends an account, or activates it.
func (m *reshardModel) toggle(a account.Account) {
	m.accounts[a.ID] = m.mustChange(m.t, a, func(a *account.Account) {
		if len(a.Holds) > 0 {
			a.Holds = nil
		} else {
			m.suspend(a)
		}
	})
}

func (m *reshardModel) move(a account.Account) {
	owner := m.owners[m.intn(len(m.owners))]
	if owner == a.Owner {
		return
	}
	move := m.moveOf(a, owner)
	expectNoError(m.t, m.WriteTransfer(m.ctx, move))
	m.accounts[a.ID] = move.Account.After
}

func (m *reshardModel) convert(a account.Account) {
	conversion := m.transferOf(a, event.CustomerConverted, func(a *account.Account) {
		a.Kind, a.Limits = account.Reseller, &account.ResellerLimits{}
	})
	conversion.InitialUsage = &resource.Demand{}
	expectNoError(m.t, m.WriteTransfer(m.ctx, conversion))
	m.accounts[a.ID] = conversion.Account.After
}

// read reads a list in one of the processes, from its beginning or from an old cursor, while the command makes steps.
func (m *reshardModel) read() {
	kinds := []account.Kind{account.Customer, account.Customer, account.Reseller}
	statuses := []account.Status{"", "", account.Active, account.Suspended}
	cursor := oldCursor{selection: directory.Selection{
		Kind: kinds[m.intn(3)], Owner: append(m.owners, "")[m.intn(4)], Status: statuses[m.intn(4)], Sort: orders[m.intn(4)],
	}}
	if len(m.cursors) > 0 && m.intn(2) == 0 {
		cursor = m.cursors[m.intn(len(m.cursors))]
	}
	cursor.selection.Limit = 1 + m.intn(12)
	want := m.expected(cursor)
	store := m.processes[m.intn(len(m.processes))]
	m.isReading = true
	defer func() { m.isReading = false }()
	for {
		rows, err := store.List(m.ctx, cursor.selection)
		expectNoError(m.t, err)
		page := want[:min(cursor.selection.Limit, len(want))]
		got := make([]account.ID, 0, len(rows.Accounts))
		for i := range rows.Accounts {
			got = append(got, rows.Accounts[i].ID)
		}
		if !slices.Equal(got, page) {
			m.t.Fatalf("%+v: page %v, want %v", cursor.selection, got, page)
		}
		want = want[len(page):]
		expectEqual(m.t, "there is another page", rows.Next != "", len(want) > 0)
		if rows.Next == "" {
			return
		}
		cursor.selection.After, cursor.last = rows.Next, m.accounts[page[len(page)-1]]
		m.cursors = append(m.cursors, cursor)
	}
}

// expected returns the accounts after a cursor.
func (m *reshardModel) expected(cursor oldCursor) []account.ID {
	var all []account.Account
	for id, a := range m.accounts {
		if id != cursor.last.ID {
			all = append(all, a)
		}
	}
	selection := cursor.selection
	if cursor.last.ID == "" {
		return expectedOrder(all, selection)
	}
	last := cursor.last
	last.Owner, last.Kind = selection.Owner, selection.Kind
	if selection.Status != "" {
		last.Holds = nil
		if last.ListedSuspended = selection.Status == account.Suspended; last.ListedSuspended {
			m.suspend(&last)
		}
	}
	order := expectedOrder(append(all, last), selection)
	return order[slices.Index(order, last.ID)+1:]
}

// start starts the command in a process of its own.
func (m *reshardModel) start(owner account.ID, shards int) (end func() directory.ReshardResult) {
	p := newStepper()
	process := m.table.View(func(_ dynamotest.Call, send func() error) (err error) {
		p.do(func() { err = send() })
		return err
	})
	wait := func(_ context.Context, d time.Duration) error {
		for d > 0 {
			part := min(d, time.Duration(1+m.intn(8))*time.Second)
			p.do(func() { m.advance(part) })
			d -= part
		}
		return nil
	}
	var result directory.ReshardResult
	var err error
	go func() {
		defer close(p.finished)
		input := directory.ReshardRequest{Owner: owner, Shards: shards}
		result, err = directory.Reshard{Store: process, Now: m.now, Wait: wait}.Run(m.ctx, "", input)
	}()
	m.stepper = p
	return func() directory.ReshardResult {
		for p.step() {
		}
		m.stepper = nil
		expectNoError(m.t, err)
		return result
	}
}

// TestListsAreCompleteWhileTheirShardsGrow changes and reads lists between the steps of the command, and within reads.
func TestListsAreCompleteWhileTheirShardsGrow(t *testing.T) {
	t.Parallel()
	seeds := uint64(25)
	if testing.Short() {
		seeds = 8
	}
	moved := 0
	for seed := range seeds {
		m := newReshardModel(t, seed)
		owner := []account.ID{"", m.owners[0], m.owners[1]}[seed%3]
		for _, shards := range []int{2, 6} {
			end := m.start(m.listNames()[owner], shards)
			for isRunning := true; isRunning; {
				for range m.intn(3) {
					m.change()
				}
				m.read()
				isRunning = m.stepper.step()
			}
			moved += end().Moved
			for range 5 {
				m.change()
				m.read()
			}
			found, err := m.ReadListShards(m.ctx, owner)
			expectNoError(t, err)
			if found.Shards != shards || found.Target != shards || found.IsMoving {
				t.Fatalf("shards %+v, want %d", found, shards)
			}
		}
	}
	if moved < 10*int(seeds) {
		t.Errorf("%d accounts have moved in %d histories, want at least ten in each on average", moved, seeds)
	}
}

// TestShardsOfListsCostNothing counts the calls of lists and creations. A list takes one round trip, and one read of the
// shards in half a minute. A creation for a reseller reads the shards together with the reseller's limits.
func TestShardsOfListsCostNothing(t *testing.T) {
	t.Parallel()
	m := newReshardModel(t, 1)
	var mu sync.Mutex
	var calls []string
	process := m.table.View(func(call dynamotest.Call, send func() error) error {
		mu.Lock()
		calls = append(calls, strings.TrimSpace(call.Operation+" "+call.Index))
		mu.Unlock()
		return send()
	})
	for owner, query := range map[account.ID]string{
		"": "Query accounts-by-shard-name", m.owners[1]: "Query accounts-by-owner-name",
	} {
		selection := directory.Selection{Kind: account.Customer, Owner: owner, Sort: directory.ByName, Limit: 50}
		for _, want := range [][]string{{"BatchGetItem", query, query}, {query, query}, {query, query}} {
			calls = nil
			_, err := process.List(m.ctx, selection)
			expectNoError(t, err)
			slices.Sort(calls)
			expectEqual(t, "calls", calls, want)
			m.advance(10 * time.Second)
		}
	}
	calls = nil
	for _, created := range []directory.AccountCreation{
		m.accountCreation(account.Customer, m.owners[1], "x"), m.accountCreation(account.Customer, m.owners[1], "y"),
	} {
		m.advance(directory.ListShardsAge)
		_, err := process.ReadNewOwner(m.ctx, m.owners[1]) // as a creation does
		expectNoError(t, err)
		expectNoError(t, process.Create(m.ctx, created))
	}
	want := []string{"BatchGetItem", "TransactWriteItems", "BatchGetItem", "TransactWriteItems"}
	expectEqual(t, "calls", calls, want)
	calls = nil
	m.advance(directory.ListShardsAge)
	for _, login := range []string{"v", "w"} { // nothing is read for an account of the administrator
		expectNoError(t, process.Create(m.ctx, m.accountCreation(account.Customer, account.AdministratorOwner, login)))
	}
	expectEqual(t, "calls", calls, []string{"BatchGetItem", "TransactWriteItems", "TransactWriteItems"})
}
