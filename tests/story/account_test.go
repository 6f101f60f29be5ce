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

// newCustomer creates a customer that one chapter uses.
func (s *story) newCustomer(t *testing.T, caller client.Caller, login string, more ...any) customer {
	t.Helper()
	created := caller.Post(t, "/v1/customers", s.person(login, "Mr "+login, more...)).Want(http.StatusCreated).JSON()
	return customer{ID: created["id"].(string), Login: created["login"].(string)}
}

func (c customer) path(rest string) string { return "/v1/customers/" + c.ID + rest }

func contactInformationIsChanged(t *testing.T, s *story) {
	c := s.newCustomer(t, s.north, "moved-house")
	path := c.path("/contact")
	changed := s.north.Do(t, http.MethodPatch, path, map[string]any{"address": "1 New Street\nCork", "country": "ie"}, client.Header{"If-Match", `"1"`}).
		Want(http.StatusOK)
	contact := changed.JSON()["contact"].(map[string]any)
	if contact["address"] != "1 New Street\nCork" || contact["country"] != "IE" || contact["name"] != "Mr moved-house" ||
		changed.Header.Get("ETag") != `"2"` {
		t.Errorf("got %s, want the new address and country in version 2", changed.Text)
	}
	s.north.Do(t, http.MethodPatch, path, map[string]any{"address": "late"}, client.Header{"If-Match", `"1"`}).
		WantProblem(http.StatusPreconditionFailed, "version-mismatch")
	s.north.Do(t, http.MethodPatch, path, map[string]any{"country": nil}, client.Header{"Content-Type", "application/merge-patch+json"}).
		Want(http.StatusOK)
	for name, bad := range map[string]any{
		"no name": map[string]any{"name": nil}, "a bad address": map[string]any{"email": "nowhere"}, "a number": map[string]any{"phone": 12},
		"an unknown field": map[string]any{"login": "x"},
	} {
		if response := s.north.Do(t, http.MethodPatch, path, bad); response.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: got %d, want 422", name, response.Status)
		}
	}
	same := s.north.Do(t, http.MethodPatch, path, map[string]any{"address": "1 New Street\nCork"}).Want(http.StatusOK)
	if same.Header.Get("ETag") != `"3"` {
		t.Errorf("a change to the same value returned the version %s, want the unchanged version 3", same.Header.Get("ETag"))
	}
	// Only the administrator can change the contact of a reseller.
	s.admin.Do(t, http.MethodPatch, "/v1/customers/"+s.south.ID+"/contact", map[string]any{"fax": "1"}).Want(http.StatusOK)
	s.south.Do(t, http.MethodPatch, "/v1/customers/"+s.south.ID+"/contact", map[string]any{"fax": "2"}).
		WantProblem(http.StatusForbidden, "forbidden")

	// No concurrent change is lost.
	var group sync.WaitGroup
	fields := []string{"company", "phone", "fax", "city"}
	for _, field := range fields {
		group.Go(func() {
			response := s.north.Do(t, http.MethodPatch, path, map[string]any{field: "concurrent"})
			if response.Status != http.StatusOK {
				t.Errorf("change of %s: got %d %s, want 200", field, response.Status, response.Text)
			}
		})
	}
	group.Wait()
	found := s.north.Get(t, c.path("")).Want(http.StatusOK).JSON()["contact"].(map[string]any)
	for _, field := range fields {
		if found[field] != "concurrent" {
			t.Errorf("%s: got %v, want the concurrent change", field, found[field])
		}
	}
}

