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

func twoResellers(t *testing.T, s *story) {
	s.northLogin = s.login("north")
	for _, name := range []string{"north", "south"} {
		made := s.admin.Post(t, "/v1/resellers", s.person(name, "Ms "+name, "description", "pays late")).Want(http.StatusCreated)
		if made.Header.Get("Location") != "/v1/resellers/"+made.JSON()["id"].(string) {
			t.Errorf("Location %q", made.Header.Get("Location"))
		}
	}
	s.north = s.stack.SignIn(t, "north", s.login("north"), s.password)
	s.south = s.stack.SignIn(t, "south", s.login("south"), s.password)
	if seen := s.north.Get(t, "/v1/resellers/"+s.north.ID).Want(http.StatusOK).JSON(); seen["description"] != nil {
		t.Errorf("a reseller reads the administrator's note on it: %v", seen["description"])
	}
	if found := s.admin.Get(t, "/v1/resellers/login:"+s.northLogin).Want(http.StatusOK).JSON(); found["id"] != s.north.ID || found["description"] != "pays late" {
		t.Errorf("the administrator finds %v", found)
	}
	s.north.Get(t, "/v1/resellers/"+s.south.ID).WantProblem(http.StatusNotFound, "not-found")
	s.north.Post(t, "/v1/resellers", s.person("other", "Other")).WantProblem(http.StatusForbidden, "forbidden")
}

// names are legal and kept as they are typed.
var names = []string{"O'Neil <b>x", "李小龍", "Robert'); DROP TABLE--", "Zoë Ångström", "zoe angstrom", "Ada", "ADA", "{{7*7}} ${x}", `"quoted" \back`}

