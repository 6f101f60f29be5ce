package story

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"tenantry/tests/client"
)

// said is what the administrator reads of a customer that is moved about.
type said struct {
	Status, Lifecycle, Description, AdminDescription, ExternalID string
	Owner                                                        struct{ ID string }
}

func (s *story) read(t *testing.T, by client.Caller, c customer) (found said) {
	t.Helper()
	by.Get(t, c.path("")).Want(http.StatusOK).Into(&found)
	return found
}

// describe writes a note about a customer.
func describe(t *testing.T, by client.Caller, c customer, text string) {
	t.Helper()
	by.Do(t, http.MethodPut, c.path("/description"), map[string]any{"text": text}).Want(http.StatusOK)
}

func aCustomerIsMovedToAnotherOwner(t *testing.T, s *story) {
	const note, adminNote = "between north and me", "between us administrators"
	c := s.newCustomer(t, s.north, "moving", "externalId", s.external("moving"))
	describe(t, s.north, c, note)
	describe(t, s.admin, c, adminNote)
	own := s.stack.SignIn(t, "customer", c.Login, s.password)
	northern := s.plan(t, s.north, "service", "Northern", map[string]any{"allotments": map[string]any{"disk_space": 700}})
	southern := s.plan(t, s.south, "service", "Southern", map[string]any{
		"allotments": map[string]any{"disk_space": 300}, "permissions": map[string]any{"manage_dns": true}, "applications": []string{"joomla"},
	})
	subscriptions := []string{s.subscribe(t, s.north, c, "moving0", northern, nil), s.subscribe(t, s.north, c, "moving1", "custom", disk(50))}
	domains := []string{s.domain("moving0"), s.domain("moving1")}
	to := map[string]any{"owner": s.south.ID, "servicePlan": southern}

	unchanged := s.unchanged(t, c)
	for _, by := range []client.Caller{s.north, s.south, own} {
		by.Post(t, c.path("/move"), to).WantProblem(http.StatusForbidden, "forbidden")
	}
	foreseen := s.foreseen(t, "move", map[string]any{"owner": s.south.ID, "items": itemsWith("servicePlan", c.ID, southern)})
	wantOutcomes(t, asItems(foreseen), "")
	if f := foreseen[0].Forecast; f.Subscriptions != 2 || f.Capacity.Given["disk_space"] != 600 {
		t.Errorf("foreseen: %+v", f)
	}
	unchanged()

	// Whoever demands a version does nothing to another one.
	stale := client.Header{"If-Match", `"0"`}
	s.admin.Post(t, c.path("/move"), to, stale).WantProblem(http.StatusPreconditionFailed, "version-mismatch")
	s.admin.Post(t, c.path("/convert"), nil, stale).WantProblem(http.StatusPreconditionFailed, "version-mismatch")
	s.admin.Do(t, http.MethodDelete, c.path(""), nil, stale).WantProblem(http.StatusPreconditionFailed, "version-mismatch")
	s.admin.Do(t, http.MethodDelete, "/v1/resellers/"+s.south.ID, nil, client.Header{"If-Match", `"x"`}).WantProblem(http.StatusPreconditionFailed, "version-mismatch")
	unchanged()

	// To a reseller, with its plan: north sees it no more, south sees it at once.
	key := client.Header{"Idempotency-Key", "move-" + s.run}
	done := s.transferred(t, "move", c, to, key)
	if again := transfer(t, s.admin, "move", c, to, key); again.ID != done.ID {
		t.Errorf("the same request began %s and %s", done.ID, again.ID)
	}
	s.seenBy(t, c, subscriptions, s.south, s.north)
	for _, id := range subscriptions {
		if has := s.subscription(t, s.south, id); has.ServicePlan != southern || has.Link != "synced" || has.Resources.Allotments["disk_space"] != 300 {
			t.Errorf("on the new owner's plan: %+v", has)
		}
	}
	if open := s.open(t, domains); slices.Contains(open, false) {
		t.Errorf("open: %v", open)
	}
	own.Get(t, "/v1/me").Want(http.StatusOK)
	s.north.Do(t, http.MethodDelete, "/v1/service-plans/"+northern, nil).Want(http.StatusNoContent) // nothing is on it
	s.admin.Post(t, c.path("/move"), to).WantProblem(http.StatusConflict, "conflict")               // it is there

	// What north noted is not for south to read.
	for _, of := range []string{"", "/events?limit=100"} {
		if text := s.south.Get(t, c.path(of)).Want(http.StatusOK).Text; strings.Contains(text, note) || strings.Contains(text, adminNote) {
			t.Errorf("south reads %s", text)
		}
	}
	if is := s.read(t, s.admin, c); is.Owner.ID != s.south.ID || is.Description != "" || is.AdminDescription != adminNote || is.ExternalID != s.external("moving") {
		t.Errorf("south's customer: %+v", is)
	}
	s.south.Get(t, "/v1/customers/external:"+s.external("moving")).Want(http.StatusOK)
	s.north.Get(t, "/v1/customers/external:"+s.external("moving")).WantProblem(http.StatusNotFound, "not-found")

	// To the administrator, with the Custom plan: what it has is kept, and follows nobody's plan.
	had := s.subscription(t, s.south, subscriptions[0]).Resources
	if !had.Permissions["manage_dns"] || !slices.Equal(had.Applications, []string{"joomla"}) {
		t.Errorf("on the new owner's plan: %+v", had)
	}
	s.transferred(t, "move", c, map[string]any{"owner": "administrator"})
	s.seenBy(t, c, subscriptions, s.admin, s.south)
	for _, id := range subscriptions {
		if has := s.subscription(t, s.admin, id); has.ServicePlan != "custom" || has.Link != "custom" || !reflect.DeepEqual(has.Resources, had) {
			t.Errorf("with the custom plan: %+v, before %+v", has, had)
		}
	}
	s.south.Do(t, http.MethodDelete, "/v1/service-plans/"+southern, nil).Want(http.StatusNoContent)
	if is := s.read(t, s.admin, c); is.Owner.ID != "administrator" || is.Description != adminNote || is.AdminDescription != "" {
		t.Errorf("the administrator's customer: %+v", is)
	}

	// Back to north, which reads its own note again.
	s.transferred(t, "move", c, map[string]any{"owner": s.north.ID, "servicePlan": "custom"})
	s.seenBy(t, c, subscriptions, s.north, s.south)
	if is := s.read(t, s.north, c); is.Description != note || is.AdminDescription != "" {
		t.Errorf("north's customer again: %+v", is)
	}
	if trail := s.admin.Get(t, c.path("/events?limit=100")).Want(http.StatusOK).Text; strings.Count(trail, `"customer.moved"`) != 3 {
		t.Errorf("the trail: %s", trail)
	}
	s.balanced(t, s.north.ID)
	s.balanced(t, s.south.ID)
}

