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
func (f *fixture) backupCreation(of *account.Account, subscription string, creator account.ID) backup.BackupChange {
	return backup.BackupChange{
		After: &backup.Backup{
			ID: f.id(
				backup.IDPrefix,
			),
			Subscription: subscription,
			Customer:     of.ID,
			Creator:      creator,
			Size:         5,
			State:        backup.Uploading,
			CreatedAt:    f.now(),
			Version:      1,
		},
		Event: f.event(event.BackupCreated, of),
	}
}

// taken is a backup of a subscription that is there.
func (f *fixture) createBackup(
	t reporter,
	of *account.Account,
	subscription string,
	creator account.ID,
) *backup.Backup {
	t.Helper()
	writing := f.backupCreation(of, subscription, creator)
	expectNoError(t, f.WriteBackup(f.ctx, writing))
	return writing.After
}

// subscribed is a subscription that is there.
func (f *fixture) createSubscription(t reporter, of *account.Account, domain string) *hosting.Subscription {
	t.Helper()
	writing := f.subscriptionCreation(of, nil, domain)
	expectNoError(t, f.WriteHosting(f.ctx, writing))
	return writing.Subscription.After
}

// marked is a subscription after a first step of its removal.
func (f *fixture) startRemoval(t reporter, of *account.Account, s *hosting.Subscription) {
	t.Helper()
	after := *s
	after.Removing, after.Version = true, s.Version+1
	expectNoError(t, f.WriteHosting(f.ctx, hosting.ObjectChange{
		Subscription: &hosting.SubscriptionChange{Before: s, After: &after}, Customer: hosting.CustomerChange{ID: of.ID},
		Event: f.event(event.SubscriptionSuspended, of),
	}))
}

