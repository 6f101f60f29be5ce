package backup_test

import (
	"strings"
	"testing"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/backup"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/page"
	"tenantry/shared/request"
)

// move gives the customer to the other reseller.
func (w *world) move() error {
	return w.store.Alter(w.Context(), w.own.Account.ID, func(a *account.Account) { a.Owner = w.stranger.Account.ID })
}

// If the customer moves between read and write, its old owner cannot create a backup. The customer itself can, and the
// event belongs to the new owner.
func TestCreateDuringMove(t *testing.T) {
	w := newWorld(t)
	w.between(w.move)
	_, err := w.backups.Create(t.Context(), w.reseller, request.Metadata{}, w.subscription, backup.NewBackup{Size: 1})
	w.refused(err, fault.NotFound)
	w = newWorld(t)
	w.between(w.move)
	id := w.take(w.own, 1).ID
	for _, e := range w.store.Events() {
		if e.Subject == id && e.Owner != w.stranger.Account.ID {
			t.Errorf("got the owner %s in %s, want %s", e.Owner, e.Name, w.stranger.Account.ID)
		}
	}
}

// reassign makes the administrators the creator of a backup, if the old creator is the given account.
func (w *world) reassign(id string, from account.ID) {
	w.Helper()
	err := w.backups.Reassign(w.Context(), w.admin.Account.ID, request.Metadata{}, id, from, account.AdministratorOwner)
	if err != nil {
		w.Fatal(err)
	}
}

// A backup is reassigned once, and only from its creator. Its state does not change.
func TestReassign(t *testing.T) {
	w := newWorld(t)
	id := w.take(w.reseller, 5).ID
	w.upload(id, 5)
	w.reassign(id, w.stranger.Account.ID)
	stored, err := w.backups.Store.ReadBackup(t.Context(), id, request.Metadata{}.Key)
	if err != nil || stored.Backup.Creator != w.reseller.Account.ID {
		t.Errorf("got %+v, %v after a reassignment from a stranger, want the old creator", stored.Backup, err)
	}
	w.between(func() error { w.get(id); return nil }) // the backup becomes ready meanwhile
	for range 2 {
		w.reassign(id, w.reseller.Account.ID)
	}
	shown := w.get(id)
	if shown.Creator != account.AdministratorOwner || shown.State != backup.Ready ||
		w.countEvents(event.BackupReassigned, id) != 1 {
		t.Errorf("got %+v, want a ready backup of the administrators and one event", shown)
	}
	w.reassign("bak_none", w.reseller.Account.ID) // does not exist
	for _, c := range []struct {
		by   access.Caller
		want int
	}{{w.reseller, 0}, {w.admin, 1}} {
		if listed, err := w.backups.ListOwn(t.Context(), c.by, 0, ""); err != nil || len(listed.Items) != c.want {
			t.Errorf("%s lists %+v, %v, want %d backups", c.by.Account.Kind, listed, err, c.want)
		}
	}
}

// An administrator's list has its own backups and those reassigned to the administrators, newest first. Pages neither
// repeat nor skip a backup.
func TestListOwnOfAdministrator(t *testing.T) {
	w := newWorld(t)
	var want []string
	for i := range 7 {
		by := w.admin
		if i%3 == 1 {
			by = w.reseller
		}
		id := w.take(by, 1).ID
		want = append([]string{id}, want...)
		if i%3 == 1 {
			w.reassign(id, by.Account.ID)
		}
	}
	for limit := 1; limit <= 8; limit++ {
		got := all(t, func(cursor string) (page.Page[backup.BackupView], error) {
			return w.backups.ListOwn(t.Context(), w.admin, limit, cursor)
		})
		if got != strings.Join(want, " ") {
			t.Errorf("pages of %d: got %s, want %v", limit, got, want)
		}
	}
}

// After a move, the former owner still lists the backups that it created, but can neither read nor delete them.
func TestFormerOwnerListsItsBackupsOnly(t *testing.T) {
	w := newWorld(t)
	id := w.take(w.reseller, 5).ID
	w.upload(id, 5)
	w.get(id)
	if err := w.move(); err != nil {
		t.Fatal(err)
	}
	_, err := w.backups.Get(t.Context(), w.reseller, request.Metadata{}, id)
	w.refused(err, fault.NotFound)
	w.refused(w.backups.Delete(t.Context(), w.reseller, request.Metadata{}, id), fault.NotFound)
	_, err = w.backups.List(t.Context(), w.reseller, w.subscription, 0, "")
	w.refused(err, fault.NotFound)
	listed, err := w.backups.ListOwn(t.Context(), w.reseller, 0, "")
	if err != nil || len(listed.Items) != 1 || listed.Items[0].ID != id || listed.Items[0].DownloadURL != "" {
		t.Errorf("got the list %+v, %v, want the backup %s without a download", listed, err, id)
	}
	for _, by := range []access.Caller{w.stranger, w.admin, w.own} {
		if shown, err := w.backups.Get(t.Context(), by, request.Metadata{}, id); err != nil || shown.DownloadURL == "" {
			t.Errorf("%s gets %+v, %v, want the backup with a download", by.Account.Kind, shown, err)
		}
	}
	if err := w.backups.Delete(t.Context(), w.stranger, request.Metadata{}, id); err != nil {
		t.Error(err)
	}
}

// A repeated creation does not tell an old owner that the first one has taken effect.
func TestRepeatedCreationAfterMove(t *testing.T) {
	w := newWorld(t)
	meta := request.Metadata{
		Key: idempotency.Secret{}.NewKey(string(w.reseller.Account.ID), "createBackup", "key", w.subscription, []byte("1")),
	}
	if _, err := w.backups.Create(t.Context(), w.reseller, meta, w.subscription, backup.NewBackup{Size: 1}); err != nil {
		t.Fatal(err)
	}
	if err := w.move(); err != nil {
		t.Fatal(err)
	}
	_, err := w.backups.Create(t.Context(), w.reseller, meta, w.subscription, backup.NewBackup{Size: 1})
	w.refused(err, fault.NotFound)
}
