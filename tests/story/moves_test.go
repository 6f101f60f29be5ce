package story

import (
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"tenantry/tests/client"
)

// customerView holds the fields of a customer that a move changes.
type customerView struct {
	Status, Lifecycle, Description, AdminDescription, ExternalID string
	Owner                                                        struct{ ID string }
}

func (s *story) read(t *testing.T, caller client.Caller, c customer) (view customerView) {
	t.Helper()
	caller.Get(t, c.path("")).Want(http.StatusOK).Into(&view)
	return view
}

// describe changes the caller's note about a customer.
func describe(t *testing.T, caller client.Caller, c customer, text string) {
	t.Helper()
	caller.Do(t, http.MethodPut, c.path("/description"), map[string]any{"text": text}).Want(http.StatusOK)
}

func aCustomerIsMovedToAnotherOwner(t *testing.T, s *story) {
	const note, adminNote = "between north and me", "between us administrators"
	creation := s.person("moving", "Mr moving", "externalId", s.external("moving"))
	once := client.Header{"Idempotency-Key", "moving-" + s.run}
	created := s.north.Post(t, "/v1/customers", creation, once).Want(http.StatusCreated)
	if again := s.north.Post(t, "/v1/customers", creation, once).Want(http.StatusCreated); again.Text != created.Text {
		t.Errorf("the repeated request returned %s, want %s", again.Text, created.Text)
	}
	c := customer{ID: id(created), Login: s.login("moving")}
	describe(t, s.north, c, note)
	describe(t, s.admin, c, adminNote)
	own := s.stack.SignIn(t, "customer", c.Login, s.password)
	northern := s.plan(t, s.north, "service", "Northern", map[string]any{"allotments": map[string]any{"disk_space": 700}})
	southern := s.plan(t, s.south, "service", "Southern", map[string]any{
		"allotments": map[string]any{
			"disk_space": 300,
		},
		"permissions":  map[string]any{"manage_dns": true},
		"applications": []string{"joomla"},
	})
	subscriptions := []string{
		s.subscribe(t, s.north, c, "moving0", northern, nil),
		s.subscribe(t, s.north, c, "moving1", "custom", disk(50)),
	}
	domains := []string{s.domain("moving0"), s.domain("moving1")}
	body := map[string]any{"owner": s.south.ID, "servicePlan": southern}

	unchanged := s.unchanged(t, c)
	for _, caller := range []client.Caller{s.north, s.south, own} {
		caller.Post(t, c.path("/move"), body).WantProblem(http.StatusForbidden, "forbidden")
	}
	forecasts := s.preview(
		t,
		"move",
		map[string]any{"owner": s.south.ID, "items": itemsWith("servicePlan", c.ID, southern)},
	)
	assertCodes(t, asItems(forecasts), "")
	if f := forecasts[0].Forecast; f.Subscriptions != 2 || f.Capacity.Given["disk_space"] != 600 {
		t.Errorf("got the forecast %+v, want 2 subscriptions with 600 of disk space", f)
	}
	unchanged()

	// A request with the wrong version changes nothing.
	stale := client.Header{"If-Match", `"0"`}
	s.admin.Post(t, c.path("/move"), body, stale).WantProblem(http.StatusPreconditionFailed, "version-mismatch")
	s.admin.Post(t, c.path("/convert"), nil, stale).WantProblem(http.StatusPreconditionFailed, "version-mismatch")
	s.admin.Do(t, http.MethodDelete, c.path(""), nil, stale).WantProblem(http.StatusPreconditionFailed, "version-mismatch")
	s.admin.Do(t, http.MethodDelete, "/v1/resellers/"+s.south.ID, nil, client.Header{"If-Match", `"x"`}).
		WantProblem(http.StatusPreconditionFailed, "version-mismatch")
	unchanged()

	// The move to south, with a plan of south. North loses access and south gains access at once.
	key := client.Header{"Idempotency-Key", "move-" + s.run}
	done := s.transferAndWait(t, "move", c, body, key)
	if again := transfer(t, s.admin, "move", c, body, key); again.ID != done.ID {
		t.Errorf("the repeated request returned the operation %s, want %s", again.ID, done.ID)
	}
	s.assertMoved(t, c, subscriptions, s.south, s.north)
	s.north.Post(t, "/v1/customers", creation, once).WantProblem(http.StatusNotFound, "not-found")
	for _, id := range subscriptions {
		has := s.subscription(t, s.south, id)
		if has.ServicePlan != southern || has.Link != "synced" || has.Resources.Allotments["disk_space"] != 300 {
			t.Errorf("got %+v, want a subscription on the new owner's plan", has)
		}
	}
	if open := s.open(t, domains); slices.Contains(open, false) {
		t.Errorf("open domains: got %v, want all open", open)
	}
	own.Get(t, "/v1/me").Want(http.StatusOK)
	s.north.Do(t, http.MethodDelete, "/v1/service-plans/"+northern, nil).
		Want(http.StatusNoContent)
		// no subscription is on the plan
	s.admin.Post(t, c.path("/move"), body).
		WantProblem(http.StatusConflict, "conflict")
		// south already owns the customer

	// South cannot read the notes of north and of the administrator.
	for _, resource := range []string{"", "/events?limit=100"} {
		text := s.south.Get(t, c.path(resource)).Want(http.StatusOK).Text
		if strings.Contains(text, note) || strings.Contains(text, adminNote) {
			t.Errorf("south sees a note of another owner: %s", text)
		}
	}
	moved := s.read(t, s.admin, c)
	if moved.Owner.ID != s.south.ID || moved.Description != "" || moved.AdminDescription != adminNote ||
		moved.ExternalID != s.external("moving") {
		t.Errorf("got %+v, want a customer of south with the administrator's note and without a note of south", moved)
	}
	s.south.Get(t, "/v1/customers/external:"+s.external("moving")).Want(http.StatusOK)
	s.north.Get(t, "/v1/customers/external:"+s.external("moving")).WantProblem(http.StatusNotFound, "not-found")

	// The move to the administrator, with the custom plan. The subscriptions keep their resources and follow no plan.
	before := s.subscription(t, s.south, subscriptions[0]).Resources
	if !before.Permissions["manage_dns"] || !slices.Equal(before.Applications, []string{"joomla"}) {
		t.Errorf("got the resources %+v, want those of the new owner's plan", before)
	}
	s.transferAndWait(t, "move", c, map[string]any{"owner": "administrator"})
	s.assertMoved(t, c, subscriptions, s.admin, s.south)
	for _, id := range subscriptions {
		has := s.subscription(t, s.admin, id)
		if has.ServicePlan != "custom" || has.Link != "custom" || !reflect.DeepEqual(has.Resources, before) {
			t.Errorf("got %+v, want the custom plan with the resources %+v", has, before)
		}
	}
	s.south.Do(t, http.MethodDelete, "/v1/service-plans/"+southern, nil).Want(http.StatusNoContent)
	view := s.read(t, s.admin, c)
	if view.Owner.ID != "administrator" || view.Description != adminNote || view.AdminDescription != "" {
		t.Errorf("got %+v, want the administrator's customer with its note as the owner's note", view)
	}

	// The move back to north, which sees its note again.
	s.transferAndWait(t, "move", c, map[string]any{"owner": s.north.ID, "servicePlan": "custom"})
	s.assertMoved(t, c, subscriptions, s.north, s.south)
	if view := s.read(t, s.north, c); view.Description != note || view.AdminDescription != "" {
		t.Errorf("got %+v, want north's note and no administrator's note", view)
	}
	trail := s.admin.Get(t, c.path("/events?limit=100")).Want(http.StatusOK).Text
	if strings.Count(trail, `"customer.moved"`) != 3 {
		t.Errorf("got the events %s, want three moves", trail)
	}
	s.assertBalanced(t, s.north.ID)
	s.assertBalanced(t, s.south.ID)
}

