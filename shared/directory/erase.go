package directory

import (
	"context"
	"strings"

	"tenantry/shared/account"
	"tenantry/shared/event"
)

// Erase deletes what is left of panel users that were removed: their trail, sessions, API tokens and reset links. All of it is
// void without the user already.
type Erase struct {
	Store interface {
		// EraseRemains deletes rows that were kept with an account that is gone, about so many at most, and tells whether there
		// are no more.
		EraseRemains(ctx context.Context, of account.ID, most int) (bool, error)
	}
}

// erasedAtOnce is how many rows of one user are deleted before others have their turn: some seconds' work.
const erasedAtOnce = 2500

// Handle erases what is left of the users whose removal is among the events, and returns how many events, from the first on, are
// done. An event whose user had too much comes again, as one does whose deletion failed; what was deleted stays so.
func (e Erase) Handle(ctx context.Context, happened []event.Event) (int, error) {
	for i, one := range happened {
		if one.Name != event.PanelUserRemoved || !strings.HasPrefix(one.Subject, account.PanelUserPrefix) {
			continue
		}
		if done, err := e.Store.EraseRemains(ctx, account.ID(one.Subject), erasedAtOnce); err != nil || !done {
			return i, err
		}
	}
	return len(happened), nil
}
