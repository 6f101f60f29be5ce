package story

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"tenantry/tests/client"
)

// reseller is what the API tells of one.
type reseller struct {
	ID, Login, Status, Lifecycle, Description, AdminDescription, ResellerPlan string
	Contact, Owner                                                            map[string]any
	Resources                                                                 resources
	Used                                                                      struct {
		Customers, Subscriptions int
		Allotments               map[string]int64
	}
}

func (s *story) reseller(t *testing.T, id string) (found reseller) {
	t.Helper()
	s.admin.Get(t, "/v1/resellers/"+id).Want(http.StatusOK).Into(&found)
	return found
}

// The Custom plan: the reseller has the sum of what its subscriptions have.
func aCustomerIsConvertedToAReseller(t *testing.T, s *story) {
	c := s.newCustomer(t, s.north, "rising")
	note := map[string]any{"text": "north's own opinion"}
	s.north.Do(t, http.MethodPut, c.path("/description"), note).Want(http.StatusOK)
	own := s.stack.SignIn(t, "customer", c.Login, s.password)
	own.Post(t, c.path("/panel-users"), s.userOf("rising")).Want(http.StatusCreated)
	before := s.admin.Get(t, c.path("")).Want(http.StatusOK).JSON()

	service := s.plan(t, s.north, "service", "Rising", map[string]any{
		"allotments":  map[string]any{"disk_space": 1000, "max_site": 2, "max_db": 5},
		"permissions": map[string]any{"manage_dns": true}, "applications": []string{"wordpress"},
	})
	planned := s.subscribe(t, s.north, c, "rising0", service, nil)
	single := s.subscribe(t, s.north, c, "rising1", "custom", map[string]any{
		"allotments":  map[string]any{"disk_space": 500, "max_site": 3},
		"permissions": map[string]any{"manage_sh_access": true}, "applications": []string{"joomla", "wordpress"},
	})
	domains := []string{s.domain("rising0"), s.domain("rising1")}

	// What would become of it.
	unchanged := s.unchanged(t, c)
	sum := func(of resources) bool {
		a := of.Allotments
		return a["disk_space"] == 1500 && a["max_site"] == 5 && a["max_db"] == -1 && a["max_cl"] == -1 &&
			of.Permissions["manage_dns"] && of.Permissions["manage_sh_access"] && !of.Permissions["create_domains"] &&
			slices.Equal(slices.Sorted(slices.Values(of.Applications)), []string{"joomla", "wordpress"})
	}
	said := s.foreseen(t, "convert", map[string]any{"items": itemsOf(c.ID)})
	wantOutcomes(t, asItems(said), "")
	if !sum(said[0].Forecast.Resources) || said[0].Forecast.Subscriptions != 2 {
		t.Errorf("foreseen: %+v", said)
	}
	unchanged()

	// Only the administrator converts, and only customers.
	for _, by := range []client.Caller{s.north, own} {
		by.Post(t, c.path("/convert"), nil).WantProblem(http.StatusForbidden, "forbidden")
		by.Post(t, "/v1/customers/convert", map[string]any{"items": itemsOf(c.ID)}).WantProblem(http.StatusForbidden, "forbidden")
	}
	s.admin.Post(t, "/v1/customers/"+s.north.ID+"/convert", nil).WantProblem(http.StatusNotFound, "not-found")
	s.admin.Post(t, "/v1/customers/"+nobody+"/convert", nil).WantProblem(http.StatusNotFound, "not-found")
	unchanged()

	key := client.Header{"Idempotency-Key", "rise-" + s.run}
	done := s.transferred(t, "convert", c, nil, key)
	if again := transfer(t, s.admin, "convert", c, nil, key); again.ID != done.ID {
		t.Errorf("the same request began %s and %s", done.ID, again.ID)
	}

	// The same id, login and contact; it signs in anew, as a reseller.
	made := s.reseller(t, c.ID)
	if made.ID != c.ID || made.Login != c.Login || made.ResellerPlan != "custom" || made.Lifecycle != "ready" || made.Owner["id"] != "administrator" ||
		!maps.Equal(made.Contact, before["contact"].(map[string]any)) || !sum(made.Resources) || made.Description != "" || made.AdminDescription != "" {
		t.Errorf("the reseller: %+v", made)
	}
	if u := made.Used; u.Customers != 0 || u.Subscriptions != 2 || u.Allotments["disk_space"] != 1500 {
		t.Errorf("it has given %+v", u)
	}
	own.Get(t, "/v1/me").WantProblem(http.StatusUnauthorized, "unauthenticated")
	rising := s.stack.SignIn(t, "rising", c.Login, s.password)
	if kind := rising.Get(t, "/v1/me").Want(http.StatusOK).JSON()["account"].(map[string]any)["kind"]; kind != "reseller" || rising.ID != c.ID {
		t.Errorf("%s signs in as a %v", rising.ID, kind)
	}
	rising.Get(t, "/v1/resellers/"+c.ID).Want(http.StatusOK)
	s.stack.SignIn(t, "panel user", s.login("rising-user"), s.password).Get(t, "/v1/me").Want(http.StatusOK)

	// It is no customer any more, and north's no more.
	for _, by := range []client.Caller{s.admin, s.north} {
		by.Get(t, c.path("")).WantProblem(http.StatusNotFound, "not-found")
		by.Do(t, http.MethodDelete, c.path(""), nil).WantProblem(http.StatusNotFound, "not-found")
	}
	s.admin.Post(t, c.path("/convert"), nil).WantProblem(http.StatusNotFound, "not-found")
	s.admin.Post(t, c.path("/move"), map[string]any{"owner": s.south.ID}).WantProblem(http.StatusNotFound, "not-found")
	s.north.Get(t, "/v1/subscriptions/"+planned).WantProblem(http.StatusNotFound, "not-found")
	listed(t, s.north, c, false)
	s.north.Do(t, http.MethodDelete, "/v1/service-plans/"+service, nil).Want(http.StatusNoContent) // nothing is on it

	// Its subscriptions are its own, with what they had.
	for id, size := range map[string]int64{planned: 1000, single: 500} {
		if has := s.subscription(t, rising, id); has.Customer != c.ID || has.ServicePlan != "custom" || has.Link != "custom" || has.Resources.Allotments["disk_space"] != size {
			t.Errorf("a subscription: %+v", has)
		}
	}
	if open := s.open(t, domains); slices.Contains(open, false) {
		t.Errorf("open: %v", open)
	}
	if trail := s.admin.Get(t, c.path("/events?limit=100")).Want(http.StatusOK).Text; strings.Count(trail, `"customer.converted"`) != 1 {
		t.Errorf("the trail: %s", trail)
	}

	// It has customers and plans as resellers have.
	first := s.newCustomer(t, rising, "rising-first")
	terms := s.plan(t, rising, "service", "Own", map[string]any{"allotments": map[string]any{"disk_space": 1}})
	rising.Post(t, first.path("/subscriptions"), map[string]any{"domain": s.domain("rising2"), "servicePlan": terms}).
		WantProblem(http.StatusConflict, "limit-exceeded") // its own subscriptions have all that it has
	if owner := s.admin.Get(t, first.path("")).Want(http.StatusOK).JSON()["owner"].(map[string]any); owner["id"] != c.ID || owner["login"] != c.Login {
		t.Errorf("its customer belongs to %v", owner)
	}
	s.balanced(t, s.north.ID)
	s.balanced(t, c.ID)
}

