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
	ids := []string{s.many[0].ID, foreign, s.many[1].ID, nobody, s.many[2].ID}
	key := client.Header{"Idempotency-Key", "many-" + s.run}
	body := map[string]any{"items": itemsOf(ids...), "reason": "pays nothing", "publicMessage": "Please call us."}
	begun := begin(t, s.north, "suspend", body, key)
	done := end(t, s.north, begun, "partially-failed")
	if done.counts() != [4]int{5, 3, 2, 0} || done.Preview {
		t.Errorf("counts %v of %+v", done.counts(), done)
	}

	// What is another's reads as if it were not there.
	failed := outcomes(t, s.north, done, "status=failed")
	want := []item{{foreign, "failed", "not-found", failed[0].Detail}, {nobody, "failed", "not-found", failed[0].Detail}}
	if !slices.Equal(failed, want) || failed[0].Detail == "" {
		t.Errorf("failed: %+v", failed)
	}
	whole := outcomes(t, s.north, done, "limit=2")
	for i, id := range ids {
		state := "succeeded"
		if id == foreign || id == nobody {
			state = "failed"
		}
		if len(whole) != len(ids) || whole[i].Customer != id || whole[i].State != state {
			t.Fatalf("items: %+v", whole)
		}
	}
	if ok := outcomes(t, s.north, done, "limit=2&status=succeeded"); len(ok) != 3 || len(outcomes(t, s.north, done, "status=pending")) != 0 {
		t.Errorf("succeeded: %+v", ok)
	}
	if got := s.statuses(t, append(idsOf(s.many), foreign)...); got != "suspended,suspended,suspended,active" {
		t.Errorf("statuses: %s", got)
	}
	if problem := own.Get(t, "/v1/me").WantProblem(http.StatusForbidden, "account-suspended"); problem.Detail != "Please call us." {
		t.Errorf("the customer reads %q", problem.Detail)
	}

	// The same call again is answered with the same operation, and starts nothing.
	var again operation
	if text := s.north.Post(t, "/v1/customers/suspend", body, key).Want(http.StatusAccepted).Into(&again).Text; again.ID != begun.ID || again.State != begun.State {
		t.Errorf("again: %s", text)
	}
	s.north.Post(t, "/v1/customers/suspend", map[string]any{"filter": map[string]any{}}, key).WantProblem(http.StatusUnprocessableEntity, "invalid-request")
	s.operated(t, s.north, begun.ID)
	s.suspendedOnce(t)

	// To suspend what is suspended, saying the same, succeeds and changes nothing.
	body["items"] = itemsOf(idsOf(s.many)...)
	twice := end(t, s.north, begin(t, s.north, "suspend", body), "succeeded")
	s.suspendedOnce(t)
	s.done = []string{twice.ID, begun.ID}

	s.admin.Get(t, done.path()).Want(http.StatusOK)
	for _, path := range []string{done.path(), done.path() + "/items", "/v1/operations/op_0"} {
		s.south.Get(t, path).WantProblem(http.StatusNotFound, "not-found")
	}
	s.south.Post(t, done.path()+"/cancel", nil).WantProblem(http.StatusNotFound, "not-found")
	s.north.Post(t, done.path()+"/cancel", nil).WantProblem(http.StatusConflict, "conflict")
}

