package dynamo_test

import (
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/backup"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
)

// taking is a new backup of a subscription.
func (w *world) taking(of *account.Account, subscription string, creator account.ID) backup.BackupChange {
	return backup.BackupChange{
		After: &backup.Backup{
			ID: w.id(backup.IDPrefix), Subscription: subscription, Customer: of.ID, Creator: creator, Size: 5, State: backup.Uploading,
			CreatedAt: w.now(), Version: 1,
		},
		Event: w.event(event.BackupCreated, of),
	}
}

// taken is a backup of a subscription that is there.
func (w *world) taken(t reporter, of *account.Account, subscription string, creator account.ID) *backup.Backup {
	t.Helper()
	writing := w.taking(of, subscription, creator)
	succeeds(t, w.WriteBackup(w.ctx, writing))
	return writing.After
}

// subscribed is a subscription that is there.
func (w *world) subscribed(t reporter, of *account.Account, domain string) *hosting.Subscription {
	t.Helper()
	writing := w.subscribing(of, nil, domain)
	succeeds(t, w.WriteHosting(w.ctx, writing))
	return writing.Subscription.After
}

// marked is a subscription after a first step of its removal.
func (w *world) marked(t reporter, of *account.Account, s *hosting.Subscription) {
	t.Helper()
	after := *s
	after.Removing, after.Version = true, s.Version+1
	succeeds(t, w.WriteHosting(w.ctx, hosting.ObjectChange{
		Subscription: &hosting.SubscriptionChange{Before: s, After: &after}, Customer: hosting.CustomerChange{ID: of.ID},
		Event: w.event(event.SubscriptionSuspended, of),
	}))
}

