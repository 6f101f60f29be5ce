package story

import (
	"fmt"
	"net/http"
	"testing"
)

// sweepPatience is the time limit for work of the sweep: a pause after the request, and a minute until the next sweep.
const sweepPatience = 4 * patience

// largeSubscriptionsAreRemoved removes a subscription with more websites than one request can remove. All websites
// close at once, and all domains become free soon.
func largeSubscriptionsAreRemoved(t *testing.T, s *story) {
	c := s.newCustomer(t, s.north, "large")
	subscribe := func(domain string) string {
		return id(
			s.north.Post(t, c.path("/subscriptions"), map[string]any{"domain": s.domain(domain), "servicePlan": "custom"}).
				Want(http.StatusCreated),
		)
	}
	large, other := subscribe("large"), subscribe("other")
	for i := range 110 {
		s.north.Post(t, "/v1/subscriptions/"+large+"/websites", map[string]any{"domain": s.domain(fmt.Sprintf("large%d", i))}).
			Want(http.StatusCreated)
	}
	s.north.Do(t, http.MethodDelete, "/v1/subscriptions/"+large, nil).Want(http.StatusNoContent)
	s.north.Get(t, "/v1/subscriptions/"+large).WantProblem(http.StatusNotFound, "not-found")
	s.admin.Post(t, "/v1/subscriptions/"+large+"/activate", nil).WantProblem(http.StatusNotFound, "not-found")
	last := s.node.Get(t, "/v1/gate/"+s.domain("large109"))
	if last.Status == http.StatusOK && last.JSON()["open"] == true {
		t.Errorf("got the gate %s, want it closed", last.Text)
	}
	for _, domain := range []string{"large", "large0", "large109"} {
		within(t, sweepPatience, "the domains are free", func() bool {
			return s.north.Post(
				t,
				"/v1/subscriptions/"+other+"/websites",
				map[string]any{"domain": s.domain(domain)},
			).Status == http.StatusCreated
		})
	}
	eventually(t, "the counts agree", func() bool {
		total := s.north.Get(t, c.path("")).Want(http.StatusOK).JSON()["subscriptions"].(map[string]any)["total"]
		return total == 1.0 &&
			s.stack.Invoke(t, "ReconcileCountsFunction", map[string]any{"owner": s.north.ID}).JSON()["inOrder"] == true
	})
}
