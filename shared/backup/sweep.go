package backup

import (
	"context"

	"tenantry/shared/event"
)

// sweeps is how often a deleted backup is swept: when no address of its upload is good any more, and again hours later, for an
// upload goes on that began while one was.
const sweeps = 2

// Sweep erases what came into the storage under a backup after its deletion. The queue's times are those of its two sweeps.
// Errors: event.ErrAgain when another is to come.
func (b Backups) Sweep(ctx context.Context, order event.Order) error {
	deleted := Backup{ID: order.Subject, Customer: order.Account}
	if err := b.Storage.Erase(ctx, deleted.Key()); err != nil {
		return err
	}
	if order.Times < sweeps {
		return event.ErrAgain
	}
	return nil
}
