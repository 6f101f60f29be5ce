package storetest

import (
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/backup"
	"tenantry/shared/event"
	"tenantry/shared/fault"
)

var backups = map[string]func(*testing.T, *world){
	"come, are ready and go": func(t *testing.T, w *world) {
		r := w.reseller(t, "reseller")
		a := w.customer(t, r.ID, "ada")
		made := func(creator account.ID) *backup.Backup {
			b := &backup.Backup{
				ID: w.id(backup.IDPrefix), Subscription: "sub_1", Customer: a.ID, Creator: creator, Size: 5, State: backup.Uploading, CreatedAt: w.now(), Version: 1,
			}
			succeeds(t, w.WriteBackup(w.ctx, backup.Writing{After: b, Event: w.event(event.BackupCreated, &a)}))
			return b
		}
		first, second := made(a.ID), made(r.ID)
		found, chain, err := w.ReadBackup(w.ctx, first.ID)
		succeeds(t, err)
		equal(t, "backup", *found, *first)
		equal(t, "chain", len(chain), 2)
		ready := *first
		ready.State, ready.Version = backup.Ready, 2
		succeeds(t, w.WriteBackup(w.ctx, backup.Writing{Before: first, After: &ready, Event: w.event(event.BackupReady, &a)}))
		refused(t, w.WriteBackup(w.ctx, backup.Writing{Before: first, Event: w.event(event.BackupRemoved, &a)}), fault.VersionMismatch)
		listed, more, err := w.ListBackups(w.ctx, "sub_1", "", 1)
		succeeds(t, err)
		equal(t, "backups", listed, []backup.Backup{ready})
		equal(t, "more", more, true)
		listed, _, err = w.ListBackups(w.ctx, "sub_1", first.ID, 1)
		succeeds(t, err)
		equal(t, "backups", listed, []backup.Backup{*second})
		listed, _, err = w.ListCreated(w.ctx, r.ID, "", 10)
		succeeds(t, err)
		equal(t, "created", listed, []backup.Backup{*second})
		succeeds(t, w.WriteBackup(w.ctx, backup.Writing{Before: &ready, Event: w.event(event.BackupRemoved, &a)}))
		found, _, err = w.ReadBackup(w.ctx, first.ID)
		succeeds(t, err)
		equal(t, "backup", found, nil)
	},
}
