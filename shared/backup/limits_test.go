package backup_test

import (
	"sync"
	"testing"

	"tenantry/shared/backup"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/plan"
	"tenantry/shared/request"
	"tenantry/shared/resource"
)

// limit puts the subscription on limits for its backups.
func (w *world) limit(number, size int64) {
	w.Helper()
	set := resource.Set{Allotments: map[string]int64{resource.Backups: number, resource.BackupSize: size}}
	_, err := w.subscriptions.ChangePlan(w.Context(), w.reseller, request.Metadata{}, w.subscription, plan.Custom, &set)
	if err != nil {
		w.Fatal(err)
	}
}

// The number and the total size of a subscription's backups are limited, whoever creates them. A deleted backup makes
// room for another one.
func TestSubscriptionLimitsItsBackups(t *testing.T) {
	w := newWorld(t)
	w.limit(2, 100)
	first := w.take(w.own, 60)
	_, err := w.backups.Create(t.Context(), w.reseller, request.Metadata{}, w.subscription, backup.NewBackup{Size: 41})
	w.refused(err, fault.LimitExceeded)
	w.take(w.reseller, 40)
	if err := w.backups.Delete(t.Context(), w.own, request.Metadata{}, first.ID); err != nil {
		t.Fatal(err)
	}
	w.take(w.own, 10)
	_, err = w.backups.Create(t.Context(), w.own, request.Metadata{}, w.subscription, backup.NewBackup{Size: 1})
	w.refused(err, fault.LimitExceeded) // a third backup
	w.limit(resource.Unlimited, resource.Unlimited)
	w.take(w.own, 1000)
	w.wantCounts(3, 1050)
}

// Concurrent creations do not exceed the limits.
func TestConcurrentCreationsRespectLimits(t *testing.T) {
	for _, limits := range [][2]int64{{3, resource.Unlimited}, {resource.Unlimited, 39}, {3, 39}} {
		w := newWorld(t)
		w.limit(limits[0], limits[1])
		errs := make([]error, 8)
		var all sync.WaitGroup
		for i := range errs {
			all.Go(func() {
				_, errs[i] = w.backups.Create(t.Context(), w.own, request.Metadata{}, w.subscription, backup.NewBackup{Size: 10})
			})
		}
		all.Wait()
		for _, err := range errs {
			if err != nil {
				w.refused(err, fault.LimitExceeded)
			}
		}
		w.wantCounts(3, 30)
	}
}

// A backup that outlives its subscription can be deleted.
func TestDeleteBackupOfRemovedSubscription(t *testing.T) {
	w := newWorld(t)
	created := w.take(w.own, 1)
	if err := w.subscriptions.Remove(t.Context(), w.reseller, request.Metadata{}, w.subscription); err != nil {
		t.Fatal(err)
	}
	if err := w.backups.Delete(t.Context(), w.own, request.Metadata{}, created.ID); err != nil {
		t.Fatal(err)
	}
	found, err := w.store.ReadSubscription(t.Context(), w.subscription, idempotency.Key{})
	if err != nil || found.Subscription != nil {
		t.Errorf("got the subscription %+v, %v, want none", found.Subscription, err)
	}
}

// wantCounts checks the number and the total size of the backups that the subscription counts.
func (w *world) wantCounts(number, size int64) {
	w.Helper()
	found, err := w.store.ReadSubscription(w.Context(), w.subscription, idempotency.Key{})
	if err != nil {
		w.Fatal(err)
	}
	if s := found.Subscription; s.Backups != number || s.BackupSize != size {
		w.Errorf("got a count of %d backups of %d bytes, want %d of %d", s.Backups, s.BackupSize, number, size)
	}
}