// seenBy expects a customer to be in the view of its new owner, and in that of its old one no more.
func (s *story) seenBy(t *testing.T, c customer, subscriptions []string, owner, before client.Caller) {
	t.Helper()
	owner.Get(t, c.path("")).Want(http.StatusOK)
	before.Get(t, c.path("")).WantProblem(http.StatusNotFound, "not-found")
	before.Get(t, "/v1/customers/login:"+c.Login).WantProblem(http.StatusNotFound, "not-found")
	before.Do(t, http.MethodPatch, c.path("/contact"), map[string]any{"phone": "1"}).WantProblem(http.StatusNotFound, "not-found")
	for _, id := range subscriptions {
		owner.Get(t, "/v1/subscriptions/"+id).Want(http.StatusOK)
		before.Get(t, "/v1/subscriptions/"+id).WantProblem(http.StatusNotFound, "not-found")
		before.Post(t, "/v1/subscriptions/"+id+"/suspend", nil).WantProblem(http.StatusNotFound, "not-found")
	}
	listed(t, owner, c, true)
	listed(t, before, c, false)
}

// What cannot be moved stays as it is, and says why.
func whatCannotBeMovedStays(t *testing.T, s *story) {
	limited := s.plan(t, s.admin, "reseller", "Narrow", map[string]any{"allotments": map[string]any{"disk_space": 100, "max_cl": 1}})
	narrow := id(s.admin.Post(t, "/v1/resellers", s.person("narrow", "Ms narrow", "resellerPlan", limited)).Want(http.StatusCreated))
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
		if len(problem.Errors) != 1 || problem.Errors[0].Pointer != bad.pointer || bad.code != "" && problem.Errors[0].Code != bad.code {
			t.Errorf("%s: %+v", name, problem.Errors)
		}
	}
	for _, owner := range []string{little.ID, "res_01JDB6X0C7V8Y9Z0A1B2C3D4E5"} {
		s.admin.Post(t, c.path("/move"), map[string]any{"owner": owner}).WantProblem(http.StatusNotFound, "not-found")
	}
	for _, of := range []string{s.south.ID, nobody} {
		s.admin.Post(t, "/v1/customers/"+of+"/move", map[string]any{"owner": s.north.ID}).WantProblem(http.StatusNotFound, "not-found")
	}
	s.admin.Post(t, c.path("/move"), map[string]any{"owner": s.north.ID}).WantProblem(http.StatusConflict, "conflict")

	// The new owner has no room for what it brings.
	problem := s.admin.Post(t, c.path("/move"), map[string]any{"owner": narrow}).WantProblem(http.StatusConflict, "limit-exceeded")
	if !strings.Contains(problem.Detail, "disk_space: requested 200, available 100") {
		t.Errorf("which limit: %s", problem.Detail)
	}
	foreseen := s.foreseen(t, "move", map[string]any{"owner": narrow, "items": itemsOf(c.ID)})
	wantOutcomes(t, asItems(foreseen), "limit-exceeded")
	if f := foreseen[0].Forecast; f.Capacity.Given["disk_space"] != 200 || f.Available["disk_space"] != 100 {
		t.Errorf("foreseen: %+v", f)
	}
	unchanged()
	if used := s.reseller(t, narrow).Used; used.Customers != 0 || used.Subscriptions != 0 || used.Allotments["disk_space"] != 0 {
		t.Errorf("something is counted: %+v", used)
	}
	// Nor for one more customer, once it has all that it may have.
	s.transferred(t, "move", little, map[string]any{"owner": narrow})
	another := s.newCustomer(t, s.north, "little-more")
	if problem := s.admin.Post(t, another.path("/move"), map[string]any{"owner": narrow}).WantProblem(http.StatusConflict, "limit-exceeded"); !strings.Contains(problem.Detail, "max_cl") {
		t.Errorf("which limit: %s", problem.Detail)
	}
	// What it leaves is free again.
	s.transferred(t, "move", little, map[string]any{"owner": s.north.ID})
	s.transferred(t, "move", another, map[string]any{"owner": narrow})
	s.balanced(t, narrow)
	s.balanced(t, s.north.ID)
}

