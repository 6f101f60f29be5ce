package operation_test

import (
	"context"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/dynamotest"
	"tenantry/shared/flowtest"
	"tenantry/shared/operation"
	"tenantry/shared/request"
)

// crowded is a store whose accounts have so many subscriptions as one says.
type crowded struct {
	*dynamotest.Store

	subscriptions map[account.ID]int64
	reads         int
}

// ReadAccountsNow reads accounts.
func (c *crowded) ReadAccountsNow(ctx context.Context, ids []account.ID) ([]account.Account, error) {
	c.reads++
	found, err := c.Store.ReadAccountsNow(ctx, ids)
	for i := range found {
		found[i].Subscriptions = c.subscriptions[found[i].ID]
	}
	return found, err
}

// nothing is work that says nothing of anything.
type nothing struct{ operation.Processor }

// Preview says nothing.
func (nothing) Preview(context.Context, operation.Job) (operation.Forecast, error) {
	return operation.Forecast{}, nil
}

// Whether a preview is made at once goes by the subscriptions of those that the caller may work on, where the work looks at them.
func TestAPreviewOfManySubscriptionsIsAnOperation(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 1, 3)
	works := map[operation.Kind]operation.Processor{}
	for _, kind := range []operation.Kind{operation.Suspend, operation.Activate, operation.Remove, operation.Convert, operation.Move} {
		works[kind] = nothing{}
	}
	one, two := s.Customers[0], s.Customers[1]
	for name, c := range map[string]struct {
		by            account.ID
		kind          operation.Kind
		subscriptions map[account.ID]int64
		atOnce        bool
	}{
		"as many as are judged at once":       {s.North, operation.Remove, map[account.ID]int64{one: 600, two: 400}, true},
		"one more":                            {s.North, operation.Remove, map[account.ID]int64{one: 600, two: 401}, false},
		"one more to be converted":            {s.Admin, operation.Convert, map[account.ID]int64{one: 1001}, false},
		"one more to be moved":                {s.Admin, operation.Move, map[account.ID]int64{two: 1001}, false},
		"many of those that are suspended":    {s.North, operation.Suspend, map[account.ID]int64{one: 5000}, true},
		"many of those that are activated":    {s.North, operation.Activate, map[account.ID]int64{one: 5000}, true},
		"many of those that are another's":    {s.South, operation.Remove, map[account.ID]int64{one: 5000}, true},
		"many of the caller itself":           {s.North, operation.Remove, map[account.ID]int64{s.North: 5000}, true},
		"many as the administrator sees them": {s.Admin, operation.Remove, map[account.ID]int64{one: 5000}, false},
	} {
		store := &crowded{Store: s.Store, subscriptions: c.subscriptions}
		accept := operation.Acceptor{Store: store, Processors: works, NewID: s.IDs.New, Now: s.Now}
		items := named(append(s.Customers, s.North, "cus_01JDB6X0C7V8Y9Z0A1B2C3D4E5")...)
		order := operation.Parameters{}
		if c.kind == operation.Move {
			order.NewOwner = s.South
		}
		answer, err := accept.Accept(t.Context(), s.Caller(c.by), request.Metadata{}, c.kind, operation.NewOperation{Items: items, DryRun: true, Parameters: order})
		must(t, err)
		if c.atOnce != (answer.ID == "") || !answer.Preview || c.atOnce != (len(answer.Items) == len(items)) {
			t.Errorf("%s: %+v", name, answer)
		}
		if looked := c.kind != operation.Suspend && c.kind != operation.Activate; looked != (store.reads == 1) {
			t.Errorf("%s: the accounts are read %d times", name, store.reads)
		}
		if _, err := accept.Accept(t.Context(), s.Caller(c.by), request.Metadata{}, c.kind, operation.NewOperation{Items: items, Parameters: order}); err != nil || store.reads > 1 {
			t.Errorf("%s: %v; the accounts are read for what is no preview", name, err)
		}
	}
}
