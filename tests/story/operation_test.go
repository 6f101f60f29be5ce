package story

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"tenantry/tests/client"
)

// operation is an operation as the API returns it. Items is set only in a complete preview.
type operation struct {
	ID, Kind, State, Originator         string
	Preview                             bool
	Total, Succeeded, Failed, Cancelled int
	CreatedAt, LastHeardAt              time.Time
	StartAt, FinishedAt                 *time.Time
	Items                               []item
}

// item is the result for one customer.
type item struct{ Customer, State, Code, Detail string }

// unknownCustomer is a well-formed id that no customer has.
const unknownCustomer = "cus_01JDB6X0C7V8Y9Z0A1B2C3D4E5"

func (o operation) path() string { return "/v1/operations/" + o.ID }

func (o operation) ended() bool { return o.State != "pending" && o.State != "running" }

// counts returns the number of all items, and of those that succeeded, failed and were cancelled.
func (o operation) counts() [4]int { return [4]int{o.Total, o.Succeeded, o.Failed, o.Cancelled} }

func itemsOf(ids ...string) []map[string]string {
	items := make([]map[string]string, len(ids))
	for i, id := range ids {
		items[i] = map[string]string{"customer": id}
	}
	return items
}

func idsOf(customers []customer) []string {
	ids := make([]string, len(customers))
	for i, c := range customers {
		ids[i] = c.ID
	}
	return ids
}

// start starts an operation on many customers and returns it.
func start(
	t *testing.T,
	caller client.Caller,
	verb string,
	body map[string]any,
	headers ...client.Header,
) (started operation) {
	t.Helper()
	response := caller.Post(t, "/v1/customers/"+verb, body, headers...).Want(http.StatusAccepted).Into(&started)
	if response.Header.Get("Location") != started.path() || started.Kind != verb+"-customers" ||
		started.Originator != caller.ID ||
		started.ended() {
		t.Errorf("got the Location %q and %s, want those of a new operation", response.Header.Get("Location"), response.Text)
	}
	return started
}

// readOperation returns the current state of the operation.
func readOperation(t *testing.T, caller client.Caller, o operation) (now operation) {
	t.Helper()
	caller.Get(t, o.path()).Want(http.StatusOK).Into(&now)
	return now
}

// waitUntilDone waits until the operation has ended and checks its final state. While it waits, it checks that the
// counts never decrease and never exceed the total.
func waitUntilDone(t *testing.T, caller client.Caller, o operation, state string) operation {
	t.Helper()
	return waitAtMost(t, patience, caller, o, state)
}

func waitAtMost(t *testing.T, limit time.Duration, caller client.Caller, o operation, state string) operation {
	t.Helper()
	before, now := o, o
	within(t, limit, o.ID+" ends", func() bool {
		now = readOperation(t, caller, o)
		done, doneBefore := now.Succeeded+now.Failed+now.Cancelled, before.Succeeded+before.Failed+before.Cancelled
		if done > now.Total || done < doneBefore || now.Total < before.Total {
			t.Errorf(
				"the counts changed from %v to %v, want no decrease and no more than the total",
				before.counts(),
				now.counts(),
			)
		}
		if now.LastHeardAt.Before(before.LastHeardAt) || now.LastHeardAt.Before(now.CreatedAt) {
			t.Errorf("created at %s, last heard of at %s and then at %s, want rising times",
				now.CreatedAt, before.LastHeardAt, now.LastHeardAt)
		}
		before = now
		return now.ended()
	})
	if now.State != state || now.FinishedAt == nil || now.Succeeded+now.Failed+now.Cancelled != now.Total {
		t.Errorf("got %+v, want the state %s with a result of every item", now, state)
	}
	return now
}

// listItems reads all pages of the items of an operation.
func listItems(t *testing.T, caller client.Caller, o operation, query string) (items []item) {
	t.Helper()
	for cursor, pages := "", 0; pages == 0 || cursor != ""; pages++ {
		var page struct {
			Items      []item
			NextCursor string
		}
		caller.Get(t, o.path()+"/items?"+query+cursor).Want(http.StatusOK).Into(&page)
		items = append(items, page.Items...)
		if cursor = page.NextCursor; cursor != "" {
			cursor = "&cursor=" + cursor
		}
		if pages > 1000 {
			t.Fatal("the list does not end")
		}
	}
	return items
}

// statuses returns the statuses of the customers, joined by commas.
func (s *story) statuses(t *testing.T, ids ...string) string {
	t.Helper()
	statuses := make([]string, len(ids))
	for i, id := range ids {
		statuses[i] = fmt.Sprint(s.admin.Get(t, "/v1/customers/"+id).Want(http.StatusOK).JSON()["status"])
	}
	return strings.Join(statuses, ",")
}