func loginInformationIsChanged(t *testing.T, s *story) {
	c := s.newCustomer(t, s.north, "renamed")
	signedIn := s.stack.SignIn(t, "customer", c.Login, s.password)
	path := c.path("/login")
	key := client.Header{"Idempotency-Key", "rename-" + s.run}
	first := s.north.Do(t, http.MethodPut, path, map[string]any{"login": s.login("Renamed-2")}, key).Want(http.StatusOK)
	again := s.north.Do(t, http.MethodPut, path, map[string]any{"login": s.login("Renamed-2")}, key).Want(http.StatusOK)
	if first.Text != again.Text || first.JSON()["login"] != s.login("renamed-2") {
		t.Errorf("got %s and, repeated, %s, want the new login twice", first.Text, again.Text)
	}
	signedIn.Get(t, "/v1/me").WantProblem(http.StatusUnauthorized, "unauthenticated")
	s.stack.Anonymous().
		Post(t, "/v1/sessions", map[string]any{"login": c.Login, "password": s.password}).
		WantProblem(http.StatusUnauthorized, "unauthenticated")
	s.stack.SignIn(t, "customer", s.login("renamed-2"), s.password)
	s.newCustomer(t, s.south, "renamed") // the old login is free at once
	s.north.Do(t, http.MethodPut, path, map[string]any{"login": c.Login}).WantProblem(http.StatusConflict, "login-taken")
	s.north.Do(t, http.MethodPut, path, map[string]any{}).WantProblem(http.StatusUnprocessableEntity, "invalid-request")
	s.north.Do(t, http.MethodPut, path, map[string]any{"password": "short"}).
		WantProblem(http.StatusUnprocessableEntity, "invalid-request")

	s.north.Do(t, http.MethodPut, path, map[string]any{"password": "set by the reseller"}).Want(http.StatusOK)
	s.stack.SignIn(t, "customer", s.login("renamed-2"), "set by the reseller")
	found := s.north.Get(t, "/v1/customers/login:"+s.login("renamed-2")).Want(http.StatusOK).JSON()
	if found["id"] != c.ID {
		t.Errorf("the new login leads to %v, want %s", found["id"], c.ID)
	}
}

func descriptionsAreStored(t *testing.T, s *story) {
	c := s.newCustomer(t, s.north, "described")
	long := strings.Repeat("ü", 300)
	describe := func(caller client.Caller, body map[string]any) client.Response {
		return caller.Do(t, http.MethodPut, c.path("/description"), body).Want(http.StatusOK)
	}
	describe(s.north, map[string]any{"text": long})
	describe(s.admin, map[string]any{"text": "the administrator's own"})
	seen := s.admin.Get(t, c.path("")).JSON()
	if seen["description"] != long || seen["adminDescription"] != "the administrator's own" {
		t.Errorf("the administrator sees the notes %v and %v, want both", seen["description"], seen["adminDescription"])
	}
	byNorth := s.north.Get(t, c.path(""))
	if byNorth.JSON()["description"] != long || strings.Contains(byNorth.Text, "administrator's own") {
		t.Errorf("the reseller sees %s, want only its own note", byNorth.Text)
	}
	s.north.Do(t, http.MethodPut, c.path("/description"), map[string]any{"text": "x", "of": "administrator"}).
		WantProblem(http.StatusForbidden, "forbidden")
	s.south.Do(t, http.MethodPut, c.path("/description"), map[string]any{"text": "x"}).
		WantProblem(http.StatusNotFound, "not-found")
	describe(s.admin, map[string]any{"text": "edited by the administrator", "of": "owner"})
	if seen := s.north.Get(t, c.path("")).JSON(); seen["description"] != "edited by the administrator" {
		t.Errorf("the reseller sees the note %v, want the administrator's edit", seen["description"])
	}
	describe(s.north, map[string]any{"text": long})
	items, _ := listAll(t, s.north, "limit=100")
	index := slices.Index(values(items, "id"), c.ID)
	if note := fmt.Sprint(items[index]["description"]); note != strings.Repeat("ü", 200) {
		t.Errorf("the list shows %d code points of the note, want the first 200", len([]rune(note)))
	}
	own := s.stack.SignIn(t, "customer", c.Login, s.password)
	response := own.Get(t, c.path("")).Want(http.StatusOK)
	if strings.Contains(response.Text, "ü") || strings.Contains(response.Text, "administrator's own") {
		t.Errorf("the customer sees a note: %s", response.Text)
	}
	describe(s.north, map[string]any{"text": ""})
	if seen := s.admin.Get(t, c.path("")).JSON(); seen["description"] != nil || seen["adminDescription"] == nil {
		t.Errorf("got %v, want only the administrator's note", seen)
	}

	trail := s.north.Get(t, c.path("/events?limit=100")).Want(http.StatusOK)
	if strings.Contains(trail.Text, "administrator's own") ||
		!strings.Contains(trail.Text, "edited by the administrator") {
		t.Errorf("got the events %s, want those of the reseller's note only", trail.Text)
	}
	whole := s.admin.Get(t, c.path("/events?limit=100")).Want(http.StatusOK)
	if !strings.Contains(whole.Text, "administrator's own") {
		t.Errorf("got the events %s, want also those of the administrator's note", whole.Text)
	}
}

