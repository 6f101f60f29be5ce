package story

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"tenantry/tests/client"
)

func manyCustomersAreSuspended(t *testing.T, s *story) {
	for i := range 3 {
		s.many = append(s.many, s.newCustomer(t, s.north, fmt.Sprint("many", i)))
	}
	own := s.stack.SignIn(t, "customer", s.many[1].Login, s.password)
	foreign := s.southern[0].ID
	ids := []string{s.many[0].ID, foreign, s.many[1].ID, unknownCustomer, s.many[2].ID}
	key := client.Header{"Idempotency-Key", "many-" + s.run}
	body := map[string]any{"items": itemsOf(ids...), "reason": "pays nothing", "publicMessage": "Please call us."}
	started := start(t, s.north, "suspend", body, key)
	done := waitUntilDone(t, s.north, started, "partially-failed")
	if done.counts() != [4]int{5, 3, 2, 0} || done.Preview {
		t.Errorf("got %+v with the counts %v, want 5 items, 3 succeeded, 2 failed", done, done.counts())
	}

	s.assertSuspensionIsNamed(t, done, "pays nothing", foreign)

	// A customer of another reseller fails in the same way as a customer that does not exist.
	failed := listItems(t, s.north, done, "status=failed")
	want := []item{
		{foreign, "failed", "not-found", failed[0].Detail},
		{unknownCustomer, "failed", "not-found", failed[0].Detail},
	}
	if !slices.Equal(failed, want) || failed[0].Detail == "" {
		t.Errorf("got the failed items %+v, want %+v", failed, want)
	}
	whole := listItems(t, s.north, done, "limit=2")
	for i, id := range ids {
		state := "succeeded"
		if id == foreign || id == unknownCustomer {
			state = "failed"
		}
		if len(whole) != len(ids) || whole[i].Customer != id || whole[i].State != state {
			t.Fatalf("got the items %+v, want the %s item %s at %d", whole, state, id, i)
		}
	}
	if succeeded := listItems(t, s.north, done, "limit=2&status=succeeded"); len(succeeded) != 3 {
		t.Errorf("got the succeeded items %+v, want 3", succeeded)
	}
	if pending := listItems(t, s.north, done, "status=pending"); len(pending) != 0 {
		t.Errorf("got the pending items %+v, want none", pending)
	}
	if got := s.statuses(t, append(idsOf(s.many), foreign)...); got != "suspended,suspended,suspended,active" {
		t.Errorf("got the statuses %s, want the foreign customer active and the others suspended", got)
	}
	problem := own.Get(t, "/v1/me").WantProblem(http.StatusForbidden, "account-suspended")
	if problem.Detail != "Please call us." {
		t.Errorf("got the detail %q, want the public message", problem.Detail)
	}

	// A repeated request returns the same operation and starts nothing.
	var again operation
	text := s.north.Post(t, "/v1/customers/suspend", body, key).Want(http.StatusAccepted).Into(&again).Text
	if again.ID != started.ID || again.State != started.State {
		t.Errorf("the repeated request returned %s, want the operation %s", text, started.ID)
	}
	s.north.Post(t, "/v1/customers/suspend", map[string]any{"filter": map[string]any{}}, key).
		WantProblem(http.StatusUnprocessableEntity, "invalid-request")
	s.assertOperations(t, s.north, started.ID)
	s.assertSuspendedOnce(t)

	// Suspending suspended customers with the same text succeeds and changes nothing.
	body["items"] = itemsOf(idsOf(s.many)...)
	twice := waitUntilDone(t, s.north, start(t, s.north, "suspend", body), "succeeded")
	s.assertSuspendedOnce(t)
	s.done = []string{twice.ID, started.ID}

	s.admin.Get(t, done.path()).Want(http.StatusOK)
	for _, path := range []string{done.path(), done.path() + "/items", "/v1/operations/op_0"} {
		s.south.Get(t, path).WantProblem(http.StatusNotFound, "not-found")
	}
	s.south.Post(t, done.path()+"/cancel", nil).WantProblem(http.StatusNotFound, "not-found")
	s.north.Post(t, done.path()+"/cancel", nil).WantProblem(http.StatusConflict, "conflict")
}

// assertOperations checks the list of the caller's operations, newest first.
func (s *story) assertOperations(t *testing.T, caller client.Caller, want ...string) {
	t.Helper()
	eventually(t, "the operations are listed", func() bool {
		ids, cursor := []string{}, ""
		for range len(want) + 1 {
			var page struct {
				Items      []operation
				NextCursor string
			}
			caller.Get(t, "/v1/operations?limit=1"+cursor).Want(http.StatusOK).Into(&page)
			for _, o := range page.Items {
				ids = append(ids, o.ID)
			}
			if page.NextCursor == "" {
				break
			}
			cursor = "&cursor=" + page.NextCursor
		}
		return slices.Equal(ids, want)
	})
}

// trails returns the events of the customers in s.many, as one text.
func (s *story) trails(t *testing.T) string {
	t.Helper()
	var text strings.Builder
	for _, c := range s.many {
		text.WriteString(s.north.Get(t, c.path("/events?limit=100")).Want(http.StatusOK).Text)
	}
	return text.String()
}

// assertSuspendedOnce checks that each customer in s.many has one event of a suspension.
func (s *story) assertSuspendedOnce(t *testing.T) {
	t.Helper()
	if trails := s.trails(t); strings.Count(trails, `"account.suspended"`) != len(s.many) {
		t.Errorf("got the events %s, want one suspension of each customer", trails)
	}
}

