package story

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"tenantry/tests/client"
)

// operation is what the API tells of one.
type operation struct {
	ID, Kind, State, Originator         string
	Preview                             bool
	Total, Succeeded, Failed, Cancelled int
	StartAt, FinishedAt                 *time.Time
	Items                               []item
}

// item is what has become of one customer.
type item struct{ Customer, State, Code, Detail string }

// nobody is the id of no customer.
const nobody = "cus_01JDB6X0C7V8Y9Z0A1B2C3D4E5"

func (o operation) path() string { return "/v1/operations/" + o.ID }

func (o operation) ended() bool { return o.State != "pending" && o.State != "running" }

// counts is how many items there are, and of each outcome.
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

// begin asks for an operation, which must be accepted.
func begin(t *testing.T, by client.Caller, verb string, body map[string]any, headers ...client.Header) (begun operation) {
	t.Helper()
	response := by.Post(t, "/v1/customers/"+verb, body, headers...).Want(http.StatusAccepted).Into(&begun)
	if response.Header.Get("Location") != begun.path() || begun.Kind != verb+"-customers" || begun.Originator != by.ID || begun.ended() {
		t.Errorf("accepted at %q: %s", response.Header.Get("Location"), response.Text)
	}
	return begun
}

func seen(t *testing.T, by client.Caller, o operation) (now operation) {
	t.Helper()
	by.Get(t, o.path()).Want(http.StatusOK).Into(&now)
	return now
}

// end follows an operation to its end, which must be the state. What is counted never shrinks and never exceeds the items.
func end(t *testing.T, by client.Caller, o operation, state string) operation {
	t.Helper()
	return endWithin(t, patience, by, o, state)
}

func endWithin(t *testing.T, longest time.Duration, by client.Caller, o operation, state string) operation {
	t.Helper()
	before, now := o, o
	within(t, longest, o.ID+" ends", func() bool {
		now = seen(t, by, o)
		done, doneBefore := now.Succeeded+now.Failed+now.Cancelled, before.Succeeded+before.Failed+before.Cancelled
		if done > now.Total || done < doneBefore || now.Total < before.Total {
			t.Errorf("progress went from %v to %v", before.counts(), now.counts())
		}
		before = now
		return now.ended()
	})
	if now.State != state || now.FinishedAt == nil || now.Succeeded+now.Failed+now.Cancelled != now.Total {
		t.Errorf("%s ended as %+v, want %s", o.ID, now, state)
	}
	return now
}

// outcomes reads the items of an operation to their end.
func outcomes(t *testing.T, by client.Caller, o operation, query string) (items []item) {
	t.Helper()
	for cursor, pages := "", 0; pages == 0 || cursor != ""; pages++ {
		var page struct {
			Items      []item
			NextCursor string
		}
		by.Get(t, o.path()+"/items?"+query+cursor).Want(http.StatusOK).Into(&page)
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

// statuses are those of customers, as the administrator sees them.
func (s *story) statuses(t *testing.T, ids ...string) string {
	t.Helper()
	statuses := make([]string, len(ids))
	for i, id := range ids {
		statuses[i] = fmt.Sprint(s.admin.Get(t, "/v1/customers/"+id).Want(http.StatusOK).JSON()["status"])
	}
	return strings.Join(statuses, ",")
}