// For each of several customers the service plan is selected; what is suspended stays suspended.
func severalCustomersAreMoved(t *testing.T, s *story) {
	const message = "Closed for now."
	terms := []string{
		s.plan(t, s.south, "service", "First", map[string]any{"allotments": map[string]any{"disk_space": 10}}),
		s.plan(t, s.south, "service", "Second", map[string]any{"allotments": map[string]any{"disk_space": 20}}),
	}
	foreign := s.plan(t, s.north, "service", "North's", nil)
	var going []customer
	var subscriptions []string
	for i := range 5 {
		name := fmt.Sprint("several", i)
		c := s.newCustomer(t, s.north, name, "externalId", s.external(name))
		going, subscriptions = append(going, c), append(subscriptions, s.subscribe(t, s.north, c, name, "custom", disk(5)))
	}
	s.newCustomer(t, s.south, "several-other", "externalId", s.external("several3")) // as the fourth has
	suspended := going[2]
	s.north.Post(t, suspended.path("/suspend"), map[string]any{"reason": "unpaid", "publicMessage": message}).Want(http.StatusOK)

	body := map[string]any{"owner": s.south.ID, "items": itemsWith("servicePlan",
		going[0].ID, terms[0], going[1].ID, terms[1], suspended.ID, "", going[3].ID, "custom", going[4].ID, foreign, nobody, "")}
	codes := []string{"", "", "", "conflict", "invalid-request", "not-found"}
	unchanged := s.unchanged(t, going...)
	wantOutcomes(t, asItems(s.foreseen(t, "move", body)), codes...)
	filtered := map[string]any{"owner": s.south.ID, "filter": map[string]any{"owner": s.north.ID, "status": "suspended"}, "dryRun": true}
	if preview := endWithin(t, transferPatience, s.admin, begin(t, s.admin, "move", filtered), "succeeded"); !preview.Preview || preview.Total < 1 {
		t.Errorf("a preview by filter: %+v", preview)
	}
	unchanged()
	unchanged = s.unchanged(t, going[3], going[4])
	done := endWithin(t, transferPatience, s.admin, begin(t, s.admin, "move", body), "partially-failed")
	if done.counts() != [4]int{6, 3, 3, 0} {
		t.Errorf("counts %v", done.counts())
	}
	wantOutcomes(t, outcomes(t, s.admin, done, ""), codes...)
	unchanged()

	for i, want := range []struct {
		plan string
		disk int64
	}{{terms[0], 10}, {terms[1], 20}, {"custom", 5}} {
		s.seenBy(t, going[i], subscriptions[i:i+1], s.south, s.north)
		if has := s.subscription(t, s.south, subscriptions[i]); has.ServicePlan != want.plan || has.Resources.Allotments["disk_space"] != want.disk {
			t.Errorf("customer %d has %+v", i, has)
		}
	}
	if got := s.statuses(t, going[0].ID, suspended.ID); got != "active,suspended" {
		t.Errorf("statuses: %s", got)
	}
	if open, told := s.gate(t, s.domain("several2")); open || told != message {
		t.Errorf("the gate of who is suspended: %v %q", open, told)
	}
	s.stack.Anonymous().Post(t, "/v1/sessions", map[string]any{"login": suspended.Login, "password": s.password}).
		WantProblem(http.StatusForbidden, "account-suspended")
	s.admin.Post(t, suspended.path("/activate"), nil).Want(http.StatusOK)
	if open, _ := s.gate(t, s.domain("several2")); !open {
		t.Error("activated, it stays closed")
	}
	s.balanced(t, s.north.ID)
	s.balanced(t, s.south.ID)
}
