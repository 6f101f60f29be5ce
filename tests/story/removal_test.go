package story

import (
	"fmt"
	"net/http"
	"testing"

	"tenantry/shared/clock"
)

// sweepPatience is for what a sweep does: the pause after the request, and a minute until the next sweep.
const sweepPatience = 4 * patience

// lateUploadsAreErased uploads a deleted backup again, as an address allows that was given out before. It makes each of the two sweeps due
// at once, which come a quarter of an hour and half a day after the deletion.
func (s *story) lateUploadsAreErased(t *testing.T, id string, upload func(), isStored func() bool) {
	t.Helper()
	table := s.table(t)
	for sweep := 1; sweep <= 2; sweep++ {
		if upload(); !isStored() {
			t.Fatal("the address should allow a late upload")
		}
		before, err := table.ReadTombstone(t.Context(), id)
		if err != nil || before == nil {
			t.Fatalf("the tombstone before sweep %d: %+v, %v", sweep, before, err)
		}
		due := *before
		due.DueAt = clock.Now()
		if err := table.WriteTombstone(t.Context(), *before, &due); err != nil {
			t.Fatal(err)
		}
		eventually(t, "a late upload is erased", func() bool {
			s.stack.Invoke(t, "SweepDueFunction", map[string]any{})
			return !isStored()
		})
	}
	eventually(t, "the tombstone is deleted", func() bool {
		left, err := table.ReadTombstone(t.Context(), id)
		return err == nil && left == nil
	})
}

// largeSubscriptionsAreRemoved removes a subscription with more websites than one request can remove. All websites close at
// once, and all domains become free soon.
func largeSubscriptionsAreRemoved(t *testing.T, s *story) {
	c := s.newCustomer(t, s.north, "large")
	subscribe := func(domain string) string {
		return id(s.north.Post(t, c.path("/subscriptions"), map[string]any{"domain": s.domain(domain), "servicePlan": "custom"}).Want(http.StatusCreated))
	}
	large, other := subscribe("large"), subscribe("other")
	for i := range 110 {
		s.north.Post(t, "/v1/subscriptions/"+large+"/websites", map[string]any{"domain": s.domain(fmt.Sprintf("large%d", i))}).Want(http.StatusCreated)
	}
	s.north.Do(t, http.MethodDelete, "/v1/subscriptions/"+large, nil).Want(http.StatusNoContent)
	s.north.Get(t, "/v1/subscriptions/"+large).WantProblem(http.StatusNotFound, "not-found")
	s.admin.Post(t, "/v1/subscriptions/"+large+"/activate", nil).WantProblem(http.StatusNotFound, "not-found")
	if last := s.node.Get(t, "/v1/gate/"+s.domain("large109")); last.Status == http.StatusOK && last.JSON()["open"] == true {
		t.Errorf("got the gate %s, want it closed", last.Text)
	}
	for _, domain := range []string{"large", "large0", "large109"} {
		within(t, sweepPatience, "the domains are free", func() bool {
			return s.north.Post(t, "/v1/subscriptions/"+other+"/websites", map[string]any{"domain": s.domain(domain)}).Status == http.StatusCreated
		})
	}
	eventually(t, "the counts agree", func() bool {
		total := s.north.Get(t, c.path("")).Want(http.StatusOK).JSON()["subscriptions"].(map[string]any)["total"]
		return total == 1.0 && s.stack.Invoke(t, "ReconcileResellerFunction", map[string]any{"reseller": s.north.ID}).JSON()["inOrder"] == true
	})
}
