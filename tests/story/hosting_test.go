package story

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tenantry/tests/client"
)

// domain returns a domain that only this run uses.
func (s *story) domain(name string) string { return name + "-" + s.run + ".example" }

func id(response client.Response) string { return fmt.Sprint(response.JSON()["id"]) }

// gate returns the gate's answer for a domain, as a hosting node reads it.
func (s *story) gate(t *testing.T, domain string) (open bool, message string) {
	t.Helper()
	var serving struct {
		Open          bool
		PublicMessage string
	}
	s.node.Get(t, "/v1/gate/"+domain).Want(http.StatusOK).Into(&serving)
	return serving.Open, serving.PublicMessage
}

// open returns for each domain whether its gate is open.
func (s *story) open(t *testing.T, domains []string) []bool {
	t.Helper()
	open := make([]bool, len(domains))
	for i := range domains {
		open[i], _ = s.gate(t, domains[i])
	}
	return open
}

func websitesOpenAndClose(t *testing.T, s *story) {
	var created struct{ Token string }
	token := map[string]any{
		"name": "node", "scopes": []string{"gate:read"}, "expiresAt": time.Now().Add(time.Hour), "current": s.admin.Password,
	}
	s.admin.Post(t, "/v1/api-tokens", token).Want(http.StatusCreated).Into(&created)
	s.node = client.Caller{Name: "node", URL: s.stack.URL, Token: created.Token}
	s.node.Get(t, "/v1/customers").WantProblem(http.StatusForbidden, "forbidden")
	me := s.node.Get(t, "/v1/me").Want(http.StatusOK).JSON()["account"].(map[string]any)
	if me["id"] != s.admin.ID || me["login"] != nil || me["contact"] != nil {
		t.Errorf("the node's token sees %v, want neither the login nor the contact information", me)
	}
	s.north.Get(t, "/v1/gate/example.com").WantProblem(http.StatusForbidden, "forbidden")

	c := s.newCustomer(t, s.north, "hosted")
	own := s.stack.SignIn(t, "customer", c.Login, s.password)
	var domains, subscriptions, websites []string
	for i := range 3 {
		domain := s.domain(fmt.Sprintf("main%d", i))
		body := map[string]any{"domain": strings.ToUpper(domain), "servicePlan": s.gold}
		key := client.Header{"Idempotency-Key", fmt.Sprintf("sub-%d-%s", i, s.run)}
		first := s.north.Post(t, c.path("/subscriptions"), body, key).Want(http.StatusCreated)
		if again := s.north.Post(t, c.path("/subscriptions"), body, key).Want(http.StatusCreated); again.Text != first.Text {
			t.Errorf("the repeated request returned %s, want %s", again.Text, first.Text)
		}
		sub := first.JSON()
		if sub["domain"] != domain || sub["link"] != "synced" || sub["servicePlan"] != s.gold || sub["status"] != "active" ||
			sub["servicePlanName"] == nil || sub["account"].(map[string]any)["login"] != c.Login {
			t.Errorf("got the subscription %s, want it active and on the plan", first.Text)
		}
		second := s.domain(fmt.Sprintf("more%d", i))
		site := own.Post(t, "/v1/subscriptions/"+id(first)+"/websites", map[string]any{"domain": second}).
			Want(http.StatusCreated)
		domains = append(domains, domain, second)
		subscriptions, websites = append(subscriptions, id(first)), append(websites, id(site))
	}
	if got := s.open(t, domains); slices.Contains(got, false) {
		t.Fatalf("open domains: got %v, want all open", got)
	}
	body := map[string]any{"domain": domains[0], "servicePlan": "custom"}
	taken := s.south.Post(t, "/v1/customers/"+s.southern[0].ID+"/subscriptions", body).
		WantProblem(http.StatusConflict, "conflict")
	if strings.Contains(taken.Detail, s.northLogin) {
		t.Errorf("the detail shows who owns the domain: %s", taken.Detail)
	}
	counts := func() (total, active any) {
		found := s.north.Get(t, c.path("")).Want(http.StatusOK).JSON()["subscriptions"].(map[string]any)
		return found["total"], found["active"]
	}

	// The reseller suspends one subscription, and the customer suspends one website.
	s.north.Post(t, "/v1/subscriptions/"+subscriptions[0]+"/suspend", map[string]any{"publicMessage": "Unpaid."}).
		Want(http.StatusOK)
	own.Post(t, "/v1/websites/"+websites[1]+"/suspend", nil).Want(http.StatusOK)
	if got := s.open(t, domains); !slices.Equal(got, []bool{false, false, true, false, true, true}) {
		t.Fatalf("open domains: got %v, want those of the suspended subscription and website closed", got)
	}
	if total, active := counts(); total != 3.0 || active != 2.0 {
		t.Errorf("counts: got %v subscriptions and %v active ones, want 3 and 2", total, active)
	}
	own.Post(t, "/v1/subscriptions/"+subscriptions[0]+"/activate", nil).WantProblem(http.StatusForbidden, "forbidden")

	// A suspended customer closes all six domains with its message.
	s.north.Post(t, c.path("/suspend"), map[string]any{"publicMessage": "Customer away."}).Want(http.StatusOK)
	for i, domain := range domains {
		open, message := s.gate(t, domain)
		if want := map[bool]string{true: "Unpaid.", false: "Customer away."}[i < 2]; open || message != want {
			t.Errorf("gate of %s: got open %v with %q, want it closed with %q", domain, open, message, want)
		}
	}
	seen := s.north.Get(t, "/v1/subscriptions/"+subscriptions[1]).Want(http.StatusOK)
	if !strings.Contains(seen.Text, `"inherited":true`) || seen.JSON()["status"] != "active" {
		t.Errorf("got the subscription %s, want it active and inherited", seen.Text)
	}
	// A subscription that is created during the suspension is closed too.
	late := s.domain("late")
	s.north.Post(t, c.path("/subscriptions"), map[string]any{"domain": late, "servicePlan": s.gold}).
		Want(http.StatusCreated)
	if open, _ := s.gate(t, late); open {
		t.Error("got the gate of the new subscription open, want it closed")
	}
	// With subscriptions=inherited, the subscription and the website that have their own suspension stay suspended.
	s.north.Post(t, c.path("/activate"), map[string]any{"subscriptions": "inherited"}).Want(http.StatusOK)
	if got := s.open(t, append(domains, late)); !slices.Equal(got, []bool{false, false, true, false, true, true, true}) {
		t.Fatalf("open domains: got %v, want those of the suspended subscription and website closed", got)
	}
	// By default, the activation includes the subscriptions. The website that the customer suspended stays suspended.
	s.north.Post(t, c.path("/suspend"), nil).Want(http.StatusOK)
	s.north.Post(t, c.path("/activate"), nil).Want(http.StatusOK)
	if got := s.open(t, append(domains, late)); !slices.Equal(got, []bool{true, true, true, false, true, true, true}) {
		t.Fatalf("open domains: got %v, want only that of the suspended website closed", got)
	}
	if total, active := counts(); total != 4.0 || active != 4.0 {
		t.Errorf("counts: got %v subscriptions and %v active ones, want 4 and 4", total, active)
	}
	// The reseller cannot activate what the administrator has suspended. A suspension of the reseller closes all domains,
	// and its activation opens only those that were open before.
	s.admin.Post(t, "/v1/subscriptions/"+subscriptions[2]+"/suspend", nil).Want(http.StatusOK)
	s.north.Post(t, "/v1/subscriptions/"+subscriptions[2]+"/activate", nil).
		WantProblem(http.StatusForbidden, "held-by-higher-level")
	s.admin.Post(t, "/v1/resellers/"+s.north.ID+"/suspend", nil).Want(http.StatusOK)
	if got := s.open(t, domains); slices.Contains(got, true) {
		t.Errorf("open domains of a suspended reseller: got %v, want all closed", got)
	}
	s.admin.Post(t, "/v1/resellers/"+s.north.ID+"/activate", nil).Want(http.StatusOK)
	if got := s.open(t, domains); !slices.Equal(got, []bool{true, true, true, false, false, false}) {
		t.Errorf("open domains after the reseller's activation: got %v, want the state before its suspension", got)
	}
	s.admin.Post(t, "/v1/subscriptions/"+subscriptions[2]+"/activate", nil).Want(http.StatusOK)
	own.Post(t, "/v1/websites/"+websites[1]+"/activate", nil).Want(http.StatusOK)
	response := s.node.Get(t, "/v1/gate/"+domains[0]).Want(http.StatusOK)
	if response.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("Cache-Control: got %q, want no-cache", response.Header.Get("Cache-Control"))
	}
	s.node.Get(t, "/v1/gate/"+domains[0], client.Header{"If-None-Match", response.Header.Get("ETag")}).
		Want(http.StatusNotModified)
	weak := client.Header{"If-None-Match", `"x", W/` + response.Header.Get("ETag")}
	s.node.Get(t, "/v1/gate/"+domains[0], weak).Want(http.StatusNotModified)
	s.node.Get(t, "/v1/gate/"+s.domain("nobodys")).WantProblem(http.StatusNotFound, "not-found")
	s.node.Get(t, "/v1/gate/not_a_domain").WantProblem(http.StatusNotFound, "not-found")

	s.hosted, s.hostedSubscriptions, s.hostedDomains = c, subscriptions, domains
}
