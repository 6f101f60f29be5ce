package backup_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/backup"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/page"
	"tenantry/shared/request"
	"tenantry/shared/resource"
)

func TestCreate(t *testing.T) {
	w := newWorld(t)
	for _, by := range []access.Caller{w.own, w.reseller, w.admin} {
		created := w.take(by, most)
		if created.UploadURL != "https://storage.example/"+w.key(created.ID)+"?up" || w.shelf.declared != most {
			t.Errorf("got the upload %+v of %d bytes, want %d bytes", created, w.shelf.declared, most)
		}
		shown := w.get(created.ID)
		if shown.State != backup.Uploading || shown.Creator != by.Account.ID || shown.Size != most ||
			shown.Subscription != w.subscription ||
			shown.DownloadURL != "" {
			t.Errorf("got %+v, want an upload of %d bytes by %s", shown, most, by.Account.ID)
		}
		if created.ExpiresAt.Sub(shown.CreatedAt) != 10*time.Minute {
			t.Errorf("the address expires at %s, want ten minutes after %s", created.ExpiresAt, shown.CreatedAt)
		}
		if w.countEvents(event.BackupCreated, created.ID) != 1 {
			t.Error("got no event of the creation or several, want one")
		}
	}
}

func TestCreateRejectsInvalidRequests(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		by           access.Caller
		subscription string
		size         int64
		code         fault.Code
	}{
		{w.own, w.subscription, 0, fault.InvalidRequest},
		{w.own, w.subscription, resource.MaxUploadSize + 1, fault.InvalidRequest},
		{w.own, w.subscription, 10*most + 1, fault.LimitExceeded},
		{w.stranger, w.subscription, 1, fault.NotFound},
		{w.neighbour, w.subscription, 1, fault.NotFound},
		{w.admin, "sub_none", 1, fault.NotFound},
	} {
		_, err := w.backups.Create(t.Context(), c.by, request.Metadata{}, c.subscription, backup.NewBackup{Size: c.size})
		w.refused(err, c.code)
	}
}

func TestCreateAfterConcurrentRemoval(t *testing.T) {
	w := newWorld(t)
	w.between(func() error {
		return w.subscriptions.Remove(t.Context(), w.reseller, request.Metadata{}, w.subscription)
	})
	_, err := w.backups.Create(t.Context(), w.own, request.Metadata{}, w.subscription, backup.NewBackup{Size: 1})
	w.refused(err, fault.NotFound)
}

func TestUploadURLIsReturnedOnce(t *testing.T) {
	w := newWorld(t)
	meta := request.Metadata{
		Key: idempotency.Secret{}.NewKey(string(w.own.Account.ID), "createBackup", "key", w.subscription, []byte("1")),
	}
	if _, err := w.backups.Create(t.Context(), w.own, meta, w.subscription, backup.NewBackup{Size: 1}); err != nil {
		t.Fatal(err)
	}
	_, err := w.backups.Create(t.Context(), w.own, meta, w.subscription, backup.NewBackup{Size: 1})
	w.refused(err, fault.SecretShownOnce)
	other := request.Metadata{
		Key: idempotency.Secret{}.NewKey(string(w.own.Account.ID), "createBackup", "key", w.subscription, []byte("2")),
	}
	_, err = w.backups.Create(t.Context(), w.own, other, w.subscription, backup.NewBackup{Size: 2})
	w.refused(err, fault.InvalidRequest)
}

