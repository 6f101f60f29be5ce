package story

import (
	"net/http"
	"testing"

	"tenantry/tests/client"
)

func aPrimaryDomainIsChanged(t *testing.T, s *story) {
	c := s.newCustomer(t, s.north, "primary")
	first, second, third := s.domain("first"), s.domain("second"), s.domain("third-site")
	created := s.north.Post(t, c.path("/subscriptions"), map[string]any{"domain": first, "servicePlan": "custom"}).
		Want(http.StatusCreated)
	path, websites := "/v1/subscriptions/"+id(created), map[string]string{}
	for _, domain := range []string{second, third} {
		site := s.north.Post(t, path+"/websites", map[string]any{"domain": domain}).Want(http.StatusCreated)
		websites[domain] = id(site)
	}
	change := func(domain string, headers ...client.Header) client.Response {
		return s.north.Do(t, http.MethodPatch, path, map[string]any{"domain": domain}, headers...)
	}
	change(s.domain("nobodys")).WantProblem(http.StatusUnprocessableEntity, "invalid-request")
	change(s.hostedDomains[0]).WantProblem(http.StatusUnprocessableEntity, "invalid-request")
	change(third, client.Header{"If-Match", `"77"`}).WantProblem(http.StatusPreconditionFailed, "version-mismatch")
	if found := change(third).Want(http.StatusOK).JSON(); found["domain"] != third {
		t.Errorf("the primary domain is %v, want %s", found["domain"], third)
	}
	remove := func(domain, want string) {
		t.Helper()
		s.north.Do(t, http.MethodDelete, "/v1/websites/"+websites[domain], nil).Want(http.StatusNoContent)
		if found := s.north.Get(t, path).Want(http.StatusOK).JSON(); found["domain"] != want {
			t.Errorf("without %s the primary domain is %v, want %s", domain, found["domain"], want)
		}
	}
	remove(second, third)
	remove(third, first)
}

func pathsAcceptReferences(t *testing.T, s *story) {
	c := s.newCustomer(t, s.north, "referred", "externalId", s.external("referred"))
	for _, reference := range []string{"login:" + c.Login, "external:" + s.external("referred")} {
		path := "/v1/customers/" + reference
		body := map[string]any{"domain": s.domain("by-" + reference[:5]), "servicePlan": "custom"}
		s.north.Post(t, path+"/subscriptions", body).Want(http.StatusCreated)
		s.north.Get(t, path+"/subscriptions").Want(http.StatusOK)
		schedule := map[string]any{"suspendAt": "2090-01-01T00:00:00Z"}
		s.north.Do(t, http.MethodPut, path+"/schedule", schedule).Want(http.StatusOK)
		s.north.Do(t, http.MethodDelete, path+"/schedule", nil).Want(http.StatusNoContent)
		if found := s.north.Post(t, path+"/suspend", nil).Want(http.StatusOK); id(found) != c.ID {
			t.Errorf("%s: suspended %s, want %s", reference, id(found), c.ID)
		}
		s.north.Post(t, path+"/activate", nil).Want(http.StatusOK)
		s.south.Get(t, path+"/subscriptions").WantProblem(http.StatusNotFound, "not-found")
		s.south.Post(t, path+"/suspend", nil).WantProblem(http.StatusNotFound, "not-found")
	}
	s.admin.Post(t, "/v1/resellers/login:"+s.northLogin+"/suspend", nil).Want(http.StatusOK)
	s.admin.Post(t, "/v1/resellers/login:"+s.northLogin+"/activate", nil).Want(http.StatusOK)
}

func activationLiftsWhatTheCallerMayLift(t *testing.T, s *story) {
	c := s.newCustomer(t, s.north, "doubly-held")
	created := s.north.Post(t, c.path("/subscriptions"), map[string]any{"domain": s.domain("doubly-held"), "servicePlan": "custom"}).
		Want(http.StatusCreated)
	path := "/v1/subscriptions/" + id(created)
	s.north.Post(t, path+"/suspend", nil).Want(http.StatusOK)
	s.admin.Post(t, c.path("/suspend"), nil).Want(http.StatusOK)
	found := s.north.Post(t, c.path("/activate"), nil).Want(http.StatusOK).JSON()
	if holds := found["holds"].([]any); len(holds) != 1 || found["status"] != "suspended" {
		t.Errorf("got the customer %v, want only the administrator's hold", found)
	}
	if found := s.north.Get(t, path).Want(http.StatusOK).JSON(); found["status"] != "active" {
		t.Errorf("got the subscription %v, want the reseller's hold lifted", found)
	}
	s.north.Post(t, c.path("/activate"), nil).WantProblem(http.StatusForbidden, "held-by-higher-level")
	s.admin.Post(t, c.path("/activate"), nil).Want(http.StatusOK)
}
