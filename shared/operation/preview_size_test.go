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

// countingStore is a store that returns other counts of subscriptions, and counts the reads of accounts.
type countingStore struct {
	*dynamotest.Store

	subscriptions map[account.ID]int64
	reads         int
}

// ReadAccountsNow implements operation.AcceptStore.
func (s *countingStore) ReadAccountsNow(ctx context.Context, ids []account.ID) ([]account.Account, error) {
	s.reads++
	accounts, err := s.Store.ReadAccountsNow(ctx, ids)
	for i := range accounts {
		accounts[i].Subscriptions = s.subscriptions[accounts[i].ID]
	}
	return accounts, err
}

// emptyPreviewer is a processor with empty forecasts.
type emptyPreviewer struct{ operation.Processor }

// Preview implements operation.Processor.
func (emptyPreviewer) Preview(context.Context, operation.Job) (operation.Forecast, error) {
	return operation.Forecast{}, nil
}

// If the preview of a kind reads subscriptions, a preview is made at once only if the accounts that the caller may
// change have few of them.
func TestAcceptPreviewsManySubscriptionsInOperation(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 1, 3)
	processors := map[operation.Kind]operation.Processor{}
	for _, kind := range []operation.Kind{
		operation.Suspend, operation.Activate, operation.Remove, operation.Convert, operation.Move,
	} {
		processors[kind] = emptyPreviewer{}
	}
	first, second := s.Customers[0], s.Customers[1]
	for name, test := range map[string]struct {
		caller        account.ID
		kind          operation.Kind
		subscriptions map[account.ID]int64
		isAtOnce      bool
	}{
		"exactly the limit":          {s.North, operation.Remove, map[account.ID]int64{first: 600, second: 400}, true},
		"one more than the limit":    {s.North, operation.Remove, map[account.ID]int64{first: 600, second: 401}, false},
		"one more, to convert":       {s.Admin, operation.Convert, map[account.ID]int64{first: 1001}, false},
		"one more, to move":          {s.Admin, operation.Move, map[account.ID]int64{second: 1001}, false},
		"many, to suspend":           {s.North, operation.Suspend, map[account.ID]int64{first: 5000}, true},
		"many, to activate":          {s.North, operation.Activate, map[account.ID]int64{first: 5000}, true},
		"many of another reseller":   {s.South, operation.Remove, map[account.ID]int64{first: 5000}, true},
		"many of the caller itself":  {s.North, operation.Remove, map[account.ID]int64{s.North: 5000}, true},
		"many, as the administrator": {s.Admin, operation.Remove, map[account.ID]int64{first: 5000}, false},
	} {
		store := &countingStore{Store: s.Store, subscriptions: test.subscriptions}
		a := operation.Acceptor{Store: store, Processors: processors, NewID: s.IDs.New, Now: s.Now}
		input := operation.NewOperation{Items: itemsOf(append(s.Customers, s.North, unknownCustomer)...), DryRun: true}
		if test.kind == operation.Move {
			input.Parameters.NewOwner = s.South
		}
		response, err := a.Accept(t.Context(), s.Caller(test.caller), request.Metadata{}, test.kind, input)
		must(t, err)
		isAtOnce := response.ID == ""
		if isAtOnce != test.isAtOnce || !response.Preview || isAtOnce != (len(response.Items) == len(input.Items)) {
			t.Errorf("%s: response %+v, want a preview, at once: %v", name, response, test.isAtOnce)
		}
		readsAccounts := test.kind != operation.Suspend && test.kind != operation.Activate
		if readsAccounts != (store.reads == 1) {
			t.Errorf("%s: the accounts are read %d times, want once: %v", name, store.reads, readsAccounts)
		}
		input.DryRun = false
		_, err = a.Accept(t.Context(), s.Caller(test.caller), request.Metadata{}, test.kind, input)
		if err != nil || store.reads > 1 {
			t.Errorf("%s: without a preview the accounts are read %d times, error %v", name, store.reads, err)
		}
	}
}