var backups = map[string]func(*testing.T, *fixture){
	"come, are ready and go": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "reseller")
		a := f.createCustomer(t, r.ID, "ada")
		made := f.createBackup(t, &a, f.createSubscription(t, &a, "a.example").ID, a.ID)
		found, err := f.ReadBackup(f.ctx, made.ID, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "backup", *found.Backup, *made)
		expectEqual(t, "chain", len(found.Chain), 2)
		ready := *made
		ready.State, ready.Version = backup.Ready, 2
		expectNoError(
			t,
			f.WriteBackup(f.ctx, backup.BackupChange{Before: made, After: &ready, Event: f.event(event.BackupReady, &a)}),
		)
		expectFault(
			t,
			f.WriteBackup(f.ctx, backup.BackupChange{Before: made, After: &ready, Event: f.event(event.BackupReady, &a)}),
			fault.VersionMismatch,
		)
		expectFault(
			t,
			f.WriteBackup(f.ctx, backup.BackupChange{Before: made, Event: f.event(event.BackupRemoved, &a)}),
			fault.VersionMismatch,
		)
		found, err = f.ReadBackup(f.ctx, made.ID, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "backup", *found.Backup, ready)
		expectNoError(t, f.WriteBackup(f.ctx, backup.BackupChange{Before: &ready, Event: f.event(event.BackupRemoved, &a)}))
		found, err = f.ReadBackup(f.ctx, made.ID, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "backup", found.Backup, nil)
		expectFault(
			t,
			f.WriteBackup(f.ctx, backup.BackupChange{Before: &ready, Event: f.event(event.BackupRemoved, &a)}),
			fault.VersionMismatch,
		)
	},
	"are listed by subscription and by creator": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "reseller")
		a := f.createCustomer(t, r.ID, "ada")
		one, other := f.createSubscription(t, &a, "a.example").ID, f.createSubscription(t, &a, "b.example").ID
		first, byReseller, second := f.createBackup(
			t,
			&a,
			one,
			a.ID,
		), f.createBackup(
			t,
			&a,
			one,
			r.ID,
		), f.createBackup(
			t,
			&a,
			other,
			a.ID,
		)
		type list struct {
			name string
			rows []backup.Backup
			more bool
		}
		read := func(name string, rows []backup.Backup, more bool, err error) list {
			expectNoError(t, err)
			return list{name, rows, more}
		}
		bySubscription := func(after string, limit int) list {
			rows, more, err := f.ListBackups(f.ctx, one, after, limit)
			return read("of a subscription", rows, more, err)
		}
		byCreator := func(creator account.ID, before string, limit int) list {
			rows, more, err := f.ListCreated(f.ctx, creator, before, limit)
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
			expectEqual(t, c.got.name, c.got.rows, c.want)
			expectEqual(t, "more", c.got.more, c.more)
		}
	},
	"leave a tombstone that is due": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		deleted := f.createBackup(t, &a, f.createSubscription(t, &a, "a.example").ID, a.ID)
		stone := backup.Tombstone{Backup: deleted.ID, Customer: a.ID, DueAt: f.now().Add(time.Minute)}
		changed := *deleted
		changed.Version++
		expectFault(
			t,
			f.WriteBackup(
				f.ctx,
				backup.BackupChange{Before: &changed, Event: f.event(event.BackupRemoved, &a), Tombstone: &stone},
			),
			fault.VersionMismatch,
		)
		f.expectTombstone(t, deleted.ID, nil)
		expectNoError(
			t,
			f.WriteBackup(
				f.ctx,
				backup.BackupChange{Before: deleted, Event: f.event(event.BackupRemoved, &a), Tombstone: &stone},
			),
		)
		f.expectTombstone(t, deleted.ID, &stone)
		again := stone
		again.Sweeps, again.DueAt = 1, stone.DueAt.Add(time.Hour)
		for range 2 { // the second time it is another sweep, which is late
			expectNoError(t, f.WriteTombstone(f.ctx, stone, &again))
			f.expectTombstone(t, deleted.ID, &again)
		}
		expectNoError(t, f.WriteTombstone(f.ctx, stone, nil))
		f.expectTombstone(t, deleted.ID, &again)
		for range 2 {
			expectNoError(t, f.WriteTombstone(f.ctx, again, nil))
			f.expectTombstone(t, deleted.ID, nil)
		}
		expectNoError(t, f.WriteTombstone(f.ctx, again, &stone))
		f.expectTombstone(t, deleted.ID, nil) // what is gone stays gone
	},
	"are somebody else's from a change on": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "reseller")
		a := f.createCustomer(t, r.ID, "ada")
		made := f.createBackup(t, &a, f.createSubscription(t, &a, "a.example").ID, r.ID)
		given := *made
		given.Creator, given.Version = account.AdministratorOwner, 2
		expectNoError(
			t,
			f.WriteBackup(f.ctx, backup.BackupChange{Before: made, After: &given, Event: f.event(event.BackupReassigned, &a)}),
		)
		for creator, want := range map[account.ID][]backup.Backup{r.ID: {}, account.AdministratorOwner: {given}} {
			rows, _, err := f.ListCreated(f.ctx, creator, "", 10)
			expectNoError(t, err)
			expectEqual(t, "of "+string(creator), append([]backup.Backup{}, rows...), want)
		}
		rows, _, err := f.ListBackups(f.ctx, made.Subscription, "", 10)
		expectNoError(t, err)
		expectEqual(t, "of the subscription", rows, []backup.Backup{given})
	},
	"are taken as the customer was judged": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, f.createReseller(t, "reseller").ID, "ada")
		late := f.backupCreation(&a, f.createSubscription(t, &a, "a.example").ID, a.ID)
		judged := a
		judged.Owner = account.AdministratorOwner
		late.ExpectedCustomer = &judged
		expectFault(t, f.WriteBackup(f.ctx, late), fault.VersionMismatch)
		late.ExpectedCustomer = &a
		expectNoError(t, f.WriteBackup(f.ctx, late))
	},
	"are taken only of what stays": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		of := f.createSubscription(t, &a, "a.example")
		before := f.createBackup(t, &a, of.ID, a.ID)
		expectFault(t, f.WriteBackup(f.ctx, f.backupCreation(&a, f.id(hosting.SubscriptionPrefix), a.ID)), fault.NotFound)
		f.startRemoval(t, &a, of)
		late := f.backupCreation(&a, of.ID, a.ID)
		expectFault(t, f.WriteBackup(f.ctx, late), fault.NotFound)
		found, err := f.ReadBackup(f.ctx, late.After.ID, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "refused backup", found.Backup, nil)
		expectNoError(t, f.WriteBackup(f.ctx, backup.BackupChange{Before: before, Event: f.event(event.BackupRemoved, &a)}))
	},
	"once": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		of := f.createSubscription(t, &a, "a.example")
		creation := idempotency.Secret{}.NewKey(string(a.ID), "createBackup", "key", of.ID, nil)
		first, second := f.backupCreation(&a, of.ID, a.ID), f.backupCreation(&a, of.ID, a.ID)
		first.Record, second.Record = idempotency.SecretRecord(creation, f.now()), idempotency.SecretRecord(creation, f.now())
		expectNoError(t, f.WriteBackup(f.ctx, first))
		expectEqual(t, "answer", expectReplay(t, f.WriteBackup(f.ctx, second)).Answer, nil)
		deletion := idempotency.Secret{}.NewKey(string(a.ID), "deleteBackup", "key", first.After.ID, nil)
		record := idempotency.NewRecord(deletion, nil, f.now())
		expectNoError(
			t,
			f.WriteBackup(
				f.ctx,
				backup.BackupChange{Before: first.After, Event: f.event(event.BackupRemoved, &a), Record: record},
			),
		)
		found, err := f.ReadBackup(f.ctx, first.After.ID, deletion)
		expectNoError(t, err)
		if found.First == nil || found.First.Answer == nil || found.Backup != nil {
			t.Errorf("after the deletion: %+v", found)
		}
	},
}

// entombed expects the tombstone of a backup, and that it is due at its time; nil for none.
func (f *fixture) expectTombstone(t reporter, id string, want *backup.Tombstone) {
	t.Helper()
	found, err := f.ReadTombstone(f.ctx, id)
	expectNoError(t, err)
	expectEqual(t, "tombstone", found, want)
	due := map[string]time.Time{}
	if want != nil {
		due["backup "+id] = want.DueAt
	}
	f.expectDue(t, f.now().Add(24*time.Hour), 10, due)
}
