package story

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"tenantry/tests/client"
)

func previewsChangeNothing(t *testing.T, s *story) {
	before := s.trails(t)
	ids := append(idsOf(s.many), s.southern[0].ID, unknownCustomer)
	for verb, body := range map[string]map[string]any{"suspend": {"reason": "x"}, "activate": {"subscriptions": "all"}} {
		body["items"], body["dryRun"] = itemsOf(ids...), true
		var preview operation
		response := s.north.Post(t, "/v1/customers/"+verb, body).Want(http.StatusOK).Into(&preview)
		if preview.ID != "" || response.Header.Get("Location") != "" || !preview.Preview ||
			preview.State != "partially-failed" ||
			preview.counts() != [4]int{5, 3, 2, 0} {
			t.Errorf("%s: got %s, want a complete preview with 3 successes and 2 failures", verb, response.Text)
		}
		for i, id := range ids {
			want := item{Customer: id, State: "succeeded"}
			if i >= 3 {
				want.State, want.Code, want.Detail = "failed", "not-found", preview.Items[i].Detail
			}
			if len(preview.Items) != len(ids) || preview.Items[i] != want {
				t.Errorf("%s: got the items %+v, want %+v at %d", verb, preview.Items, want, i)
			}
		}
	}
	if got := s.statuses(t, idsOf(s.many)...); got != "active,active,active" {
		t.Errorf("statuses: got %s, want all active", got)
	}
	if got := s.trails(t); got != before {
		t.Errorf("events after a preview: got %s, want %s", got, before)
	}

	// A preview of more than 100 items is an operation.
	many := []string{s.many[0].ID}
	for i := range 101 {
		many = append(many, fmt.Sprintf("cus_01JDB6X0C7V8Y9Z0A1B2C%05d", i))
	}
	preview := waitUntilDone(
		t,
		s.north,
		start(t, s.north, "suspend", map[string]any{"items": itemsOf(many...), "dryRun": true}),
		"partially-failed",
	)
	if !preview.Preview || preview.counts() != [4]int{102, 1, 101, 0} {
		t.Errorf("got %+v, want a preview with 1 success and 101 failures", preview)
	}
	failed := listItems(t, s.north, preview, "status=failed&limit=100")
	if len(failed) != 101 || failed[100].Customer != many[101] {
		t.Errorf("got %d failed items, want 101 in the order of the request", len(failed))
	}
	if got := s.statuses(t, s.many[0].ID); got != "active" {
		t.Errorf("status after a preview: got %s, want active", got)
	}
}

func anOperationIsCancelled(t *testing.T, s *story) {
	at := time.Now().Add(time.Hour).UTC()
	waiting := start(t, s.north, "suspend", map[string]any{"items": itemsOf(idsOf(s.many)...), "suspendAt": at})
	now := readOperation(t, s.north, waiting)
	if now.State != "pending" || now.StartAt == nil || now.StartAt.Sub(at).Abs() > time.Second ||
		now.counts() != [4]int{3, 0, 0, 0} {
		t.Errorf("got %+v, want a pending operation with its start time", now)
	}
	if pending := listItems(t, s.north, waiting, "status=pending"); len(pending) != 3 {
		t.Errorf("got the pending items %+v, want 3", pending)
	}
	key := client.Header{"Idempotency-Key", "cancel-" + s.run}
	var cancelled operation
	first := s.north.Post(t, waiting.path()+"/cancel", nil, key).Want(http.StatusOK).Into(&cancelled)
	if cancelled.State != "cancelled" || cancelled.counts() != [4]int{3, 0, 0, 3} || cancelled.FinishedAt == nil {
		t.Errorf("got %s, want a cancelled operation with 3 cancelled items", first.Text)
	}
	for _, headers := range [][]client.Header{{key}, nil} {
		if again := s.north.Post(t, waiting.path()+"/cancel", nil, headers...).Want(http.StatusOK); again.Text != first.Text {
			t.Errorf("the second cancellation returned %s, want %s", again.Text, first.Text)
		}
	}
	if got := readOperation(t, s.north, waiting); got.State != "cancelled" {
		t.Errorf("got %+v, want a cancelled operation", got)
	}
	if items := listItems(t, s.north, waiting, "status=cancelled"); len(items) != 3 {
		t.Errorf("got the cancelled items %+v, want 3", items)
	}
	if got := s.statuses(t, idsOf(s.many)...); got != "active,active,active" {
		t.Errorf("statuses after the cancellation: got %s, want all active", got)
	}
}

