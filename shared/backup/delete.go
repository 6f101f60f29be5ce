package backup

import (
	"context"

	"tenantry/shared/access"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
)

// Delete deletes a backup: from the storage first, with all versions, so that a deletion that is cut off is completed by asking
// for it again. What is uploaded after that, Sweep erases. Errors: NotFound, VersionMismatch.
func (b Backups) Delete(ctx context.Context, caller access.Caller, meta request.Metadata, id string) error {
	found, err := b.find(ctx, caller, id, meta.Key)
	if err != nil {
		_, err = idempotency.Answer(Record{}, meta.Key, err)
		return err
	}
	if meta.IfMatch != nil && *meta.IfMatch != found.Backup.Version {
		return fault.New(fault.VersionMismatch, "This object has changed since you read it. Read it again and retry.")
	}
	if err := b.Storage.Erase(ctx, found.Backup.Key()); err != nil {
		return err
	}
	return b.forget(ctx, caller, meta, found)
}

// forget removes what is known of a backup that the storage has no more, whatever became of it meanwhile.
func (b Backups) forget(ctx context.Context, caller access.Caller, meta request.Metadata, found Found) error {
	for try := 1; ; try++ {
		of, now := &caller.Account, b.Now() // into whose trail it goes when the customer is gone
		if len(found.Chain) > 0 {
			of = &found.Chain[0]
		}
		writing := BackupChange{Before: found.Backup}
		var err error
		writing.Event = b.event(event.BackupRemoved, of, caller, meta, found.Backup, now)
		writing.Tombstone = newTombstone(found.Backup, now)
		writing.Record = idempotency.NewRecord(meta.Key, nil, now)
		err = b.Store.WriteBackup(ctx, writing)
		if !fault.Is(err, fault.VersionMismatch) || try == maxTries {
			_, err = idempotency.Answer(Record{}, meta.Key, err)
			return err
		}
		found, err = b.find(ctx, caller, found.Backup.ID, meta.Key)
		if fault.Is(err, fault.NotFound) {
			return nil // somebody else has deleted it meanwhile
		}
		if err != nil {
			_, err = idempotency.Answer(Record{}, meta.Key, err)
			return err
		}
	}
}

// maxTries is how often something is written that others come before. A backup changes when it becomes ready, and perhaps once more
// when its creator goes.
const maxTries = 3
