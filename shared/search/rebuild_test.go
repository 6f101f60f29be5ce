package search_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/dynamotest"
	"tenantry/shared/hosting"
	"tenantry/shared/operation"
)

// rows returns the keys of all rows of the index.
func (s *scene) rows() []string { return s.store.index.Keys("SEARCH#") }

// compareWithRebuilt indexes all accounts again on an empty table, and compares the rows.
func (s *scene) compareWithRebuilt(ids []account.ID) {
	s.t.Helper()
	before := s.rows()
	s.store.index = dynamotest.New(s.Now)
	s.must(s.Store.OrderRebuilds(s.t.Context(), "order", ids))
	s.deliver(1 << 30)
	s.expectRows(before, s.rows())
}

// expectRows compares rows of the index.
func (s *scene) expectRows(got, want []string) {
	s.t.Helper()
	for _, row := range got {
		if _, isWanted := slices.BinarySearch(want, row); !isWanted {
			s.t.Errorf("the index has the row %q, which a new one does not have", row)
		}
	}
	if len(got) != len(want) {
		s.t.Errorf("the index has %d rows, want %d", len(got), len(want))
	}
}

func newModel(t *testing.T, seed uint64) *model {
	return &model{
		scene: newScene(t, seed), websites: map[account.ID][]hosting.WebsiteView{}, subs: map[account.ID]string{},
	}
}

// TestManyDomainsFollowTheirCustomer moves and removes a customer whose domains fill several chunks of its document, with
// interruptions.
func TestManyDomainsFollowTheirCustomer(t *testing.T) {
	m := newModel(t, 3)
	m.create(m.North)
	m.create(m.North)
	id := m.customers[0]
	for range 250 {
		m.host(id)
	}
	m.deliver(1 << 30)
	m.operate(operation.Move, operation.Parameters{NewOwner: m.South}, id)
	m.deliver(1 << 30)
	domain := m.websites[id][249].Domain
	for owner, want := range map[account.ID]int{m.North: 0, m.South: 1, "": 1} {
		found := m.find(directory.Selection{Kind: account.Customer, Owner: owner, Search: domain[1:], Limit: 10})
		if len(found) != want {
			t.Errorf("%q finds %v of the owner %q, want %d", domain[1:], found, owner, want)
		}
	}
	if keys := m.store.index.Keys("SEARCH#" + string(m.North)); len(keys) == 0 {
		t.Error("the index has no rows of the other customer of the old owner")
	}
	m.compareWithRebuilt(append(slices.Clone(m.customers), m.North, m.South))
	m.operate(operation.Remove, operation.Parameters{}, m.customers...)
	m.deliver(1 << 30)
	for _, key := range m.store.index.Keys("SEARCH") {
		if strings.Contains(key, account.CustomerPrefix) || strings.Contains(key, hosting.WebsitePrefix) {
			t.Fatalf("after all customers were removed, the index has %q", key)
		}
	}
}

// TestRebuildSearchOrdersAllAccounts orders rebuilds in pages, and continues where a call has stopped.
func TestRebuildSearchOrdersAllAccounts(t *testing.T) {
	m := newModel(t, 4)
	for range 130 {
		m.create(m.North)
	}
	m.create(m.South)
	m.deliver(1 << 30)
	before := m.rows()
	for owner, want := range map[account.ID]int{m.North: 131, m.South: 2, account.AdministratorOwner: 2, "": 133} {
		m.store.index = dynamotest.New(m.Now)
		result, err := directory.RebuildSearch{Store: m.Store, Now: m.Now}.Run(
			t.Context(), fmt.Sprint("order of ", owner), directory.RebuildRequest{Owner: owner})
		m.must(err)
		if result.Ordered != want || result.Next != "" {
			t.Errorf("the owner %q: %+v, want %d orders", owner, result, want)
		}
		m.deliver(1 << 30)
		if owner == "" {
			m.expectRows(m.rows(), before)
		}
	}
}
