package story

import (
	"fmt"
	"net/http"
	"testing"
)

// severalCustomersAreMoved moves several customers, each with its own service plan. A suspended customer stays
// suspended.
func severalCustomersAreMoved(t *testing.T, s *story) {
	const message = "Closed for now."
	terms := []string{
		s.plan(t, s.south, "service", "First", map[string]any{"allotments": map[string]any{"disk_space": 10}}),
		s.plan(t, s.south, "service", "Second", map[string]any{"allotments": map[string]any{"disk_space": 20}}),
	}
	foreign := s.plan(t, s.north, "service", "North's", nil)
	var going []customer
	var subscriptions []string
	for i := range 5 {
		name := fmt.Sprint("several", i)
		c := s.newCustomer(t, s.north, name, "externalId", s.external(name))
		going, subscriptions = append(going, c), append(subscriptions, s.subscribe(t, s.north, c, name, "custom", disk(5)))
	}
	s.newCustomer(t, s.south, "several-other", "externalId", s.external("several3")) // conflicts with the fourth customer
	suspended := going[2]
	s.north.Post(t, suspended.path("/suspend"), map[string]any{"reason": "unpaid", "publicMessage": message}).
		Want(http.StatusOK)

	body := map[string]any{"owner": s.south.ID, "items": itemsWith(
		"servicePlan",
		going[0].ID,
		terms[0],
		going[1].ID,
		terms[1],
		suspended.ID,
		"",
		going[3].ID,
		"custom",
		going[4].ID,
		foreign,
		unknownCustomer,
		"",
	)}
	codes := []string{"", "", "", "conflict", "invalid-request", "not-found"}
	unchanged := s.unchanged(t, going...)
	assertCodes(t, asItems(s.preview(t, "move", body)), codes...)
	byFilter := map[string]any{
		"owner":  s.south.ID,
		"filter": map[string]any{"owner": s.north.ID, "status": "suspended"},
		"dryRun": true,
	}
	preview := waitAtMost(t, transferPatience, s.admin, start(t, s.admin, "move", byFilter), "succeeded")
	if !preview.Preview || preview.Total < 1 {
		t.Errorf("got %+v, want a preview with at least one item", preview)
	}
	unchanged()
	unchanged = s.unchanged(t, going[3], going[4])
	done := waitAtMost(t, transferPatience, s.admin, start(t, s.admin, "move", body), "partially-failed")
	if done.counts() != [4]int{6, 3, 3, 0} {
		t.Errorf("got the counts %v, want 6 items, 3 succeeded, 3 failed", done.counts())
	}
	assertCodes(t, listItems(t, s.admin, done, ""), codes...)
	unchanged()
	s.assertMoveIsNamed(t, done, going[0], "First")

	for i, want := range []struct {
		plan string
		disk int64
	}{{terms[0], 10}, {terms[1], 20}, {"custom", 5}} {
		s.assertMoved(t, going[i], subscriptions[i:i+1], s.south, s.north)
		has := s.subscription(t, s.south, subscriptions[i])
		if has.ServicePlan != want.plan || has.Resources.Allotments["disk_space"] != want.disk {
			t.Errorf("customer %d: got %+v, want the plan %s with %d of disk space", i, has, want.plan, want.disk)
		}
	}
	if got := s.statuses(t, going[0].ID, suspended.ID); got != "active,suspended" {
		t.Errorf("got the statuses %s, want active,suspended", got)
	}
	if open, shown := s.gate(t, s.domain("several2")); open || shown != message {
		t.Errorf("gate of the suspended customer: got open %v with %q, want it closed with %q", open, shown, message)
	}
	s.stack.Anonymous().Post(t, "/v1/sessions", map[string]any{"login": suspended.Login, "password": s.password}).
		WantProblem(http.StatusForbidden, "account-suspended")
	s.admin.Post(t, suspended.path("/activate"), nil).Want(http.StatusOK)
	if open, _ := s.gate(t, s.domain("several2")); !open {
		t.Error("the gate stays closed after the activation")
	}
	s.assertBalanced(t, s.north.ID)
	s.assertBalanced(t, s.south.ID)
}
