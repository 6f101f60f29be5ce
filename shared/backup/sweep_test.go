package backup_test

import (
	"errors"
	"testing"
	"time"

	"tenantry/shared/backup"
	"tenantry/shared/request"
	"tenantry/shared/sweep"
)

// An object that is uploaded after the deletion of its backup is erased, before and after its upload URL expires. If
// the storage fails, the next sweep erases the object.
func TestSweepErasesUploadAfterDeletion(t *testing.T) {
	w := newWorld(t)
	id := w.take(w.own, 5).ID
	if err := w.backups.Delete(t.Context(), w.own, request.Metadata{}, id); err != nil {
		t.Fatal(err)
	}
	deleted := w.clock
	sweeper := sweep.Sweeper{Store: w.store, Now: w.now, Handlers: map[sweep.Kind]sweep.Handler{
		sweep.Backup: backup.DueHandler{Store: w.store, Storage: w.shelf, Now: w.now},
	}}
	run := func(want sweep.Result) error {
		t.Helper()
		outcome, err := sweeper.Run(t.Context(), "sweep", struct{}{})
		if outcome.Late = 0; outcome != want {
			t.Errorf("%s after the deletion the sweep did %+v, want %+v", w.clock.Sub(deleted), outcome, want)
		}
		return err
	}
	for _, pause := range []time.Duration{15 * time.Minute, 12 * time.Hour} {
		w.upload(id, 5)
		w.clock = w.clock.Add(pause - time.Second)
		if err := run(sweep.Result{}); err != nil {
			t.Error(err)
		}
		w.clock = w.clock.Add(time.Second)
		w.shelf.broken = true
		if err := run(sweep.Result{Failed: 1}); !errors.Is(err, errOutage) {
			t.Errorf("without the storage: error %v, want %v", err, errOutage)
		}
		w.shelf.broken = false
		if err := run(sweep.Result{Done: 1}); err != nil {
			t.Error(err)
		}
		if len(w.shelf.lengths) != 0 {
			t.Errorf("got the objects %v, want none", w.shelf.lengths)
		}
	}
	w.clock = w.clock.Add(30 * 24 * time.Hour)
	if err := run(sweep.Result{}); err != nil {
		t.Error(err)
	}
	if stone, err := w.store.ReadTombstone(t.Context(), id); err != nil || stone != nil {
		t.Errorf("got %+v, %v, want no tombstone", stone, err)
	}
}
