package story

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tenantry/tests/client"
)

// soon is long enough to set a schedule and to check that it has no effect before its time.
const soon = 8 * time.Second

func (c customer) schedule(t *testing.T, caller client.Caller, body any) client.Response {
	t.Helper()
	return caller.Do(t, http.MethodPut, c.path("/schedule"), body)
}

func suspensionsAreScheduled(t *testing.T, s *story) {
	c := s.newCustomer(t, s.north, "scheduled")
	own := s.stack.SignIn(t, "customer", c.Login, s.password)
	path := c.path("/schedule")
	s.north.Get(t, path).WantProblem(http.StatusNotFound, "not-found")
	for name, bad := range map[string]any{
		"no time":            map[string]any{"reason": "x"},
		"a time long past":   map[string]any{"suspendAt": time.Now().Add(-2 * time.Minute)},
		"both at once":       map[string]any{"suspendAt": "2090-01-01T00:00:00Z", "activateAt": "2090-01-01T00:00:00Z"},
		"a date":             map[string]any{"suspendAt": "2090-01-01"},
		"a very long reason": map[string]any{"suspendAt": "2090-01-01T00:00:00Z", "reason": strings.Repeat("x", 1001)},
	} {
		if response := c.schedule(t, s.north, bad); response.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: got %d %s, want 422", name, response.Status, response.Text)
		}
	}
	c.schedule(t, s.north, map[string]any{"activateAt": time.Now().Add(time.Hour)}).
		WantProblem(http.StatusConflict, "conflict")

	// The reseller cannot change the administrator's schedule.
	c.schedule(t, s.admin, map[string]any{"suspendAt": "2090-01-01T00:00:00Z"}).Want(http.StatusOK)
	c.schedule(t, s.north, map[string]any{"suspendAt": "2090-01-01T00:00:00Z"}).
		WantProblem(http.StatusForbidden, "held-by-higher-level")
	s.north.Do(t, http.MethodDelete, path, nil).WantProblem(http.StatusForbidden, "held-by-higher-level")
	s.admin.Do(t, http.MethodDelete, path, nil).Want(http.StatusNoContent)
	s.admin.Do(t, http.MethodDelete, path, nil).Want(http.StatusNoContent)

	// A schedule takes effect at its time, before any sweep. Callers see the schedule until it has run.
	end := time.Now().Add(time.Hour).UTC().Truncate(time.Millisecond)
	schedule := map[string]any{
		"suspendAt":     time.Now().Add(soon),
		"activateAt":    end,
		"reason":        "holidays",
		"publicMessage": "Back soon.",
	}
	set := c.schedule(t, s.north, schedule).Want(http.StatusOK)
	if again := c.schedule(t, s.north, schedule).Want(http.StatusOK); again.Text != set.Text {
		t.Errorf("setting the same schedule again: got %s, want %s", again.Text, set.Text)
	}
	seen := own.Get(t, c.path("")).Want(http.StatusOK)
	if seen.JSON()["status"] != "active" ||
		seen.JSON()["schedule"].(map[string]any)["activateAt"] != end.Format("2006-01-02T15:04:05.999Z07:00") ||
		strings.Contains(seen.Text, "holidays") {
		t.Errorf("the customer sees %s, want the status active and the schedule without the reason", seen.Text)
	}
	read := s.north.Get(t, path).Want(http.StatusOK)
	if read.Text != set.Text || !strings.Contains(read.Text, "holidays") {
		t.Errorf("got %s, want the schedule as it was set: %s", read.Text, set.Text)
	}
	eventually(
		t,
		"the suspension begins by itself",
		func() bool { return own.Get(t, "/v1/me").Status == http.StatusForbidden },
	)
	problem := own.Get(t, "/v1/me").WantProblem(http.StatusForbidden, "account-suspended")
	if problem.Detail != "Back soon." {
		t.Errorf("got the detail %q, want the public message", problem.Detail)
	}

	// The sweep updates the lists and writes one event, even if it runs twice.
	for range 2 {
		s.stack.Invoke(t, "SweepDueFunction", map[string]any{})
	}
	eventually(t, "the list shows the suspension", func() bool {
		items, _ := listAll(t, s.north, "status=suspended")
		return slices.Contains(values(items, "id"), c.ID)
	})
	trail := s.north.Get(t, c.path("/events")).Want(http.StatusOK).Text
	if strings.Count(trail, `"account.suspended"`) != 1 || strings.Count(trail, `"account.schedule-changed"`) == 0 {
		t.Errorf("got the events %s, want one suspension and the change of the schedule", trail)
	}

	// An earlier end of the schedule replaces the first one.
	c.schedule(t, s.north, map[string]any{"activateAt": time.Now().Add(soon)}).Want(http.StatusOK)
	own.Get(t, "/v1/me").WantProblem(http.StatusForbidden, "account-suspended")
	eventually(t, "the suspension ends by itself", func() bool { return own.Get(t, "/v1/me").Status == http.StatusOK })
	s.north.Get(t, path).WantProblem(http.StatusNotFound, "not-found")
	s.stack.Invoke(t, "SweepDueFunction", map[string]any{})
	eventually(t, "the list shows the activation", func() bool {
		items, _ := listAll(t, s.north, "status=active")
		return slices.Contains(values(items, "id"), c.ID)
	})

	// Resellers have schedules too. A schedule that has not begun can be deleted.
	reseller := "/v1/customers/" + s.south.ID + "/schedule"
	s.admin.Do(t, http.MethodPut, reseller, map[string]any{"suspendAt": "2090-01-01T00:00:00Z"}).Want(http.StatusOK)
	if found := s.admin.Get(t, "/v1/resellers/"+s.south.ID).Want(http.StatusOK).JSON(); found["schedule"] == nil {
		t.Errorf("got %v, want a reseller with a schedule", found)
	}
	s.admin.Do(t, http.MethodDelete, reseller, nil).Want(http.StatusNoContent)
	s.admin.Get(t, reseller).WantProblem(http.StatusNotFound, "not-found")
}

