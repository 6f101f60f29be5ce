package story

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"tenantry/tests/client"
)

func customersAreListed(t *testing.T, s *story) {
	for _, sort := range []string{"name", "-name", "created", "-created"} {
		whole, _ := listAll(t, s.north, "limit=100&sort="+sort)
		if len(whole) != len(s.northern) {
			t.Fatalf("sort=%s: got %d customers, want %d", sort, len(whole), len(s.northern))
		}
		singly, pages := listAll(t, s.north, "limit=1&sort="+sort)
		if pages < len(whole) || !slices.Equal(values(whole, "id"), values(singly, "id")) {
			t.Errorf("sort=%s: pages of one customer make another list than one page", sort)
		}
		asAdmin, _ := listAll(t, s.admin, "limit=4&sort="+sort+"&owner="+s.north.ID)
		if !slices.Equal(values(whole, "id"), values(asAdmin, "id")) {
			t.Errorf("sort=%s: the administrator gets another list than the reseller", sort)
		}
	}
	created, _ := listAll(t, s.north, "sort=created")
	for i, c := range s.northern {
		if created[i]["id"] != c.ID {
			t.Errorf("customer %d by creation: got %v, want %s", i, created[i]["login"], c.Login)
		}
	}
	byName, _ := listAll(t, s.north, "sort=name")
	descending, _ := listAll(t, s.north, "sort=-name")
	slices.Reverse(descending)
	if !slices.Equal(values(byName, "id"), values(descending, "id")) {
		t.Error("sort=-name is not the reverse of sort=name")
	}
	if first := byName[0]["contact"].(map[string]any)["name"]; first != `"quoted" \back` {
		t.Errorf("first customer by name: got %v, want the quoted name", first)
	}

	var page struct {
		Items      []map[string]any
		NextCursor string
		Total      *int
	}
	s.north.Get(t, "/v1/customers?limit=3").Want(http.StatusOK).Into(&page)
	if page.Total == nil || *page.Total != len(s.northern) || page.NextCursor == "" {
		t.Errorf(
			"got the total %v and the cursor %q, want the total %d and a cursor",
			page.Total,
			page.NextCursor,
			len(s.northern),
		)
	}
	for _, name := range []string{"owner", "status", "sort", "limit", "cursor"} {
		s.north.Get(t, "/v1/customers?"+name+"=").WantProblem(http.StatusUnprocessableEntity, "invalid-request")
	}
	if none, _ := listAll(t, s.north, "status=suspended"); len(none) != 0 {
		t.Errorf("got %d suspended customers, want none", len(none))
	}
	if active, _ := listAll(t, s.north, "status=active"); len(active) != len(s.northern) {
		t.Errorf("got %d active customers, want %d", len(active), len(s.northern))
	}
	newest, _ := listAll(t, s.admin, "limit=100&sort=-created")
	for i := 1; i < len(newest); i++ {
		if isEarlier(t, newest[i-1]["createdAt"], newest[i]["createdAt"]) {
			t.Errorf(
				"sort=-created: %v is listed before %v, want newest first",
				newest[i-1]["createdAt"],
				newest[i]["createdAt"],
			)
		}
	}
	for _, sort := range []string{"created", "name"} {
		resellers := s.admin.Get(t, "/v1/resellers?limit=1&sort="+sort).Want(http.StatusOK).JSON()
		if resellers["nextCursor"] == nil || len(resellers["items"].([]any)) != 1 {
			t.Errorf("sort=%s: got the page %v, want one reseller and a cursor", sort, resellers)
		}
	}
	everyone, _ := listAll(t, s.admin, "limit=100&sort=name")
	for _, c := range slices.Concat(s.northern, s.southern, s.direct) {
		if !slices.Contains(values(everyone, "id"), c.ID) {
			t.Errorf("the administrator's list of all customers lacks %s", c.Login)
		}
	}
	own, _ := listAll(t, s.admin, "owner=administrator&limit=100")
	for _, item := range own {
		if item["owner"].(map[string]any)["id"] != "administrator" {
			t.Errorf("the list of the administrator's own customers contains %v", item["login"])
		}
	}
	for name, query := range map[string]string{
		"another sort":  "sort=-name&cursor=" + page.NextCursor,
		"a filter":      "status=active&cursor=" + page.NextCursor,
		"forged":        "cursor=AAAA" + page.NextCursor[4:],
		"not a cursor":  "cursor=42",
		"limit 0":       "limit=0",
		"limit 101":     "limit=101",
		"limit 1e9":     "limit=1e9",
		"no such sort":  "sort=password",
		"sorted search": "sort=name&search=abc",
		"twice":         "limit=1&limit=2",
		"no such owner": "owner=everybody",
	} {
		want := http.StatusUnprocessableEntity
		if name == "no such owner" {
			want = http.StatusForbidden
		}
		if response := s.north.Get(t, "/v1/customers?"+query); response.Status != want {
			t.Errorf("%s: got %d %s, want %d", name, response.Status, response.Text, want)
		}
	}
	s.south.Get(t, "/v1/customers?limit=3&cursor="+page.NextCursor).
		WantProblem(http.StatusUnprocessableEntity, "invalid-request")

	// To give a list more shards takes minutes; see TestListsAreCompleteWhileTheirShardsGrow.
	resharded := s.stack.Invoke(t, "ReshardListFunction", map[string]any{"owner": s.south.ID, "shards": 1}).JSON()
	if resharded["moved"] != 0.0 || resharded["isDone"] != true {
		t.Errorf("got %v, want nothing to do for a list with one shard", resharded)
	}
	if fitted := s.stack.Invoke(t, "ReshardListFunction", map[string]any{}).JSON(); fitted["isDone"] != true {
		t.Errorf("got %v, want no list that needs more shards", fitted)
	}
}

// isEarlier reports whether the time a is before the time b.
func isEarlier(t *testing.T, a, b any) bool {
	t.Helper()
	var times [2]time.Time
	for i, text := range []any{a, b} {
		at, err := time.Parse(time.RFC3339, fmt.Sprint(text))
		if err != nil {
			t.Fatal(err)
		}
		times[i] = at
	}
	return times[0].Before(times[1])
}

// listAll reads all pages of the list of customers. It returns the customers and the number of pages.
func listAll(t *testing.T, caller client.Caller, query string) (customers []map[string]any, pages int) {
	t.Helper()
	cursor := ""
	for {
		var page struct {
			Items      []map[string]any
			NextCursor string
		}
		caller.Get(t, "/v1/customers?"+query+cursor).Want(http.StatusOK).Into(&page)
		customers = append(customers, page.Items...)
		if pages++; page.NextCursor == "" || pages > 1000 {
			return customers, pages
		}
		cursor = "&cursor=" + page.NextCursor
	}
}

// values returns the values of a field of all items.
func values(items []map[string]any, field string) []string {
	var texts []string
	for _, item := range items {
		texts = append(texts, fmt.Sprint(item[field]))
	}
	return texts
}
