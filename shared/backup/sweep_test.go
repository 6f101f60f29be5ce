package backup_test

import (
	"errors"
	"slices"
	"testing"

	"tenantry/shared/event"
	"tenantry/shared/request"
)

// What is uploaded after a deletion goes too, whether it comes before the address expires or goes on for hours after that.
func TestUploadAfterTheDeletion(t *testing.T) {
	w := newWorld(t)
	id := w.take(w.own, 5).ID
	if err := w.backups.Delete(t.Context(), w.own, request.Metadata{}, id); err != nil {
		t.Fatal(err)
	}
	owed := slices.IndexFunc(w.store.Events(), func(e event.Event) bool { return e.Errand == event.SweepBackup })
	if owed < 0 {
		t.Fatal("no event owes a sweep")
	}
	happened := w.store.Events()[owed]
	order := happened.Order()
	for i, want := range []error{event.ErrAgain, nil} {
		w.upload(id, 5)
		w.shelf.broken, order.Times = true, i+1
		if err := w.backups.Sweep(t.Context(), order); !errors.Is(err, errOutage) {
			t.Errorf("sweep %d without the storage: %v", order.Times, err)
		}
		w.shelf.broken = false
		if err := w.backups.Sweep(t.Context(), order); !errors.Is(err, want) {
			t.Errorf("sweep %d: %v", order.Times, err)
		}
		if len(w.shelf.lengths) != 0 {
			t.Errorf("left after sweep %d: %v", order.Times, w.shelf.lengths)
		}
	}
}
