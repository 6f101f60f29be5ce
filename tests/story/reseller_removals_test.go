package story

import (
	"net/http"
	"path"
	"testing"

	"tenantry/tests/client"
)

func aResellerIsRemoved(t *testing.T, s *story) {
	resellerPlan := "/v1/reseller-plans/" + id(
		s.admin.Post(t, "/v1/reseller-plans", map[string]any{"name": "West"}).Want(http.StatusCreated),
	)
	created := id(
		s.admin.Post(t, "/v1/resellers", s.person("west", "Ms west", "resellerPlan", path.Base(resellerPlan))).
			Want(http.StatusCreated),
	)
	west := s.stack.SignIn(t, "west", s.login("west"), s.password)
	at := "/v1/resellers/" + created
	last := s.newCustomer(t, west, "last")
	servicePlan := id(west.Post(t, "/v1/service-plans", map[string]any{"name": "Western"}).Want(http.StatusCreated))
	domain := s.domain("last")
	west.Post(t, last.path("/subscriptions"), map[string]any{"domain": domain, "servicePlan": servicePlan}).
		Want(http.StatusCreated)

	key := client.Header{"Idempotency-Key", "west-" + s.run}
	s.admin.Do(t, http.MethodDelete, at, nil, key).WantProblem(http.StatusConflict, "conflict")
	s.admin.Do(t, http.MethodDelete, "/v1/customers/"+created, nil).WantProblem(http.StatusNotFound, "not-found")
	west.Do(t, http.MethodDelete, at, nil).WantProblem(http.StatusForbidden, "forbidden")
	west.Get(t, "/v1/me").Want(http.StatusOK)
	waitAtMost(t, removalPatience, west, remove(t, west, last.path("")), "succeeded")

	started := remove(t, s.admin, at, key)
	assertClosed(t, s.admin, at)
	west.Get(t, "/v1/me").WantProblem(http.StatusUnauthorized, "unauthenticated")
	late := s.admin.Post(t, "/v1/customers", s.person("late", "Mr late", "owner", created))
	if late.Status < 400 || late.Status >= 500 {
		t.Errorf("new customer of a reseller that is being removed: got %d %s, want an error", late.Status, late.Text)
	}
	waitAtMost(t, removalPatience, s.admin, started, "succeeded")
	s.admin.Get(t, at).WantProblem(http.StatusNotFound, "not-found")
	s.admin.Get(t, "/v1/service-plans/"+servicePlan).WantProblem(http.StatusNotFound, "not-found")
	if again := remove(t, s.admin, at, key); again.ID != started.ID {
		t.Errorf("the repeated request returned the operation %s, want %s", again.ID, started.ID)
	}
	s.admin.Do(t, http.MethodDelete, resellerPlan, nil).Want(http.StatusNoContent) // no reseller is on the plan any more
	s.admin.Post(t, "/v1/resellers", s.person("west", "Ms west")).Want(http.StatusCreated)
}

func aResellerIsRemovedWithItsCustomers(t *testing.T, s *story) {
	at := "/v1/resellers/" + id(s.admin.Post(t, "/v1/resellers", s.person("east", "Ms east")).Want(http.StatusCreated))
	east := s.stack.SignIn(t, "east", s.login("east"), s.password)
	first, second := s.newCustomer(t, east, "eastern"), s.newCustomer(t, east, "easterner")
	domain := s.domain("eastern")
	east.Post(t, first.path("/subscriptions"), map[string]any{"domain": domain, "servicePlan": "custom"}).
		Want(http.StatusCreated)
	s.admin.Do(t, http.MethodDelete, at+"?customers=keep", nil).
		WantProblem(http.StatusUnprocessableEntity, "invalid-request")
	s.admin.Do(t, http.MethodDelete, at, nil).WantProblem(http.StatusConflict, "conflict")

	var preview struct {
		ID    string
		Items []removalPreviewItem
	}
	s.admin.Do(t, http.MethodDelete, at+"?customers=remove&dryRun=true", nil).Want(http.StatusOK).Into(&preview)
	if preview.ID != "" || len(preview.Items) != 1 || preview.Items[0].Forecast == nil ||
		*preview.Items[0].Forecast != (forecast{Customers: 2}) {
		t.Errorf("got the preview %+v, want one item with two customers", preview)
	}
	s.admin.Do(t, http.MethodDelete, at+"?dryRun=true", nil).Want(http.StatusOK).Into(&preview)
	if len(preview.Items) != 1 || preview.Items[0].Code != "conflict" {
		t.Errorf("got the preview %+v, want a conflict without the parameter customers", preview)
	}
	if lifecycle := s.admin.Get(t, at).Want(http.StatusOK).JSON()["lifecycle"]; lifecycle != "ready" {
		t.Errorf("lifecycle after a preview: got %v, want ready", lifecycle)
	}

	started := remove(t, s.admin, at+"?customers=remove")
	assertClosed(t, s.admin, at)
	if gate := s.node.Get(t, "/v1/gate/"+domain); gate.Status != http.StatusNotFound && gate.JSON()["open"] != false {
		t.Errorf("the gate of a reseller that is being removed: got %s, want it closed", gate.Text)
	}
	waitAtMost(t, removalPatience, s.admin, started, "succeeded")
	for _, removed := range []string{at, first.path(""), second.path("")} {
		s.admin.Get(t, removed).WantProblem(http.StatusNotFound, "not-found")
	}
	for _, login := range []string{"east", "eastern", "easterner"} {
		s.admin.Post(t, "/v1/customers", s.person(login, "Ms "+login)).Want(http.StatusCreated)
	}
}

