package story

import (
	"mime"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tenantry/shared/clock"
	"tenantry/tests/client"
)

func backupsAreCreated(t *testing.T, s *story) {
	own := s.stack.SignIn(t, "customer", s.hosted.Login, s.password)
	subscription := s.hostedSubscriptions[1]
	content := strings.Repeat("all that the customer has ", 100)
	path := "/v1/subscriptions/" + subscription + "/backups"
	key := client.Header{"Idempotency-Key", "backup-" + s.run}
	declaration := map[string]any{"size": len(content), "fileName": "Website & Söhne.tar.gz"}
	upload := own.Post(t, path, declaration, key).Want(http.StatusCreated)
	own.Post(t, path, declaration, key).WantProblem(http.StatusConflict, "secret-shown-once")
	backup, address := "/v1/backups/"+id(upload), upload.JSON()["uploadUrl"].(string)
	if !strings.HasPrefix(address, s.stack.URL+"/") {
		t.Errorf("got the upload URL %s, want a URL of this stack", address)
	}
	state := func() any { return own.Get(t, backup).Want(http.StatusOK).JSON()["state"] }
	if got := state(); got != "uploading" {
		t.Errorf("state before the upload: got %v, want uploading", got)
	}
	anonymous := client.Caller{Name: "uploader"}
	if headers := upload.JSON()["headers"].(map[string]any); headers["If-None-Match"] != "*" {
		t.Errorf("the upload must have the headers %v, want If-None-Match with *", headers)
	}
	put := func(address, content string, headers ...client.Header) client.Response {
		headers = append(headers, client.Header{"Content-Type", ""})
		return anonymous.Do(t, http.MethodPut, address, content, headers...)
	}
	wrong := own.Post(t, path, map[string]any{"size": len(content)}).Want(http.StatusCreated)
	if short := put(wrong.JSON()["uploadUrl"].(string), content[1:], onlyUpload); short.Status < 400 {
		t.Logf("the local storage accepts another length (%d); S3 rejects it because of the signature", short.Status)
	}
	if found := own.Get(t, "/v1/backups/"+id(wrong)).Want(http.StatusOK).JSON(); found["state"] != "uploading" {
		t.Errorf("state after an upload of another length: got %v, want uploading", found["state"])
	}
	own.Do(t, http.MethodDelete, "/v1/backups/"+id(wrong), nil).Want(http.StatusNoContent)
	put(address, content, onlyUpload).Want(http.StatusOK)
	if again := put(address, strings.ToUpper(content), onlyUpload); again.Status < 400 {
		t.Errorf("the storage accepts a second upload to one address (%d)", again.Status)
	}
	shown := own.Get(t, backup).Want(http.StatusOK).JSON()
	if shown["state"] != "ready" || shown["size"] != float64(len(content)) || shown["createdBy"] != s.hosted.ID {
		t.Errorf("got %v, want a ready backup of the customer with the declared size", shown)
	}
	got := anonymous.Get(t, shown["downloadUrl"].(string)).Want(http.StatusOK)
	if got.Text != content {
		t.Errorf("downloaded %d bytes, want %d", len(got.Text), len(content))
	}
	if disposition := got.Header.Get("Content-Disposition"); !strings.HasPrefix(disposition, "attachment") {
		t.Errorf("the download has the Content-Disposition %q, want an attachment", disposition)
	}
	// The local storage answers without the parameters of the header that the URL asks for.
	signed, err := url.Parse(shown["downloadUrl"].(string))
	if err != nil {
		t.Fatal(err)
	}
	disposition := signed.Query().Get("response-content-disposition")
	_, parameters, err := mime.ParseMediaType(disposition)
	if err != nil || parameters["filename"] != declaration["fileName"] || shown["fileName"] != declaration["fileName"] {
		t.Errorf("the URL asks for the Content-Disposition %q, want the file name", disposition)
	}
	s.north.Get(t, backup).Want(http.StatusOK)
	s.south.Get(t, backup).WantProblem(http.StatusNotFound, "not-found")
	for _, size := range []int{0, -1, 6 << 30} {
		if response := own.Post(t, path, map[string]any{"size": size}); response.Status != http.StatusUnprocessableEntity {
			t.Errorf("size %d: got %d, want 422", size, response.Status)
		}
	}
	byNorth := id(s.north.Post(t, path, map[string]any{"size": 1}).Want(http.StatusCreated))
	eventually(t, "backups are listed page by page", func() bool {
		page := own.Get(t, path+"?limit=1").Want(http.StatusOK).JSON()
		cursor, _ := page["nextCursor"].(string)
		return cursor != "" && strings.Contains(own.Get(t, path+"?limit=1&cursor="+cursor).Want(http.StatusOK).Text, byNorth)
	})
	mine := s.north.Get(t, "/v1/backups").Want(http.StatusOK).Text
	if !strings.Contains(mine, byNorth) || strings.Contains(mine, id(upload)) {
		t.Errorf("got the backups %s, want only those that north created", mine)
	}
	second := own.Post(t, path, map[string]any{"size": 1}).Want(http.StatusCreated)
	eventually(t, "own backups are listed page by page, newest first", func() bool {
		page := own.Get(t, "/v1/backups?limit=1").Want(http.StatusOK)
		cursor, _ := page.JSON()["nextCursor"].(string)
		return cursor != "" && strings.Contains(page.Text, id(second)) &&
			strings.Contains(own.Get(t, "/v1/backups?limit=1&cursor="+cursor).Want(http.StatusOK).Text, id(upload))
	})
	own.Do(t, http.MethodDelete, backup, nil).Want(http.StatusNoContent)
	own.Get(t, backup).WantProblem(http.StatusNotFound, "not-found")
	if download := anonymous.Get(t, shown["downloadUrl"].(string)); download.Status != http.StatusNotFound {
		t.Errorf("download of a deleted backup: got %d, want 404", download.Status)
	}
	t.Run("late uploads", func(t *testing.T) {
		s.assertLateUploadsAreSwept(t, id(upload), func() {
			put(address, content, onlyUpload).Want(http.StatusOK)
		}, func() bool { return anonymous.Get(t, shown["downloadUrl"].(string)).Status == http.StatusOK })
	})
	s.north.Do(t, http.MethodPut, "/v1/subscriptions/"+subscription+"/plan", map[string]any{
		"servicePlan": "custom", "resources": map[string]any{"allotments": map[string]any{"max_backup_size": 10}},
	}).Want(http.StatusOK)
	own.Post(t, path, map[string]any{"size": 11}).WantProblem(http.StatusConflict, "limit-exceeded")

	// The number and the total size count, and a deleted backup makes room. Two backups of one byte remain.
	limit := func(number, size int) {
		s.north.Do(t, http.MethodPut, "/v1/subscriptions/"+subscription+"/plan", map[string]any{
			"servicePlan": "custom",
			"resources":   map[string]any{"allotments": map[string]any{"max_backups": number, "max_backup_size": size}},
		}).Want(http.StatusOK)
	}
	limit(3, 10)
	own.Post(t, path, map[string]any{"size": 9}).WantProblem(http.StatusConflict, "limit-exceeded")
	third := own.Post(t, path, map[string]any{"size": 8}).Want(http.StatusCreated)
	limit(3, 1000)
	own.Post(t, path, map[string]any{"size": 1}).WantProblem(http.StatusConflict, "limit-exceeded")
	own.Do(t, http.MethodDelete, "/v1/backups/"+id(third), nil).Want(http.StatusNoContent)
	own.Post(t, path, map[string]any{"size": 1}).Want(http.StatusCreated)
	limit(-1, -1)
}