// Each of several customers gets the reseller plan that is selected for it; one that does not fit says why, and stays what it is.
func severalCustomersAreConverted(t *testing.T, s *story) {
	roomy := s.plan(t, s.admin, "reseller", "Roomy", map[string]any{"allotments": map[string]any{"disk_space": 5000, "max_cl": 1}})
	tight := s.plan(t, s.admin, "reseller", "Tight", map[string]any{"allotments": map[string]any{"disk_space": 100}})
	service := s.plan(t, s.admin, "service", "Plain", nil)
	converts := func(login string) customer {
		c := s.newCustomer(t, s.admin, login)
		s.subscribe(t, s.admin, c, login, "custom", disk(200))
		return c
	}
	one, large, small := converts("convert-one"), converts("convert-large"), converts("convert-small")
	light := s.newCustomer(t, s.south, "convert-light")

	// A plan that there is not, or that does not fit, is refused at once.
	unchanged := s.unchanged(t, one)
	for plan, code := range map[string]string{"rpl_01JDB6X0C7V8Y9Z0A1B2C3D4E5": "unknown-plan", service: "id-grammar", "gold": "id-grammar"} {
		problem := s.admin.Post(t, one.path("/convert"), map[string]any{"resellerPlan": plan}).WantProblem(http.StatusUnprocessableEntity, "invalid-request")
		if len(problem.Errors) != 1 || problem.Errors[0].Pointer != "/resellerPlan" || problem.Errors[0].Code != code {
			t.Errorf("%s: %+v", plan, problem.Errors)
		}
	}
	problem := s.admin.Post(t, one.path("/convert"), map[string]any{"resellerPlan": tight}).WantProblem(http.StatusConflict, "limit-exceeded")
	if !strings.Contains(problem.Detail, "disk_space: requested 200, available 100") {
		t.Errorf("which limit: %s", problem.Detail)
	}
	unchanged()

	// With a reseller plan.
	s.transferred(t, "convert", one, map[string]any{"resellerPlan": roomy})
	made := s.reseller(t, one.ID)
	if made.ResellerPlan != roomy || made.Resources.Allotments["disk_space"] != 5000 || made.Used.Allotments["disk_space"] != 200 {
		t.Errorf("on a plan: %+v", made)
	}
	by := s.stack.SignIn(t, "converted", one.Login, s.password)
	s.newCustomer(t, by, "convert-below")
	by.Post(t, "/v1/customers", s.person("convert-too-many", "T")).WantProblem(http.StatusConflict, "limit-exceeded")
	s.admin.Do(t, http.MethodDelete, "/v1/reseller-plans/"+roomy, nil).WantProblem(http.StatusConflict, "conflict")

	// Several, each with its own.
	body := map[string]any{"items": itemsWith("resellerPlan", large.ID, tight, small.ID, "", light.ID, tight, nobody, roomy)}
	codes := []string{"limit-exceeded", "", "", "not-found"}
	unchanged = s.unchanged(t, large, small, light)
	said := s.foreseen(t, "convert", body)
	wantOutcomes(t, asItems(said), codes...)
	unchanged()
	unchanged = s.unchanged(t, large)
	done := endWithin(t, transferPatience, s.admin, begin(t, s.admin, "convert", body), "partially-failed")
	if done.counts() != [4]int{4, 2, 2, 0} {
		t.Errorf("counts %v", done.counts())
	}
	items := outcomes(t, s.admin, done, "")
	wantOutcomes(t, items, codes...)
	if !strings.Contains(items[0].Detail, "disk_space: requested 200, available 100") {
		t.Errorf("what does not fit: %s", items[0].Detail)
	}
	unchanged()
	if got := s.reseller(t, small.ID); got.ResellerPlan != "custom" || got.Resources.Allotments["disk_space"] != 200 {
		t.Errorf("with the custom plan: %+v", got)
	}
	if got := s.reseller(t, light.ID); got.ResellerPlan != tight || got.Owner["id"] != "administrator" {
		t.Errorf("with a plan: %+v", got)
	}
	listed(t, s.south, light, false)
	s.balanced(t, s.south.ID)
}
