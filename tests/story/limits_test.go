package story

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"tenantry/tests/client"
)

func resellersHaveLimits(t *testing.T, s *story) {
	planned := id(
		s.admin.Post(t, "/v1/reseller-plans", map[string]any{"name": "Small", "allotments": map[string]any{"max_cl": 2, "disk_space": 100}}).
			Want(http.StatusCreated),
	)
	body := s.person("limited", "L. Imited", "resellerPlan", planned)
	created := s.admin.Post(t, "/v1/resellers", body).Want(http.StatusCreated).JSON()
	if created["resellerPlan"] != planned ||
		created["resources"].(map[string]any)["allotments"].(map[string]any)["max_cl"] != 2.0 {
		t.Errorf("got %v, want a reseller with the limits of its plan", created)
	}
	limited := s.stack.SignIn(t, "limited", s.login("limited"), s.password)
	statuses := make([]int, 5)
	var group sync.WaitGroup
	for i := range statuses {
		group.Go(func() {
			statuses[i] = limited.Post(t, "/v1/customers", s.person(fmt.Sprintf("limited-%d", i), "L")).Status
		})
	}
	group.Wait()
	slices.Sort(statuses)
	if !slices.Equal(statuses, []int{201, 201, 409, 409, 409}) {
		t.Errorf("five customers with a limit of two: got the statuses %v, want 201 twice and 409 three times", statuses)
	}
	problem := limited.Post(t, "/v1/customers", s.person("too-many", "T")).
		WantProblem(http.StatusConflict, "limit-exceeded")
	if !strings.Contains(problem.Detail, "max_cl") {
		t.Errorf("got the detail %q, want it to name max_cl", problem.Detail)
	}
	s.admin.Post(t, "/v1/customers", s.person("too-many", "T", "owner", created["id"])).
		WantProblem(http.StatusConflict, "limit-exceeded")
	items, _ := listAll(t, limited, "limit=100")
	path := "/v1/customers/" + fmt.Sprint(items[0]["id"]) + "/subscriptions"
	half := map[string]any{"allotments": map[string]any{"disk_space": 60}}
	first := limited.Post(t, path, map[string]any{"domain": s.domain("half"), "servicePlan": "custom", "resources": half}).
		Want(http.StatusCreated)
	tooLarge := limited.Post(t, path, map[string]any{"domain": s.domain("half2"), "servicePlan": "custom", "resources": half}).
		WantProblem(http.StatusConflict, "limit-exceeded")
	if !strings.Contains(tooLarge.Detail, "disk_space: requested 60, available 40") {
		t.Errorf("got the detail %q, want the requested and the available disk space", tooLarge.Detail)
	}
	limited.Post(t, path, map[string]any{"domain": s.domain("endless"), "servicePlan": "custom"}).
		WantProblem(http.StatusConflict, "limit-exceeded")

	// A change to a service plan counts for all subscriptions on it. A larger reseller plan takes effect at once.
	service := id(
		limited.Post(t, "/v1/service-plans", map[string]any{"name": "Tiny", "allotments": map[string]any{"disk_space": 10}}).
			Want(http.StatusCreated),
	)
	limited.Post(t, path, map[string]any{"domain": s.domain("tiny"), "servicePlan": service}).Want(http.StatusCreated)
	limited.Do(t, http.MethodPatch, "/v1/service-plans/"+service, map[string]any{"allotments": map[string]any{"disk_space": 41}}).
		WantProblem(http.StatusConflict, "limit-exceeded")
	limited.Do(t, http.MethodPatch, "/v1/service-plans/"+service, map[string]any{"allotments": map[string]any{"disk_space": 40}}).
		Want(http.StatusOK)
	used := func() map[string]any {
		return s.admin.Get(t, "/v1/resellers/"+fmt.Sprint(created["id"])).Want(http.StatusOK).JSON()["used"].(map[string]any)
	}
	u := used()
	if u["customers"] != 2.0 || u["subscriptions"] != 2.0 || u["allotments"].(map[string]any)["disk_space"] != 100.0 {
		t.Errorf("usage: got %v, want 2 customers, 2 subscriptions and 100 of disk space", u)
	}
	s.admin.Do(t, http.MethodPatch, "/v1/reseller-plans/"+planned, map[string]any{"allotments": map[string]any{"disk_space": 200}}).
		Want(http.StatusOK)
	limited.Post(t, path, map[string]any{"domain": s.domain("half3"), "servicePlan": "custom", "resources": half}).
		Want(http.StatusCreated)
	limited.Do(t, http.MethodDelete, "/v1/subscriptions/"+id(first), nil).Want(http.StatusNoContent)
	if u := used(); u["subscriptions"] != 2.0 || u["allotments"].(map[string]any)["disk_space"] != 100.0 {
		t.Errorf("usage after a removal: got %v, want 2 subscriptions and 100 of disk space", u)
	}
	s.admin.Do(t, http.MethodDelete, "/v1/reseller-plans/"+planned, nil).WantProblem(http.StatusConflict, "conflict")
	change := map[string]any{
		"contact": map[string]any{
			"company": "Less & Sons",
		},
		"resellerPlan": "custom",
		"resources":    map[string]any{"allotments": map[string]any{"max_cl": 3}},
	}
	key := client.Header{"Idempotency-Key", "limits-" + s.run}
	changed := s.admin.Do(t, http.MethodPatch, "/v1/resellers/"+fmt.Sprint(created["id"]), change, key).
		Want(http.StatusOK).
		JSON()
	again := s.admin.Do(t, http.MethodPatch, "/v1/resellers/"+fmt.Sprint(created["id"]), change, key).
		Want(http.StatusOK).
		JSON()
	if again["version"] != changed["version"] {
		t.Errorf("the repeated request returned the version %v, want %v", again["version"], changed["version"])
	}
	if changed["resellerPlan"] != "custom" || changed["contact"].(map[string]any)["company"] != "Less & Sons" {
		t.Errorf("got %v, want the custom plan and the new company", changed)
	}
	limited.Post(t, "/v1/customers", s.person("third", "T")).Want(http.StatusCreated)
	limited.Post(t, "/v1/customers", s.person("fourth", "T")).WantProblem(http.StatusConflict, "limit-exceeded")
	s.admin.Do(t, http.MethodDelete, "/v1/reseller-plans/"+planned, nil).Want(http.StatusNoContent)

	// A new count of the usage agrees with the counters.
	for _, reseller := range []string{fmt.Sprint(created["id"]), s.north.ID, s.south.ID} {
		s.assertBalanced(t, reseller)
	}
}
