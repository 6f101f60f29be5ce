package backup

import (
	"context"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
)

// Reassign gives a backup that one has made to another, who counts as its creator from now on. What is gone, or somebody else's, stays as it
// is.
func (b Backups) Reassign(ctx context.Context, actor account.ID, meta request.Metadata, id string, from, to account.ID) error {
	for try := 1; ; try++ {
		found, err := b.Store.ReadBackup(ctx, id, idempotency.Key{})
		if err != nil || found.Backup == nil || found.Backup.Creator != from || len(found.Chain) == 0 {
			return err
		}
		by, now := access.Caller{Account: account.Account{ID: actor}}, b.Now()
		writing, after := BackupChange{Before: found.Backup}, *found.Backup
		after.Creator, after.Version = to, after.Version+1
		writing.After = &after
		writing.Event = b.event(event.BackupReassigned, &found.Chain[0], by, meta, &after, now)
		writing.Event.Changes = []account.FieldChange{{Field: "createdBy", Old: from, New: to}}
		err = b.Store.WriteBackup(ctx, writing)
		if !fault.Is(err, fault.VersionMismatch) || try == maxTries {
			return err
		}
	}
}
