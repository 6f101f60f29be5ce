package story

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tenantry/tests/client"
)

// removalPatience is the time that a removal may take. If a list is incomplete, it waits for the pauses of its workflow.
const removalPatience = 6 * patience

// fullCustomer is a customer with a panel user, subscriptions, websites and backups.
type fullCustomer struct {
	customer
	own, user              client.Caller // the customer and its panel user
	domains                []string
	backup, resellerBackup string // paths of a backup by the customer and one by its reseller
	downloadURL            string // of the customer's backup
}

// remove starts a removal and returns the operation.
func remove(t *testing.T, caller client.Caller, path string, headers ...client.Header) (started operation) {
	t.Helper()
	response := caller.Do(t, http.MethodDelete, path, nil, headers...).Want(http.StatusAccepted).Into(&started)
	if response.Header.Get("Location") != started.path() || started.ID == "" {
		t.Errorf(
			"got the Location %q and %s, want those of the new operation",
			response.Header.Get("Location"),
			response.Text,
		)
	}
	return started
}

// upload creates a backup and uploads its content. It returns the path and the download URL of the backup.
func (s *story) upload(t *testing.T, caller client.Caller, subscription, content string) (path, download string) {
	t.Helper()
	created := caller.Post(t, "/v1/subscriptions/"+subscription+"/backups", map[string]any{"size": len(content)}).
		Want(http.StatusCreated)
	(client.Caller{Name: "uploader"}).Do(t, http.MethodPut, created.JSON()["uploadUrl"].(string), content, client.Header{"Content-Type", ""}, onlyUpload).
		Want(http.StatusOK)
	path = "/v1/backups/" + id(created)
	return path, caller.Get(t, path).Want(http.StatusOK).JSON()["downloadUrl"].(string)
}

func (s *story) fullCustomer(t *testing.T, name string) fullCustomer {
	t.Helper()
	l := fullCustomer{customer: s.newCustomer(t, s.north, name, "externalId", s.external(name))}
	l.own = s.stack.SignIn(t, "customer", l.Login, s.password)
	l.own.Post(t, l.path("/panel-users"), s.userOf(name)).Want(http.StatusCreated)
	l.user = s.stack.SignIn(t, "panel user", s.login(name+"-user"), s.password)
	var subscriptions []string
	for i, plan := range []string{s.gold, s.gold, "custom"} {
		domain := s.domain(fmt.Sprint(name, i))
		body := map[string]any{"domain": domain, "servicePlan": plan}
		if plan == "custom" {
			body["resources"] = map[string]any{"permissions": map[string]any{"create_domains": true}}
		}
		created := s.north.Post(t, l.path("/subscriptions"), body).Want(http.StatusCreated)
		l.own.Post(t, "/v1/subscriptions/"+id(created)+"/websites", map[string]any{"domain": "www." + domain}).
			Want(http.StatusCreated)
		l.domains, subscriptions = append(l.domains, domain, "www."+domain), append(subscriptions, id(created))
	}
	l.backup, l.downloadURL = s.upload(t, l.own, subscriptions[0], "backup by the customer")
	l.resellerBackup, _ = s.upload(t, s.north, subscriptions[0], "backup by the reseller")
	return l
}

// userOf returns the body that creates a panel user of a customer.
func (s *story) userOf(name string) map[string]any {
	return map[string]any{
		"login":    s.login(name + "-user"),
		"password": s.password,
		"name":     "A User",
		"email":    "u@example.com",
	}
}

// assertClosed checks that an account whose removal was accepted is closed or gone already.
func assertClosed(t *testing.T, caller client.Caller, path string) {
	t.Helper()
	response := caller.Get(t, path)
	if response.Status == http.StatusNotFound {
		response.WantProblem(http.StatusNotFound, "not-found")
		return
	}
	if lifecycle := response.Want(http.StatusOK).JSON()["lifecycle"]; lifecycle != "removing" {
		t.Errorf("lifecycle after the response to the removal: got %v, want removing", lifecycle)
	}
}

// assertRejected checks that a request on or by an account that is being removed is rejected with a code. If the
// removal has ended meanwhile, the code is afterwards.
func assertRejected(t *testing.T, response client.Response, code, afterwards string) {
	t.Helper()
	statuses := map[string]int{
		"busy": http.StatusConflict, "not-found": http.StatusNotFound,
		"account-suspended": http.StatusForbidden, "unauthenticated": http.StatusUnauthorized,
	}
	if response.Status == statuses[afterwards] {
		code = afterwards
	}
	response.WantProblem(statuses[code], code)
}

