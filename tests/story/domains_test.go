package story

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// domainsBelongToOneCustomer plays a customer who takes names of another customer, and names that nobody may have.
func domainsBelongToOneCustomer(t *testing.T, s *story) {
	victim, other := s.newCustomer(t, s.north, "victim"), s.newCustomer(t, s.south, "taker")
	subscribe := func(c customer, domain string) string {
		t.Helper()
		body := map[string]any{"domain": domain, "servicePlan": "custom"}
		return id(s.admin.Post(t, c.path("/subscriptions"), body).Want(http.StatusCreated))
	}
	domain := s.domain("victim")
	first := subscribe(victim, "www."+domain)
	second := subscribe(other, s.domain("taker"))
	public, err := url.Parse(s.stack.URL)
	if err != nil {
		t.Fatal(err)
	}
	refused := []string{
		domain, "login." + domain, "a.www." + domain, "co.uk", "gmail.com", "mail.gmail.com", "panel." + public.Hostname(),
	}
	for _, name := range refused {
		body := map[string]any{"domain": name, "servicePlan": "custom"}
		problem := s.south.Post(t, other.path("/subscriptions"), body).WantProblem(http.StatusConflict, "conflict")
		if strings.Contains(problem.Detail, victim.ID) || strings.Contains(problem.Detail, victim.Login) {
			t.Errorf("the detail names the owner: %s", problem.Detail)
		}
		s.south.Post(t, "/v1/subscriptions/"+second+"/websites", map[string]any{"domain": name}).
			WantProblem(http.StatusConflict, "conflict")
	}
	site := s.north.Post(t, "/v1/subscriptions/"+first+"/websites", map[string]any{"domain": "login." + domain}).
		Want(http.StatusCreated)
	// The last website of the customer frees the registrable domain.
	s.north.Do(t, http.MethodDelete, "/v1/subscriptions/"+subscribe(victim, domain), nil).Want(http.StatusNoContent)
	s.north.Do(t, http.MethodDelete, "/v1/websites/"+id(site), nil).Want(http.StatusNoContent)
	s.south.Post(t, other.path("/subscriptions"), map[string]any{"domain": domain, "servicePlan": "custom"}).
		WantProblem(http.StatusConflict, "conflict")
	s.north.Do(t, http.MethodDelete, "/v1/subscriptions/"+first, nil).Want(http.StatusNoContent)
	subscribe(other, domain)
	s.north.Post(t, victim.path("/subscriptions"), map[string]any{"domain": "www." + domain, "servicePlan": "custom"}).
		WantProblem(http.StatusConflict, "conflict")
}