func accountsAreSuspendedAndActivated(t *testing.T, s *story) {
	c := s.newCustomer(t, s.north, "suspended")
	own := s.stack.SignIn(t, "customer", c.Login, s.password)
	user := map[string]any{
		"login":    s.login("suspended-user"),
		"password": s.password,
		"name":     "A User",
		"email":    "u@example.com",
	}
	own.Post(t, c.path("/panel-users"), user).Want(http.StatusCreated)
	panel := s.stack.SignIn(t, "panel user", s.login("suspended-user"), s.password)

	suspended := s.north.Post(t, c.path("/suspend"), map[string]any{"reason": "pays nothing", "publicMessage": "Please call us."}).
		Want(http.StatusOK)
	if suspended.JSON()["status"] != "suspended" || !strings.Contains(suspended.Text, "pays nothing") {
		t.Errorf("got %s, want a suspended customer with the reason", suspended.Text)
	}
	for _, refused := range []client.Caller{own, panel} {
		response := refused.Get(t, "/v1/me")
		problem := response.WantProblem(http.StatusForbidden, "account-suspended")
		if problem.Detail != "Please call us." || strings.Contains(response.Text, "pays nothing") {
			t.Errorf("%s sees %s, want the public message without the reason", refused.Name, response.Text)
		}
	}
	s.stack.Anonymous().
		Post(t, "/v1/sessions", map[string]any{"login": c.Login, "password": s.password}).
		WantProblem(http.StatusForbidden, "account-suspended")
	s.stack.Anonymous().
		Post(t, "/v1/sessions", map[string]any{"login": c.Login, "password": "wrong password, sorry"}).
		WantProblem(http.StatusUnauthorized, "unauthenticated")

	same := map[string]any{"reason": "pays nothing", "publicMessage": "Please call us."}
	if twice := s.north.Post(t, c.path("/suspend"), same).Want(http.StatusOK); twice.Text != suspended.Text {
		t.Errorf("the second suspension returned %s, want %s", twice.Text, suspended.Text)
	}
	before := suspended.JSON()["holds"].([]any)[0].(map[string]any)
	other := s.north.Post(t, c.path("/suspend"), map[string]any{"reason": "another reason"}).Want(http.StatusOK).JSON()
	after := other["holds"].([]any)[0].(map[string]any)
	if len(other["holds"].([]any)) != 1 || after["reason"] != "another reason" || after["publicMessage"] != nil ||
		after["since"] != before["since"] {
		t.Errorf("got the hold %v after %v, want the new reason, no public message and the same start", after, before)
	}
	eventually(t, "the list shows the suspension", func() bool {
		items, _ := listAll(t, s.north, "status=suspended")
		return slices.Contains(values(items, "id"), c.ID)
	})
	if active, _ := listAll(t, s.north, "status=active&limit=100"); slices.Contains(values(active, "id"), c.ID) {
		t.Error("the suspended customer is listed as active")
	}

	// The reseller cannot lift a hold of the administrator.
	s.admin.Post(t, c.path("/suspend"), nil).Want(http.StatusOK)
	activated := s.north.Post(t, c.path("/activate"), nil).Want(http.StatusOK).JSON()
	holds := activated["holds"].([]any)
	if activated["status"] != "suspended" || len(holds) != 1 || holds[0].(map[string]any)["source"] != "administrator" {
		t.Errorf("after the reseller's activation: got %v, want only the administrator's hold", activated)
	}
	s.north.Post(t, c.path("/activate"), nil).WantProblem(http.StatusForbidden, "held-by-higher-level")
	if after := s.admin.Post(t, c.path("/activate"), nil).Want(http.StatusOK).JSON(); after["status"] != "active" {
		t.Errorf("after the administrator's activation: got %v, want an active customer", after)
	}
	own.Get(t, "/v1/me").Want(http.StatusOK) // the sessions are still valid
	me := panel.Get(t, "/v1/me").Want(http.StatusOK).JSON()["account"].(map[string]any)
	if me["customer"] != c.ID {
		t.Errorf("the panel user's account: got %v, want the customer %s", me, c.ID)
	}
	s.north.Post(t, c.path("/activate"), map[string]any{"subscriptions": "inherited"}).Want(http.StatusOK)

	s.north.Post(t, c.path("/suspend"), map[string]any{"until": time.Now().Add(-time.Hour)}).
		WantProblem(http.StatusUnprocessableEntity, "invalid-request")
	s.north.Post(t, c.path("/suspend"), map[string]any{"until": time.Now().Add(2 * time.Second)}).Want(http.StatusOK)
	own.Get(t, "/v1/me").WantProblem(http.StatusForbidden, "account-suspended")
	eventually(t, "the suspension ends by itself", func() bool { return own.Get(t, "/v1/me").Status == http.StatusOK })
}

