package dynamo_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/backup"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
	"tenantry/shared/resource"
)

// backupCreation returns the creation of a backup of a subscription.
func (f *fixture) backupCreation(
	customer *account.Account,
	subscription string,
	creator account.ID,
) backup.BackupChange {
	return backup.BackupChange{
		After: &backup.Backup{
			ID: f.id(
				backup.IDPrefix,
			),
			Subscription: subscription,
			Customer:     customer.ID,
			Creator:      creator,
			Size:         5,
			FileName:     "site.tar.gz",
			State:        backup.Uploading,
			CreatedAt:    f.now(),
			Version:      1,
		},
		Limits: backup.Allowance{SubscriptionVersion: 1, Number: resource.Unlimited, Size: resource.Unlimited},
		Event:  f.event(event.BackupCreated, customer),
	}
}

// createBackup creates a backup of a subscription.
func (f *fixture) createBackup(
	t reporter,
	customer *account.Account,
	subscription string,
	creator account.ID,
) *backup.Backup {
	t.Helper()
	creation := f.backupCreation(customer, subscription, creator)
	expectNoError(t, f.WriteBackup(f.ctx, creation))
	return creation.After
}

// createSubscription creates a subscription of a customer.
func (f *fixture) createSubscription(t reporter, customer *account.Account, domain string) *hosting.Subscription {
	t.Helper()
	creation := f.subscriptionCreation(customer, nil, domain)
	expectNoError(t, f.WriteHosting(f.ctx, creation))
	return creation.Subscription.After
}

// startRemoval marks a subscription as being removed.
func (f *fixture) startRemoval(t reporter, customer *account.Account, s *hosting.Subscription) {
	t.Helper()
	after := *s
	after.Removing, after.Version = true, s.Version+1
	expectNoError(t, f.WriteHosting(f.ctx, hosting.ObjectChange{
		Subscription: &hosting.SubscriptionChange{
			Before: s,
			After:  &after,
		},
		Customer: hosting.CustomerChange{ID: customer.ID},
		Event:    f.event(event.SubscriptionSuspended, customer),
	}))
}

