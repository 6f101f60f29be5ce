package story

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"tenantry/tests/client"
)

// reseller is a reseller as the API returns it.
type reseller struct {
	ID, Login, Status, Lifecycle, Description, AdminDescription, ResellerPlan string
	Contact, Owner                                                            map[string]any
	Resources                                                                 resources
	Used                                                                      struct {
		Customers, Subscriptions int
		Allotments               map[string]int64
	}
}

func (s *story) reseller(t *testing.T, id string) (view reseller) {
	t.Helper()
	s.admin.Get(t, "/v1/resellers/"+id).Want(http.StatusOK).Into(&view)
	return view
}

// aCustomerIsConvertedToAReseller converts a customer with the custom plan. The reseller gets the sum of the resources
// of its subscriptions.
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

	// The preview.
	unchanged := s.unchanged(t, c)
	isSum := func(r resources) bool {
		a := r.Allotments
		return a["disk_space"] == 1500 && a["max_site"] == 5 && a["max_db"] == -1 && a["max_cl"] == -1 &&
			r.Permissions["manage_dns"] && r.Permissions["manage_sh_access"] && !r.Permissions["create_domains"] &&
			slices.Equal(slices.Sorted(slices.Values(r.Applications)), []string{"joomla", "wordpress"})
	}
	forecasts := s.preview(t, "convert", map[string]any{"items": itemsOf(c.ID)})
	assertCodes(t, asItems(forecasts), "")
	if !isSum(forecasts[0].Forecast.Resources) || forecasts[0].Forecast.Subscriptions != 2 {
		t.Errorf("got the forecasts %+v, want the sum of the resources of 2 subscriptions", forecasts)
	}
	unchanged()

	// Only the administrator can convert, and only customers.
	for _, caller := range []client.Caller{s.north, own} {
		caller.Post(t, c.path("/convert"), nil).WantProblem(http.StatusForbidden, "forbidden")
		caller.Post(t, "/v1/customers/convert", map[string]any{"items": itemsOf(c.ID)}).
			WantProblem(http.StatusForbidden, "forbidden")
	}
	s.admin.Post(t, "/v1/customers/"+s.north.ID+"/convert", nil).WantProblem(http.StatusNotFound, "not-found")
	s.admin.Post(t, "/v1/customers/"+unknownCustomer+"/convert", nil).WantProblem(http.StatusNotFound, "not-found")
	unchanged()

	key := client.Header{"Idempotency-Key", "rise-" + s.run}
	done := s.transferAndWait(t, "convert", c, nil, key)
	if again := transfer(t, s.admin, "convert", c, nil, key); again.ID != done.ID {
		t.Errorf("the repeated request returned the operation %s, want %s", again.ID, done.ID)
	}

	// The reseller has the id, login and contact of the customer. Its sessions have ended, and it can sign in again.
	created := s.reseller(t, c.ID)
	if created.ID != c.ID || created.Login != c.Login || created.ResellerPlan != "custom" ||
		created.Lifecycle != "ready" ||
		created.Owner["id"] != "administrator" ||
		!maps.Equal(created.Contact, before["contact"].(map[string]any)) ||
		!isSum(created.Resources) ||
		created.Description != "" ||
		created.AdminDescription != "" {
		t.Errorf("got %+v, want the administrator's reseller with the customer's id, login, contact and resources", created)
	}
	if u := created.Used; u.Customers != 0 || u.Subscriptions != 2 || u.Allotments["disk_space"] != 1500 {
		t.Errorf("usage: got %+v, want 2 subscriptions with 1500 of disk space", u)
	}
	own.Get(t, "/v1/me").WantProblem(http.StatusUnauthorized, "unauthenticated")
	rising := s.stack.SignIn(t, "rising", c.Login, s.password)
	kind := rising.Get(t, "/v1/me").Want(http.StatusOK).JSON()["account"].(map[string]any)["kind"]
	if kind != "reseller" || rising.ID != c.ID {
		t.Errorf("got the kind %v of the account %s, want a reseller with the id %s", kind, rising.ID, c.ID)
	}
	rising.Get(t, "/v1/resellers/"+c.ID).Want(http.StatusOK)
	s.stack.SignIn(t, "panel user", s.login("rising-user"), s.password).Get(t, "/v1/me").Want(http.StatusOK)

	// The account is no longer a customer, and north no longer sees it.
	for _, caller := range []client.Caller{s.admin, s.north} {
		caller.Get(t, c.path("")).WantProblem(http.StatusNotFound, "not-found")
		caller.Do(t, http.MethodDelete, c.path(""), nil).WantProblem(http.StatusNotFound, "not-found")
	}
	s.admin.Post(t, c.path("/convert"), nil).WantProblem(http.StatusNotFound, "not-found")
	s.admin.Post(t, c.path("/move"), map[string]any{"owner": s.south.ID}).WantProblem(http.StatusNotFound, "not-found")
	s.north.Get(t, "/v1/subscriptions/"+planned).WantProblem(http.StatusNotFound, "not-found")
	waitUntilListed(t, s.north, c, false)
	s.north.Do(t, http.MethodDelete, "/v1/service-plans/"+service, nil).
		Want(http.StatusNoContent)
		// no subscription is on the plan

	// The subscriptions belong to the reseller and keep their resources.
	for id, size := range map[string]int64{planned: 1000, single: 500} {
		has := s.subscription(t, rising, id)
		if has.Customer != c.ID || has.ServicePlan != "custom" || has.Link != "custom" ||
			has.Resources.Allotments["disk_space"] != size {
			t.Errorf("got %+v, want a subscription of the reseller on the custom plan with %d of disk space", has, size)
		}
	}
	if open := s.open(t, domains); slices.Contains(open, false) {
		t.Errorf("open domains: got %v, want all open", open)
	}
	trail := s.admin.Get(t, c.path("/events?limit=100")).Want(http.StatusOK).Text
	if strings.Count(trail, `"customer.converted"`) != 1 {
		t.Errorf("got the events %s, want one conversion", trail)
	}

	// The reseller can have customers and plans.
	first := s.newCustomer(t, rising, "rising-first")
	servicePlan := s.plan(t, rising, "service", "Own", map[string]any{"allotments": map[string]any{"disk_space": 1}})
	rising.Post(t, first.path("/subscriptions"), map[string]any{"domain": s.domain("rising2"), "servicePlan": servicePlan}).
		WantProblem(http.StatusConflict, "limit-exceeded")

		// its own subscriptions use up its limits
	owner := s.admin.Get(t, first.path("")).Want(http.StatusOK).JSON()["owner"].(map[string]any)
	if owner["id"] != c.ID || owner["login"] != c.Login {
		t.Errorf("got the owner %v, want the new reseller", owner)
	}
	s.assertBalanced(t, s.north.ID)
	s.assertBalanced(t, c.ID)
}