func customersWithAllKindsOfNames(t *testing.T, s *story) {
	create := func(by client.Caller, prefix string, i int, more ...any) customer {
		name := names[i%len(names)]
		body := s.person(fmt.Sprintf("%s-%d", prefix, i), name, append(more, "externalId", s.external(fmt.Sprint(prefix, i)))...)
		response := by.Post(t, "/v1/customers", body).Want(http.StatusCreated)
		made := response.JSON()
		if got := made["contact"].(map[string]any)["name"]; got != name {
			t.Errorf("%q became %q", name, got)
		}
		if made["status"] != "active" || made["lifecycle"] != "ready" || made["version"] != 1.0 || response.Header.Get("ETag") != `"1"` {
			t.Errorf("a new customer is %s", response.Text)
		}
		for _, secret := range []string{"argon2", "passwordHash", s.password} {
			if strings.Contains(response.Text, secret) {
				t.Errorf("the answer shows %s", secret)
			}
		}
		return customer{ID: made["id"].(string), Login: made["login"].(string), Name: name, Etag: response.Header.Get("ETag")}
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
	// The same external id is another owner's to use.
	s.south.Post(t, "/v1/customers", s.person("same-external", "Same", "externalId", s.external("north0"))).Want(http.StatusCreated)
}

func customersAreFound(t *testing.T, s *story) {
	wanted := s.northern[0]
	for by, references := range map[*client.Caller][]string{
		&s.north: {wanted.ID, "login:" + wanted.Login, "login:" + strings.ToUpper(wanted.Login), "external:" + s.external("north0")},
		&s.admin: {wanted.ID, "login:" + wanted.Login},
	} {
		for _, reference := range references {
			response := by.Get(t, "/v1/customers/"+reference).Want(http.StatusOK)
			found := response.JSON()
			owner := found["owner"].(map[string]any)
			if found["id"] != wanted.ID || found["description"] != "a note by north" || response.Header.Get("ETag") != wanted.Etag ||
				owner["id"] != s.north.ID || owner["kind"] != "reseller" || owner["login"] != s.northLogin {
				t.Errorf("%s by %s: %s", by.Name, reference, response.Text)
			}
		}
	}
	s.admin.Get(t, "/v1/customers/external:"+s.external("north0")).WantProblem(http.StatusNotFound, "not-found")
	if owner := s.admin.Get(t, "/v1/customers/"+s.direct[0].ID).Want(http.StatusOK).JSON()["owner"].(map[string]any); owner["id"] != "administrator" {
		t.Errorf("owner: %v", owner)
	}
	own := s.stack.SignIn(t, "customer", wanted.Login, s.password)
	if seen := own.Get(t, "/v1/customers/"+wanted.ID).Want(http.StatusOK).JSON(); seen["description"] != nil || seen["id"] != wanted.ID {
		t.Errorf("a customer sees %v", seen)
	}
	for _, reference := range []string{"cus_0", "login:" + s.login("nobody"), "external:nothing", "nonsense", s.north.ID} {
		s.north.Get(t, "/v1/customers/"+reference).WantProblem(http.StatusNotFound, "not-found")
	}
}

// all reads a list to its end.
func all(t *testing.T, by client.Caller, query string) (found []map[string]any, pages int) {
	t.Helper()
	cursor := ""
	for {
		var page struct {
			Items      []map[string]any
			NextCursor string
		}
		by.Get(t, "/v1/customers?"+query+cursor).Want(http.StatusOK).Into(&page)
		found = append(found, page.Items...)
		if pages++; page.NextCursor == "" || pages > 1000 {
			return found, pages
		}
		cursor = "&cursor=" + page.NextCursor
	}
}

func field(items []map[string]any, name string) []string {
	var values []string
	for _, item := range items {
		values = append(values, fmt.Sprint(item[name]))
	}
	return values
}

func customersAreListed(t *testing.T, s *story) {
	for _, sort := range []string{"name", "-name", "created", "-created"} {
		whole, _ := all(t, s.north, "limit=100&sort="+sort)
		if len(whole) != len(s.northern) {
			t.Fatalf("sort=%s: %d customers, want %d", sort, len(whole), len(s.northern))
		}
		singly, pages := all(t, s.north, "limit=1&sort="+sort)
		if pages < len(whole) || !slices.Equal(field(whole, "id"), field(singly, "id")) {
			t.Errorf("sort=%s: page by page it is another list", sort)
		}
		asAdmin, _ := all(t, s.admin, "limit=4&sort="+sort+"&owner="+s.north.ID)
		if !slices.Equal(field(whole, "id"), field(asAdmin, "id")) {
			t.Errorf("sort=%s: the administrator sees another list", sort)
		}
	}
	created, _ := all(t, s.north, "sort=created")
	for i, c := range s.northern {
		if created[i]["id"] != c.ID {
			t.Errorf("%d. created is %v, want %s", i, created[i]["login"], c.Login)
		}
	}
	byName, _ := all(t, s.north, "sort=name")
	down, _ := all(t, s.north, "sort=-name")
	slices.Reverse(down)
	if !slices.Equal(field(byName, "id"), field(down, "id")) {
		t.Error("-name is not name reversed")
	}
	if first := byName[0]["contact"].(map[string]any)["name"]; first != `"quoted" \back` {
		t.Errorf("first by name is %v", first)
	}

	var page struct {
		Items      []map[string]any
		NextCursor string
		Total      *int
	}
	s.north.Get(t, "/v1/customers?limit=3").Want(http.StatusOK).Into(&page)
	if page.Total == nil || *page.Total != len(s.northern) || page.NextCursor == "" {
		t.Errorf("total %v, cursor %q", page.Total, page.NextCursor)
	}
	empty, _ := all(t, s.north, "owner=&status=&sort=&limit=")
	if len(empty) != len(s.northern) {
		t.Errorf("empty parameters select %d", len(empty))
	}
	if none, _ := all(t, s.north, "status=suspended"); len(none) != 0 {
		t.Errorf("%d are suspended", len(none))
	}
	if active, _ := all(t, s.north, "status=active"); len(active) != len(s.northern) {
		t.Errorf("%d are active", len(active))
	}
	newest, _ := all(t, s.admin, "limit=100&sort=-created")
	for i := 1; i < len(newest); i++ {
		if earlier(t, newest[i-1]["createdAt"], newest[i]["createdAt"]) {
			t.Errorf("-created: %v before %v", newest[i-1]["createdAt"], newest[i]["createdAt"])
		}
	}
	for _, sort := range []string{"created", "name"} {
		resellers := s.admin.Get(t, "/v1/resellers?limit=1&sort="+sort).Want(http.StatusOK).JSON()
		if resellers["nextCursor"] == nil || len(resellers["items"].([]any)) != 1 {
			t.Errorf("the first page of resellers by %s: %v", sort, resellers)
		}
	}
	everyone, _ := all(t, s.admin, "limit=100&sort=name")
	for _, c := range slices.Concat(s.northern, s.southern, s.direct) {
		if !slices.Contains(field(everyone, "id"), c.ID) {
			t.Errorf("the administrator's list of all lacks %s", c.Login)
		}
	}
	own, _ := all(t, s.admin, "owner=administrator&limit=100")
	for _, item := range own {
		if item["owner"].(map[string]any)["id"] != "administrator" {
			t.Errorf("the administrator's own list has %v", item["login"])
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
			t.Errorf("%s: %d %s", name, response.Status, response.Text)
		}
	}
	s.south.Get(t, "/v1/customers?limit=3&cursor="+page.NextCursor).WantProblem(http.StatusUnprocessableEntity, "invalid-request")
}

func earlier(t *testing.T, a, b any) bool {
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

func nobodySeesWhatIsAnothers(t *testing.T, s *story) {
	for _, c := range s.northern[:2] {
		for _, reference := range []string{c.ID, "login:" + c.Login, "external:" + s.external("north1")} {
			s.south.Get(t, "/v1/customers/"+reference).WantProblem(http.StatusNotFound, "not-found")
		}
	}
	neighbour := s.stack.SignIn(t, "neighbour", s.northern[1].Login, s.password)
	neighbour.Get(t, "/v1/customers/"+s.northern[0].ID).WantProblem(http.StatusNotFound, "not-found")
	neighbour.Get(t, "/v1/customers").WantProblem(http.StatusForbidden, "forbidden")
	neighbour.Post(t, "/v1/customers", s.person("grandchild", "G")).WantProblem(http.StatusForbidden, "forbidden")
	southern, _ := all(t, s.south, "limit=100")
	for _, item := range southern {
		if item["owner"].(map[string]any)["id"] != s.south.ID {
			t.Errorf("south lists %v", item["login"])
		}
	}
}

func aLoginHasOneOwner(t *testing.T, s *story) {
	const clients = 8
	statuses := make([]int, clients)
	var group sync.WaitGroup
	for i := range clients {
		by := s.north
		if i%2 == 1 {
			by = s.south
		}
		group.Go(func() {
			response := by.Post(t, "/v1/customers", s.person("contested", "C. Ontested"))
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
		t.Errorf("%d of %d clients got the login: %v", won, clients, statuses)
	}
	s.south.Post(t, "/v1/customers", s.person("NORTH-0", "Case")).WantProblem(http.StatusConflict, "login-taken")
	s.south.Post(t, "/v1/customers", s.person("north", "A reseller's")).WantProblem(http.StatusConflict, "login-taken")
}

func aRetryDoesNothingTwice(t *testing.T, s *story) {
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
			t.Errorf("two answers:\n%s\n%s", responses[0].Text, response.Text)
		}
	}
	if after := total(); after != before+1 {
		t.Errorf("%d customers came of one", after-before)
	}
	s.north.Post(t, "/v1/customers", s.person("twice", "Twice"), key).WantProblem(http.StatusUnprocessableEntity, "invalid-request")
	s.south.Post(t, "/v1/customers", s.person("south-key", "Same key, other caller"), key).Want(http.StatusCreated)
	signIn := map[string]any{"login": s.login("once"), "password": s.password}
	secret := client.Header{"Idempotency-Key", "sign-in-" + s.run}
	s.stack.Anonymous().Post(t, "/v1/sessions", signIn, secret).Want(http.StatusCreated)
	s.stack.Anonymous().Post(t, "/v1/sessions", signIn, secret).WantProblem(http.StatusConflict, "secret-shown-once")
}
