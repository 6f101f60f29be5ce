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

// removeOwnBackups deletes what the account itself has made.
func (r Remover) removeOwnBackups(ctx context.Context, task operation.Job, of *account.Account) error {
	return r.removeBackups(ctx, task, of, of.ID)
}

// removeBackups deletes what the account, or one of its panel users, has made; but for what a reseller has made of customers that have
// another owner by now: that stays with them.
func (r Remover) removeBackups(ctx context.Context, task operation.Job, of *account.Account, creator account.ID) error {
	all := access.Caller{Account: account.Account{ID: task.Operation.Originator, Kind: account.Administrator}}
	others := map[account.ID]bool{}
	for before := ""; ; {
		found, more, err := r.Store.ListCreated(ctx, creator, before, pageSize)
		if err != nil {
			return err
		}
		for i := range found {
			before = found[i].ID
			stays, err := r.belongsToOthers(ctx, of, &found[i], others)
			switch {
			case err != nil:
				return err
			case stays:
				err = r.reassignBackup(ctx, task, found[i].ID, creator)
			default:
				err = r.Backups.Delete(ctx, all, request.Metadata{ID: task.Operation.ID}, found[i].ID)
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

// belongsToOthers tells whether a backup is of a customer that is there and that is not the account's any more. Others are the
// customers that have been looked at.
func (r Remover) belongsToOthers(ctx context.Context, of *account.Account, b *backup.Backup, others map[account.ID]bool) (bool, error) {
	if of.Kind != account.Reseller || b.Customer == of.ID {
		return false, nil
	}
	if known, looked := others[b.Customer]; looked {
		return known, nil
	}
	customer, err := r.Store.ReadAccount(ctx, b.Customer)
	others[b.Customer] = customer != nil && customer.Owner != of.ID
	return others[b.Customer], err
}

// reassignFormerOwnersBackups gives what former owners have made of the account's backups to the administrators: of a customer that is gone its creator
// would see them again. The trail names all of them, also those of subscriptions that are gone, and what has become of each is told
// after it.
func (r Remover) reassignFormerOwnersBackups(ctx context.Context, task operation.Job, of *account.Account) error {
	if len(of.FormerOwners) == 0 {
		return nil
	}
	done := map[string]bool{}
	for before := ""; ; {
		happened, more, err := r.Store.ListEvents(ctx, of.ID, before, pageSize)
		if err != nil {
			return err
		}
		for i := range happened {
			e := &happened[i]
			before = e.ID
			switch {
			case e.Name == event.BackupRemoved || e.Name == event.BackupReassigned:
				done[e.Subject] = true
			case e.Name == event.BackupCreated && !done[e.Subject] && slices.Contains(of.FormerOwners, e.Actor):
				if err := r.reassignBackup(ctx, task, e.Subject, e.Actor); err != nil {
					return err
				}
			}
		}
		if !more {
			return nil
		}
		if deadline.Near(ctx, r.Now(), hosting.WipeReserve) {
			return tryAgain("More backups remain to be handed over.")
		}
	}
}

func (r Remover) reassignBackup(ctx context.Context, task operation.Job, id string, from account.ID) error {
	meta := request.Metadata{ID: task.Operation.ID}
	return r.Backups.Reassign(ctx, task.Operation.Originator, meta, id, from, account.AdministratorOwner)
}
