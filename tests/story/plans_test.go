package story

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"tenantry/tests/client"
)

func plansAreManaged(t *testing.T, s *story) {
	resources := s.north.Get(t, "/v1/resources").Want(http.StatusOK)
	for _, name := range []string{"disk_space", "max_traffic", "max_site", "max_cl", "max_backups", "max_backup_size", "forbids", "enforcedBy", "manage_dns", "wordpress"} {
		if !strings.Contains(resources.Text, `"`+name+`"`) {
			t.Errorf("GET /v1/resources does not list %s", name)
		}
	}
	key := client.Header{"Idempotency-Key", "plan-" + s.run}
	input := map[string]any{
		"name":        "Gold",
		"allotments":  map[string]any{"disk_space": 1000, "max_site": 3},
		"permissions": map[string]any{"manage_dns": true, "create_domains": true},
	}
	created := s.north.Post(t, "/v1/service-plans", input, key).Want(http.StatusCreated)
	if again := s.north.Post(t, "/v1/service-plans", input, key).Want(http.StatusCreated); again.Text != created.Text {
		t.Errorf("the repeated request returned %s, want %s", again.Text, created.Text)
	}
	s.gold = id(created)
	allotments := created.JSON()["allotments"].(map[string]any)
	if allotments["disk_space"] != 1000.0 || allotments["max_db"] != -1.0 || allotments["max_cl"] != nil {
		t.Errorf("got the allotments %v, want 1000 of disk_space, unlimited max_db and no max_cl", allotments)
	}
	path := "/v1/service-plans/" + s.gold
	s.admin.Get(t, path).Want(http.StatusOK)
	s.south.Get(t, path).WantProblem(http.StatusNotFound, "not-found")
	s.south.Do(t, http.MethodPatch, path, map[string]any{"name": "Stolen"}).WantProblem(http.StatusNotFound, "not-found")
	edited := s.north.Do(t, http.MethodPatch, path, map[string]any{"allotments": map[string]any{"max_db": 7}}, client.Header{"If-Match", `"1"`}).
		Want(http.StatusOK).
		JSON()
	a := edited["allotments"].(map[string]any)
	if a["max_db"] != 7.0 || a["disk_space"] != 1000.0 || edited["name"] != "Gold" {
		t.Errorf("got %v, want the new max_db and the other values unchanged", edited)
	}
	s.north.Do(t, http.MethodPatch, path, map[string]any{"name": "Late"}, client.Header{"If-Match", `"1"`}).
		WantProblem(http.StatusPreconditionFailed, "version-mismatch")
	for name, bad := range map[string]any{
		"no name":            map[string]any{"allotments": map[string]any{}},
		"an unknown name":    map[string]any{"name": "x", "allotments": map[string]any{"disk_spice": 1}},
		"a reseller's name":  map[string]any{"name": "x", "allotments": map[string]any{"max_cl": 1}},
		"less than nothing":  map[string]any{"name": "x", "allotments": map[string]any{"max_db": -2}},
		"an unknown program": map[string]any{"name": "x", "applications": []string{"solitaire"}},
		"oversell":           map[string]any{"name": "x", "oversell": true},
	} {
		if response := s.north.Post(t, "/v1/service-plans", bad); response.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: got %d %s, want 422", name, response.Status, response.Text)
		}
	}
	second := id(s.north.Post(t, "/v1/service-plans", map[string]any{"name": "Silver"}).Want(http.StatusCreated))
	eventually(t, "plans are listed page by page", func() bool {
		page := s.north.Get(t, "/v1/service-plans?limit=1").Want(http.StatusOK).JSON()
		cursor, _ := page["nextCursor"].(string)
		return cursor != "" &&
			strings.Contains(s.north.Get(t, "/v1/service-plans?limit=1&cursor="+cursor).Want(http.StatusOK).Text, second)
	})
	key = client.Header{"Idempotency-Key", "no-plan-" + s.run}
	for range 2 {
		s.north.Do(t, http.MethodDelete, "/v1/service-plans/"+second, nil, key).Want(http.StatusNoContent)
	}
	s.north.Do(t, http.MethodDelete, path, nil, key).WantProblem(http.StatusUnprocessableEntity, "invalid-request")
	s.north.Get(t, path).Want(http.StatusOK)
	s.north.Get(t, "/v1/service-plans/"+second).WantProblem(http.StatusNotFound, "not-found")
	s.north.Post(t, "/v1/reseller-plans", map[string]any{"name": "x"}).WantProblem(http.StatusForbidden, "forbidden")
	for range 2 {
		s.admin.Post(t, "/v1/reseller-plans", map[string]any{"name": "Paged"}).Want(http.StatusCreated)
	}
	eventually(t, "reseller plans are listed page by page", func() bool {
		cursor, _ := s.admin.Get(t, "/v1/reseller-plans?limit=1").Want(http.StatusOK).JSON()["nextCursor"].(string)
		return cursor != "" && s.admin.Get(t, "/v1/reseller-plans?limit=1&cursor="+cursor).Status == http.StatusOK
	})
}