// operated expects the operations that somebody has begun, the newest first.
func (s *story) operated(t *testing.T, by client.Caller, want ...string) {
	t.Helper()
	eventually(t, "the operations are listed", func() bool {
		ids, cursor := []string{}, ""
		for range len(want) + 1 {
			var page struct {
				Items      []operation
				NextCursor string
			}
			by.Get(t, "/v1/operations?limit=1"+cursor).Want(http.StatusOK).Into(&page)
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

// trails are what has happened to each of many.
func (s *story) trails(t *testing.T) string {
	t.Helper()
	var text strings.Builder
	for _, c := range s.many {
		text.WriteString(s.north.Get(t, c.path("/events?limit=100")).Want(http.StatusOK).Text)
	}
	return text.String()
}

// suspendedOnce expects one suspension in the trail of each of many.
func (s *story) suspendedOnce(t *testing.T) {
	t.Helper()
	if trails := s.trails(t); strings.Count(trails, `"account.suspended"`) != len(s.many) {
		t.Errorf("not suspended once each: %s", trails)
	}
}

func manyCustomersAreActivated(t *testing.T, s *story) {
	ids := idsOf(s.many)
	s.admin.Post(t, s.many[0].path("/suspend"), nil).Want(http.StatusOK)
	s.admin.Post(t, s.many[1].path("/suspend"), nil).Want(http.StatusOK)
	s.north.Post(t, s.many[1].path("/activate"), nil).Want(http.StatusOK) // only the administrator's hold is left
	done := end(t, s.north, begin(t, s.north, "activate", map[string]any{"items": itemsOf(append(ids, s.southern[0].ID)...)}), "partially-failed")
	s.operated(t, s.north, append([]string{done.ID}, s.done...)...)
	if done.counts() != [4]int{4, 2, 2, 0} {
		t.Errorf("counts %v", done.counts())
	}
	failed := outcomes(t, s.north, done, "status=failed")
	if len(failed) != 2 || failed[0].Customer != ids[1] || failed[0].Code != "held-by-higher-level" || failed[1].Code != "not-found" {
		t.Errorf("failed: %+v", failed)
	}
	if got := s.statuses(t, ids...); got != "suspended,suspended,active" {
		t.Errorf("statuses: %s", got)
	}
	end(t, s.admin, begin(t, s.admin, "activate", map[string]any{"items": itemsOf(ids...)}), "succeeded")
	if got := s.statuses(t, ids...); got != "active,active,active" {
		t.Errorf("statuses: %s", got)
	}
}

func aFilterSelectsCustomers(t *testing.T, s *story) {
	southern, _ := all(t, s.south, "limit=100")
	ids := field(southern, "id")
	filter := map[string]any{"filter": map[string]any{"owner": s.south.ID}}
	s.north.Post(t, "/v1/customers/suspend", filter).WantProblem(http.StatusForbidden, "forbidden")

	try := map[string]any{"filter": filter["filter"], "dryRun": true}
	preview := end(t, s.admin, begin(t, s.admin, "suspend", try), "succeeded")
	if !preview.Preview || preview.counts() != [4]int{len(ids), len(ids), 0, 0} {
		t.Errorf("preview: %+v", preview)
	}
	if got := s.statuses(t, ids...); strings.Contains(got, "suspended") {
		t.Errorf("after a preview: %s", got)
	}
	everyone := begin(t, s.admin, "suspend", map[string]any{"filter": map[string]any{}, "dryRun": true})
	eventually(t, "everyone is judged", func() bool { return seen(t, s.admin, everyone).ended() })
	if all := seen(t, s.admin, everyone); all.Total <= len(ids) || all.Total != all.Succeeded {
		t.Errorf("everyone: %+v", all)
	}
	done := end(t, s.admin, begin(t, s.admin, "suspend", filter), "succeeded")
	if done.counts() != [4]int{len(ids), len(ids), 0, 0} {
		t.Errorf("counts %v, want %d", done.counts(), len(ids))
	}
	listed := outcomes(t, s.admin, done, "limit=100")
	for i, id := range ids {
		if !slices.Contains(listed, item{Customer: id, State: "succeeded"}) || len(listed) != len(ids) {
			t.Errorf("%d. %s is not among %+v", i, id, listed)
		}
	}
	if got := s.statuses(t, ids...); strings.Contains(got, "active") {
		t.Errorf("after a suspension: %s", got)
	}
	if got := s.statuses(t, idsOf(s.many)...); strings.Contains(got, "suspended") {
		t.Errorf("north's customers: %s", got)
	}

	// What is no customer is not there for work on customers.
	other := end(t, s.admin, begin(t, s.admin, "suspend", map[string]any{"items": itemsOf(s.south.ID)}), "failed")
	if items := outcomes(t, s.admin, other, ""); len(items) != 1 || items[0].Code != "not-found" {
		t.Errorf("items: %+v", items)
	}
	s.south.Get(t, "/v1/me").Want(http.StatusOK)

	// A reseller's filter finds its own customers only, whatever it names.
	active := end(t, s.south, begin(t, s.south, "suspend", map[string]any{"filter": map[string]any{"status": "active"}}), "succeeded")
	if active.Total != 0 {
		t.Errorf("%d are active", active.Total)
	}
	eventually(t, "all suspended customers are found", func() bool {
		found := end(t, s.admin, begin(t, s.admin, "activate", map[string]any{"filter": map[string]any{"owner": s.south.ID, "status": "suspended"}}), "succeeded")
		return found.Total == len(ids) || !strings.Contains(s.statuses(t, ids...), "suspended")
	})
	if got := s.statuses(t, ids...); strings.Contains(got, "suspended") {
		t.Errorf("after the activation: %s", got)
	}
}
