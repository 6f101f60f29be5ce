package story

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tenantry/tests/client"
)

// soon is so far off that it can be set, and seen not to count, before it comes.
const soon = 8 * time.Second

func (c customer) schedule(t *testing.T, by client.Caller, body any) client.Response {
	t.Helper()
	return by.Do(t, http.MethodPut, c.path("/schedule"), body)
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
			t.Errorf("%s: %d %s", name, response.Status, response.Text)
		}
	}
	c.schedule(t, s.north, map[string]any{"activateAt": time.Now().Add(time.Hour)}).WantProblem(http.StatusConflict, "conflict")

	// The administrator's schedule is not the reseller's to change.
	c.schedule(t, s.admin, map[string]any{"suspendAt": "2090-01-01T00:00:00Z"}).Want(http.StatusOK)
	c.schedule(t, s.north, map[string]any{"suspendAt": "2090-01-01T00:00:00Z"}).WantProblem(http.StatusForbidden, "held-by-higher-level")
	s.north.Do(t, http.MethodDelete, path, nil).WantProblem(http.StatusForbidden, "held-by-higher-level")
	s.admin.Do(t, http.MethodDelete, path, nil).Want(http.StatusNoContent)
	s.admin.Do(t, http.MethodDelete, path, nil).Want(http.StatusNoContent)

	// A schedule enforces by itself, before any sweep, and is seen until it is past.
	end := time.Now().Add(time.Hour).UTC().Truncate(time.Millisecond)
	wanted := map[string]any{"suspendAt": time.Now().Add(soon), "activateAt": end, "reason": "holidays", "publicMessage": "Back soon."}
	set := c.schedule(t, s.north, wanted).Want(http.StatusOK)
	if again := c.schedule(t, s.north, wanted).Want(http.StatusOK); again.Text != set.Text {
		t.Errorf("the same again: %s", again.Text)
	}
	seen := own.Get(t, c.path("")).Want(http.StatusOK)
	if seen.JSON()["status"] != "active" || seen.JSON()["schedule"].(map[string]any)["activateAt"] != end.Format("2006-01-02T15:04:05.999Z07:00") ||
		strings.Contains(seen.Text, "holidays") {
		t.Errorf("the customer reads %s", seen.Text)
	}
	if read := s.north.Get(t, path).Want(http.StatusOK); read.Text != set.Text || !strings.Contains(read.Text, "holidays") {
		t.Errorf("set %s, read %s", set.Text, read.Text)
	}
	eventually(t, "the suspension begins by itself", func() bool { return own.Get(t, "/v1/me").Status == http.StatusForbidden })
	if problem := own.Get(t, "/v1/me").WantProblem(http.StatusForbidden, "account-suspended"); problem.Detail != "Back soon." {
		t.Errorf("the customer is told %q", problem.Detail)
	}

	// The sweep moves it in the lists, and writes it into the trail, once.
	for range 2 {
		s.stack.Invoke(t, "SweepDueFunction", map[string]any{})
	}
	eventually(t, "the list shows the suspension", func() bool {
		items, _ := all(t, s.north, "status=suspended")
		return slices.Contains(field(items, "id"), c.ID)
	})
	if trail := s.north.Get(t, c.path("/events")).Want(http.StatusOK).Text; strings.Count(trail, `"account.suspended"`) != 1 || strings.Count(trail, `"account.schedule-changed"`) == 0 {
		t.Errorf("the trail: %s", trail)
	}

	// Its end is brought forward, and moves it back.
	c.schedule(t, s.north, map[string]any{"activateAt": time.Now().Add(soon)}).Want(http.StatusOK)
	own.Get(t, "/v1/me").WantProblem(http.StatusForbidden, "account-suspended")
	eventually(t, "the suspension ends by itself", func() bool { return own.Get(t, "/v1/me").Status == http.StatusOK })
	s.north.Get(t, path).WantProblem(http.StatusNotFound, "not-found")
	s.stack.Invoke(t, "SweepDueFunction", map[string]any{})
	eventually(t, "the list shows the activation", func() bool {
		items, _ := all(t, s.north, "status=active")
		return slices.Contains(field(items, "id"), c.ID)
	})

	// A reseller is scheduled as a customer is, and what has not begun can be withdrawn.
	reseller := "/v1/customers/" + s.south.ID + "/schedule"
	s.admin.Do(t, http.MethodPut, reseller, map[string]any{"suspendAt": "2090-01-01T00:00:00Z"}).Want(http.StatusOK)
	if found := s.admin.Get(t, "/v1/resellers/"+s.south.ID).Want(http.StatusOK).JSON(); found["schedule"] == nil {
		t.Errorf("the reseller: %v", found)
	}
	s.admin.Do(t, http.MethodDelete, reseller, nil).Want(http.StatusNoContent)
	s.admin.Get(t, reseller).WantProblem(http.StatusNotFound, "not-found")
}

func subscriptionsExpire(t *testing.T, s *story) {
	c := s.newCustomer(t, s.north, "expiring")
	domain := s.domain("expires")
	made := s.north.Post(t, c.path("/subscriptions"), map[string]any{"domain": domain, "servicePlan": "custom", "expiresAt": time.Now().Add(soon)}).Want(http.StatusCreated)
	if open, _ := s.gate(t, domain); !open {
		t.Fatal("closed before it expires")
	}
	eventually(t, "the gate closes when the subscription expires", func() bool {
		open, _ := s.gate(t, domain)
		return !open
	})
	for range 2 {
		s.stack.Invoke(t, "SweepDueFunction", map[string]any{})
	}
	if counts := s.north.Get(t, c.path("")).Want(http.StatusOK).JSON()["subscriptions"].(map[string]any); counts["total"] != 1.0 || counts["active"] != 0.0 {
		t.Errorf("counts: %v", counts)
	}
	s.north.Post(t, "/v1/subscriptions/"+id(made)+"/activate", nil).WantProblem(http.StatusForbidden, "held-by-higher-level")
	s.north.Post(t, c.path("/activate"), nil).Want(http.StatusOK)
	found := s.north.Get(t, "/v1/subscriptions/"+id(made)).Want(http.StatusOK).JSON()
	if holds := found["holds"].([]any); found["status"] != "suspended" || len(holds) != 1 || holds[0].(map[string]any)["source"] != "expiry" {
		t.Errorf("expired: %v", found)
	}

	// A scheduled suspension of the customer closes the gate of what it has, too.
	open := s.domain("scheduled")
	s.north.Post(t, c.path("/subscriptions"), map[string]any{"domain": open, "servicePlan": "custom"}).Want(http.StatusCreated)
	c.schedule(t, s.north, map[string]any{"suspendAt": time.Now().Add(soon), "publicMessage": "Closed on schedule."}).Want(http.StatusOK)
	if serving, _ := s.gate(t, open); !serving {
		t.Error("closed before its time")
	}
	eventually(t, "the gate closes on schedule", func() bool {
		serving, message := s.gate(t, open)
		return !serving && message == "Closed on schedule."
	})
}