func subscriptionsExpire(t *testing.T, s *story) {
	c := s.newCustomer(t, s.north, "expiring")
	domain := s.domain("expires")
	created := s.north.Post(t, c.path("/subscriptions"), map[string]any{"domain": domain, "servicePlan": "custom", "expiresAt": time.Now().Add(soon)}).
		Want(http.StatusCreated)
	if open, _ := s.gate(t, domain); !open {
		t.Fatal("the gate is closed before the subscription expires")
	}
	eventually(t, "the gate closes when the subscription expires", func() bool {
		open, _ := s.gate(t, domain)
		return !open
	})
	for range 2 {
		s.stack.Invoke(t, "SweepDueFunction", map[string]any{})
	}
	counts := s.north.Get(t, c.path("")).Want(http.StatusOK).JSON()["subscriptions"].(map[string]any)
	if counts["total"] != 1.0 || counts["active"] != 0.0 {
		t.Errorf("got the counts %v, want one subscription that is not active", counts)
	}
	s.north.Post(t, "/v1/subscriptions/"+id(created)+"/activate", nil).
		WantProblem(http.StatusForbidden, "held-by-higher-level")
	s.north.Post(t, c.path("/activate"), nil).Want(http.StatusOK)
	found := s.north.Get(t, "/v1/subscriptions/"+id(created)).Want(http.StatusOK).JSON()
	holds := found["holds"].([]any)
	if found["status"] != "suspended" || len(holds) != 1 || holds[0].(map[string]any)["source"] != "expiry" {
		t.Errorf("got %v, want a suspended subscription with one hold by expiry", found)
	}

	// A later expiry, or none, opens the gate again.
	path := "/v1/subscriptions/" + id(created)
	s.north.Do(t, http.MethodPatch, path, map[string]any{"expiresAt": "2020-01-01T00:00:00Z"}).
		WantProblem(http.StatusUnprocessableEntity, "invalid-request")
	found = s.north.Do(t, http.MethodPatch, path, map[string]any{"expiresAt": nil}).Want(http.StatusOK).JSON()
	if serving, _ := s.gate(t, domain); !serving || found["status"] != "active" || found["expiresAt"] != nil {
		t.Errorf("got %v, want an active subscription that does not expire", found)
	}
	next := "2099-01-01T00:00:00Z"
	found = s.north.Do(t, http.MethodPatch, path, map[string]any{"expiresAt": next}).Want(http.StatusOK).JSON()
	if found["expiresAt"] != next {
		t.Errorf("the subscription expires at %v, want %s", found["expiresAt"], next)
	}

	// A scheduled suspension of the customer also closes the gate of its domains.
	open := s.domain("scheduled")
	s.north.Post(t, c.path("/subscriptions"), map[string]any{"domain": open, "servicePlan": "custom"}).
		Want(http.StatusCreated)
	c.schedule(t, s.north, map[string]any{"suspendAt": time.Now().Add(soon), "publicMessage": "Closed on schedule."}).
		Want(http.StatusOK)
	if serving, _ := s.gate(t, open); !serving {
		t.Error("the gate is closed before the scheduled time")
	}
	eventually(t, "the gate closes on schedule", func() bool {
		serving, message := s.gate(t, open)
		return !serving && message == "Closed on schedule."
	})
}
