package backup

import (
	"context"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/sweep"
)

// Tombstone remembers a deleted backup, whose storage is erased again when no more can be uploaded.
type Tombstone struct {
	Backup   string
	Customer account.ID
	Sweeps   int       // how often the storage was erased
	DueAt    time.Time // when it is erased next
}

// sweepPauses are the pauses before the sweeps of a deleted backup. After the first no address of an upload is valid
// any more. An upload that began while one was valid goes on, so there is a second sweep, half a day later.
var sweepPauses = [...]time.Duration{AddressLifetime + 5*time.Minute, 12 * time.Hour}

// newTombstone returns the tombstone of a backup that is deleted now.
func newTombstone(deleted *Backup, now time.Time) *Tombstone {
	return &Tombstone{Backup: deleted.ID, Customer: deleted.Customer, DueAt: now.Add(sweepPauses[0])}
}

// TombstoneStore keeps tombstones.
type TombstoneStore interface {
	// ReadTombstone reads, consistently, the tombstone of a backup; nil if there is none.
	ReadTombstone(ctx context.Context, id string) (*Tombstone, error)
	// WriteTombstone replaces a tombstone, or deletes it if after is nil. It changes nothing if there is no tombstone with
	// as many sweeps as before.
	WriteTombstone(ctx context.Context, before Tombstone, after *Tombstone) error
}

// DueHandler erases what was uploaded under deleted backups.
type DueHandler struct {
	Store   TombstoneStore
	Storage Storage
	Now     func() time.Time
}

// HandleDue implements sweep.Handler. It erases the storage of a deleted backup, and plans the next sweep or deletes
// the tombstone.
func (h DueHandler) HandleDue(ctx context.Context, entry sweep.Entry) error {
	before, err := h.Store.ReadTombstone(ctx, entry.ID)
	now := h.Now()
	if err != nil || before == nil || !before.DueAt.Equal(entry.At) || now.Before(entry.At) {
		return err
	}
	deleted := Backup{ID: before.Backup, Customer: before.Customer}
	if err := h.Storage.Erase(ctx, deleted.Key()); err != nil {
		return err
	}
	sweeps := before.Sweeps + 1
	if sweeps >= len(sweepPauses) {
		return h.Store.WriteTombstone(ctx, *before, nil)
	}
	return h.Store.WriteTombstone(ctx, *before, &Tombstone{
		Backup: before.Backup, Customer: before.Customer, Sweeps: sweeps, DueAt: now.Add(sweepPauses[sweeps]),
	})
}
