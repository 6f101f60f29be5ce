package removal

import (
	"context"
	"slices"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/backup"
	"tenantry/shared/deadline"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/operation"
	"tenantry/shared/request"
)

// removeOwnBackups deletes the backups that the account created.
func (r Remover) removeOwnBackups(ctx context.Context, job operation.Job, a *account.Account) error {
	return r.removeBackups(ctx, job, a, a.ID)
}

// removeBackups deletes the backups that the creator created: the account, or one of its panel users. A reseller's
// backups of customers that have another owner now stay with those customers (ADR 19). They are reassigned to the
// administrators.
func (r Remover) removeBackups(ctx context.Context, job operation.Job, a *account.Account, creator account.ID) error {
	administrator := access.Caller{Account: account.Account{ID: job.Operation.Originator, Kind: account.Administrator}}
	hasOtherOwner := map[account.ID]bool{}
	for before := ""; ; {
		backups, more, err := r.Store.ListCreated(ctx, creator, before, pageSize)
		if err != nil {
			return err
		}
		for i := range backups {
			before = backups[i].ID
			stays, err := r.belongsToOthers(ctx, a, &backups[i], hasOtherOwner)
			switch {
			case err != nil:
				return err
			case stays:
				err = r.reassignBackup(ctx, job, backups[i].ID, creator)
			default:
				err = r.Backups.Delete(ctx, administrator, request.Metadata{ID: job.Operation.ID}, backups[i].ID)
			}
			if err != nil && !fault.Is(err, fault.NotFound) {
				return err
			}
		}
		if !more {
			return nil
		}
	}
}

// belongsToOthers reports whether the backup's customer exists and has another owner than the reseller. It keeps the
// result for each customer in hasOtherOwner.
func (r Remover) belongsToOthers(
	ctx context.Context, reseller *account.Account, b *backup.Backup, hasOtherOwner map[account.ID]bool,
) (bool, error) {
	if reseller.Kind != account.Reseller || b.Customer == reseller.ID {
		return false, nil
	}
	if result, isKnown := hasOtherOwner[b.Customer]; isKnown {
		return result, nil
	}
	customer, err := r.Store.ReadAccount(ctx, b.Customer)
	hasOtherOwner[b.Customer] = customer != nil && customer.Owner != reseller.ID
	return hasOtherOwner[b.Customer], err
}

// reassignFormerOwnersBackups reassigns the backups that former owners created of this account to the administrators.
// Otherwise the former owners would see them again once the account is gone, because a backup without a customer is
// visible to its creator (ADR 19). The trail names all backups, also those of removed subscriptions. It lists newer
// events first, so a later deletion or reassignment of a backup is found before its creation.
func (r Remover) reassignFormerOwnersBackups(ctx context.Context, job operation.Job, a *account.Account) error {
	if len(a.FormerOwners) == 0 {
		return nil
	}
	done := map[string]bool{}
	for before := ""; ; {
		events, more, err := r.Store.ListEventsNow(ctx, a.ID, before, pageSize)
		if err != nil {
			return err
		}
		for i := range events {
			entry := &events[i]
			before = entry.ID
			switch {
			case entry.Name == event.BackupRemoved || entry.Name == event.BackupReassigned:
				done[entry.Subject] = true
			case entry.Name == event.BackupCreated && !done[entry.Subject] && slices.Contains(a.FormerOwners, entry.Actor):
				if err := r.reassignBackup(ctx, job, entry.Subject, entry.Actor); err != nil {
					return err
				}
			}
		}
		if !more {
			return nil
		}
		if deadline.Near(ctx, r.Now(), hosting.ErasureReserve) {
			return tryAgain("More backups remain to be handed over.")
		}
	}
}

// reassignBackup makes the administrators the creators of a backup.
func (r Remover) reassignBackup(ctx context.Context, job operation.Job, id string, creator account.ID) error {
	meta := request.Metadata{ID: job.Operation.ID}
	return r.Backups.Reassign(ctx, job.Operation.Originator, meta, id, creator, account.AdministratorOwner)
}
