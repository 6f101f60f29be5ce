package backup

import (
	"context"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/request"
)

// Delete deletes a backup. It first erases all versions in the storage, so a deletion that was interrupted is completed
// by repeating the request. The sweep erases what is uploaded later (DueHandler). Once the storage has erased the
// backup, its version no longer matters, and neither does who else deletes it. Errors: fault.NotFound,
// fault.VersionMismatch.
func (b Backups) Delete(ctx context.Context, caller access.Caller, meta request.Metadata, id string) error {
	isErased := false
	read := func(ctx context.Context) (edit.Snapshot[BackupContext], error) {
		found, err := b.find(ctx, caller, id, meta.Key)
		snapshot := edit.Snapshot[BackupContext]{Object: found, Record: found.First}
		if found.Backup != nil && !isErased {
			snapshot.Version = found.Backup.Version
		}
		return snapshot, err
	}
	_, err := edit.Update(
		ctx,
		b.editor(),
		meta,
		read,
		func(found BackupContext, now time.Time) (edit.Outcome[struct{}], error) {
			if !isErased {
				if err := b.Storage.Erase(ctx, found.Backup.Key()); err != nil {
					return edit.Outcome[struct{}]{}, err
				}
				isErased = true
			}
			trail := &caller.Account // if the customer is gone
			if len(found.Chain) > 0 {
				trail = &found.Chain[0]
			}
			return edit.Outcome[struct{}]{Write: b.write(BackupChange{
				Before: found.Backup, HasSubscription: found.HasSubscription, HasCreator: found.HasCreator,
				Tombstone: newTombstone(found.Backup, now),
				Event:     b.event(event.BackupRemoved, trail, caller, meta, found.Backup, now),
			})}, nil
		},
	)
	if isErased && fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}
