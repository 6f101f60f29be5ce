// Package restore rehearses docs/runbooks/restore.md on a local stack of its own: the table is restored to a time, the
// stack is deployed with the restored table, and tools/restore reconciles the rest. The emulator of the table cannot
// restore, so the test copies the table at that time.
package restore

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tenantry/tests/client"
)

const (
	source   = "tenantry-data-table"
	restored = "tenantry-data-restored"
	password = "a password for the rehearsal"
)

// rehearsal is a stack that is restored.
type rehearsal struct {
	client.Stack

	root, folder string
	admin, node  client.Caller
}

func open(t *testing.T) *rehearsal {
	t.Helper()
	if os.Getenv("TENANTRY_RESTORE") == "" {
		t.Skip("TENANTRY_RESTORE is not set; run make test-restore")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	r := &rehearsal{Stack: client.Running(t), root: root, folder: filepath.Dir(os.Getenv("TENANTRY_CREDENTIALS"))}
	r.admin = r.Administrator(t)
	token := r.admin.Post(t, "/v1/api-tokens", map[string]any{
		"name": "node", "scopes": []string{"gate:read"}, "current": r.Password,
		"expiresAt": time.Now().Add(time.Hour).UTC().Format(time.RFC3339),
	})
	r.node = client.Caller{Name: "node", URL: r.URL, Token: token.Want(http.StatusCreated).JSON()["token"].(string)}
	return r
}

// TestStageIsRestored restores a stage to a time before a mistake.
func TestStageIsRestored(t *testing.T) {
	r := open(t)
	reseller := r.create(t, "/v1/resellers", "north", "")
	kept := r.create(t, "/v1/customers", "kept", reseller)
	removed := r.create(t, "/v1/customers", "removed", reseller)
	r.subscribe(t, kept, "kept-rehearsal.com")
	backup := r.upload(t, "kept", kept)
	late := time.Now().Add(10 * time.Second).UTC().Format(time.RFC3339)
	r.admin.Do(t, http.MethodPut, "/v1/customers/"+removed+"/schedule", map[string]any{"suspendAt": late}).
		Want(http.StatusOK)
	held := r.create(t, "/v1/customers", "held", reseller)
	bulk := r.admin.Post(t, "/v1/customers/suspend", map[string]any{
		"items": []map[string]any{{"customer": held}}, "suspendAt": late,
	}).Want(http.StatusAccepted).JSON()["id"].(string)
	r.eventually(t, "the search finds the customer", func() bool { return r.finds(t, "kept") })

	r.python(t, "tests/restore/copy_table.py", source, restored) // the time of the restore

	cursor := r.admin.Get(t, "/v1/customers?limit=1").Want(http.StatusOK).JSON()["nextCursor"].(string)
	feed := r.node.Get(t, "/v1/gate-changes").Want(http.StatusOK).JSON()["nextCursor"].(string)
	lost := r.create(t, "/v1/customers", "lost", reseller)
	r.subscribe(t, lost, "lost-rehearsal.com")
	orphan := r.upload(t, "lost", lost)
	r.admin.Do(t, http.MethodDelete, "/v1/backups/"+backup, nil).Want(http.StatusNoContent)
	r.admin.Do(t, http.MethodDelete, "/v1/customers/"+removed, nil).Want(http.StatusAccepted)
	r.eventually(t, "the customer is removed", func() bool {
		return r.admin.Get(t, "/v1/customers/"+removed).Status == http.StatusNotFound
	})

	r.eventually(t, "the operation ends, before the restore", func() bool { return r.hasSucceeded(t, bulk) })

	parameters := r.python(t, "tools/restore/restore.py", "prepare", restored)
	r.deploy(t, parameters)
	report := r.reconcile(t)

	for _, id := range []string{kept, removed} {
		r.admin.Get(t, "/v1/customers/"+id).Want(http.StatusOK)
	}
	r.admin.Get(t, "/v1/customers/"+lost).Want(http.StatusNotFound)
	r.create(t, "/v1/customers", "lost", reseller) // its login is free again
	r.eventually(t, "the scheduled suspension is carried out", func() bool {
		return r.admin.Get(t, "/v1/customers/"+removed).Want(http.StatusOK).JSON()["status"] == "suspended"
	})
	// Its execution exists and has ended, which the restored table does not know.
	r.eventually(
		t,
		"the operation that was unfinished is resumed and ends",
		func() bool { return r.hasSucceeded(t, bulk) },
	)
	if status := r.admin.Get(t, "/v1/customers/"+held).Want(http.StatusOK).JSON()["status"]; status != "suspended" {
		t.Errorf("the customer of the resumed operation is %v, want suspended", status)
	}
	r.eventually(t, "the search finds the customer again", func() bool { return r.finds(t, "kept") })
	if response := r.node.Get(t, "/v1/gate-changes?cursor="+feed); response.Status < 400 {
		t.Errorf("a node's cursor from after the restore is accepted with %d, so the node misses changes", response.Status)
	}
	if response := r.admin.Get(t, "/v1/customers?limit=1&cursor="+cursor); response.Status < 400 {
		t.Errorf("a cursor from after the restore is accepted with %d", response.Status)
	}
	start := r.node.Get(t, "/v1/gate-changes").Want(http.StatusOK).JSON()["nextCursor"].(string)
	r.admin.Post(t, "/v1/customers/"+kept+"/suspend", map[string]any{}).Want(http.StatusOK)
	r.eventually(t, "the restored table's stream feeds the nodes", func() bool {
		return strings.Contains(r.node.Get(t, "/v1/gate-changes?cursor="+start).Text, kept)
	})
	for _, want := range []string{
		"not in order: none", "operations: 1 were unfinished and are resumed: " + bulk, "without a backup, uploaded after the time of the restore: s3://", orphan,
		"without an object, deleted after the time of the restore: backups/" + kept + "/" + backup,
	} {
		if !strings.Contains(report, want) {
			t.Errorf("the report has no %q:\n%s", want, report)
		}
	}
}

func (r *rehearsal) create(t *testing.T, path, login, owner string) (id string) {
	t.Helper()
	body := map[string]any{
		"login":    login,
		"password": password,
		"contact":  map[string]any{"name": login + " example", "email": login + "@example.com"},
	}
	if owner != "" {
		body["owner"] = owner
	}
	return r.admin.Post(t, path, body).Want(http.StatusCreated).JSON()["id"].(string)
}

func (r *rehearsal) subscribe(t *testing.T, customer, domain string) {
	t.Helper()
	body := map[string]any{"domain": domain, "servicePlan": "custom", "resources": map[string]any{}}
	r.admin.Post(t, "/v1/customers/"+customer+"/subscriptions", body).Want(http.StatusCreated)
}

// upload creates a backup of the customer's subscription as the customer, and returns its id.
func (r *rehearsal) upload(t *testing.T, login, customer string) (id string) {
	t.Helper()
	own := r.SignIn(t, login, login, password)
	var list struct{ Items []struct{ ID string } }
	own.Get(t, "/v1/customers/"+customer+"/subscriptions").Want(http.StatusOK).Into(&list)
	created := own.Post(t, "/v1/subscriptions/"+list.Items[0].ID+"/backups", map[string]any{"size": 4}).
		Want(http.StatusCreated).
		JSON()
	uploader := client.Caller{Name: "uploader"}
	headers := []client.Header{{"If-None-Match", "*"}, {"Content-Type", ""}}
	uploader.Do(t, http.MethodPut, created["uploadUrl"].(string), "text", headers...).Want(http.StatusOK)
	id = created["id"].(string)
	if state := own.Get(t, "/v1/backups/"+id).Want(http.StatusOK).JSON()["state"]; state != "ready" {
		t.Fatalf("the backup of %s is %v, want ready", login, state)
	}
	return id
}

func (r *rehearsal) hasSucceeded(t *testing.T, operation string) bool {
	t.Helper()
	return r.admin.Get(t, "/v1/operations/"+operation).Want(http.StatusOK).JSON()["state"] == "succeeded"
}

func (r *rehearsal) finds(t *testing.T, login string) bool {
	t.Helper()
	return strings.Contains(r.admin.Get(t, "/v1/customers?search="+login).Want(http.StatusOK).Text, login+"@example.com")
}

func (r *rehearsal) eventually(t *testing.T, what string, isTrue func() bool) {
	t.Helper()
	for range 960 {
		if isTrue() {
			return
		}
		time.Sleep(250 * time.Millisecond)
	}
	t.Fatalf("this did not happen within four minutes: %s", what)
}

// python runs a program against the stack's emulators and returns what it prints.
func (r *rehearsal) python(t *testing.T, program string, arguments ...string) string {
	t.Helper()
	output, err := r.command(t, program, arguments...).CombinedOutput()
	t.Logf("%s %v:\n%s", program, arguments, output)
	if err != nil {
		t.Fatal(err)
	}
	return string(output)
}

func (r *rehearsal) command(t *testing.T, program string, arguments ...string) *exec.Cmd {
	t.Helper()
	command := exec.CommandContext(t.Context(), ".local/sam-venv/bin/python", append([]string{program}, arguments...)...)
	command.Dir = r.root
	command.Env = append(
		os.Environ(),
		"AWS_ENDPOINT_URL="+r.Emulator,
		"AWS_ENDPOINT_URL_DYNAMODB="+os.Getenv("TENANTRY_DYNAMODB"),
		"AWS_DEFAULT_REGION=us-east-1",
		"AWS_ACCESS_KEY_ID=test",
		"AWS_SECRET_ACCESS_KEY=test",
		"RESTORE_POLL_SECONDS=0.2",
	)
	return command
}

// deploy deploys the stack with the parameters that a program has printed, one on a line.
func (r *rehearsal) deploy(t *testing.T, printed string) {
	t.Helper()
	var parameters []string
	for line := range strings.Lines(printed) {
		if strings.HasPrefix(line, "Existing") {
			parameters = append(parameters, strings.TrimSpace(line))
		}
	}
	if len(parameters) != 2 {
		t.Fatalf("tools/restore has printed the parameters %q, want two", parameters)
	}
	up := exec.CommandContext(
		t.Context(),
		filepath.Join(r.root, ".local/tools/stack"),
		"-state",
		r.folder,
		"-port",
		"0",
		"up",
	)
	up.Dir = r.root
	up.Env = append(os.Environ(), "PARAMETERS="+strings.Join(parameters, " "))
	if output, err := up.CombinedOutput(); err != nil {
		t.Fatalf("deploy with %v: %v\n%s", parameters, err, output)
	}
}

// reconcile runs the last step and returns its report. It ends with status 3, because the storage differs.
func (r *rehearsal) reconcile(t *testing.T) string {
	t.Helper()
	command := r.command(t, "tools/restore/restore.py", "reconcile", "tenantry")
	output, _ := command.CombinedOutput()
	t.Logf("reconcile:\n%s", output)
	if status := command.ProcessState.ExitCode(); status != 3 {
		t.Fatalf("reconcile ends with status %d, want 3 because backups differ:\n%s", status, output)
	}
	return string(output)
}
