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
	changed := s.north.Do(t, http.MethodPatch, path, map[string]any{"address": "1 New Street\nCork", "country": "ie"}, client.Header{"If-Match", `"1"`}).Want(http.StatusOK)
	contact := changed.JSON()["contact"].(map[string]any)
	if contact["address"] != "1 New Street\nCork" || contact["country"] != "IE" || contact["name"] != "Mr moved-house" || changed.Header.Get("ETag") != `"2"` {
		t.Errorf("got %s, want the new address and country in version 2", changed.Text)
	}
	s.north.Do(t, http.MethodPatch, path, map[string]any{"address": "late"}, client.Header{"If-Match", `"1"`}).WantProblem(http.StatusPreconditionFailed, "version-mismatch")
	s.north.Do(t, http.MethodPatch, path, map[string]any{"country": nil}, client.Header{"Content-Type", "application/merge-patch+json"}).Want(http.StatusOK)
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
	s.south.Do(t, http.MethodPatch, "/v1/customers/"+s.south.ID+"/contact", map[string]any{"fax": "2"}).WantProblem(http.StatusForbidden, "forbidden")

	// No concurrent change is lost.
	var group sync.WaitGroup
	fields := []string{"company", "phone", "fax", "city"}
	for _, field := range fields {
		group.Go(func() {
			if response := s.north.Do(t, http.MethodPatch, path, map[string]any{field: "concurrent"}); response.Status != http.StatusOK {
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
	s.stack.Anonymous().Post(t, "/v1/sessions", map[string]any{"login": c.Login, "password": s.password}).WantProblem(http.StatusUnauthorized, "unauthenticated")
	s.stack.SignIn(t, "customer", s.login("renamed-2"), s.password)
	s.newCustomer(t, s.south, "renamed") // the old login is free at once
	s.north.Do(t, http.MethodPut, path, map[string]any{"login": c.Login}).WantProblem(http.StatusConflict, "login-taken")
	s.north.Do(t, http.MethodPut, path, map[string]any{}).WantProblem(http.StatusUnprocessableEntity, "invalid-request")
	s.north.Do(t, http.MethodPut, path, map[string]any{"password": "short"}).WantProblem(http.StatusUnprocessableEntity, "invalid-request")

	s.north.Do(t, http.MethodPut, path, map[string]any{"password": "set by the reseller"}).Want(http.StatusOK)
	s.stack.SignIn(t, "customer", s.login("renamed-2"), "set by the reseller")
	if found := s.north.Get(t, "/v1/customers/login:"+s.login("renamed-2")).Want(http.StatusOK).JSON(); found["id"] != c.ID {
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
	if seen := s.north.Get(t, c.path("")); seen.JSON()["description"] != long || strings.Contains(seen.Text, "administrator's own") {
		t.Errorf("the reseller sees %s, want only its own note", seen.Text)
	}
	s.north.Do(t, http.MethodPut, c.path("/description"), map[string]any{"text": "x", "of": "administrator"}).WantProblem(http.StatusForbidden, "forbidden")
	s.south.Do(t, http.MethodPut, c.path("/description"), map[string]any{"text": "x"}).WantProblem(http.StatusNotFound, "not-found")
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
	if response := own.Get(t, c.path("")).Want(http.StatusOK); strings.Contains(response.Text, "ü") || strings.Contains(response.Text, "administrator's own") {
		t.Errorf("the customer sees a note: %s", response.Text)
	}
	describe(s.north, map[string]any{"text": ""})
	if seen := s.admin.Get(t, c.path("")).JSON(); seen["description"] != nil || seen["adminDescription"] == nil {
		t.Errorf("got %v, want only the administrator's note", seen)
	}

	trail := s.north.Get(t, c.path("/events?limit=100")).Want(http.StatusOK)
	if strings.Contains(trail.Text, "administrator's own") || !strings.Contains(trail.Text, "edited by the administrator") {
		t.Errorf("got the events %s, want those of the reseller's note only", trail.Text)
	}
	if whole := s.admin.Get(t, c.path("/events?limit=100")).Want(http.StatusOK); !strings.Contains(whole.Text, "administrator's own") {
		t.Errorf("got the events %s, want also those of the administrator's note", whole.Text)
	}
}

func accountsAreSuspendedAndActivated(t *testing.T, s *story) {
	c := s.newCustomer(t, s.north, "suspended")
	own := s.stack.SignIn(t, "customer", c.Login, s.password)
	user := map[string]any{"login": s.login("suspended-user"), "password": s.password, "name": "A User", "email": "u@example.com"}
	own.Post(t, c.path("/panel-users"), user).Want(http.StatusCreated)
	panel := s.stack.SignIn(t, "panel user", s.login("suspended-user"), s.password)

	suspended := s.north.Post(t, c.path("/suspend"), map[string]any{"reason": "pays nothing", "publicMessage": "Please call us."}).Want(http.StatusOK)
	if suspended.JSON()["status"] != "suspended" || !strings.Contains(suspended.Text, "pays nothing") {
		t.Errorf("got %s, want a suspended customer with the reason", suspended.Text)
	}
	for _, refused := range []client.Caller{own, panel} {
		response := refused.Get(t, "/v1/me")
		if problem := response.WantProblem(http.StatusForbidden, "account-suspended"); problem.Detail != "Please call us." || strings.Contains(response.Text, "pays nothing") {
			t.Errorf("%s sees %s, want the public message without the reason", refused.Name, response.Text)
		}
	}
	s.stack.Anonymous().Post(t, "/v1/sessions", map[string]any{"login": c.Login, "password": s.password}).WantProblem(http.StatusForbidden, "account-suspended")
	s.stack.Anonymous().Post(t, "/v1/sessions", map[string]any{"login": c.Login, "password": "wrong password, sorry"}).WantProblem(http.StatusUnauthorized, "unauthenticated")

	same := map[string]any{"reason": "pays nothing", "publicMessage": "Please call us."}
	if twice := s.north.Post(t, c.path("/suspend"), same).Want(http.StatusOK); twice.Text != suspended.Text {
		t.Errorf("the second suspension returned %s, want %s", twice.Text, suspended.Text)
	}
	before := suspended.JSON()["holds"].([]any)[0].(map[string]any)
	other := s.north.Post(t, c.path("/suspend"), map[string]any{"reason": "another reason"}).Want(http.StatusOK).JSON()
	after := other["holds"].([]any)[0].(map[string]any)
	if len(other["holds"].([]any)) != 1 || after["reason"] != "another reason" || after["publicMessage"] != nil || after["since"] != before["since"] {
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
	if holds := activated["holds"].([]any); activated["status"] != "suspended" || len(holds) != 1 || holds[0].(map[string]any)["source"] != "administrator" {
		t.Errorf("after the reseller's activation: got %v, want only the administrator's hold", activated)
	}
	s.north.Post(t, c.path("/activate"), nil).WantProblem(http.StatusForbidden, "held-by-higher-level")
	if after := s.admin.Post(t, c.path("/activate"), nil).Want(http.StatusOK).JSON(); after["status"] != "active" {
		t.Errorf("after the administrator's activation: got %v, want an active customer", after)
	}
	own.Get(t, "/v1/me").Want(http.StatusOK) // the sessions are still valid
	panel.Get(t, "/v1/me").Want(http.StatusOK)
	s.north.Post(t, c.path("/activate"), map[string]any{"subscriptions": "inherited"}).Want(http.StatusOK)

	s.north.Post(t, c.path("/suspend"), map[string]any{"until": time.Now().Add(-time.Hour)}).WantProblem(http.StatusUnprocessableEntity, "invalid-request")
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
		if problem := refused.Get(t, "/v1/me").WantProblem(http.StatusForbidden, "account-suspended"); problem.Detail != "Your provider is away." {
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
	own.Post(t, c.path("/panel-users"), map[string]any{"login": "x", "name": "", "email": "no"}).WantProblem(http.StatusUnprocessableEntity, "invalid-request")
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
	another := map[string]any{"login": s.login("user-2"), "name": "Another", "email": "u2@example.com", "password": s.password}
	own.Post(t, c.path("/panel-users"), another).Want(http.StatusCreated)
	eventually(t, "panel users are listed page by page", func() bool {
		page := own.Get(t, c.path("/panel-users?limit=1")).Want(http.StatusOK).JSON()
		cursor, _ := page["nextCursor"].(string)
		return cursor != "" && strings.Contains(own.Get(t, c.path("/panel-users?limit=1&cursor="+cursor)).Want(http.StatusOK).Text, s.login("user"))
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

func programsUseAPITokens(t *testing.T, s *story) {
	expires := time.Now().Add(time.Hour)
	create := func(caller client.Caller, scopes ...string) client.Caller {
		var created struct{ ID, Token string }
		caller.Post(t, "/v1/api-tokens", map[string]any{"name": "billing", "scopes": scopes, "expiresAt": expires}).Want(http.StatusCreated).Into(&created)
		if listed := caller.Get(t, "/v1/api-tokens").Want(http.StatusOK); strings.Contains(listed.Text, created.Token) || !strings.Contains(listed.Text, created.ID) {
			t.Errorf("got the list %s, want the token without its secret", listed.Text)
		}
		return client.Caller{Name: "token of " + caller.Name, URL: caller.URL, Token: created.Token, ID: created.ID}
	}
	reader := create(s.north, "customers:read")
	reader.Get(t, "/v1/customers").Want(http.StatusOK)
	reader.Get(t, "/v1/customers/"+s.northern[0].ID).Want(http.StatusOK)
	reader.Post(t, "/v1/customers", s.person("by-token", "By Token")).WantProblem(http.StatusForbidden, "forbidden")
	reader.Get(t, "/v1/api-tokens").WantProblem(http.StatusForbidden, "forbidden")
	if scopes := reader.Get(t, "/v1/me").Want(http.StatusOK).JSON()["permissions"].([]any); len(scopes) != 1 || scopes[0] != "customers:read" {
		t.Errorf("got the permissions %v, want customers:read only", scopes)
	}
	create(s.north, "customers:read", "customers:write").Post(t, "/v1/customers", s.person("by-token", "By Token")).Want(http.StatusCreated)
	for name, bad := range map[string]map[string]any{
		"a foreign scope": {"name": "x", "scopes": []string{"gate:read"}, "expiresAt": expires},
		"no such scope":   {"name": "x", "scopes": []string{"everything"}, "expiresAt": expires},
		"no scope":        {"name": "x", "scopes": []string{}, "expiresAt": expires},
		"the past":        {"name": "x", "scopes": []string{"customers:read"}, "expiresAt": time.Now().Add(-time.Hour)},
		"too long":        {"name": "x", "scopes": []string{"customers:read"}, "expiresAt": time.Now().AddDate(10, 0, 0)},
	} {
		if response := s.north.Post(t, "/v1/api-tokens", bad); response.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: got %d %s, want 422", name, response.Status, response.Text)
		}
	}
	s.south.Do(t, http.MethodDelete, "/v1/api-tokens/"+reader.ID, nil).WantProblem(http.StatusNotFound, "not-found")
	s.north.Do(t, http.MethodDelete, "/v1/api-tokens/"+reader.ID, nil).Want(http.StatusNoContent)
	reader.Get(t, "/v1/customers").WantProblem(http.StatusUnauthorized, "unauthenticated")

	// A new password that the reseller sets ends the customer's tokens. A new login does not.
	c := s.newCustomer(t, s.north, "programmed")
	program := create(s.stack.SignIn(t, "customer", c.Login, s.password), "customers:read")
	s.north.Do(t, http.MethodPut, c.path("/login"), map[string]any{"login": s.login("programmed-2")}).Want(http.StatusOK)
	program.Get(t, "/v1/me").Want(http.StatusOK)
	s.north.Do(t, http.MethodPut, c.path("/login"), map[string]any{"password": "one more long password"}).Want(http.StatusOK)
	program.Get(t, "/v1/me").WantProblem(http.StatusUnauthorized, "unauthenticated")
}

// patience is the time that a slow machine gets for what the service normally does within a second.
const patience = 30 * time.Second

// eventually waits until the condition holds. It fails the test if the condition does not hold within patience.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	within(t, patience, what, condition)
}

// within waits until the condition holds. It fails the test if the condition does not hold within the limit.
func within(t *testing.T, limit time.Duration, what string, condition func() bool) {
	t.Helper()
	for waited := time.Duration(0); waited < limit; waited += limit / 150 {
		if condition() {
			return
		}
		time.Sleep(limit / 150)
	}
	t.Fatalf("waited %s in vain until %s", limit, what)
}
