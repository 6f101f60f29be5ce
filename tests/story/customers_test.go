package story

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"tenantry/tests/client"
)

func resellersAreCreated(t *testing.T, s *story) {
	s.northLogin = s.login("north")
	for _, name := range []string{"north", "south"} {
		created := s.admin.Post(t, "/v1/resellers", s.person(name, "Ms "+name, "description", "pays late")).
			Want(http.StatusCreated)
		if created.Header.Get("Location") != "/v1/resellers/"+created.JSON()["id"].(string) {
			t.Errorf("got the Location %q, want that of the new reseller", created.Header.Get("Location"))
		}
	}
	s.north = s.stack.SignIn(t, "north", s.login("north"), s.password)
	s.south = s.stack.SignIn(t, "south", s.login("south"), s.password)
	if seen := s.north.Get(t, "/v1/resellers/"+s.north.ID).Want(http.StatusOK).JSON(); seen["description"] != nil {
		t.Errorf("the reseller sees the administrator's note about it: %v", seen["description"])
	}
	found := s.admin.Get(t, "/v1/resellers/login:"+s.northLogin).Want(http.StatusOK).JSON()
	if found["id"] != s.north.ID || found["description"] != "pays late" {
		t.Errorf("got %v, want the reseller with the administrator's note", found)
	}
	s.north.Get(t, "/v1/resellers/"+s.south.ID).WantProblem(http.StatusNotFound, "not-found")
	s.north.Post(t, "/v1/resellers", s.person("other", "Other")).WantProblem(http.StatusForbidden, "forbidden")
}

// names are valid names, which the service must store as typed.
var names = []string{
	"O'Neil <b>x",
	"李小龍",
	"Robert'); DROP TABLE--",
	"Zoë Ångström",
	"zoe angstrom",
	"Ada",
	"ADA",
	"{{7*7}} ${x}",
	`"quoted" \back`,
}

func customersAreCreated(t *testing.T, s *story) {
	create := func(caller client.Caller, prefix string, i int, more ...any) customer {
		name := names[i%len(names)]
		body := s.person(
			fmt.Sprintf("%s-%d", prefix, i),
			name,
			append(more, "externalId", s.external(fmt.Sprint(prefix, i)))...)
		response := caller.Post(t, "/v1/customers", body).Want(http.StatusCreated)
		created := response.JSON()
		if got := created["contact"].(map[string]any)["name"]; got != name {
			t.Errorf("got the name %q, want %q", got, name)
		}
		if created["status"] != "active" || created["lifecycle"] != "ready" || created["version"] != 1.0 ||
			response.Header.Get("ETag") != `"1"` {
			t.Errorf("got the new customer %s, want it active and ready in version 1", response.Text)
		}
		for _, secret := range []string{"argon2", "passwordHash", s.password} {
			if strings.Contains(response.Text, secret) {
				t.Errorf("the response contains %s", secret)
			}
		}
		return customer{
			ID:    created["id"].(string),
			Login: created["login"].(string),
			Name:  name,
			Etag:  response.Header.Get("ETag"),
		}
	}
	for i := range names {
		s.northern = append(s.northern, create(s.north, "north", i, "description", "a note by north"))
	}
	s.northern = append(s.northern, create(s.admin, "for-north", 0, "owner", s.north.ID))
	for i := range 3 {
		s.southern = append(s.southern, create(s.south, "south", i))
		s.direct = append(s.direct, create(s.admin, "direct", i))
	}
	s.admin.Post(t, "/v1/customers", s.person("late", "Late", "owner", s.direct[0].ID)).
		WantProblem(http.StatusUnprocessableEntity, "invalid-request")
	s.north.Post(t, "/v1/customers", s.person("late", "Late", "owner", s.south.ID)).
		WantProblem(http.StatusForbidden, "forbidden")
	s.north.Post(t, "/v1/customers", s.person("late", "Late", "externalId", s.external("north0"))).
		WantProblem(http.StatusConflict, "conflict")
	// Another owner can use the same external id.
	s.south.Post(t, "/v1/customers", s.person("same-external", "Same", "externalId", s.external("north0"))).
		Want(http.StatusCreated)
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
			if found["id"] != customer.ID || found["description"] != "a note by north" ||
				response.Header.Get("ETag") != customer.Etag ||
				owner["id"] != s.north.ID ||
				owner["kind"] != "reseller" ||
				owner["login"] != s.northLogin {
				t.Errorf("%s gets %s by %s, want the customer with its owner and note", caller.Name, response.Text, reference)
			}
		}
	}
	s.admin.Get(t, "/v1/customers/external:"+s.external("north0")).WantProblem(http.StatusNotFound, "not-found")
	owner := s.admin.Get(t, "/v1/customers/"+s.direct[0].ID).Want(http.StatusOK).JSON()["owner"].(map[string]any)
	if owner["id"] != "administrator" {
		t.Errorf("got the owner %v, want administrator", owner)
	}
	own := s.stack.SignIn(t, "customer", customer.Login, s.password)
	seen := own.Get(t, "/v1/customers/"+customer.ID).Want(http.StatusOK).JSON()
	if seen["description"] != nil || seen["id"] != customer.ID {
		t.Errorf("the customer sees %v, want its own account without the note", seen)
	}
	for _, reference := range []string{"cus_0", "login:" + s.login("nobody"), "external:nothing", "nonsense", s.north.ID} {
		s.north.Get(t, "/v1/customers/"+reference).WantProblem(http.StatusNotFound, "not-found")
	}
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
	s.north.Post(t, "/v1/customers", s.person("twice", "Twice"), key).
		WantProblem(http.StatusUnprocessableEntity, "invalid-request")
	s.south.Post(t, "/v1/customers", s.person("south-key", "Same key, other caller"), key).Want(http.StatusCreated)
	signIn := map[string]any{"login": s.login("once"), "password": s.password}
	secret := client.Header{"Idempotency-Key", "sign-in-" + s.run}
	s.stack.Anonymous().Post(t, "/v1/sessions", signIn, secret).Want(http.StatusCreated)
	s.stack.Anonymous().Post(t, "/v1/sessions", signIn, secret).WantProblem(http.StatusConflict, "secret-shown-once")
}