// onlyUpload is the header by which the storage accepts only the first upload to an address.
var onlyUpload = client.Header{"If-None-Match", "*"}

// assertLateUploadsAreSwept checks that the sweeps of a deleted backup delete late uploads. They run a quarter of an
// hour after the deletion and half a day later. The test makes each of them due at once, in the table.
func (s *story) assertLateUploadsAreSwept(t *testing.T, backup string, upload func(), exists func() bool) {
	t.Helper()
	table := s.table(t)
	for sweep := 1; sweep <= 2; sweep++ {
		if upload(); !exists() {
			t.Fatal("the upload URL does not accept a late upload, so the sweep cannot be tested")
		}
		before, err := table.ReadTombstone(t.Context(), backup)
		if err != nil || before == nil {
			t.Fatalf("got the tombstone %+v, %v before sweep %d, want one", before, err, sweep)
		}
		due := *before
		due.DueAt = clock.Now()
		if err := table.WriteTombstone(t.Context(), *before, &due); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the late upload is deleted", func() bool {
			s.stack.Invoke(t, "SweepDueFunction", map[string]any{})
			return !exists()
		})
	}
	eventually(t, "the tombstone is deleted", func() bool {
		tombstone, err := table.ReadTombstone(t.Context(), backup)
		return err == nil && tombstone == nil
	})
}
