package stream_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/stream"
)

// eraser records what it has to erase. It does not finish the account tooMuch.
type eraser struct {
	fail    error
	tooMuch account.ID
	erased  []account.ID
}

func (e *eraser) EraseTrail(ctx context.Context, id account.ID, keptEvent string, limit int) (bool, error) {
	return e.EraseRemains(ctx, id+account.ID(" but "+keptEvent), limit)
}

func (e *eraser) EraseRemains(_ context.Context, id account.ID, _ int) (bool, error) {
	e.erased = append(e.erased, id)
	return e.fail == nil && id != e.tooMuch, e.fail
}

// A removed panel user loses all its rows, another removed account all but the event of its removal.
func TestEraseRemains(t *testing.T) {
	events := []event.Event{
		{Name: event.CustomerCreated, Account: "cus_1"},
		{Name: event.PanelUserRemoved, Account: "cus_1", Subject: "usr_1"},
		{Name: event.PanelUserRemoved, Account: "cus_1"}, // without the user's id
		{Name: event.PanelUserCreated, Account: "cus_1", Subject: "usr_2"},
		{Name: event.PanelUserRemoved, Account: "cus_1", Subject: "usr_3"},
		{Name: event.PanelUserRemoved, Account: "cus_1", Subject: "usr_4"},
		{Name: event.CustomerRemoved, Account: "cus_2", ID: "evt_1"},
		{Name: event.ResellerRemoved, Account: "res_1", ID: "evt_2"},
	}
	for name, c := range map[string]struct {
		store   eraser
		handled int
		erased  []account.ID
	}{
		"all":      {eraser{}, 8, []account.ID{"usr_1", "usr_3", "usr_4", "cus_2 but evt_1", "res_1 but evt_2"}},
		"too much": {eraser{tooMuch: "usr_3"}, 4, []account.ID{"usr_1", "usr_3"}},
		"failed":   {eraser{fail: context.DeadlineExceeded}, 1, []account.ID{"usr_1"}},
	} {
		handled, err := stream.EraseRemains{Store: &c.store}.Handle(t.Context(), events)
		if handled != c.handled || !errors.Is(err, c.store.fail) || !slices.Equal(c.store.erased, c.erased) {
			t.Errorf(
				"%s: handled %d, want %d; error %v; erased %v, want %v",
				name,
				handled,
				c.handled,
				err,
				c.store.erased,
				c.erased,
			)
		}
	}
}