func aCustomerIsRemoved(t *testing.T, s *story) {
	l := s.fullCustomer(t, "leaving")
	s.south.Do(t, http.MethodDelete, l.path(""), nil).WantProblem(http.StatusNotFound, "not-found")
	l.own.Do(t, http.MethodDelete, l.path(""), nil).WantProblem(http.StatusForbidden, "forbidden")
	key := client.Header{"Idempotency-Key", "leave-" + s.run}
	started := remove(t, s.north, l.path(""), key)

	// The customer is closed when the response arrives.
	assertClosed(t, s.north, l.path(""))
	l.own.Get(t, "/v1/me").WantProblem(http.StatusUnauthorized, "unauthenticated")
	signIn := map[string]any{"login": l.Login, "password": s.password}
	assertRejected(t, s.stack.Anonymous().Post(t, "/v1/sessions", signIn), "account-suspended", "unauthenticated")
	assertRejected(t, l.user.Get(t, "/v1/me"), "account-suspended", "unauthenticated") // the panel user is removed later
	for _, domain := range l.domains {
		if gate := s.node.Get(t, "/v1/gate/"+domain); gate.Status != http.StatusNotFound && gate.JSON()["open"] != false {
			t.Errorf("gate of %s: got %s, want it closed", domain, gate.Text)
		}
	}
	late := map[string]any{"domain": s.domain("too-late"), "servicePlan": "custom"}
	phone := map[string]any{"phone": "1"}
	for _, response := range []client.Response{
		s.north.Post(t, l.path("/subscriptions"), late),
		s.north.Do(t, http.MethodPatch, l.path("/contact"), phone),
		s.north.Post(t, l.path("/suspend"), nil),
		s.north.Do(t, http.MethodPut, l.path("/schedule"), map[string]any{"suspendAt": time.Now().Add(time.Hour)}),
		s.north.Post(t, l.path("/reset-link"), nil),
		s.north.Post(t, l.path("/reset-link/send"), nil),
		s.admin.Do(t, http.MethodDelete, l.path(""), nil),
	} {
		assertRejected(t, response, "busy", "not-found")
		if problem := response.JSON(); problem["code"] == "busy" && problem["operation"] != started.ID {
			t.Errorf("got the problem %s, want the operation %s", response.Text, started.ID)
		}
	}
	if again := remove(t, s.north, l.path(""), key); again.ID != started.ID {
		t.Errorf("the repeated request returned the operation %s, want %s", again.ID, started.ID)
	}

	done := waitAtMost(t, removalPatience, s.north, started, "succeeded")
	if done.Kind != "remove-customers" || done.counts() != [4]int{1, 1, 0, 0} {
		t.Errorf("got %+v, want a removal with one success", done)
	}
	if again := remove(t, s.north, l.path(""), key); again.ID != started.ID {
		t.Errorf("the repeated request returned the operation %s, want %s", again.ID, started.ID)
	}
	l.user.Get(t, "/v1/me").WantProblem(http.StatusUnauthorized, "unauthenticated")
	s.assertRemoved(t, l)
	s.assertBackupKept(t, l)
	s.assertReusable(t, l, "leaving")
}

// assertRemoved checks that nothing of the customer is left.
func (s *story) assertRemoved(t *testing.T, l fullCustomer) {
	t.Helper()
	for _, caller := range []client.Caller{s.north, s.admin} {
		for _, rest := range []string{"", "/subscriptions", "/panel-users"} {
			caller.Get(t, l.path(rest)).WantProblem(http.StatusNotFound, "not-found")
		}
		caller.Do(t, http.MethodDelete, l.path(""), nil).WantProblem(http.StatusNotFound, "not-found")
		caller.Get(t, l.backup).WantProblem(http.StatusNotFound, "not-found")
		caller.Get(t, "/v1/customers/login:"+l.Login).WantProblem(http.StatusNotFound, "not-found")
	}
	s.north.Get(t, l.path("/events")).WantProblem(http.StatusNotFound, "not-found")
	var remains struct{ Items []struct{ Event string } }
	s.admin.Get(t, l.path("/events")).Want(http.StatusOK).Into(&remains)
	if len(remains.Items) != 1 || remains.Items[0].Event != "customer.removed" {
		t.Errorf("got the events %+v, want only customer.removed", remains.Items)
	}
	for _, domain := range l.domains {
		s.node.Get(t, "/v1/gate/"+domain).WantProblem(http.StatusNotFound, "not-found")
	}
	if download := (client.Caller{Name: "downloader"}).Get(t, l.downloadURL); download.Status != http.StatusNotFound {
		t.Errorf("download of the customer's backup: got %d, want 404", download.Status)
	}
	s.stack.Anonymous().Post(t, "/v1/sessions", map[string]any{"login": l.Login, "password": s.password}).
		WantProblem(http.StatusUnauthorized, "unauthenticated")
	eventually(t, "the list no longer contains the customer", func() bool {
		customers, _ := listAll(t, s.north, "limit=100")
		return !slices.Contains(values(customers, "id"), l.ID)
	})
	s.assertBalanced(t, s.north.ID)
}

