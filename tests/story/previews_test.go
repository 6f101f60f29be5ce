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
	ids := append(idsOf(s.many), s.southern[0].ID, nobody)
	for verb, body := range map[string]map[string]any{"suspend": {"reason": "x"}, "activate": {"subscriptions": "all"}} {
		body["items"], body["dryRun"] = itemsOf(ids...), true
		var said operation
		response := s.north.Post(t, "/v1/customers/"+verb, body).Want(http.StatusOK).Into(&said)
		if said.ID != "" || response.Header.Get("Location") != "" || !said.Preview || said.State != "partially-failed" || said.counts() != [4]int{5, 3, 2, 0} {
			t.Errorf("%s: %s", verb, response.Text)
		}
		for i, id := range ids {
			want := item{Customer: id, State: "succeeded"}
			if i >= 3 {
				want.State, want.Code, want.Detail = "failed", "not-found", said.Items[i].Detail
			}
			if len(said.Items) != len(ids) || said.Items[i] != want {
				t.Errorf("%s: item %d is %+v", verb, i, said.Items)
			}
		}
	}
	if got := s.statuses(t, idsOf(s.many)...); got != "active,active,active" {
		t.Errorf("statuses: %s", got)
	}
	if got := s.trails(t); got != before {
		t.Errorf("a preview is in the trail: %s", got)
	}

	// More than can be judged at once are an operation.
	many := []string{s.many[0].ID}
	for i := range 101 {
		many = append(many, fmt.Sprintf("cus_01JDB6X0C7V8Y9Z0A1B2C%05d", i))
	}
	preview := end(t, s.north, begin(t, s.north, "suspend", map[string]any{"items": itemsOf(many...), "dryRun": true}), "partially-failed")
	if !preview.Preview || preview.counts() != [4]int{102, 1, 101, 0} {
		t.Errorf("preview: %+v", preview)
	}
	if failed := outcomes(t, s.north, preview, "status=failed&limit=100"); len(failed) != 101 || failed[100].Customer != many[101] {
		t.Errorf("%d failed", len(failed))
	}
	if got := s.statuses(t, s.many[0].ID); got != "active" {
		t.Errorf("after a preview: %s", got)
	}
}

func anOperationIsCancelled(t *testing.T, s *story) {
	at := time.Now().Add(time.Hour).UTC()
	waiting := begin(t, s.north, "suspend", map[string]any{"items": itemsOf(idsOf(s.many)...), "suspendAt": at})
	now := seen(t, s.north, waiting)
	if now.State != "pending" || now.StartAt == nil || now.StartAt.Sub(at).Abs() > time.Second || now.counts() != [4]int{3, 0, 0, 0} {
		t.Errorf("waiting: %+v", now)
	}
	if pending := outcomes(t, s.north, waiting, "status=pending"); len(pending) != 3 {
		t.Errorf("pending: %+v", pending)
	}
	key := client.Header{"Idempotency-Key", "cancel-" + s.run}
	var cancelled operation
	first := s.north.Post(t, waiting.path()+"/cancel", nil, key).Want(http.StatusOK).Into(&cancelled)
	if cancelled.State != "cancelled" || cancelled.counts() != [4]int{3, 0, 0, 3} || cancelled.FinishedAt == nil {
		t.Errorf("cancelled: %s", first.Text)
	}
	for _, headers := range [][]client.Header{{key}, nil} {
		if again := s.north.Post(t, waiting.path()+"/cancel", nil, headers...).Want(http.StatusOK); again.Text != first.Text {
			t.Errorf("cancelled twice: %s", again.Text)
		}
	}
	if got := seen(t, s.north, waiting); got.State != "cancelled" {
		t.Errorf("after the cancellation: %+v", got)
	}
	if items := outcomes(t, s.north, waiting, "status=cancelled"); len(items) != 3 {
		t.Errorf("cancelled: %+v", items)
	}
	if got := s.statuses(t, idsOf(s.many)...); got != "active,active,active" {
		t.Errorf("statuses: %s", got)
	}
}

