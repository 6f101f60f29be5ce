package backup

import (
	"context"

	"tenantry/shared/access"
	"tenantry/shared/change"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/once"
)

// Delete deletes a backup: from the storage first, with all versions, so that a deletion that is cut off is completed by asking
// for it again. What is uploaded after that, Sweep erases. Errors: NotFound, VersionMismatch.
func (b Backups) Delete(ctx context.Context, caller access.Caller, request change.Request, id string) error {
	found, err := b.find(ctx, caller, id, request.Once)
	if err != nil {
		_, err = once.Answer(Record{}, request.Once, err)
		return err
	}
	if request.IfMatch != nil && *request.IfMatch != found.Backup.Version {
		return fault.New(fault.VersionMismatch, "This has changed since you read it; read it again.")
	}
	if err := b.Storage.Erase(ctx, found.Backup.Key()); err != nil {
		return err
	}
	return b.forget(ctx, caller, request, found)
}

// forget removes what is known of a backup that the storage has no more, whatever became of it meanwhile.
func (b Backups) forget(ctx context.Context, caller access.Caller, request change.Request, found Found) error {
	for try := 1; ; try++ {
		of, now := &caller.Account, b.Now() // into whose trail it goes when the customer is gone
		if len(found.Chain) > 0 {
			of = &found.Chain[0]
		}
		writing := Writing{Before: found.Backup}
		var err error
		writing.Event = b.event(event.BackupRemoved, of, caller, request, found.Backup, now)
		writing.Event.Errand = event.SweepBackup
		if writing.Once, err = once.NewRecord(request.Once, nil, now); err != nil {
			return err
		}
		err = b.Store.WriteBackup(ctx, writing)
		if !fault.Is(err, fault.VersionMismatch) || try == maxTries {
			_, err = once.Answer(Record{}, request.Once, err)
			return err
		}
		found, err = b.find(ctx, caller, found.Backup.ID, request.Once)
		if fault.Is(err, fault.NotFound) {
			return nil // somebody else has deleted it meanwhile
		}
		if err != nil {
			_, err = once.Answer(Record{}, request.Once, err)
			return err
		}
	}
}

// maxTries is how often something is written that others come before. A backup changes when it becomes ready, and perhaps once more
// when its creator goes.
const maxTries = 3