func invalidOperationsAreRejected(t *testing.T, s *story) {
	count := func() int {
		var page struct{ Items []operation }
		s.south.Get(t, "/v1/operations?limit=100").Want(http.StatusOK).Into(&page)
		return len(page.Items)
	}
	s.admin.Post(t, "/v1/customers/suspend", map[string]any{"filter": map[string]any{"owner": unknownCustomer}}).
		WantProblem(http.StatusNotFound, "not-found")
	before := count()
	tooMany := make([]string, 10_001)
	for i := range tooMany {
		tooMany[i] = fmt.Sprintf("cus_01JDB6X0C7V8Y9Z0A1B2C%05d", i)
	}
	some := itemsOf(unknownCustomer)
	past := time.Now().Add(-time.Minute)
	for name, bad := range map[string]struct {
		body    any
		pointer string
	}{
		"neither items nor filter":  {map[string]any{"reason": "x"}, ""},
		"both":                      {map[string]any{"items": some, "filter": map[string]any{}}, ""},
		"no item":                   {map[string]any{"items": []any{}}, "/items"},
		"too many items":            {map[string]any{"items": itemsOf(tooMany...)}, "/items"},
		"one customer twice":        {map[string]any{"items": itemsOf(unknownCustomer, unknownCustomer)}, "/items/1/customer"},
		"no id":                     {map[string]any{"items": itemsOf(unknownCustomer, marker)}, "/items/1/customer"},
		"an item without customer":  {map[string]any{"items": []any{map[string]any{}}}, "/items/0/customer"},
		"an unknown field":          {map[string]any{"items": []any{map[string]any{"customer": unknownCustomer, marker: 1}}}, "/items/0/" + marker},
		"an owner of another kind":  {map[string]any{"filter": map[string]any{"owner": marker}}, "/filter/owner"},
		"an owner without a name":   {map[string]any{"filter": map[string]any{"owner": ""}}, "/filter/owner"},
		"an unknown status":         {map[string]any{"filter": map[string]any{"status": marker}}, "/filter/status"},
		"a beginning in the past":   {map[string]any{"items": some, "suspendAt": past}, "/suspendAt"},
		"a beginning in year 10000": {map[string]any{"items": some, "suspendAt": "9999-12-31T23:59:59-23:59"}, "/suspendAt"},
		"an end in the past":        {map[string]any{"items": some, "until": past}, "/until"},
		"an end before its begin":   {map[string]any{"items": some, "suspendAt": past.Add(time.Hour), "until": past.Add(time.Minute * 30)}, "/until"},
		"a reason that is too long": {map[string]any{"items": some, "reason": strings.Repeat("x", 10_000)}, "/reason"},
	} {
		t.Run(name, func(t *testing.T) {
			response := s.south.Post(t, "/v1/customers/suspend", bad.body)
			problem := response.WantProblem(http.StatusUnprocessableEntity, "invalid-request")
			if len(problem.Errors) == 0 || problem.Errors[0].Pointer != bad.pointer && bad.pointer != "/items/0/"+marker {
				t.Errorf("got the errors %+v, want the pointer %q", problem.Errors, bad.pointer)
			}
			if strings.Contains(problem.Detail, marker) {
				t.Errorf("the response repeats the caller's value: %s", response.Text)
			}
		})
	}
	huge, err := json.Marshal(map[string]any{"items": some, "reason": strings.Repeat("x", 2<<20)})
	if err != nil {
		t.Fatal(err)
	}
	s.south.Post(t, "/v1/customers/suspend", huge).WantProblem(http.StatusRequestEntityTooLarge, "too-large")
	s.south.Post(t, "/v1/customers/activate", map[string]any{"items": some, "suspendAt": time.Now().Add(time.Hour)}).
		WantProblem(http.StatusUnprocessableEntity, "invalid-request")
	s.south.Get(t, "/v1/operations/op_0/items?status=everything").
		WantProblem(http.StatusUnprocessableEntity, "invalid-request")
	if after := count(); after != before {
		t.Errorf("invalid input started %d operations, want none", after-before)
	}
}

