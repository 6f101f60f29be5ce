package search_test

import (
	"errors"
	"fmt"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/dynamotest"
	"tenantry/shared/event"
	"tenantry/shared/operation"
	"tenantry/shared/request"
)

// interrupt lets the consumer begin with a customer, and fail at a call of the index.
func (m *model) interrupt(id account.ID, call int) {
	m.t.Helper()
	index := m.store.index
	index.Fail(dynamotest.From(call, dynamotest.Any), dynamotest.Final(errLost))
	handled, err := m.indexer().Handle(m.t.Context(), m.stream.pending[id])
	for index.Planned() {
		index.Mend()
	}
	if err == nil && handled == len(m.stream.pending[id]) {
		return // there were fewer calls
	}
	if !errors.Is(err, errLost) {
		m.t.Fatalf("the interrupted consumer returns %v", err)
	}
}

// TestInterruptedUpdatesLeaveNothing interrupts the consumer at every call, and changes the customer before it continues.
func TestInterruptedUpdatesLeaveNothing(t *testing.T) {
	for seed := range uint64(60) {
		m := newModel(t, seed)
		m.create(m.North)
		id := m.customers[0]
		m.host(id)
		for range 8 {
			m.changeOne(id)
			for range m.random.IntN(3) {
				m.interrupt(id, 1+m.random.IntN(12))
				m.changeOne(id)
			}
			if m.random.IntN(3) == 0 {
				m.deliverAll()
			}
		}
		m.deliverAll()
		m.compareWithRebuilt([]account.ID{id, m.North, m.South})
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// deliverAll delivers all events without interruptions.
func (m *model) deliverAll() {
	m.t.Helper()
	for id, events := range m.stream.pending {
		handled, err := m.indexer().Handle(m.t.Context(), events)
		m.must(err)
		m.stream.pending[id] = append([]event.Event{}, events[handled:]...)
	}
	m.stream.waiting = nil
}

// changeOne changes a customer, and nothing else.
func (m *model) changeOne(id account.ID) {
	m.t.Helper()
	switch m.random.IntN(5) {
	case 0:
		m.operate(operation.Move, operation.Parameters{NewOwner: pick(m, []account.ID{m.North, m.South})}, id)
	case 1:
		m.host(id)
	case 2:
		m.unhost(id)
	default:
		name := pick(m, firstNames) + " " + pick(m, lastNames)
		patch := account.ContactPatch{Name: &name}
		_, err := m.AccountChanger().Contact(m.t.Context(), m.Caller(m.Admin), request.Metadata{}, string(id), patch)
		m.must(err)
	}
}

// TestSearchShowsOnlyPresentMatches searches while the index is behind: after a rename, a move and a suspension.
func TestSearchShowsOnlyPresentMatches(t *testing.T) {
	m := newModel(t, 5)
	m.create(m.North)
	id, admin := m.customers[0], m.Caller(m.Admin)
	rename := func(name string) {
		patch := account.ContactPatch{Name: &name}
		_, err := m.AccountChanger().Contact(t.Context(), admin, request.Metadata{}, string(id), patch)
		m.must(err)
	}
	expect := func(text string, owner account.ID, status account.Status, want int) {
		t.Helper()
		selection := directory.Selection{Kind: account.Customer, Owner: owner, Status: status, Search: text, Limit: 5}
		if found := m.find(selection); len(found) != want {
			t.Errorf("%q of %q, %q finds %v, want %d", text, owner, status, found, want)
		}
	}
	rename("Waldvogel")
	m.deliverAll()
	expect("waldv", m.North, "", 1)
	rename("Bergvogel")
	expect("waldv", m.North, "", 0)
	expect("vogel", m.North, "", 1)
	m.deliverAll()
	_, err := m.AccountChanger().Suspend(t.Context(), admin, request.Metadata{}, string(id), account.HoldInput{})
	m.must(err)
	expect("vogel", m.North, account.Active, 0)
	expect("vogel", "", account.Suspended, 1)
	m.operate(operation.Move, operation.Parameters{NewOwner: m.South}, id)
	expect("vogel", m.North, "", 0)
	expect("vogel", "", "", 1)
	m.deliverAll()
	expect("vogel", m.South, "", 1)
	m.operate(operation.Remove, operation.Parameters{}, id)
	expect("vogel", "", "", 0)
	expect(fmt.Sprint("vogel ", "berg"), m.South, "", 0)
}

// TestSuspensionReadsAndWritesNothing counts the calls of the index when a customer is suspended.
func TestSuspensionReadsAndWritesNothing(t *testing.T) {
	m := newModel(t, 6)
	m.create(m.North)
	m.deliverAll()
	_, err := m.AccountChanger().Suspend(
		t.Context(), m.Caller(m.Admin), request.Metadata{}, string(m.customers[0]), account.HoldInput{})
	m.must(err)
	calls := 0
	m.store.index.Before(func(dynamotest.Call) error {
		calls++
		return nil
	})
	m.deliverAll()
	if calls > 0 {
		t.Errorf("a suspension makes %d calls of the index, want none", calls)
	}
}
