package backup_test

import (
	"testing"

	"tenantry/shared/access"
	"tenantry/shared/change"
	"tenantry/shared/fault"
)

// Who made a backup of a customer that has another owner now lists it still, and can do nothing with it.
func TestTheCustomerHasBeenMoved(t *testing.T) {
	w := newWorld(t)
	id := w.take(w.reseller, 5).ID
	w.upload(id, 5)
	w.get(id)
	moved := w.own.Account
	moved.Owner, moved.Version = w.stranger.Account.ID, moved.Version+1
	if err := w.store.ChangeAccount(t.Context(), change.Change{Before: w.own.Account, After: moved}); err != nil {
		t.Fatal(err)
	}
	_, err := w.backups.Get(t.Context(), w.reseller, change.Request{}, id)
	w.refused(err, fault.NotFound)
	w.refused(w.backups.Delete(t.Context(), w.reseller, change.Request{}, id), fault.NotFound)
	_, err = w.backups.List(t.Context(), w.reseller, w.subscription, 0, "")
	w.refused(err, fault.NotFound)
	listed, err := w.backups.ListOwn(t.Context(), w.reseller, 0, "")
	if err != nil || len(listed.Items) != 1 || listed.Items[0].ID != id || listed.Items[0].DownloadURL != "" {
		t.Errorf("listed %+v, %v", listed, err)
	}
	for _, by := range []access.Caller{w.stranger, w.admin, {Account: moved}} {
		if shown, err := w.backups.Get(t.Context(), by, change.Request{}, id); err != nil || shown.DownloadURL == "" {
			t.Errorf("%s gets %+v, %v", by.Account.Kind, shown, err)
		}
	}
	if err := w.backups.Delete(t.Context(), w.stranger, change.Request{}, id); err != nil {
		t.Error(err)
	}
}
