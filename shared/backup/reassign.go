package backup

import (
	"context"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
)

// Reassign makes another account the creator of a backup. It changes nothing if the backup is gone or has another
// creator.
func (b Backups) Reassign(
	ctx context.Context,
	actor account.ID,
	meta request.Metadata,
	id string,
	from, to account.ID,
) error {
	return edit.Retry(func() error {
		found, err := b.Store.ReadBackup(ctx, id, idempotency.Key{})
		if err != nil || found.Backup == nil || found.Backup.Creator != from || len(found.Chain) == 0 {
			return err
		}
		caller, after := access.Caller{Account: account.Account{ID: actor}}, *found.Backup
		after.Creator, after.Version = to, after.Version+1
		change := BackupChange{
			Before:     found.Backup,
			After:      &after,
			HasCreator: found.HasCreator,
			Event:      b.event(event.BackupReassigned, &found.Chain[0], caller, meta, &after, b.Now()),
		}
		change.Event.Changes = []account.FieldChange{{Field: "createdBy", Old: from, New: to}}
		return b.Store.WriteBackup(ctx, change)
	})
}
