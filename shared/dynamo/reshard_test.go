package dynamo_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/dynamotest"
	"tenantry/shared/fault"
)

// wait is a Wait that moves the clock of the model.
func (m *reshardModel) wait(_ context.Context, d time.Duration) error {
	m.advance(d)
	return nil
}

// listNames are the names of lists in a request, by their owner in a selection.
func (m *reshardModel) listNames() map[account.ID]account.ID {
	names := map[account.ID]account.ID{"": "all"}
	for _, owner := range m.owners {
		names[owner] = owner
	}
	return names
}

// A command without time stops after each page and before each pause, and the next call continues there.
func TestReshardContinuesWhereItRanOutOfTime(t *testing.T) {
	t.Parallel()
	m := newReshardModel(t, 2)
	for range 700 {
		m.create()
	}
	wait := func(context.Context, time.Duration) error {
		t.Error("a call without time has waited")
		return nil
	}
	process := directory.Reshard{Store: m.table.View(undisturbed), Now: m.now, Wait: wait}
	for owner, name := range m.listNames() {
		list := expectedOrder(m.all(), directory.Selection{Kind: account.Customer, Owner: owner, Sort: directory.ByCreated})
		input := directory.ReshardRequest{Owner: name, Shards: 4}
		read, moved, calls := 0, 0, 0
		for isDone := false; !isDone && calls < 30; calls++ {
			result, err := process.Run(dynamotest.WithDeadline(m.ctx, m.now()), "", input)
			expectNoError(t, err)
			read, moved, isDone = read+result.Read, moved+result.Moved, result.IsDone
			m.advance(time.Duration(calls%3) * time.Minute)
		}
		if read < len(list) || read > len(list)+len(m.owners) || moved < len(list)/2 || moved > len(list) {
			t.Errorf("read %d and moved %d of %d accounts, want each read once and about three quarters moved",
				read, moved, len(list))
		}
		if calls < 5 || calls == 30 {
			t.Errorf("%d calls, want one for each page and pause", calls)
		}
		found, err := m.ReadListShards(m.ctx, owner)
		expectNoError(t, err)
		expectEqual(t, "shards", found.Shards, 4)
		m.expectSpread(owner, 4)
		result, err := process.Run(m.ctx, "", input)
		expectNoError(t, err)
		expectEqual(t, "result of a repeated command", result, directory.ReshardResult{IsDone: true})
	}
	for range 10 {
		m.read()
	}
}

// expectSpread expects that each shard of a list of customers has some of the accounts.
func (m *reshardModel) expectSpread(owner account.ID, shards int) {
	m.t.Helper()
	attribute := "ownerList"
	if owner == "" {
		attribute = "allList"
	}
	stored, partitions := m.table.Partitions(attribute), map[string]int{}
	for id, a := range m.accounts {
		if a.Kind == account.Customer && (owner == "" || a.Owner == owner) {
			partitions[stored[id]]++
		}
	}
	if len(partitions) != shards {
		m.t.Errorf("the customers of %q are in %v, want %d shards", owner, partitions, shards)
	}
}

// TestListsGrowByTheirSize invokes the command as the schedule does, with calls that run out of time.
func TestListsGrowByTheirSize(t *testing.T) {
	t.Parallel()
	m := newReshardModel(t, 4)
	for range 370 {
		m.create()
	}
	process := directory.Reshard{Store: m.table.View(undisturbed), Now: m.now, Wait: m.wait, ShardSize: 100}
	isDone, calls := false, 0
	for ; !isDone && calls < 40; calls++ {
		result, err := process.Run(dynamotest.WithDeadline(m.ctx, m.now().Add(time.Minute)), "", directory.ReshardRequest{})
		expectNoError(t, err)
		isDone = result.IsDone
		m.advance(time.Hour)
		m.change()
		m.read()
	}
	expectEqual(t, "all lists are done", isDone, true)
	if calls < 10 {
		t.Errorf("%d calls, want some for each of four lists", calls)
	}
	for owner := range m.listNames() {
		selection := directory.Selection{Kind: account.Customer, Owner: owner, Sort: directory.ByCreated}
		size, want := len(expectedOrder(m.all(), selection)), 1
		for 100*want < size {
			want *= 2
		}
		found, err := m.ReadListShards(m.ctx, owner)
		expectNoError(t, err)
		if found.Shards != want || found.IsGrowing() {
			t.Errorf("the list of %q has %d accounts and %+v, want %d shards", owner, size, found, want)
		}
		m.expectSpread(owner, want)
	}
	for range 10 {
		m.read()
	}
	process.ShardSize = 1
	for range 20 {
		_, err := process.Run(m.ctx, "", directory.ReshardRequest{})
		expectNoError(t, err)
	}
	found, err := m.ReadListShards(m.ctx, "")
	expectNoError(t, err)
	expectEqual(t, "greatest number of shards", found.Shards, 32)
	m.read()
}

// A list that another call is dividing is left to this call.
func TestGrowthBySizeLeavesListsToAnotherCall(t *testing.T) {
	t.Parallel()
	m := newReshardModel(t, 5)
	m.advance(time.Hour)
	process := directory.Reshard{Store: m.Store, Now: m.now, ShardSize: 10}
	process.Wait = func(ctx context.Context, d time.Duration) error {
		other := process
		other.Wait = m.wait
		_, err := other.Run(ctx, "", directory.ReshardRequest{})
		return errors.Join(err, m.wait(ctx, d))
	}
	result, err := process.Run(m.ctx, "", directory.ReshardRequest{})
	expectNoError(t, err)
	expectEqual(t, "done", result.IsDone, false)
	found, err := m.ReadListShards(m.ctx, "")
	expectNoError(t, err)
	if found.Shards < 4 || found.IsGrowing() {
		t.Errorf("the list of all has %+v, want what the other call has completed", found)
	}
}

func undisturbed(_ dynamotest.Call, send func() error) error { return send() }

func (m *reshardModel) all() (all []account.Account) {
	for _, a := range m.accounts {
		all = append(all, a)
	}
	return all
}

func TestReshardRejectsWhatListsCannotHave(t *testing.T) {
	t.Parallel()
	m := newReshardModel(t, 3)
	owner := m.owners[1]
	customer, _ := m.anyCustomer()
	process := directory.Reshard{Store: m.Store, Now: m.now, Wait: m.wait}
	run := func(owner account.ID, shards int) error {
		_, err := process.Run(m.ctx, "", directory.ReshardRequest{Owner: owner, Shards: shards})
		return err
	}
	expectFault(t, run("somebody", 2), fault.InvalidRequest)
	expectFault(t, run("", 2), fault.InvalidRequest)
	expectFault(t, run(owner, 0), fault.InvalidRequest)
	expectFault(t, run(owner, 33), fault.InvalidRequest)
	expectFault(t, run(customer.ID, 2), fault.NotFound)
	expectFault(t, run("res_00000000000000000000000000", 2), fault.NotFound)
	expectNoError(t, run(owner, 4))
	expectFault(t, run(owner, 2), fault.Conflict)
	expectFault(t, run(owner, 6), fault.Conflict)
	process.Wait = func(context.Context, time.Duration) error { return errors.New("stopped") }
	if run(owner, 8) == nil {
		t.Fatal("a command that cannot wait has succeeded")
	}
	expectFault(t, run(owner, 16), fault.Conflict) // the lists grow to 8
	process.Wait = m.wait
	expectNoError(t, run(owner, 8))
	found, err := m.ReadListShards(m.ctx, owner)
	expectNoError(t, err)
	expectEqual(t, "shards", found.Shards, 8)
}