// severalCustomersAreConverted converts several customers, each with its own reseller plan. A customer that does not
// fit its plan fails with the reason and stays unchanged.
func severalCustomersAreConverted(t *testing.T, s *story) {
	roomy := s.plan(
		t,
		s.admin,
		"reseller",
		"Roomy",
		map[string]any{"allotments": map[string]any{"disk_space": 5000, "max_cl": 1}},
	)
	tight := s.plan(t, s.admin, "reseller", "Tight", map[string]any{"allotments": map[string]any{"disk_space": 100}})
	service := s.plan(t, s.admin, "service", "Plain", nil)
	newCustomer := func(login string) customer {
		c := s.newCustomer(t, s.admin, login)
		s.subscribe(t, s.admin, c, login, "custom", disk(200))
		return c
	}
	one, large, small := newCustomer("convert-one"), newCustomer("convert-large"), newCustomer("convert-small")
	light := s.newCustomer(t, s.south, "convert-light")

	// An unknown plan, or one that is too small, is rejected at once.
	unchanged := s.unchanged(t, one)
	for plan, code := range map[string]string{"rpl_01JDB6X0C7V8Y9Z0A1B2C3D4E5": "unknown-plan", service: "id-grammar", "gold": "id-grammar"} {
		problem := s.admin.Post(t, one.path("/convert"), map[string]any{"resellerPlan": plan}).
			WantProblem(http.StatusUnprocessableEntity, "invalid-request")
		if len(problem.Errors) != 1 || problem.Errors[0].Pointer != "/resellerPlan" || problem.Errors[0].Code != code {
			t.Errorf("plan %s: got the errors %+v, want %s at /resellerPlan", plan, problem.Errors, code)
		}
	}
	problem := s.admin.Post(t, one.path("/convert"), map[string]any{"resellerPlan": tight}).
		WantProblem(http.StatusConflict, "limit-exceeded")
	if !strings.Contains(problem.Detail, "disk_space: requested 200, available 100") {
		t.Errorf("got the detail %q, want the requested and the available disk space", problem.Detail)
	}
	unchanged()

	// A conversion with a reseller plan.
	s.transferAndWait(t, "convert", one, map[string]any{"resellerPlan": roomy})
	created := s.reseller(t, one.ID)
	if created.ResellerPlan != roomy || created.Resources.Allotments["disk_space"] != 5000 ||
		created.Used.Allotments["disk_space"] != 200 {
		t.Errorf("got %+v, want a reseller on the plan with 200 of disk space used", created)
	}
	converted := s.stack.SignIn(t, "converted", one.Login, s.password)
	s.newCustomer(t, converted, "convert-below")
	converted.Post(t, "/v1/customers", s.person("convert-too-many", "T")).
		WantProblem(http.StatusConflict, "limit-exceeded")
	s.admin.Do(t, http.MethodDelete, "/v1/reseller-plans/"+roomy, nil).WantProblem(http.StatusConflict, "conflict")

	// A bulk conversion, each customer with its own plan.
	body := map[string]any{
		"items": itemsWith("resellerPlan", large.ID, tight, small.ID, "", light.ID, tight, unknownCustomer, roomy),
	}
	codes := []string{"limit-exceeded", "", "", "not-found"}
	unchanged = s.unchanged(t, large, small, light)
	forecasts := s.preview(t, "convert", body)
	assertCodes(t, asItems(forecasts), codes...)
	unchanged()
	unchanged = s.unchanged(t, large)
	done := waitAtMost(t, transferPatience, s.admin, start(t, s.admin, "convert", body), "partially-failed")
	if done.counts() != [4]int{4, 2, 2, 0} {
		t.Errorf("got the counts %v, want 4 items, 2 succeeded, 2 failed", done.counts())
	}
	items := listItems(t, s.admin, done, "")
	assertCodes(t, items, codes...)
	if !strings.Contains(items[0].Detail, "disk_space: requested 200, available 100") {
		t.Errorf("got the detail %q, want the requested and the available disk space", items[0].Detail)
	}
	unchanged()
	if got := s.reseller(t, small.ID); got.ResellerPlan != "custom" || got.Resources.Allotments["disk_space"] != 200 {
		t.Errorf("got %+v, want a reseller on the custom plan with 200 of disk space", got)
	}
	if got := s.reseller(t, light.ID); got.ResellerPlan != tight || got.Owner["id"] != "administrator" {
		t.Errorf("got %+v, want a reseller of the administrator on its plan", got)
	}
	waitUntilListed(t, s.south, light, false)
	s.assertBalanced(t, s.south.ID)
}
