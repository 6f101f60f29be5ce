package stream

import (
	"context"
	"strings"

	"tenantry/shared/account"
	"tenantry/shared/event"
)

// Eraser deletes the rows that are kept with an account.
type Eraser interface {
	// EraseRemains deletes about limit rows at most of an account that is gone. Reports whether no rows are left.
	EraseRemains(ctx context.Context, id account.ID, limit int) (bool, error)
	// EraseTrail deletes about limit rows at most of an account, but neither the account itself nor one event. Reports
	// whether no other rows are left.
	EraseTrail(ctx context.Context, id account.ID, keptEvent string, limit int) (bool, error)
}

// EraseRemains erases what removed accounts left behind: all rows of a panel user, and rows of other accounts that were
// written while the account was being removed. Nothing reads these rows any more (docs/adr/0022, 0024).
type EraseRemains struct{ Store Eraser }

// eraseLimit is how many rows of one account are deleted before the batch ends: some seconds' work.
const eraseLimit = 2500

// Handle implements Handler. An event of an account with more rows than the limit is delivered again and goes on with
// the rest.
func (h EraseRemains) Handle(ctx context.Context, events []event.Event) (int, error) {
	for i := range events {
		if erased, err := h.erase(ctx, &events[i]); err != nil || !erased {
			return i, err
		}
	}
	return len(events), nil
}

// erase reports whether nothing is left to erase for the event.
func (h EraseRemains) erase(ctx context.Context, e *event.Event) (bool, error) {
	switch {
	case e.Name == event.PanelUserRemoved && strings.HasPrefix(e.Subject, account.PanelUserPrefix):
		return h.Store.EraseRemains(ctx, account.ID(e.Subject), eraseLimit)
	case e.Name == event.CustomerRemoved || e.Name == event.ResellerRemoved:
		return h.Store.EraseTrail(ctx, e.Account, e.ID, eraseLimit)
	}
	return true, nil
}