func TestReadyWhenStorageHasDeclaredSize(t *testing.T) {
	w := newWorld(t)
	id := w.take(w.own, 5).ID
	for _, length := range []int64{4, 6} {
		w.upload(id, length)
		if shown := w.get(id); shown.State != backup.Uploading || shown.DownloadURL != "" {
			t.Errorf("with %d bytes: got %+v, want it uploading without a download", length, shown)
		}
	}
	w.upload(id, 5)
	for range 2 {
		shown := w.get(id)
		if shown.State != backup.Ready || shown.DownloadURL != "https://storage.example/"+w.key(id)+"?down" ||
			shown.Version != 2 {
			t.Errorf("got %+v, want it ready with a download and version 2", shown)
		}
	}
	if w.countEvents(event.BackupReady, id) != 1 {
		t.Errorf("got %d events that the backup is ready, want 1", w.countEvents(event.BackupReady, id))
	}
	for _, by := range []access.Caller{w.stranger, w.neighbour} {
		_, err := w.backups.Get(t.Context(), by, request.Metadata{}, id)
		w.refused(err, fault.NotFound)
	}
}

func TestConcurrentReadsMakeBackupReadyOnce(t *testing.T) {
	w := newWorld(t)
	id := w.take(w.own, 5).ID
	w.upload(id, 5)
	w.between(func() error {
		_, err := w.backups.Get(t.Context(), w.admin, request.Metadata{}, id)
		return err
	})
	if shown := w.get(id); shown.State != backup.Ready || shown.Version != 2 || w.countEvents(event.BackupReady, id) != 1 {
		t.Errorf("got %+v, want it ready in version 2 and one event", shown)
	}
}

func TestGetDuringDeletion(t *testing.T) {
	w := newWorld(t)
	id := w.take(w.own, 5).ID
	w.upload(id, 5)
	w.between(func() error { return w.backups.Delete(t.Context(), w.admin, request.Metadata{}, id) })
	_, err := w.backups.Get(t.Context(), w.own, request.Metadata{}, id)
	w.refused(err, fault.NotFound)
}

func TestDelete(t *testing.T) {
	w := newWorld(t)
	id := w.take(w.reseller, 5).ID
	w.upload(id, 5)
	for _, by := range []access.Caller{w.stranger, w.neighbour} {
		w.refused(w.backups.Delete(t.Context(), by, request.Metadata{}, id), fault.NotFound)
	}
	stale := int64(2)
	w.refused(w.backups.Delete(t.Context(), w.own, request.Metadata{IfMatch: &stale}, id), fault.VersionMismatch)
	if len(w.shelf.lengths) != 1 {
		t.Fatalf("got %v after a rejected deletion, want the object kept", w.shelf.lengths)
	}
	meta := request.Metadata{Key: idempotency.Secret{}.NewKey(string(w.own.Account.ID), "deleteBackup", "key", id, nil)}
	for range 2 {
		if err := w.backups.Delete(t.Context(), w.own, meta, id); err != nil {
			t.Fatal(err)
		}
	}
	if len(w.shelf.lengths) != 0 || w.countEvents(event.BackupRemoved, id) != 1 {
		t.Errorf("got the objects %v and %d events, want no object and one event",
			w.shelf.lengths, w.countEvents(event.BackupRemoved, id))
	}
	w.refused(w.backups.Delete(t.Context(), w.own, request.Metadata{}, id), fault.NotFound)
}

func TestDeletionFailsAndIsRetried(t *testing.T) {
	w := newWorld(t)
	id := w.take(w.own, 5).ID
	w.upload(id, 5)
	w.shelf.broken = true
	if err := w.backups.Delete(t.Context(), w.own, request.Metadata{}, id); !errors.Is(err, errOutage) {
		t.Fatalf("got %v, want %v", err, errOutage)
	}
	if shown := w.get(id); shown.State != backup.Ready { // the backup stays while the storage has its object
		t.Errorf("got %+v, want it still ready", shown)
	}
	w.shelf.broken = false
	w.between(func() error { return errOutage }) // a crash after the erasure
	if err := w.backups.Delete(t.Context(), w.own, request.Metadata{}, id); !errors.Is(err, errOutage) {
		t.Fatalf("got %v, want %v", err, errOutage)
	}
	if err := w.backups.Delete(t.Context(), w.own, request.Metadata{}, id); err != nil {
		t.Fatal(err)
	}
	_, err := w.backups.Get(t.Context(), w.own, request.Metadata{}, id)
	w.refused(err, fault.NotFound)
}