// aResellerIsRemovedAndItsCustomersAreReassigned moves the customers to another owner before the removal. They keep
// serving and keep their resources.
func aResellerIsRemovedAndItsCustomersAreReassigned(t *testing.T, s *story) {
	created := id(s.admin.Post(t, "/v1/resellers", s.person("departing", "Ms departing")).Want(http.StatusCreated))
	at := "/v1/resellers/" + created
	leaving := s.stack.SignIn(t, "departing", s.login("departing"), s.password)
	heir := id(
		s.admin.Post(t, "/v1/resellers", s.person("heiress", "Ms heiress", "resources", map[string]any{"allotments": map[string]any{"disk_space": 10}})).
			Want(http.StatusCreated),
	)
	stays := s.newCustomer(t, leaving, "stays")
	domain := s.domain("stays")
	servicePlan := id(
		leaving.Post(t, "/v1/service-plans", map[string]any{"name": "Leaving", "allotments": map[string]any{"disk_space": 11}}).
			Want(http.StatusCreated),
	)
	leaving.Post(t, stays.path("/subscriptions"), map[string]any{"domain": domain, "servicePlan": servicePlan}).
		Want(http.StatusCreated)

	for _, owner := range []string{created, "nobody"} {
		s.admin.Do(t, http.MethodDelete, at+"?customers=reassign:"+owner, nil).
			WantProblem(http.StatusUnprocessableEntity, "invalid-request")
	}
	s.admin.Do(t, http.MethodDelete, at+"?customers=reassign:"+stays.ID, nil).WantProblem(http.StatusNotFound, "not-found")
	full := id(
		s.admin.Post(t, "/v1/resellers", s.person("full", "Ms full", "resources", map[string]any{"allotments": map[string]any{"max_cl": 0}})).
			Want(http.StatusCreated),
	)
	s.admin.Do(t, http.MethodDelete, at+"?customers=reassign:"+full, nil).
		WantProblem(http.StatusConflict, "limit-exceeded")
	failed := waitAtMost(t, removalPatience, s.admin, remove(t, s.admin, at+"?customers=reassign:"+heir), "failed")
	assertCodes(t, listItems(t, s.admin, failed, ""), "limit-exceeded")
	leaving.Get(t, stays.path("")).Want(http.StatusOK)

	waitAtMost(t, removalPatience, s.admin, remove(t, s.admin, at+"?customers=reassign:administrator"), "succeeded")
	s.admin.Get(t, at).WantProblem(http.StatusNotFound, "not-found")
	leaving.Get(t, "/v1/me").WantProblem(http.StatusUnauthorized, "unauthenticated")
	var customer struct{ Owner struct{ ID string } }
	s.admin.Get(t, stays.path("")).Want(http.StatusOK).Into(&customer)
	if open, _ := s.gate(t, domain); customer.Owner.ID != "administrator" || !open {
		t.Errorf("got the owner %s and the gate open: %v, want the administrator and an open gate", customer.Owner.ID, open)
	}
}
