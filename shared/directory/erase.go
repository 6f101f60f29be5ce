package directory

import (
	"context"
	"strings"

	"tenantry/shared/account"
	"tenantry/shared/event"
)

// Erase deletes what is left of panel users that were removed: their trail, sessions, API tokens and reset links; and of
// other accounts what was written while they went. All of it is void without the account already.
type Erase struct {
	Store interface {
		// EraseRemains deletes rows that were kept with an account that is gone, about so many at most, and tells whether there
		// are no more.
		EraseRemains(ctx context.Context, of account.ID, most int) (bool, error)
		// EraseTrail deletes rows likewise, but for an event.
		EraseTrail(ctx context.Context, of account.ID, spared string, most int) (bool, error)
	}
}

// erasedAtOnce is how many rows of one account are deleted before others have their turn: some seconds' work.
const erasedAtOnce = 2500

// Handle erases what is left of the accounts whose removal is among the events, and returns how many events, from the first on, are
// done. An event whose account had too much comes again, as one does whose deletion failed; what was deleted stays so.
func (e Erase) Handle(ctx context.Context, happened []event.Event) (int, error) {
	for i, one := range happened {
		done, err := true, error(nil)
		switch {
		case one.Name == event.PanelUserRemoved && strings.HasPrefix(one.Subject, account.PanelUserPrefix):
			done, err = e.Store.EraseRemains(ctx, account.ID(one.Subject), erasedAtOnce)
		case one.Name == event.CustomerRemoved || one.Name == event.ResellerRemoved:
			done, err = e.Store.EraseTrail(ctx, one.Account, one.ID, erasedAtOnce)
		}
		if err != nil || !done {
			return i, err
		}
	}
	return len(happened), nil
}