func TestDeletionDuringAnotherChange(t *testing.T) {
	for name, meanwhile := range map[string]func(w *world, id string) error{
		"ready": func(w *world, id string) error {
			w.upload(id, 5)
			_, err := w.backups.Get(w.Context(), w.admin, request.Metadata{}, id)
			delete(w.shelf.lengths, w.key(id))
			return err
		},
		"deleted": func(w *world, id string) error { return w.backups.Delete(w.Context(), w.admin, request.Metadata{}, id) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			id, version := w.take(w.own, 5).ID, int64(1)
			w.between(func() error { return meanwhile(w, id) })
			if err := w.backups.Delete(t.Context(), w.own, request.Metadata{IfMatch: &version}, id); err != nil {
				t.Fatal(err)
			}
			if w.countEvents(event.BackupRemoved, id) != 1 {
				t.Errorf("got %d events of the removal, want 1", w.countEvents(event.BackupRemoved, id))
			}
		})
	}
}

// all reads a list page by page and returns the ids.
func all(t *testing.T, read func(cursor string) (page.Page[backup.BackupView], error)) string {
	t.Helper()
	var ids []string
	for cursor := ""; ; {
		part, err := read(cursor)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range part.Items {
			ids = append(ids, r.ID)
		}
		if cursor = part.NextCursor; cursor == "" {
			return strings.Join(ids, " ")
		}
	}
}

func TestLists(t *testing.T) {
	w := newWorld(t)
	first, byReseller, second := w.take(w.own, 1).ID, w.take(w.reseller, 1).ID, w.take(w.own, 1).ID
	ofSubscription := func(cursor string) (page.Page[backup.BackupView], error) {
		return w.backups.List(t.Context(), w.own, w.subscription, 1, cursor)
	}
	if got := all(t, ofSubscription); got != first+" "+byReseller+" "+second {
		t.Errorf("got %s of the subscription, want %s %s %s", got, first, byReseller, second)
	}
	_, err := w.backups.List(t.Context(), w.stranger, w.subscription, 1, "")
	w.refused(err, fault.NotFound)
	if err := w.subscriptions.Remove(t.Context(), w.reseller, request.Metadata{}, w.subscription); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		by   access.Caller
		want string
	}{{w.own, second + " " + first}, {w.reseller, byReseller}, {w.stranger, ""}} { // backups outlive the subscription
		got := all(t, func(cursor string) (page.Page[backup.BackupView], error) {
			return w.backups.ListOwn(t.Context(), c.by, 1, cursor)
		})
		if got != c.want {
			t.Errorf("%s lists %q, want %q", c.by.Account.ID, got, c.want)
		}
	}
}

func TestDownloadName(t *testing.T) {
	w := newWorld(t)
	for fileName, want := range map[string]string{"": "a.example-2026-11-24.bin", "Site Müller.tar.gz": "Site Müller.tar.gz"} {
		input := backup.NewBackup{Size: 1, FileName: fileName}
		created, err := w.backups.Create(t.Context(), w.own, request.Metadata{}, w.subscription, input)
		if err != nil {
			t.Fatal(err)
		}
		w.shelf.lengths[w.key(created.ID)] = 1
		if shown := w.get(created.ID); shown.FileName != fileName || w.shelf.downloaded != want {
			t.Errorf("%q is shown as %q and downloaded as %q, want %q", fileName, shown.FileName, w.shelf.downloaded, want)
		}
	}
	for _, fileName := range []string{"../x", `a\b`, "a\nb", ".hidden", "end ", strings.Repeat("x", 101)} {
		input := backup.NewBackup{Size: 1, FileName: fileName}
		_, err := w.backups.Create(t.Context(), w.own, request.Metadata{}, w.subscription, input)
		w.refused(err, fault.InvalidRequest)
	}
}