func planChangesReachSubscriptions(t *testing.T, s *story) {
	disk := func(subscription string) any {
		found := s.north.Get(t, "/v1/subscriptions/"+subscription).Want(http.StatusOK).JSON()
		return found["resources"].(map[string]any)["allotments"].(map[string]any)["disk_space"]
	}
	synced, locked, custom := s.hostedSubscriptions[0], s.hostedSubscriptions[1], s.hostedSubscriptions[2]
	s.north.Do(t, http.MethodPut, "/v1/subscriptions/"+locked+"/plan", map[string]any{"servicePlan": s.gold, "resources": map[string]any{"allotments": map[string]any{"disk_space": 5}}}).
		Want(http.StatusOK)
	s.north.Do(t, http.MethodPut, "/v1/subscriptions/"+custom+"/plan", map[string]any{"servicePlan": "custom"}).
		Want(http.StatusOK)
	s.north.Do(t, http.MethodPatch, "/v1/service-plans/"+s.gold, map[string]any{"allotments": map[string]any{"disk_space": 2000}}).
		Want(http.StatusOK)
	for subscription, want := range map[string]float64{synced: 2000, locked: 5, custom: 1000} {
		if got := disk(subscription); got != want {
			t.Errorf("disk space of %s: got %v, want %v", subscription, got, want)
		}
	}
	problem := s.north.Do(t, http.MethodDelete, "/v1/service-plans/"+s.gold, nil).
		WantProblem(http.StatusConflict, "conflict")
	if !strings.Contains(problem.Detail, "3") {
		t.Errorf("got the detail %q, want the number of subscriptions on the plan, 3", problem.Detail)
	}
	foreign := id(s.south.Post(t, "/v1/service-plans", map[string]any{"name": "Foreign"}).Want(http.StatusCreated))
	s.north.Do(t, http.MethodPut, "/v1/subscriptions/"+synced+"/plan", map[string]any{"servicePlan": foreign}).
		WantProblem(http.StatusUnprocessableEntity, "invalid-request")
	s.north.Post(t, s.hosted.path("/subscriptions"), map[string]any{"domain": s.domain("foreign"), "servicePlan": foreign}).
		WantProblem(http.StatusUnprocessableEntity, "invalid-request")

	// A subscription can have only as many websites as its plan allows.
	site := s.north.Post(t, "/v1/subscriptions/"+synced+"/websites", map[string]any{"domain": s.domain("third")}).
		Want(http.StatusCreated)
	s.north.Post(t, "/v1/subscriptions/"+synced+"/websites", map[string]any{"domain": s.domain("fourth")}).
		WantProblem(http.StatusConflict, "limit-exceeded")
	eventually(t, "websites are listed page by page", func() bool {
		page := s.north.Get(t, "/v1/subscriptions/"+synced+"/websites?limit=2").Want(http.StatusOK).JSON()
		cursor, _ := page["nextCursor"].(string)
		return cursor != "" &&
			strings.Contains(
				s.north.Get(t, "/v1/subscriptions/"+synced+"/websites?limit=2&cursor="+cursor).Want(http.StatusOK).Text,
				id(site),
			)
	})
	eventually(t, "subscriptions are listed page by page", func() bool {
		page := s.north.Get(t, s.hosted.path("/subscriptions?limit=3")).Want(http.StatusOK).JSON()
		cursor, _ := page["nextCursor"].(string)
		return cursor != "" && page["total"] == 4.0 &&
			s.north.Get(t, s.hosted.path("/subscriptions?limit=3&cursor="+cursor)).Status == http.StatusOK
	})
	s.north.Do(t, http.MethodDelete, "/v1/websites/"+id(site), nil).Want(http.StatusNoContent)
	s.north.Do(t, http.MethodDelete, "/v1/websites/"+id(site), nil).WantProblem(http.StatusNotFound, "not-found")

	// Removing a subscription removes its websites and frees their domains.
	key := client.Header{"Idempotency-Key", "unsubscribe-" + s.run}
	s.north.Do(t, http.MethodDelete, "/v1/subscriptions/"+synced, nil, key).Want(http.StatusNoContent)
	s.north.Get(t, "/v1/subscriptions/"+synced).WantProblem(http.StatusNotFound, "not-found")
	s.node.Get(t, "/v1/gate/"+s.hostedDomains[1]).WantProblem(http.StatusNotFound, "not-found")
	s.south.Post(t, "/v1/customers/"+s.southern[0].ID+"/subscriptions", map[string]any{"domain": s.hostedDomains[0], "servicePlan": "custom"}).
		Want(http.StatusCreated)
	expired := time.Now().Add(2 * time.Second)
	s.north.Post(t, s.hosted.path("/subscriptions"), map[string]any{"domain": s.domain("expiring"), "servicePlan": "custom", "expiresAt": expired}).
		Want(http.StatusCreated)
	eventually(
		t,
		"an expired subscription is closed",
		func() bool { open, _ := s.gate(t, s.domain("expiring")); return !open },
	)
}
