package story

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tenantry/tests/client"
)

func resellersAreCreated(t *testing.T, s *story) {
	s.northLogin = s.login("north")
	for _, name := range []string{"north", "south"} {
		created := s.admin.Post(t, "/v1/resellers", s.person(name, "Ms "+name, "description", "pays late")).Want(http.StatusCreated)
		if created.Header.Get("Location") != "/v1/resellers/"+created.JSON()["id"].(string) {
			t.Errorf("got the Location %q, want that of the new reseller", created.Header.Get("Location"))
		}
	}
	s.north = s.stack.SignIn(t, "north", s.login("north"), s.password)
	s.south = s.stack.SignIn(t, "south", s.login("south"), s.password)
	if seen := s.north.Get(t, "/v1/resellers/"+s.north.ID).Want(http.StatusOK).JSON(); seen["description"] != nil {
		t.Errorf("the reseller sees the administrator's note about it: %v", seen["description"])
	}
	if found := s.admin.Get(t, "/v1/resellers/login:"+s.northLogin).Want(http.StatusOK).JSON(); found["id"] != s.north.ID || found["description"] != "pays late" {
		t.Errorf("got %v, want the reseller with the administrator's note", found)
	}
	s.north.Get(t, "/v1/resellers/"+s.south.ID).WantProblem(http.StatusNotFound, "not-found")
	s.north.Post(t, "/v1/resellers", s.person("other", "Other")).WantProblem(http.StatusForbidden, "forbidden")
}

// names are valid names, which the service must store as typed.
var names = []string{"O'Neil <b>x", "李小龍", "Robert'); DROP TABLE--", "Zoë Ångström", "zoe angstrom", "Ada", "ADA", "{{7*7}} ${x}", `"quoted" \back`}

func customersAreCreated(t *testing.T, s *story) {
	create := func(caller client.Caller, prefix string, i int, more ...any) customer {
		name := names[i%len(names)]
		body := s.person(fmt.Sprintf("%s-%d", prefix, i), name, append(more, "externalId", s.external(fmt.Sprint(prefix, i)))...)
		response := caller.Post(t, "/v1/customers", body).Want(http.StatusCreated)
		created := response.JSON()
		if got := created["contact"].(map[string]any)["name"]; got != name {
			t.Errorf("got the name %q, want %q", got, name)
		}
		if created["status"] != "active" || created["lifecycle"] != "ready" || created["version"] != 1.0 || response.Header.Get("ETag") != `"1"` {
			t.Errorf("got the new customer %s, want it active and ready in version 1", response.Text)
		}
		for _, secret := range []string{"argon2", "passwordHash", s.password} {
			if strings.Contains(response.Text, secret) {
				t.Errorf("the response contains %s", secret)
			}
		}
		return customer{ID: created["id"].(string), Login: created["login"].(string), Name: name, Etag: response.Header.Get("ETag")}
	}
	for i := range names {
		s.northern = append(s.northern, create(s.north, "north", i, "description", "a note by north"))
	}
	s.northern = append(s.northern, create(s.admin, "for-north", 0, "owner", s.north.ID))
	for i := range 3 {
		s.southern = append(s.southern, create(s.south, "south", i))
		s.direct = append(s.direct, create(s.admin, "direct", i))
	}
	s.admin.Post(t, "/v1/customers", s.person("late", "Late", "owner", s.direct[0].ID)).WantProblem(http.StatusUnprocessableEntity, "invalid-request")
	s.north.Post(t, "/v1/customers", s.person("late", "Late", "owner", s.south.ID)).WantProblem(http.StatusForbidden, "forbidden")
	s.north.Post(t, "/v1/customers", s.person("late", "Late", "externalId", s.external("north0"))).WantProblem(http.StatusConflict, "conflict")
	// Another owner can use the same external id.
	s.south.Post(t, "/v1/customers", s.person("same-external", "Same", "externalId", s.external("north0"))).Want(http.StatusCreated)
}