func manyCustomersAreActivated(t *testing.T, s *story) {
	ids := idsOf(s.many)
	s.admin.Post(t, s.many[0].path("/suspend"), nil).Want(http.StatusOK)
	s.admin.Post(t, s.many[1].path("/suspend"), nil).Want(http.StatusOK)
	s.north.Post(t, s.many[1].path("/activate"), nil).Want(http.StatusOK) // only the administrator's hold remains
	done := waitUntilDone(
		t,
		s.north,
		start(t, s.north, "activate", map[string]any{"items": itemsOf(append(ids, s.southern[0].ID)...)}),
		"partially-failed",
	)
	s.assertOperations(t, s.north, append([]string{done.ID}, s.done...)...)
	if done.counts() != [4]int{4, 2, 2, 0} {
		t.Errorf("got the counts %v, want 4 items, 2 succeeded, 2 failed", done.counts())
	}
	failed := listItems(t, s.north, done, "status=failed")
	if len(failed) != 2 || failed[0].Customer != ids[1] || failed[0].Code != "held-by-higher-level" ||
		failed[1].Code != "not-found" {
		t.Errorf("got the failed items %+v, want held-by-higher-level and not-found", failed)
	}
	if got := s.statuses(t, ids...); got != "suspended,suspended,active" {
		t.Errorf("got the statuses %s, want suspended,suspended,active", got)
	}
	waitUntilDone(t, s.admin, start(t, s.admin, "activate", map[string]any{"items": itemsOf(ids...)}), "succeeded")
	if got := s.statuses(t, ids...); got != "active,active,active" {
		t.Errorf("got the statuses %s, want all active", got)
	}
}

func aFilterSelectsCustomers(t *testing.T, s *story) {
	southern, _ := listAll(t, s.south, "limit=100")
	ids := values(southern, "id")
	filter := map[string]any{"filter": map[string]any{"owner": s.south.ID}}
	s.north.Post(t, "/v1/customers/suspend", filter).WantProblem(http.StatusForbidden, "forbidden")

	dryRun := map[string]any{"filter": filter["filter"], "dryRun": true}
	preview := waitUntilDone(t, s.admin, start(t, s.admin, "suspend", dryRun), "succeeded")
	if !preview.Preview || preview.counts() != [4]int{len(ids), len(ids), 0, 0} {
		t.Errorf("got %+v, want a preview with %d successes", preview, len(ids))
	}
	if got := s.statuses(t, ids...); strings.Contains(got, "suspended") {
		t.Errorf("statuses after a preview: got %s, want none suspended", got)
	}
	everyone := start(t, s.admin, "suspend", map[string]any{"filter": map[string]any{}, "dryRun": true})
	eventually(t, "the preview of all customers ends", func() bool { return readOperation(t, s.admin, everyone).ended() })
	if all := readOperation(t, s.admin, everyone); all.Total <= len(ids) || all.Total != all.Succeeded {
		t.Errorf("got %+v, want successes for the customers of all owners", all)
	}
	done := waitUntilDone(t, s.admin, start(t, s.admin, "suspend", filter), "succeeded")
	if done.counts() != [4]int{len(ids), len(ids), 0, 0} {
		t.Errorf("got the counts %v, want %d successes", done.counts(), len(ids))
	}
	items := listItems(t, s.admin, done, "limit=100")
	for _, id := range ids {
		if !slices.Contains(items, item{Customer: id, State: "succeeded"}) || len(items) != len(ids) {
			t.Errorf("got the items %+v, want %d with a success of %s", items, len(ids), id)
		}
	}
	if got := s.statuses(t, ids...); strings.Contains(got, "active") {
		t.Errorf("statuses after the suspension: got %s, want all suspended", got)
	}
	if got := s.statuses(t, idsOf(s.many)...); strings.Contains(got, "suspended") {
		t.Errorf("statuses of north's customers: got %s, want none suspended", got)
	}

	// A reseller is not a customer, so the operation does not find it.
	other := waitUntilDone(
		t,
		s.admin,
		start(t, s.admin, "suspend", map[string]any{"items": itemsOf(s.south.ID)}),
		"failed",
	)
	if items := listItems(t, s.admin, other, ""); len(items) != 1 || items[0].Code != "not-found" {
		t.Errorf("got the items %+v, want one with not-found", items)
	}
	s.south.Get(t, "/v1/me").Want(http.StatusOK)

	// A reseller's filter selects only its own customers.
	active := waitUntilDone(
		t,
		s.south,
		start(t, s.south, "suspend", map[string]any{"filter": map[string]any{"status": "active"}}),
		"succeeded",
	)
	if active.Total != 0 {
		t.Errorf("the filter selected %d active customers, want none", active.Total)
	}
	eventually(t, "the filter selects all suspended customers", func() bool {
		activation := waitUntilDone(
			t,
			s.admin,
			start(t, s.admin, "activate", map[string]any{"filter": map[string]any{"owner": s.south.ID, "status": "suspended"}}),
			"succeeded",
		)
		return activation.Total == len(ids) || !strings.Contains(s.statuses(t, ids...), "suspended")
	})
	if got := s.statuses(t, ids...); strings.Contains(got, "suspended") {
		t.Errorf("statuses after the activation: got %s, want none suspended", got)
	}
}