func aResellerIsSuspended(t *testing.T, s *story) {
	c := s.newCustomer(t, s.south, "below")
	own := s.stack.SignIn(t, "customer", c.Login, s.password)
	path := "/v1/resellers/" + s.south.ID
	key := client.Header{"Idempotency-Key", "south-" + s.run}
	for range 2 {
		s.admin.Post(t, path+"/suspend", map[string]any{"publicMessage": "Your provider is away."}, key).Want(http.StatusOK)
	}
	for _, refused := range []client.Caller{s.south, own} {
		problem := refused.Get(t, "/v1/me").WantProblem(http.StatusForbidden, "account-suspended")
		if problem.Detail != "Your provider is away." {
			t.Errorf("%s sees %q, want the public message of the reseller's suspension", refused.Name, problem.Detail)
		}
	}
	seen := s.admin.Get(t, c.path("")).Want(http.StatusOK).JSON()
	if seen["status"] != "active" || seen["ownerSuspended"] != true {
		t.Errorf("customer of a suspended reseller: got %v, want it active with ownerSuspended", seen)
	}
	s.admin.Post(t, "/v1/resellers/"+c.ID+"/suspend", nil).WantProblem(http.StatusNotFound, "not-found")
	for range 2 {
		s.admin.Post(t, path+"/activate", nil, key).Want(http.StatusOK)
	}
	own.Get(t, "/v1/me").Want(http.StatusOK)
	s.south.Get(t, "/v1/me").Want(http.StatusOK)
}

func panelUsersAreManaged(t *testing.T, s *story) {
	c := s.newCustomer(t, s.north, "with-users")
	own := s.stack.SignIn(t, "customer", c.Login, s.password)
	key := client.Header{"Idempotency-Key", "user-" + s.run}
	body := map[string]any{"login": s.login("user"), "password": s.password, "name": "李小龍", "email": "u@example.com"}
	created := own.Post(t, c.path("/panel-users"), body, key).Want(http.StatusCreated)
	if again := own.Post(t, c.path("/panel-users"), body, key).Want(http.StatusCreated); again.Text != created.Text {
		t.Errorf("the repeated request returned %s, want %s", again.Text, created.Text)
	}
	own.Post(t, c.path("/panel-users"), body).WantProblem(http.StatusConflict, "login-taken")
	own.Post(t, c.path("/panel-users"), map[string]any{"login": "x", "name": "", "email": "no"}).
		WantProblem(http.StatusUnprocessableEntity, "invalid-request")
	user := s.stack.SignIn(t, "panel user", s.login("user"), s.password)
	if kind := user.Get(t, "/v1/me").Want(http.StatusOK).JSON()["account"].(map[string]any)["kind"]; kind != "panel-user" {
		t.Errorf("got the kind %v, want panel-user", kind)
	}
	user.Get(t, c.path("")).Want(http.StatusOK)
	user.Post(t, c.path("/panel-users"), body).WantProblem(http.StatusForbidden, "forbidden")
	for _, caller := range []client.Caller{own, s.north, s.admin} {
		eventually(t, caller.Name+" lists the user", func() bool {
			return strings.Contains(caller.Get(t, c.path("/panel-users")).Want(http.StatusOK).Text, s.login("user"))
		})
	}
	another := map[string]any{
		"login":    s.login("user-2"),
		"name":     "Another",
		"email":    "u2@example.com",
		"password": s.password,
	}
	own.Post(t, c.path("/panel-users"), another).Want(http.StatusCreated)
	eventually(t, "panel users are listed page by page", func() bool {
		page := own.Get(t, c.path("/panel-users?limit=1")).Want(http.StatusOK).JSON()
		cursor, _ := page["nextCursor"].(string)
		return cursor != "" &&
			strings.Contains(own.Get(t, c.path("/panel-users?limit=1&cursor="+cursor)).Want(http.StatusOK).Text, s.login("user"))
	})
	s.south.Get(t, c.path("/panel-users")).WantProblem(http.StatusNotFound, "not-found")
	id := created.JSON()["id"].(string)
	s.south.Do(t, http.MethodDelete, "/v1/panel-users/"+id, nil).WantProblem(http.StatusNotFound, "not-found")
	key = client.Header{"Idempotency-Key", "no-user-" + s.run}
	for range 2 {
		own.Do(t, http.MethodDelete, "/v1/panel-users/"+id, nil, key).Want(http.StatusNoContent)
	}
	user.Get(t, "/v1/me").WantProblem(http.StatusUnauthorized, "unauthenticated")
	own.Do(t, http.MethodDelete, "/v1/panel-users/"+id, nil).WantProblem(http.StatusNotFound, "not-found")
	own.Post(t, c.path("/panel-users"), body).Want(http.StatusCreated) // the login is free again
}