var backups = map[string]func(*testing.T, *world){
	"come, are ready and go": func(t *testing.T, w *world) {
		r := w.reseller(t, "reseller")
		a := w.customer(t, r.ID, "ada")
		made := w.taken(t, &a, w.subscribed(t, &a, "a.example").ID, a.ID)
		found, err := w.ReadBackup(w.ctx, made.ID, idempotency.Key{})
		succeeds(t, err)
		equal(t, "backup", *found.Backup, *made)
		equal(t, "chain", len(found.Chain), 2)
		ready := *made
		ready.State, ready.Version = backup.Ready, 2
		succeeds(t, w.WriteBackup(w.ctx, backup.BackupChange{Before: made, After: &ready, Event: w.event(event.BackupReady, &a)}))
		refused(t, w.WriteBackup(w.ctx, backup.BackupChange{Before: made, After: &ready, Event: w.event(event.BackupReady, &a)}), fault.VersionMismatch)
		refused(t, w.WriteBackup(w.ctx, backup.BackupChange{Before: made, Event: w.event(event.BackupRemoved, &a)}), fault.VersionMismatch)
		found, err = w.ReadBackup(w.ctx, made.ID, idempotency.Key{})
		succeeds(t, err)
		equal(t, "backup", *found.Backup, ready)
		succeeds(t, w.WriteBackup(w.ctx, backup.BackupChange{Before: &ready, Event: w.event(event.BackupRemoved, &a)}))
		found, err = w.ReadBackup(w.ctx, made.ID, idempotency.Key{})
		succeeds(t, err)
		equal(t, "backup", found.Backup, nil)
		refused(t, w.WriteBackup(w.ctx, backup.BackupChange{Before: &ready, Event: w.event(event.BackupRemoved, &a)}), fault.VersionMismatch)
	},
	"are listed by subscription and by creator": func(t *testing.T, w *world) {
		r := w.reseller(t, "reseller")
		a := w.customer(t, r.ID, "ada")
		one, other := w.subscribed(t, &a, "a.example").ID, w.subscribed(t, &a, "b.example").ID
		first, byReseller, second := w.taken(t, &a, one, a.ID), w.taken(t, &a, one, r.ID), w.taken(t, &a, other, a.ID)
		type list struct {
			name string
			rows []backup.Backup
			more bool
		}
		read := func(name string, rows []backup.Backup, more bool, err error) list {
			succeeds(t, err)
			return list{name, rows, more}
		}
		bySubscription := func(after string, limit int) list {
			rows, more, err := w.ListBackups(w.ctx, one, after, limit)
			return read("of a subscription", rows, more, err)
		}
		byCreator := func(creator account.ID, before string, limit int) list {
			rows, more, err := w.ListCreated(w.ctx, creator, before, limit)
			return read("of a creator", rows, more, err)
		}
		for _, c := range []struct {
			got  list
			want []backup.Backup
			more bool
		}{
			{bySubscription("", 10), []backup.Backup{*first, *byReseller}, false},
			{bySubscription("", 1), []backup.Backup{*first}, true},
			{bySubscription(first.ID, 1), []backup.Backup{*byReseller}, false},
			{byCreator(a.ID, "", 10), []backup.Backup{*second, *first}, false},
			{byCreator(a.ID, "", 1), []backup.Backup{*second}, true},
			{byCreator(a.ID, second.ID, 1), []backup.Backup{*first}, false},
			{byCreator(r.ID, "", 10), []backup.Backup{*byReseller}, false},
		} {
			equal(t, c.got.name, c.got.rows, c.want)
			equal(t, "more", c.got.more, c.more)
		}
	},
	"leave a tombstone that is due": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		deleted := w.taken(t, &a, w.subscribed(t, &a, "a.example").ID, a.ID)
		stone := backup.Tombstone{Backup: deleted.ID, Customer: a.ID, DueAt: w.now().Add(time.Minute)}
		changed := *deleted
		changed.Version++
		refused(t, w.WriteBackup(w.ctx, backup.BackupChange{Before: &changed, Event: w.event(event.BackupRemoved, &a), Tombstone: &stone}), fault.VersionMismatch)
		w.entombed(t, deleted.ID, nil)
		succeeds(t, w.WriteBackup(w.ctx, backup.BackupChange{Before: deleted, Event: w.event(event.BackupRemoved, &a), Tombstone: &stone}))
		w.entombed(t, deleted.ID, &stone)
		again := stone
		again.Sweeps, again.DueAt = 1, stone.DueAt.Add(time.Hour)
		for range 2 { // the second time it is another sweep, which is late
			succeeds(t, w.WriteTombstone(w.ctx, stone, &again))
			w.entombed(t, deleted.ID, &again)
		}
		succeeds(t, w.WriteTombstone(w.ctx, stone, nil))
		w.entombed(t, deleted.ID, &again)
		for range 2 {
			succeeds(t, w.WriteTombstone(w.ctx, again, nil))
			w.entombed(t, deleted.ID, nil)
		}
		succeeds(t, w.WriteTombstone(w.ctx, again, &stone))
		w.entombed(t, deleted.ID, nil) // what is gone stays gone
	},
	"are somebody else's from a change on": func(t *testing.T, w *world) {
		r := w.reseller(t, "reseller")
		a := w.customer(t, r.ID, "ada")
		made := w.taken(t, &a, w.subscribed(t, &a, "a.example").ID, r.ID)
		given := *made
		given.Creator, given.Version = account.AdministratorOwner, 2
		succeeds(t, w.WriteBackup(w.ctx, backup.BackupChange{Before: made, After: &given, Event: w.event(event.BackupReassigned, &a)}))
		for creator, want := range map[account.ID][]backup.Backup{r.ID: {}, account.AdministratorOwner: {given}} {
			rows, _, err := w.ListCreated(w.ctx, creator, "", 10)
			succeeds(t, err)
			equal(t, "of "+string(creator), append([]backup.Backup{}, rows...), want)
		}
		rows, _, err := w.ListBackups(w.ctx, made.Subscription, "", 10)
		succeeds(t, err)
		equal(t, "of the subscription", rows, []backup.Backup{given})
	},
	"are taken as the customer was judged": func(t *testing.T, w *world) {
		a := w.customer(t, w.reseller(t, "reseller").ID, "ada")
		late := w.taking(&a, w.subscribed(t, &a, "a.example").ID, a.ID)
		judged := a
		judged.Owner = account.AdministratorOwner
		late.ExpectedCustomer = &judged
		refused(t, w.WriteBackup(w.ctx, late), fault.VersionMismatch)
		late.ExpectedCustomer = &a
		succeeds(t, w.WriteBackup(w.ctx, late))
	},
	"are taken only of what stays": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		of := w.subscribed(t, &a, "a.example")
		before := w.taken(t, &a, of.ID, a.ID)
		refused(t, w.WriteBackup(w.ctx, w.taking(&a, w.id(hosting.SubscriptionPrefix), a.ID)), fault.NotFound)
		w.marked(t, &a, of)
		late := w.taking(&a, of.ID, a.ID)
		refused(t, w.WriteBackup(w.ctx, late), fault.NotFound)
		found, err := w.ReadBackup(w.ctx, late.After.ID, idempotency.Key{})
		succeeds(t, err)
		equal(t, "refused backup", found.Backup, nil)
		succeeds(t, w.WriteBackup(w.ctx, backup.BackupChange{Before: before, Event: w.event(event.BackupRemoved, &a)}))
	},
	"once": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		of := w.subscribed(t, &a, "a.example")
		creation := idempotency.Secret{}.NewKey(string(a.ID), "createBackup", "key", of.ID, nil)
		first, second := w.taking(&a, of.ID, a.ID), w.taking(&a, of.ID, a.ID)
		first.Record, second.Record = idempotency.SecretRecord(creation, w.now()), idempotency.SecretRecord(creation, w.now())
		succeeds(t, w.WriteBackup(w.ctx, first))
		equal(t, "answer", replayed(t, w.WriteBackup(w.ctx, second)).Answer, nil)
		deletion := idempotency.Secret{}.NewKey(string(a.ID), "deleteBackup", "key", first.After.ID, nil)
		record := idempotency.NewRecord(deletion, nil, w.now())
		succeeds(t, w.WriteBackup(w.ctx, backup.BackupChange{Before: first.After, Event: w.event(event.BackupRemoved, &a), Record: record}))
		found, err := w.ReadBackup(w.ctx, first.After.ID, deletion)
		succeeds(t, err)
		if found.First == nil || found.First.Answer == nil || found.Backup != nil {
			t.Errorf("after the deletion: %+v", found)
		}
	},
}

// entombed expects the tombstone of a backup, and that it is due at its time; nil for none.
func (w *world) entombed(t reporter, id string, want *backup.Tombstone) {
	t.Helper()
	found, err := w.ReadTombstone(w.ctx, id)
	succeeds(t, err)
	equal(t, "tombstone", found, want)
	due := map[string]time.Time{}
	if want != nil {
		due["backup "+id] = want.DueAt
	}
	w.isDue(t, w.now().Add(24*time.Hour), 10, due)
}
