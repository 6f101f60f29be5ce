package story

import (
	"fmt"
	"net/http"
	"testing"
)

// sweptAfterTheDeletion hands over the order of a deleted backup's sweep, which comes a quarter of an hour later, and again much later.
func (s *story) sweptAfterTheDeletion(t *testing.T, backup string, upload func(), there func() bool) {
	t.Helper()
	for _, times := range []string{"1", "2"} {
		if upload(); !there() {
			t.Fatal("the address is good for no late upload")
		}
		s.stack.Invoke(t, "SweepBackupFunction", map[string]any{"Records": []any{map[string]any{
			"messageId": "m", "attributes": map[string]string{"ApproximateReceiveCount": times},
			"body": fmt.Sprintf(`{"event":"evt","account":%q,"subject":%q}`, s.hosted.ID, backup),
		}}})
		if there() {
			t.Errorf("a late upload is there after sweep %s", times)
		}
	}
}

// Of a subscription with more websites than one request removes, all are closed at once, and all domains are free soon.
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
		t.Errorf("open: %s", last.Text)
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