// assertBackupKept checks that the reseller still has the backup that it created.
func (s *story) assertBackupKept(t *testing.T, l fullCustomer) {
	t.Helper()
	for _, caller := range []client.Caller{s.north, s.admin} {
		url := caller.Get(t, l.resellerBackup).Want(http.StatusOK).JSON()["downloadUrl"].(string)
		if got := (client.Caller{Name: "downloader"}).Get(t, url).Want(http.StatusOK); got.Text != "backup by the reseller" {
			t.Errorf("download of %s: got %q, want the backup by the reseller", caller.Name, got.Text)
		}
	}
	mine := s.north.Get(t, "/v1/backups").Want(http.StatusOK).Text
	if !strings.Contains(mine, strings.TrimPrefix(l.resellerBackup, "/v1/backups/")) {
		t.Errorf("got the backups %s, want also the one of the removed customer", mine)
	}
	s.south.Get(t, l.resellerBackup).WantProblem(http.StatusNotFound, "not-found")
	s.north.Do(t, http.MethodDelete, l.resellerBackup, nil).Want(http.StatusNoContent)
}

// assertReusable checks that a new customer can have the logins, the external id and the domains of the removed
// customer.
func (s *story) assertReusable(t *testing.T, l fullCustomer, name string) {
	t.Helper()
	next := s.newCustomer(t, s.north, name, "externalId", s.external(name))
	if next.ID == l.ID {
		t.Errorf("the new customer has the id %s of the removed customer", l.ID)
	}
	s.north.Post(t, next.path("/panel-users"), s.userOf(name)).Want(http.StatusCreated)
	for _, domain := range l.domains {
		s.north.Post(t, next.path("/subscriptions"), map[string]any{"domain": domain, "servicePlan": s.gold}).
			Want(http.StatusCreated)
	}
}

// assertBalanced checks that the counters of the reseller's usage agree with a new count.
func (s *story) assertBalanced(t *testing.T, reseller string) {
	t.Helper()
	eventually(t, "the counters of "+reseller+" agree with a new count", func() bool {
		return s.stack.Invoke(t, "ReconcileCountsFunction", map[string]any{"owner": reseller}).JSON()["inOrder"] == true
	})
}

// assertAllBalanced checks that the numbers of customers and resellers agree with a new count.
func (s *story) assertAllBalanced(t *testing.T) {
	t.Helper()
	eventually(t, "the numbers of all accounts agree with a new count", func() bool {
		return s.stack.Invoke(t, "ReconcileCountsFunction", map[string]any{"repair": true}).JSON()["inOrder"] == true
	})
}

func manyCustomersAreRemoved(t *testing.T, s *story) {
	var leaving []string
	for i := range 4 {
		leaving = append(leaving, s.newCustomer(t, s.north, fmt.Sprint("going", i)).ID)
	}
	stays := leaving[0]
	foreign := s.southern[0].ID
	body := map[string]any{"items": append(itemsOf(leaving[1:]...), itemsOf(foreign, unknownCustomer)...)}
	dryRun := map[string]any{"items": body["items"], "dryRun": true}
	text := s.north.Post(t, "/v1/customers/remove", dryRun).Want(http.StatusOK).Text
	if strings.Count(text, `"not-found"`) != 2 {
		t.Errorf("got the preview %s, want two items with not-found", text)
	}
	if got := s.statuses(t, leaving...); got != "active,active,active,active" {
		t.Errorf("statuses after a preview: got %s, want all active", got)
	}

	key := client.Header{"Idempotency-Key", "go-" + s.run}
	started := start(t, s.north, "remove", body, key)
	done := waitAtMost(t, removalPatience, s.north, started, "partially-failed")
	if done.counts() != [4]int{5, 3, 2, 0} {
		t.Errorf("got the counts %v, want 5 items, 3 succeeded, 2 failed", done.counts())
	}
	for _, i := range listItems(t, s.north, done, "status=failed") {
		if i.Code != "not-found" || i.Customer != foreign && i.Customer != unknownCustomer {
			t.Errorf("got the failed item %+v, want not-found for the foreign and the unknown customer", i)
		}
	}
	for _, id := range leaving[1:] {
		s.north.Get(t, "/v1/customers/"+id).WantProblem(http.StatusNotFound, "not-found")
	}
	s.admin.Get(t, "/v1/customers/"+stays).Want(http.StatusOK)
	s.admin.Get(t, "/v1/customers/"+foreign).Want(http.StatusOK)
	var again operation
	if s.north.Post(t, "/v1/customers/remove", body, key).Want(http.StatusAccepted).Into(&again); again.ID != started.ID {
		t.Errorf("the repeated request returned the operation %s, want %s", again.ID, started.ID)
	}
	s.assertBalanced(t, s.north.ID)
	s.assertAllBalanced(t)
}
