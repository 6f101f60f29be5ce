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

// A command without time stops after each page and before each pause, and the next call continues there.
func TestReshardContinuesWhereItRanOutOfTime(t *testing.T) {
	t.Parallel()
	m := newReshardModel(t, 2)
	for range 500 {
		m.create()
	}
	owner := m.owners[1]
	own := expectedOrder(m.all(), directory.Selection{Kind: account.Customer, Owner: owner, Sort: directory.ByCreated})
	wait := func(context.Context, time.Duration) error {
		t.Error("a call without time has waited")
		return nil
	}
	process := directory.Reshard{Store: m.table.View(undisturbed), Now: m.now, Wait: wait}
	input := directory.ReshardRequest{Owner: owner, Shards: 4}
	read, moved, calls := 0, 0, 0
	for ; calls < 20; calls++ {
		result, err := process.Run(dynamotest.WithDeadline(m.ctx, m.now()), "", input)
		expectNoError(t, err)
		read, moved = read+result.Read, moved+result.Moved
		if input.After = result.Next; result.Next == "" {
			break
		}
		m.advance(3 * time.Minute)
		if calls == 4 { // a lost result: the call is repeated
			result, err = process.Run(dynamotest.WithDeadline(m.ctx, m.now()), "", input)
			expectNoError(t, err)
			expectEqual(t, "next", result.Next != "", true)
		}
		if result.Next == "end" { // the last pause cannot be interrupted
			process.Wait = m.wait
			input.After = result.Next
			result, err = process.Run(m.ctx, "", input)
			expectNoError(t, err)
			expectEqual(t, "next", result.Next, "")
			break
		}
	}
	if read < len(own) || moved < len(own)/2 || moved > len(own) {
		t.Errorf("read %d and moved %d of %d accounts, want all and about three quarters", read, moved, len(own))
	}
	found, err := m.ReadListShards(m.ctx, owner)
	expectNoError(t, err)
	expectEqual(t, "shards", found.Shards, 4)
	for range 10 {
		m.read()
	}
	result, err := process.Run(m.ctx, "", directory.ReshardRequest{Owner: owner, Shards: 4})
	expectNoError(t, err)
	expectEqual(t, "result of a repeated command", result, directory.ReshardResult{})
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