func customersAreFound(t *testing.T, s *story) {
	customer := s.northern[0]
	for caller, references := range map[*client.Caller][]string{
		&s.north: {customer.ID, "login:" + customer.Login, "login:" + strings.ToUpper(customer.Login), "external:" + s.external("north0")},
		&s.admin: {customer.ID, "login:" + customer.Login},
	} {
		for _, reference := range references {
			response := caller.Get(t, "/v1/customers/"+reference).Want(http.StatusOK)
			found := response.JSON()
			owner := found["owner"].(map[string]any)
			if found["id"] != customer.ID || found["description"] != "a note by north" || response.Header.Get("ETag") != customer.Etag ||
				owner["id"] != s.north.ID || owner["kind"] != "reseller" || owner["login"] != s.northLogin {
				t.Errorf("%s gets %s by %s, want the customer with its owner and note", caller.Name, response.Text, reference)
			}
		}
	}
	s.admin.Get(t, "/v1/customers/external:"+s.external("north0")).WantProblem(http.StatusNotFound, "not-found")
	if owner := s.admin.Get(t, "/v1/customers/"+s.direct[0].ID).Want(http.StatusOK).JSON()["owner"].(map[string]any); owner["id"] != "administrator" {
		t.Errorf("got the owner %v, want administrator", owner)
	}
	own := s.stack.SignIn(t, "customer", customer.Login, s.password)
	if seen := own.Get(t, "/v1/customers/"+customer.ID).Want(http.StatusOK).JSON(); seen["description"] != nil || seen["id"] != customer.ID {
		t.Errorf("the customer sees %v, want its own account without the note", seen)
	}
	for _, reference := range []string{"cus_0", "login:" + s.login("nobody"), "external:nothing", "nonsense", s.north.ID} {
		s.north.Get(t, "/v1/customers/"+reference).WantProblem(http.StatusNotFound, "not-found")
	}
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
		t.Errorf("got the total %v and the cursor %q, want the total %d and a cursor", page.Total, page.NextCursor, len(s.northern))
	}
	empty, _ := listAll(t, s.north, "owner=&status=&sort=&limit=")
	if len(empty) != len(s.northern) {
		t.Errorf("empty parameters: got %d customers, want all %d", len(empty), len(s.northern))
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
			t.Errorf("sort=-created: %v is listed before %v, want newest first", newest[i-1]["createdAt"], newest[i]["createdAt"])
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
		"search":        "search=abc",
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
	s.south.Get(t, "/v1/customers?limit=3&cursor="+page.NextCursor).WantProblem(http.StatusUnprocessableEntity, "invalid-request")
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

func accountsAreIsolated(t *testing.T, s *story) {
	for _, c := range s.northern[:2] {
		for _, reference := range []string{c.ID, "login:" + c.Login, "external:" + s.external("north1")} {
			s.south.Get(t, "/v1/customers/"+reference).WantProblem(http.StatusNotFound, "not-found")
		}
	}
	neighbour := s.stack.SignIn(t, "neighbour", s.northern[1].Login, s.password)
	neighbour.Get(t, "/v1/customers/"+s.northern[0].ID).WantProblem(http.StatusNotFound, "not-found")
	neighbour.Get(t, "/v1/customers").WantProblem(http.StatusForbidden, "forbidden")
	neighbour.Post(t, "/v1/customers", s.person("grandchild", "G")).WantProblem(http.StatusForbidden, "forbidden")
	southern, _ := listAll(t, s.south, "limit=100")
	for _, item := range southern {
		if item["owner"].(map[string]any)["id"] != s.south.ID {
			t.Errorf("south's list contains %v of another owner", item["login"])
		}
	}
}

func loginsAreUnique(t *testing.T, s *story) {
	const clients = 8
	statuses := make([]int, clients)
	var group sync.WaitGroup
	for i := range clients {
		caller := s.north
		if i%2 == 1 {
			caller = s.south
		}
		group.Go(func() {
			response := caller.Post(t, "/v1/customers", s.person("contested", "C. Ontested"))
			statuses[i] = response.Status
			if response.Status != http.StatusCreated {
				response.WantProblem(http.StatusConflict, "login-taken")
			}
		})
	}
	group.Wait()
	won := 0
	for _, status := range statuses {
		if status == http.StatusCreated {
			won++
		}
	}
	if won != 1 {
		t.Errorf("%d of %d clients got the login, want one: %v", won, clients, statuses)
	}
	s.south.Post(t, "/v1/customers", s.person("NORTH-0", "Case")).WantProblem(http.StatusConflict, "login-taken")
	s.south.Post(t, "/v1/customers", s.person("north", "A reseller's")).WantProblem(http.StatusConflict, "login-taken")
}

func retriesTakeEffectOnce(t *testing.T, s *story) {
	key := client.Header{"Idempotency-Key", "create-" + s.run}
	body := s.person("once", "Once", "description", "said once")
	total := func() int {
		var page struct{ Total int }
		s.north.Get(t, "/v1/customers?limit=1").Want(http.StatusOK).Into(&page)
		return page.Total
	}
	before := total()
	responses := make([]client.Response, 5)
	var group sync.WaitGroup
	for i := range 4 {
		group.Go(func() { responses[i] = s.north.Post(t, "/v1/customers", body, key) })
	}
	group.Wait()
	responses[4] = s.north.Post(t, "/v1/customers", body, key)
	for _, response := range responses {
		response.Want(http.StatusCreated)
		if response.Text != responses[0].Text || response.Header.Get("Location") != responses[0].Header.Get("Location") {
			t.Errorf("the repeated request returned another response\nfirst: %s\nlater: %s", responses[0].Text, response.Text)
		}
	}
	if after := total(); after != before+1 {
		t.Errorf("the repeated request created %d customers, want 1", after-before)
	}
	s.north.Post(t, "/v1/customers", s.person("twice", "Twice"), key).WantProblem(http.StatusUnprocessableEntity, "invalid-request")
	s.south.Post(t, "/v1/customers", s.person("south-key", "Same key, other caller"), key).Want(http.StatusCreated)
	signIn := map[string]any{"login": s.login("once"), "password": s.password}
	secret := client.Header{"Idempotency-Key", "sign-in-" + s.run}
	s.stack.Anonymous().Post(t, "/v1/sessions", signIn, secret).Want(http.StatusCreated)
	s.stack.Anonymous().Post(t, "/v1/sessions", signIn, secret).WantProblem(http.StatusConflict, "secret-shown-once")
}