func badOperationsAreRefused(t *testing.T, s *story) {
	count := func() int {
		var page struct{ Items []operation }
		s.south.Get(t, "/v1/operations?limit=100").Want(http.StatusOK).Into(&page)
		return len(page.Items)
	}
	s.admin.Post(t, "/v1/customers/suspend", map[string]any{"filter": map[string]any{"owner": nobody}}).WantProblem(http.StatusNotFound, "not-found")
	before := count()
	tooMany := make([]string, 10_001)
	for i := range tooMany {
		tooMany[i] = fmt.Sprintf("cus_01JDB6X0C7V8Y9Z0A1B2C%05d", i)
	}
	some := itemsOf(nobody)
	past := time.Now().Add(-time.Minute)
	for name, bad := range map[string]struct {
		body    any
		pointer string
	}{
		"neither items nor filter":  {map[string]any{"reason": "x"}, ""},
		"both":                      {map[string]any{"items": some, "filter": map[string]any{}}, ""},
		"no item":                   {map[string]any{"items": []any{}}, "/items"},
		"one item too many":         {map[string]any{"items": itemsOf(tooMany...)}, "/items"},
		"one customer twice":        {map[string]any{"items": itemsOf(nobody, nobody)}, "/items/1/customer"},
		"no id":                     {map[string]any{"items": itemsOf(nobody, marker)}, "/items/1/customer"},
		"an item without customer":  {map[string]any{"items": []any{map[string]any{}}}, "/items/0/customer"},
		"an unknown field":          {map[string]any{"items": []any{map[string]any{"customer": nobody, marker: 1}}}, "/items/0/" + marker},
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
				t.Errorf("errors: %+v", problem.Errors)
			}
			if strings.Contains(problem.Detail, marker) {
				t.Errorf("the answer echoes: %s", response.Text)
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
	s.south.Get(t, "/v1/operations/op_0/items?status=everything").WantProblem(http.StatusUnprocessableEntity, "invalid-request")
	if after := count(); after != before {
		t.Errorf("bad input began %d operations", after-before)
	}
}

// forecast is what a preview tells of one customer.
type forecast struct{ Customers, PanelUsers, Subscriptions, Websites, Backups int }

// foretold is an item of a preview.
type foretold struct {
	item
	Forecast *forecast
}

// previewed expects that of two customers one would be removed with all that it has, and that the other is nobody's.
func previewed(t *testing.T, how string, items []foretold, of string, want forecast) {
	t.Helper()
	if len(items) < 2 || items[0].Customer != of || items[0].State != "succeeded" || items[0].Forecast == nil || *items[0].Forecast != want {
		t.Errorf("%s: want %+v: %+v", how, want, items[:min(2, len(items))])
	} else if items[1].Code != "not-found" || items[1].Forecast != nil {
		t.Errorf("%s: another's: %+v", how, items[1])
	}
}

func aRemovalIsPreviewed(t *testing.T, s *story) {
	l := s.leaver(t, "thinking")
	subscription := id(s.north.Post(t, l.path("/subscriptions"), map[string]any{"domain": s.domain("thinking"), "servicePlan": "custom"}).Want(http.StatusCreated))
	s.upload(t, l.own, subscription, "what the customer kept too")
	want := forecast{PanelUsers: 1, Subscriptions: 4, Websites: 7, Backups: 2}
	before := s.everythingOf(t, l)
	body := map[string]any{"items": itemsOf(l.ID, nobody), "dryRun": true}
	eventually(t, "lists tell of all that it has", func() bool {
		var said struct {
			ID    string
			Items []foretold
		}
		s.north.Post(t, "/v1/customers/remove", body).Want(http.StatusOK).Into(&said)
		return said.ID == "" && said.Items[0].Forecast != nil && *said.Items[0].Forecast == want
	})
	for _, caller := range []client.Caller{s.north, s.admin} {
		var said struct{ Items []foretold }
		caller.Post(t, "/v1/customers/remove", body).Want(http.StatusOK).Into(&said)
		previewed(t, caller.Name, said.Items, l.ID, want)
	}
	if text := s.south.Post(t, "/v1/customers/remove", body).Want(http.StatusOK).Text; strings.Contains(text, "forecast") {
		t.Errorf("another reseller is told %s", text)
	}

	// More than are judged at once are an operation, which keeps what it tells.
	many := []string{l.ID}
	for i := range 101 {
		many = append(many, fmt.Sprintf("cus_01JDB6X0C7V8Y9Z0A1B2C%05d", i))
	}
	preview := endWithin(t, removalPatience, s.north, begin(t, s.north, "remove", map[string]any{"items": itemsOf(many...), "dryRun": true}), "partially-failed")
	var page struct{ Items []foretold }
	s.north.Get(t, preview.path()+"/items?limit=100").Want(http.StatusOK).Into(&page)
	previewed(t, "as an operation", page.Items, l.ID, want)
	s.north.Get(t, preview.path()+"/items?status=succeeded").Want(http.StatusOK).Into(&page)
	if len(page.Items) != 1 || page.Items[0].Forecast == nil || *page.Items[0].Forecast != want {
		t.Errorf("what succeeds: %+v", page.Items)
	}

	if after := s.everythingOf(t, l); after != before {
		t.Errorf("a preview changes something:\n%s\nbefore:\n%s", after, before)
	}
	l.own.Get(t, l.backup).Want(http.StatusOK)
}

// everythingOf is all that the API tells of a customer.
func (s *story) everythingOf(t *testing.T, l leaver) (told string) {
	t.Helper()
	for _, rest := range []string{"", "/events", "/panel-users"} {
		told += s.north.Get(t, l.path(rest)).Want(http.StatusOK).Text
	}
	return told + fmt.Sprint(s.open(t, l.domains))
}