// assertMoved checks that the new owner sees the customer with its subscriptions and that the old owner does not.
func (s *story) assertMoved(t *testing.T, c customer, subscriptions []string, owner, before client.Caller) {
	t.Helper()
	owner.Get(t, c.path("")).Want(http.StatusOK)
	before.Get(t, c.path("")).WantProblem(http.StatusNotFound, "not-found")
	before.Get(t, "/v1/customers/login:"+c.Login).WantProblem(http.StatusNotFound, "not-found")
	before.Do(t, http.MethodPatch, c.path("/contact"), map[string]any{"phone": "1"}).
		WantProblem(http.StatusNotFound, "not-found")
	for _, id := range subscriptions {
		owner.Get(t, "/v1/subscriptions/"+id).Want(http.StatusOK)
		before.Get(t, "/v1/subscriptions/"+id).WantProblem(http.StatusNotFound, "not-found")
		before.Post(t, "/v1/subscriptions/"+id+"/suspend", nil).WantProblem(http.StatusNotFound, "not-found")
	}
	waitUntilListed(t, owner, c, true)
	waitUntilListed(t, before, c, false)
}

// failedMovesChangeNothing tries moves that must fail. The customer stays unchanged, and the error names the reason.
func failedMovesChangeNothing(t *testing.T, s *story) {
	limited := s.plan(
		t,
		s.admin,
		"reseller",
		"Narrow",
		map[string]any{"allotments": map[string]any{"disk_space": 100, "max_cl": 1}},
	)
	narrow := id(
		s.admin.Post(t, "/v1/resellers", s.person("narrow", "Ms narrow", "resellerPlan", limited)).Want(http.StatusCreated),
	)
	northern := s.plan(t, s.north, "service", "Of north", nil)
	reseller := s.plan(t, s.admin, "reseller", "Of resellers", nil)
	c, little := s.newCustomer(t, s.north, "unmoved"), s.newCustomer(t, s.north, "little")
	s.subscribe(t, s.north, c, "unmoved", "custom", disk(200))
	unchanged := s.unchanged(t, c, little)

	for name, bad := range map[string]struct {
		body          map[string]any
		pointer, code string
	}{
		"a plan of somebody else": {map[string]any{"owner": s.south.ID, "servicePlan": northern}, "/servicePlan", "unknown-plan"},
		"no such plan":            {map[string]any{"owner": s.south.ID, "servicePlan": "spl_01JDB6X0C7V8Y9Z0A1B2C3D4E5"}, "/servicePlan", "unknown-plan"},
		"a reseller plan":         {map[string]any{"owner": s.south.ID, "servicePlan": reseller}, "/servicePlan", "id-grammar"},
		"no owner":                {map[string]any{"servicePlan": "custom"}, "/owner", ""},
		"an owner of no kind":     {map[string]any{"owner": marker}, "/owner", "id-grammar"},
	} {
		problem := s.admin.Post(t, c.path("/move"), bad.body).WantProblem(http.StatusUnprocessableEntity, "invalid-request")
		if len(problem.Errors) != 1 || problem.Errors[0].Pointer != bad.pointer ||
			bad.code != "" && problem.Errors[0].Code != bad.code {
			t.Errorf("%s: got the errors %+v, want %s at %s", name, problem.Errors, bad.code, bad.pointer)
		}
	}
	for _, owner := range []string{little.ID, "res_01JDB6X0C7V8Y9Z0A1B2C3D4E5"} {
		s.admin.Post(t, c.path("/move"), map[string]any{"owner": owner}).WantProblem(http.StatusNotFound, "not-found")
	}
	for _, customer := range []string{s.south.ID, unknownCustomer} {
		s.admin.Post(t, "/v1/customers/"+customer+"/move", map[string]any{"owner": s.north.ID}).
			WantProblem(http.StatusNotFound, "not-found")
	}
	s.admin.Post(t, c.path("/move"), map[string]any{"owner": s.north.ID}).WantProblem(http.StatusConflict, "conflict")

	// The limits of the new owner are too small for the customer's subscriptions.
	problem := s.admin.Post(t, c.path("/move"), map[string]any{"owner": narrow}).
		WantProblem(http.StatusConflict, "limit-exceeded")
	if !strings.Contains(problem.Detail, "disk_space: requested 200, available 100") {
		t.Errorf("got the detail %q, want the requested and the available disk space", problem.Detail)
	}
	forecasts := s.preview(t, "move", map[string]any{"owner": narrow, "items": itemsOf(c.ID)})
	assertCodes(t, asItems(forecasts), "limit-exceeded")
	if f := forecasts[0].Forecast; f.Capacity.Given["disk_space"] != 200 || f.Available["disk_space"] != 100 {
		t.Errorf("got the forecast %+v, want 200 of disk space requested and 100 available", f)
	}
	unchanged()
	used := s.reseller(t, narrow).Used
	if used.Customers != 0 || used.Subscriptions != 0 || used.Allotments["disk_space"] != 0 {
		t.Errorf("usage after failed moves: got %+v, want none", used)
	}
	// The new owner may not have a second customer.
	s.transferAndWait(t, "move", little, map[string]any{"owner": narrow})
	another := s.newCustomer(t, s.north, "little-more")
	problem = s.admin.Post(t, another.path("/move"), map[string]any{"owner": narrow}).
		WantProblem(http.StatusConflict, "limit-exceeded")
	if !strings.Contains(problem.Detail, "max_cl") {
		t.Errorf("got the detail %q, want it to name max_cl", problem.Detail)
	}
	// A move away frees the capacity.
	s.transferAndWait(t, "move", little, map[string]any{"owner": s.north.ID})
	s.transferAndWait(t, "move", another, map[string]any{"owner": narrow})
	s.assertBalanced(t, narrow)
	s.assertBalanced(t, s.north.ID)
}