// forecast is the forecast of a removal in a preview.
type forecast struct{ Customers, PanelUsers, Subscriptions, Websites, Backups int }

// removalPreviewItem is one item of the preview of a removal.
type removalPreviewItem struct {
	item
	Forecast *forecast
}

// assertPreviewed checks that the first item is the customer with the forecast, and that the second item is not found.
func assertPreviewed(t *testing.T, what string, items []removalPreviewItem, customer string, want forecast) {
	t.Helper()
	if len(items) < 2 || items[0].Customer != customer || items[0].State != "succeeded" || items[0].Forecast == nil ||
		*items[0].Forecast != want {
		t.Errorf("%s: got %+v, want the forecast %+v of %s", what, items[:min(2, len(items))], want, customer)
	} else if items[1].Code != "not-found" ||
		items[1].Forecast != nil {
		t.Errorf("%s: got %+v, want not-found without a forecast", what, items[1])
	}
}

func aRemovalIsPreviewed(t *testing.T, s *story) {
	l := s.fullCustomer(t, "thinking")
	subscription := id(
		s.north.Post(t, l.path("/subscriptions"), map[string]any{"domain": s.domain("thinking"), "servicePlan": "custom"}).
			Want(http.StatusCreated),
	)
	s.upload(t, l.own, subscription, "second backup by the customer")
	want := forecast{PanelUsers: 1, Subscriptions: 4, Websites: 7, Backups: 2}
	before := s.readEverything(t, l)
	body := map[string]any{"items": itemsOf(l.ID, unknownCustomer), "dryRun": true}
	eventually(t, "the preview counts all objects of the customer", func() bool {
		var preview struct {
			ID    string
			Items []removalPreviewItem
		}
		s.north.Post(t, "/v1/customers/remove", body).Want(http.StatusOK).Into(&preview)
		return preview.ID == "" && preview.Items[0].Forecast != nil && *preview.Items[0].Forecast == want
	})
	for _, caller := range []client.Caller{s.north, s.admin} {
		var preview struct{ Items []removalPreviewItem }
		caller.Post(t, "/v1/customers/remove", body).Want(http.StatusOK).Into(&preview)
		assertPreviewed(t, caller.Name, preview.Items, l.ID, want)
	}
	if text := s.south.Post(t, "/v1/customers/remove", body).Want(http.StatusOK).Text; strings.Contains(text, "forecast") {
		t.Errorf("another reseller sees a forecast: %s", text)
	}

	// A preview of more than 100 items is an operation, which stores the forecasts.
	many := []string{l.ID}
	for i := range 101 {
		many = append(many, fmt.Sprintf("cus_01JDB6X0C7V8Y9Z0A1B2C%05d", i))
	}
	preview := waitAtMost(
		t,
		removalPatience,
		s.north,
		start(t, s.north, "remove", map[string]any{"items": itemsOf(many...), "dryRun": true}),
		"partially-failed",
	)
	var page struct{ Items []removalPreviewItem }
	s.north.Get(t, preview.path()+"/items?limit=100").Want(http.StatusOK).Into(&page)
	assertPreviewed(t, "as an operation", page.Items, l.ID, want)
	s.north.Get(t, preview.path()+"/items?status=succeeded").Want(http.StatusOK).Into(&page)
	if len(page.Items) != 1 || page.Items[0].Forecast == nil || *page.Items[0].Forecast != want {
		t.Errorf("got the succeeded items %+v, want one with the forecast %+v", page.Items, want)
	}

	if after := s.readEverything(t, l); after != before {
		t.Errorf("the preview has changed the customer\nbefore: %s\nafter: %s", before, after)
	}
	l.own.Get(t, l.backup).Want(http.StatusOK)
}

// readEverything returns everything that the API shows of a customer, as one text.
func (s *story) readEverything(t *testing.T, l fullCustomer) (text string) {
	t.Helper()
	for _, rest := range []string{"", "/events", "/panel-users"} {
		text += s.north.Get(t, l.path(rest)).Want(http.StatusOK).Text
	}
	return text + fmt.Sprint(s.open(t, l.domains))
}
