package story

import (
	"fmt"
	"net/http"
	"testing"
)

// assertLateUploadsAreSwept checks that the sweep of a deleted backup deletes late uploads. The sweep runs a quarter of an hour
// after the deletion and once more much later. The test calls its function directly, with the attempts 1 and 2.
func (s *story) assertLateUploadsAreSwept(t *testing.T, backup string, upload func(), exists func() bool) {
	t.Helper()
	for _, attempt := range []string{"1", "2"} {
		if upload(); !exists() {
			t.Fatal("the upload URL does not accept a late upload, so the sweep cannot be tested")
		}
		s.stack.Invoke(t, "SweepBackupFunction", map[string]any{"Records": []any{map[string]any{
			"messageId": "m", "attributes": map[string]string{"ApproximateReceiveCount": attempt},
			"body": fmt.Sprintf(`{"event":"evt","account":%q,"subject":%q}`, s.hosted.ID, backup),
		}}})
		if exists() {
			t.Errorf("a late upload still exists after sweep %s", attempt)
		}
	}
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
		eventually(t, "the domains are free", func() bool {
			return s.north.Post(t, "/v1/subscriptions/"+other+"/websites", map[string]any{"domain": s.domain(domain)}).Status == http.StatusCreated
		})
	}
	eventually(t, "the counts agree", func() bool {
		total := s.north.Get(t, c.path("")).Want(http.StatusOK).JSON()["subscriptions"].(map[string]any)["total"]
		return total == 1.0 && s.stack.Invoke(t, "ReconcileResellerFunction", map[string]any{"reseller": s.north.ID}).JSON()["inOrder"] == true
	})
}