var backups = map[string]func(*testing.T, *fixture){
	"concurrent backups of a subscription stay within its limits": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		for i, limits := range []backup.Allowance{
			{SubscriptionVersion: 1, Number: 2, Size: resource.Unlimited},
			{SubscriptionVersion: 1, Number: resource.Unlimited, Size: 14},
		} {
			subscription := f.createSubscription(t, &a, fmt.Sprintf("%d.example", i))
			creations := make([]backup.BackupChange, 5)
			for j := range creations {
				creations[j] = f.backupCreation(&a, subscription.ID, a.ID)
				creations[j].Limits = limits
			}
			errs := concurrently(len(creations), func(j int) error { return f.WriteBackup(f.ctx, creations[j]) })
			expectEqual(t, "backups within the limits", countSuccesses(t, errs, fault.LimitExceeded), 2)
			first := creations[slices.Index(errs, nil)]
			removal := backup.BackupChange{
				Before: first.After, HasSubscription: true, Event: f.event(event.BackupRemoved, &a),
			}
			expectNoError(t, f.WriteBackup(f.ctx, removal))
			next := f.backupCreation(&a, subscription.ID, a.ID)
			next.Limits = limits
			expectNoError(t, f.WriteBackup(f.ctx, next))
			old := f.backupCreation(&a, subscription.ID, a.ID)
			old.Limits = limits
			old.Limits.SubscriptionVersion = 7
			expectFault(t, f.WriteBackup(f.ctx, old), fault.VersionMismatch)
			found, err := f.ReadBackup(f.ctx, next.After.ID, idempotency.Key{})
			expectNoError(t, err)
			expectEqual(t, "subscription exists", found.HasSubscription, true)
			read, err := f.ReadSubscription(f.ctx, subscription.ID, idempotency.Key{})
			expectNoError(t, err)
			expectEqual(t, "counts", [2]int64{read.Subscription.Backups, read.Subscription.BackupSize}, [2]int64{2, 10})
		}
	},
	"a backup is created, completed and deleted": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "reseller")
		a := f.createCustomer(t, r.ID, "ada")
		created := f.createBackup(t, &a, f.createSubscription(t, &a, "a.example").ID, a.ID)
		found, err := f.ReadBackup(f.ctx, created.ID, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "backup", *found.Backup, *created)
		expectEqual(t, "chain", len(found.Chain), 2)
		ready := *created
		ready.State, ready.Version = backup.Ready, 2
		expectNoError(
			t,
			f.WriteBackup(f.ctx, backup.BackupChange{Before: created, After: &ready, Event: f.event(event.BackupReady, &a)}),
		)
		expectFault(
			t,
			f.WriteBackup(f.ctx, backup.BackupChange{Before: created, After: &ready, Event: f.event(event.BackupReady, &a)}),
			fault.VersionMismatch,
		)
		expectFault(
			t,
			f.WriteBackup(f.ctx, backup.BackupChange{Before: created, Event: f.event(event.BackupRemoved, &a)}),
			fault.VersionMismatch,
		)
		found, err = f.ReadBackup(f.ctx, created.ID, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "backup", *found.Backup, ready)
		expectNoError(t, f.WriteBackup(f.ctx, backup.BackupChange{Before: &ready, Event: f.event(event.BackupRemoved, &a)}))
		found, err = f.ReadBackup(f.ctx, created.ID, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "backup", found.Backup, nil)
		expectFault(
			t,
			f.WriteBackup(f.ctx, backup.BackupChange{Before: &ready, Event: f.event(event.BackupRemoved, &a)}),
			fault.VersionMismatch,
		)
	},
	"lists by subscription and by creator": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "reseller")
		a := f.createCustomer(t, r.ID, "ada")
		one, other := f.createSubscription(t, &a, "a.example").ID, f.createSubscription(t, &a, "b.example").ID
		first, byReseller := f.createBackup(t, &a, one, a.ID), f.createBackup(t, &a, one, r.ID)
		second := f.createBackup(t, &a, other, a.ID)
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
			return read("backups of a subscription", rows, more, err)
		}
		byCreator := func(creator account.ID, before string, limit int) list {
			rows, more, err := f.ListCreated(f.ctx, creator, before, limit)
			return read("backups of a creator", rows, more, err)
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
	"a deleted backup leaves a tombstone that is due": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		deleted := f.createBackup(t, &a, f.createSubscription(t, &a, "a.example").ID, a.ID)
		tombstone := backup.Tombstone{Backup: deleted.ID, Customer: a.ID, DueAt: f.now().Add(time.Minute)}
		changed := *deleted
		changed.Version++
		expectFault(
			t,
			f.WriteBackup(
				f.ctx,
				backup.BackupChange{Before: &changed, Event: f.event(event.BackupRemoved, &a), Tombstone: &tombstone},
			),
			fault.VersionMismatch,
		)
		f.expectTombstone(t, deleted.ID, nil)
		expectNoError(
			t,
			f.WriteBackup(
				f.ctx,
				backup.BackupChange{Before: deleted, Event: f.event(event.BackupRemoved, &a), Tombstone: &tombstone},
			),
		)
		f.expectTombstone(t, deleted.ID, &tombstone)
		again := tombstone
		again.Sweeps, again.DueAt = 1, tombstone.DueAt.Add(time.Hour)
		for range 2 { // a late sweep repeats the write
			expectNoError(t, f.WriteTombstone(f.ctx, tombstone, &again))
			f.expectTombstone(t, deleted.ID, &again)
		}
		expectNoError(t, f.WriteTombstone(f.ctx, tombstone, nil))
		f.expectTombstone(t, deleted.ID, &again)
		for range 2 {
			expectNoError(t, f.WriteTombstone(f.ctx, again, nil))
			f.expectTombstone(t, deleted.ID, nil)
		}
		expectNoError(t, f.WriteTombstone(f.ctx, again, &tombstone))
		f.expectTombstone(t, deleted.ID, nil) // a deleted tombstone is not written again
	},
	"a change of the creator changes the list by creator": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "reseller")
		a := f.createCustomer(t, r.ID, "ada")
		created := f.createBackup(t, &a, f.createSubscription(t, &a, "a.example").ID, r.ID)
		reassigned := *created
		reassigned.Creator, reassigned.Version = account.AdministratorOwner, 2
		expectNoError(
			t,
			f.WriteBackup(
				f.ctx,
				backup.BackupChange{Before: created, After: &reassigned, Event: f.event(event.BackupReassigned, &a)},
			),
		)
		for creator, want := range map[account.ID][]backup.Backup{r.ID: {}, account.AdministratorOwner: {reassigned}} {
			rows, _, err := f.ListCreated(f.ctx, creator, "", 10)
			expectNoError(t, err)
			expectEqual(t, "backups of "+string(creator), append([]backup.Backup{}, rows...), want)
		}
		rows, _, err := f.ListBackups(f.ctx, created.Subscription, "", 10)
		expectNoError(t, err)
		expectEqual(t, "backups of the subscription", rows, []backup.Backup{reassigned})
	},
	"the customer must be the expected one": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, f.createReseller(t, "reseller").ID, "ada")
		late := f.backupCreation(&a, f.createSubscription(t, &a, "a.example").ID, a.ID)
		expected := a
		expected.Owner = account.AdministratorOwner
		late.ExpectedCustomer = &expected
		expectFault(t, f.WriteBackup(f.ctx, late), fault.VersionMismatch)
		late.ExpectedCustomer = &a
		expectNoError(t, f.WriteBackup(f.ctx, late))
	},
	"a subscription that is missing or being removed gets no backup": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		subscription := f.createSubscription(t, &a, "a.example")
		before := f.createBackup(t, &a, subscription.ID, a.ID)
		expectFault(t, f.WriteBackup(f.ctx, f.backupCreation(&a, f.id(hosting.SubscriptionPrefix), a.ID)), fault.NotFound)
		f.startRemoval(t, &a, subscription)
		late := f.backupCreation(&a, subscription.ID, a.ID)
		expectFault(t, f.WriteBackup(f.ctx, late), fault.NotFound)
		found, err := f.ReadBackup(f.ctx, late.After.ID, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "rejected backup", found.Backup, nil)
		expectNoError(t, f.WriteBackup(f.ctx, backup.BackupChange{Before: before, Event: f.event(event.BackupRemoved, &a)}))
	},
	"a repeated request gets the first answer": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		subscription := f.createSubscription(t, &a, "a.example")
		creation := idempotency.Secret{}.NewKey(string(a.ID), "createBackup", "key", subscription.ID, nil)
		first, second := f.backupCreation(&a, subscription.ID, a.ID), f.backupCreation(&a, subscription.ID, a.ID)
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
			t.Errorf("after the deletion: found %+v, want only the record with an answer", found)
		}
	},
}

// expectTombstone expects the tombstone of a backup, and that it is due at its time. A tombstone of nil must not exist.
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
