package kill

import (
	"fmt"
	"net/http"
	"testing"
	"time"
)

// operation is an operation as the API returns it.
type operation struct {
	ID, State                           string
	Total, Succeeded, Failed, Cancelled int
	LastHeardAt                         time.Time
	FinishedAt                          *time.Time
}

func (o operation) ended() bool { return o.FinishedAt != nil }

// readOperation returns an operation, or the zero operation if the stack does not answer.
func (s *stack) readOperation(id string) (o operation) {
	if s.get("/v1/operations/"+id, &o) != http.StatusOK {
		return operation{}
	}
	return o
}

// waitUntilEnded waits until an operation has ended, and checks that all its items have succeeded.
func (s *stack) waitUntilEnded(t *testing.T, started operation) (ended operation) {
	t.Helper()
	eventually(t, started.ID+" has ended", func() bool {
		ended = s.readOperation(started.ID)
		return ended.ended()
	})
	if ended.State != "succeeded" || ended.Total != started.Total || ended.Succeeded != ended.Total {
		t.Errorf("got the operation %+v, want all %d items succeeded", ended, started.Total)
	}
	return ended
}

// startBulk starts an operation on many customers.
func (s *stack) startBulk(t *testing.T, verb string, customers []string) (started operation) {
	t.Helper()
	items := make([]map[string]string, len(customers))
	for i, id := range customers {
		items[i] = map[string]string{"customer": id}
	}
	s.admin.Post(t, "/v1/customers/"+verb, map[string]any{"items": items}).Want(http.StatusAccepted).Into(&started)
	return started
}

// startRemoval starts the removal of a reseller with its customers.
func (s *stack) startRemoval(t *testing.T, reseller string) (started operation) {
	t.Helper()
	s.admin.Do(t, http.MethodDelete, "/v1/resellers/"+reseller+"?customers=remove", nil).
		Want(http.StatusAccepted).Into(&started)
	return started
}

// createAccount creates an account without a password, which gets a welcome mail. It returns the account's id.
func (s *stack) createAccount(t *testing.T, path string, body map[string]any) string {
	t.Helper()
	body["contact"] = map[string]any{"name": "Ms Kill", "email": fmt.Sprint(body["login"], "@example.com")}
	var created struct{ ID string }
	s.admin.Post(t, path, body).Want(http.StatusCreated).Into(&created)
	return created.ID
}

// createCustomers creates customers of an owner, or of the administrator if the owner is "".
func (s *stack) createCustomers(t *testing.T, login, owner string, n int) []string {
	t.Helper()
	ids := make([]string, n)
	concurrently(t, n, func(i int) {
		body := map[string]any{"login": fmt.Sprint(login, "-", i)}
		if owner != "" {
			body["owner"] = owner
		}
		ids[i] = s.createAccount(t, "/v1/customers", body)
	})
	return ids
}

// addSubscriptions gives each customer a subscription with a website.
func (s *stack) addSubscriptions(t *testing.T, name string, customers []string) {
	t.Helper()
	concurrently(t, len(customers), func(i int) {
		body := map[string]any{"domain": fmt.Sprintf("%s-%d.example", name, i), "servicePlan": "custom"}
		s.admin.Post(t, "/v1/customers/"+customers[i]+"/subscriptions", body).Want(http.StatusCreated)
	})
}

// count returns the number of customers that match a query, or -1 if the stack does not answer.
func (s *stack) count(query string) (count int) {
	for cursor := ""; ; {
		var page struct {
			Items      []struct{ ID string }
			NextCursor string
		}
		if s.get("/v1/customers?limit=100&"+query+cursor, &page) != http.StatusOK {
			return -1
		}
		count += len(page.Items)
		if page.NextCursor == "" {
			return count
		}
		cursor = "&cursor=" + page.NextCursor
	}
}

// trailEntry is an entry of an account's audit trail.
type trailEntry struct{ ID, Event, RequestID string }

func (s *stack) trail(t *testing.T, customer string) []trailEntry {
	t.Helper()
	var page struct{ Items []trailEntry }
	s.read(t, "/v1/customers/"+customer+"/events?limit=100", &page)
	return page.Items
}

// wantSuspendedOnce checks that an operation has suspended each customer once.
func (s *stack) wantSuspendedOnce(t *testing.T, started operation, customers []string) {
	t.Helper()
	concurrently(t, len(customers), func(i int) {
		suspensions := 0
		for _, entry := range s.trail(t, customers[i]) {
			if entry.Event == "account.suspended" && entry.RequestID == started.ID {
				suspensions++
			}
		}
		var customer struct{ Status string }
		s.read(t, "/v1/customers/"+customers[i], &customer)
		if suspensions != 1 || customer.Status != "suspended" {
			t.Errorf("%s is %s after %d suspensions, want it suspended once", customers[i], customer.Status, suspensions)
		}
	})
}

// wantRemovedOnce checks that a reseller and its customers were removed completely and once.
func (s *stack) wantRemovedOnce(t *testing.T, reseller string, customers []string) {
	t.Helper()
	s.admin.Get(t, "/v1/resellers/"+reseller).WantProblem(http.StatusNotFound, "not-found")
	concurrently(t, len(customers), func(i int) {
		s.admin.Get(t, "/v1/customers/"+customers[i]).WantProblem(http.StatusNotFound, "not-found")
		removals := 0
		for _, entry := range s.trail(t, customers[i]) {
			if entry.Event == "customer.removed" {
				removals++
			}
		}
		if removals != 1 {
			t.Errorf("%s has %d removals in its trail, want one", customers[i], removals)
		}
	})
}
