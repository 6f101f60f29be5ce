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

// domain returns a domain that only this run uses.
func (s *story) domain(name string) string { return name + "-" + s.run + ".example" }

func id(response client.Response) string { return fmt.Sprint(response.JSON()["id"]) }

func plansAreManaged(t *testing.T, s *story) {
	resources := s.north.Get(t, "/v1/resources").Want(http.StatusOK)
	for _, name := range []string{"disk_space", "max_traffic", "max_site", "max_cl", "max_backup_size", "manage_dns", "wordpress"} {
		if !strings.Contains(resources.Text, `"`+name+`"`) {
			t.Errorf("GET /v1/resources does not list %s", name)
		}
	}
	key := client.Header{"Idempotency-Key", "plan-" + s.run}
	wanted := map[string]any{"name": "Gold", "allotments": map[string]any{"disk_space": 1000, "max_site": 3}, "permissions": map[string]any{"manage_dns": true}}
	created := s.north.Post(t, "/v1/service-plans", wanted, key).Want(http.StatusCreated)
	if again := s.north.Post(t, "/v1/service-plans", wanted, key).Want(http.StatusCreated); again.Text != created.Text {
		t.Errorf("the repeated request returned %s, want %s", again.Text, created.Text)
	}
	s.gold = id(created)
	allotments := created.JSON()["allotments"].(map[string]any)
	if allotments["disk_space"] != 1000.0 || allotments["max_db"] != -1.0 || allotments["max_cl"] != nil {
		t.Errorf("got the allotments %v, want 1000 of disk_space, unlimited max_db and no max_cl", allotments)
	}
	path := "/v1/service-plans/" + s.gold
	s.admin.Get(t, path).Want(http.StatusOK)
	s.south.Get(t, path).WantProblem(http.StatusNotFound, "not-found")
	s.south.Do(t, http.MethodPatch, path, map[string]any{"name": "Stolen"}).WantProblem(http.StatusNotFound, "not-found")
	edited := s.north.Do(t, http.MethodPatch, path, map[string]any{"allotments": map[string]any{"max_db": 7}}, client.Header{"If-Match", `"1"`}).Want(http.StatusOK).JSON()
	if a := edited["allotments"].(map[string]any); a["max_db"] != 7.0 || a["disk_space"] != 1000.0 || edited["name"] != "Gold" {
		t.Errorf("got %v, want the new max_db and the other values unchanged", edited)
	}
	s.north.Do(t, http.MethodPatch, path, map[string]any{"name": "Late"}, client.Header{"If-Match", `"1"`}).WantProblem(http.StatusPreconditionFailed, "version-mismatch")
	for name, bad := range map[string]any{
		"no name":            map[string]any{"allotments": map[string]any{}},
		"an unknown name":    map[string]any{"name": "x", "allotments": map[string]any{"disk_spice": 1}},
		"a reseller's name":  map[string]any{"name": "x", "allotments": map[string]any{"max_cl": 1}},
		"less than nothing":  map[string]any{"name": "x", "allotments": map[string]any{"max_db": -2}},
		"an unknown program": map[string]any{"name": "x", "applications": []string{"solitaire"}},
		"oversell":           map[string]any{"name": "x", "oversell": true},
	} {
		if response := s.north.Post(t, "/v1/service-plans", bad); response.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: got %d %s, want 422", name, response.Status, response.Text)
		}
	}
	second := id(s.north.Post(t, "/v1/service-plans", map[string]any{"name": "Silver"}).Want(http.StatusCreated))
	eventually(t, "plans are listed page by page", func() bool {
		page := s.north.Get(t, "/v1/service-plans?limit=1").Want(http.StatusOK).JSON()
		cursor, _ := page["nextCursor"].(string)
		return cursor != "" && strings.Contains(s.north.Get(t, "/v1/service-plans?limit=1&cursor="+cursor).Want(http.StatusOK).Text, second)
	})
	key = client.Header{"Idempotency-Key", "no-plan-" + s.run}
	for range 2 {
		s.north.Do(t, http.MethodDelete, "/v1/service-plans/"+second, nil, key).Want(http.StatusNoContent)
	}
	s.north.Do(t, http.MethodDelete, path, nil, key).WantProblem(http.StatusUnprocessableEntity, "invalid-request")
	s.north.Get(t, path).Want(http.StatusOK)
	s.north.Get(t, "/v1/service-plans/"+second).WantProblem(http.StatusNotFound, "not-found")
	s.north.Post(t, "/v1/reseller-plans", map[string]any{"name": "x"}).WantProblem(http.StatusForbidden, "forbidden")
	for range 2 {
		s.admin.Post(t, "/v1/reseller-plans", map[string]any{"name": "Paged"}).Want(http.StatusCreated)
	}
	eventually(t, "reseller plans are listed page by page", func() bool {
		cursor, _ := s.admin.Get(t, "/v1/reseller-plans?limit=1").Want(http.StatusOK).JSON()["nextCursor"].(string)
		return cursor != "" && s.admin.Get(t, "/v1/reseller-plans?limit=1&cursor="+cursor).Status == http.StatusOK
	})
}

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
	s.admin.Post(t, "/v1/api-tokens", map[string]any{"name": "node", "scopes": []string{"gate:read"}, "expiresAt": time.Now().Add(time.Hour)}).
		Want(http.StatusCreated).Into(&created)
	s.node = client.Caller{Name: "node", URL: s.stack.URL, Token: created.Token}
	s.node.Get(t, "/v1/customers").WantProblem(http.StatusForbidden, "forbidden")
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
		if sub["domain"] != domain || sub["link"] != "synced" || sub["servicePlan"] != s.gold || sub["status"] != "active" {
			t.Errorf("got the subscription %s, want it active and on the plan", first.Text)
		}
		second := s.domain(fmt.Sprintf("more%d", i))
		site := own.Post(t, "/v1/subscriptions/"+id(first)+"/websites", map[string]any{"domain": second}).Want(http.StatusCreated)
		domains, subscriptions, websites = append(domains, domain, second), append(subscriptions, id(first)), append(websites, id(site))
	}
	if got := s.open(t, domains); slices.Contains(got, false) {
		t.Fatalf("open domains: got %v, want all open", got)
	}
	if taken := s.south.Post(t, "/v1/customers/"+s.southern[0].ID+"/subscriptions", map[string]any{"domain": domains[0], "servicePlan": "custom"}); true {
		if problem := taken.WantProblem(http.StatusConflict, "conflict"); strings.Contains(problem.Detail, s.northLogin) {
			t.Errorf("the detail shows who owns the domain: %s", problem.Detail)
		}
	}
	counts := func() (total, active any) {
		found := s.north.Get(t, c.path("")).Want(http.StatusOK).JSON()["subscriptions"].(map[string]any)
		return found["total"], found["active"]
	}

	// The reseller suspends one subscription, and the customer suspends one website.
	s.north.Post(t, "/v1/subscriptions/"+subscriptions[0]+"/suspend", map[string]any{"publicMessage": "Unpaid."}).Want(http.StatusOK)
	own.Post(t, "/v1/websites/"+websites[1]+"/suspend", nil).Want(http.StatusOK)
	if got := s.open(t, domains); !slices.Equal(got, []bool{false, false, true, false, true, true}) {
		t.Fatalf("open domains: got %v, want those of the suspended subscription and website closed", got)
	}
	if total, active := counts(); total != 3.0 || active != 2.0 {
		t.Errorf("counts: %v, %v", total, active)
	}
	own.Post(t, "/v1/subscriptions/"+subscriptions[0]+"/activate", nil).WantProblem(http.StatusForbidden, "forbidden")

	// A suspended customer closes all six domains with its message.
	s.north.Post(t, c.path("/suspend"), map[string]any{"publicMessage": "Customer away."}).Want(http.StatusOK)
	for i, domain := range domains {
		open, message := s.gate(t, domain)
		if want := map[bool]string{true: "Unpaid.", false: "Customer away."}[i < 2]; open || message != want {
			t.Errorf("%s: open %v, %q", domain, open, message)
		}
	}
	seen := s.north.Get(t, "/v1/subscriptions/"+subscriptions[1]).Want(http.StatusOK)
	if !strings.Contains(seen.Text, `"inherited":true`) || seen.JSON()["status"] != "active" {
		t.Errorf("a subscription below: %s", seen.Text)
	}
	// One that is created meanwhile is closed too.
	late := s.domain("late")
	s.north.Post(t, c.path("/subscriptions"), map[string]any{"domain": late, "servicePlan": s.gold}).Want(http.StatusCreated)
	if open, _ := s.gate(t, late); open {
		t.Error("a subscription of a suspended customer is open")
	}
	// Activated with inherited, what was suspended on its own stays so.
	s.north.Post(t, c.path("/activate"), map[string]any{"subscriptions": "inherited"}).Want(http.StatusOK)
	if got := s.open(t, append(domains, late)); !slices.Equal(got, []bool{false, false, true, false, true, true, true}) {
		t.Fatalf("after inherited: %v", got)
	}
	// By default the subscriptions are activated too; the website that was switched off stays off.
	s.north.Post(t, c.path("/suspend"), nil).Want(http.StatusOK)
	s.north.Post(t, c.path("/activate"), nil).Want(http.StatusOK)
	if got := s.open(t, append(domains, late)); !slices.Equal(got, []bool{true, true, true, false, true, true, true}) {
		t.Fatalf("after all: %v", got)
	}
	if total, active := counts(); total != 4.0 || active != 4.0 {
		t.Errorf("counts: %v, %v", total, active)
	}
	// The reseller cannot activate what the administrator has suspended. A suspension of the reseller closes all domains, and its
	// activation opens only those that were open before.
	s.admin.Post(t, "/v1/subscriptions/"+subscriptions[2]+"/suspend", nil).Want(http.StatusOK)
	s.north.Post(t, "/v1/subscriptions/"+subscriptions[2]+"/activate", nil).WantProblem(http.StatusForbidden, "held-by-higher-level")
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
	s.node.Get(t, "/v1/gate/"+domains[0], client.Header{"If-None-Match", response.Header.Get("ETag")}).Want(http.StatusNotModified)
	weak := client.Header{"If-None-Match", `"x", W/` + response.Header.Get("ETag")}
	s.node.Get(t, "/v1/gate/"+domains[0], weak).Want(http.StatusNotModified)
	s.node.Get(t, "/v1/gate/"+s.domain("nobodys")).WantProblem(http.StatusNotFound, "not-found")
	s.node.Get(t, "/v1/gate/not_a_domain").WantProblem(http.StatusNotFound, "not-found")

	s.hosted, s.hostedSubscriptions, s.hostedDomains = c, subscriptions, domains
}

func planChangesReachSubscriptions(t *testing.T, s *story) {
	disk := func(subscription string) any {
		found := s.north.Get(t, "/v1/subscriptions/"+subscription).Want(http.StatusOK).JSON()
		return found["resources"].(map[string]any)["allotments"].(map[string]any)["disk_space"]
	}
	synced, locked, custom := s.hostedSubscriptions[0], s.hostedSubscriptions[1], s.hostedSubscriptions[2]
	s.north.Do(t, http.MethodPut, "/v1/subscriptions/"+locked+"/plan", map[string]any{"servicePlan": s.gold, "resources": map[string]any{"allotments": map[string]any{"disk_space": 5}}}).
		Want(http.StatusOK)
	s.north.Do(t, http.MethodPut, "/v1/subscriptions/"+custom+"/plan", map[string]any{"servicePlan": "custom"}).Want(http.StatusOK)
	s.north.Do(t, http.MethodPatch, "/v1/service-plans/"+s.gold, map[string]any{"allotments": map[string]any{"disk_space": 2000}}).Want(http.StatusOK)
	for subscription, want := range map[string]float64{synced: 2000, locked: 5, custom: 1000} {
		if got := disk(subscription); got != want {
			t.Errorf("disk space of %s: got %v, want %v", subscription, got, want)
		}
	}
	if problem := s.north.Do(t, http.MethodDelete, "/v1/service-plans/"+s.gold, nil).WantProblem(http.StatusConflict, "conflict"); !strings.Contains(problem.Detail, "3") {
		t.Errorf("got the detail %q, want the number of subscriptions on the plan, 3", problem.Detail)
	}
	foreign := id(s.south.Post(t, "/v1/service-plans", map[string]any{"name": "Foreign"}).Want(http.StatusCreated))
	s.north.Do(t, http.MethodPut, "/v1/subscriptions/"+synced+"/plan", map[string]any{"servicePlan": foreign}).WantProblem(http.StatusUnprocessableEntity, "invalid-request")
	s.north.Post(t, s.hosted.path("/subscriptions"), map[string]any{"domain": s.domain("foreign"), "servicePlan": foreign}).
		WantProblem(http.StatusUnprocessableEntity, "invalid-request")

	// A subscription can have only as many websites as its plan allows.
	site := s.north.Post(t, "/v1/subscriptions/"+synced+"/websites", map[string]any{"domain": s.domain("third")}).Want(http.StatusCreated)
	s.north.Post(t, "/v1/subscriptions/"+synced+"/websites", map[string]any{"domain": s.domain("fourth")}).WantProblem(http.StatusConflict, "limit-exceeded")
	eventually(t, "websites are listed page by page", func() bool {
		page := s.north.Get(t, "/v1/subscriptions/"+synced+"/websites?limit=2").Want(http.StatusOK).JSON()
		cursor, _ := page["nextCursor"].(string)
		return cursor != "" && strings.Contains(s.north.Get(t, "/v1/subscriptions/"+synced+"/websites?limit=2&cursor="+cursor).Want(http.StatusOK).Text, id(site))
	})
	eventually(t, "subscriptions are listed page by page", func() bool {
		page := s.north.Get(t, s.hosted.path("/subscriptions?limit=3")).Want(http.StatusOK).JSON()
		cursor, _ := page["nextCursor"].(string)
		return cursor != "" && page["total"] == 4.0 && s.north.Get(t, s.hosted.path("/subscriptions?limit=3&cursor="+cursor)).Status == http.StatusOK
	})
	s.north.Do(t, http.MethodDelete, "/v1/websites/"+id(site), nil).Want(http.StatusNoContent)
	s.north.Do(t, http.MethodDelete, "/v1/websites/"+id(site), nil).WantProblem(http.StatusNotFound, "not-found")

	// Removing a subscription removes its websites and frees their domains.
	key := client.Header{"Idempotency-Key", "unsubscribe-" + s.run}
	s.north.Do(t, http.MethodDelete, "/v1/subscriptions/"+synced, nil, key).Want(http.StatusNoContent)
	s.north.Get(t, "/v1/subscriptions/"+synced).WantProblem(http.StatusNotFound, "not-found")
	s.node.Get(t, "/v1/gate/"+s.hostedDomains[1]).WantProblem(http.StatusNotFound, "not-found")
	s.south.Post(t, "/v1/customers/"+s.southern[0].ID+"/subscriptions", map[string]any{"domain": s.hostedDomains[0], "servicePlan": "custom"}).Want(http.StatusCreated)
	expired := time.Now().Add(2 * time.Second)
	s.north.Post(t, s.hosted.path("/subscriptions"), map[string]any{"domain": s.domain("expiring"), "servicePlan": "custom", "expiresAt": expired}).Want(http.StatusCreated)
	eventually(t, "an expired subscription is closed", func() bool { open, _ := s.gate(t, s.domain("expiring")); return !open })
}

func resellersHaveLimits(t *testing.T, s *story) {
	planned := id(s.admin.Post(t, "/v1/reseller-plans", map[string]any{"name": "Small", "allotments": map[string]any{"max_cl": 2, "disk_space": 100}}).Want(http.StatusCreated))
	body := s.person("limited", "L. Imited", "resellerPlan", planned)
	created := s.admin.Post(t, "/v1/resellers", body).Want(http.StatusCreated).JSON()
	if created["resellerPlan"] != planned || created["resources"].(map[string]any)["allotments"].(map[string]any)["max_cl"] != 2.0 {
		t.Errorf("got %v, want a reseller with the limits of its plan", created)
	}
	limited := s.stack.SignIn(t, "limited", s.login("limited"), s.password)
	statuses := make([]int, 5)
	var group sync.WaitGroup
	for i := range statuses {
		group.Go(func() {
			statuses[i] = limited.Post(t, "/v1/customers", s.person(fmt.Sprintf("limited-%d", i), "L")).Status
		})
	}
	group.Wait()
	slices.Sort(statuses)
	if !slices.Equal(statuses, []int{201, 201, 409, 409, 409}) {
		t.Errorf("five customers with a limit of two: got the statuses %v, want 201 twice and 409 three times", statuses)
	}
	if problem := limited.Post(t, "/v1/customers", s.person("too-many", "T")).WantProblem(http.StatusConflict, "limit-exceeded"); !strings.Contains(problem.Detail, "max_cl") {
		t.Errorf("got the detail %q, want it to name max_cl", problem.Detail)
	}
	s.admin.Post(t, "/v1/customers", s.person("too-many", "T", "owner", created["id"])).WantProblem(http.StatusConflict, "limit-exceeded")
	items, _ := listAll(t, limited, "limit=100")
	path := "/v1/customers/" + fmt.Sprint(items[0]["id"]) + "/subscriptions"
	half := map[string]any{"allotments": map[string]any{"disk_space": 60}}
	first := limited.Post(t, path, map[string]any{"domain": s.domain("half"), "servicePlan": "custom", "resources": half}).Want(http.StatusCreated)
	if problem := limited.Post(t, path, map[string]any{"domain": s.domain("half2"), "servicePlan": "custom", "resources": half}).
		WantProblem(http.StatusConflict, "limit-exceeded"); !strings.Contains(problem.Detail, "disk_space: requested 60, available 40") {
		t.Errorf("got the detail %q, want the requested and the available disk space", problem.Detail)
	}
	limited.Post(t, path, map[string]any{"domain": s.domain("endless"), "servicePlan": "custom"}).WantProblem(http.StatusConflict, "limit-exceeded")

	// A change to a service plan counts for all subscriptions on it. A larger reseller plan takes effect at once.
	service := id(limited.Post(t, "/v1/service-plans", map[string]any{"name": "Tiny", "allotments": map[string]any{"disk_space": 10}}).Want(http.StatusCreated))
	limited.Post(t, path, map[string]any{"domain": s.domain("tiny"), "servicePlan": service}).Want(http.StatusCreated)
	limited.Do(t, http.MethodPatch, "/v1/service-plans/"+service, map[string]any{"allotments": map[string]any{"disk_space": 41}}).WantProblem(http.StatusConflict, "limit-exceeded")
	limited.Do(t, http.MethodPatch, "/v1/service-plans/"+service, map[string]any{"allotments": map[string]any{"disk_space": 40}}).Want(http.StatusOK)
	used := func() map[string]any {
		return s.admin.Get(t, "/v1/resellers/"+fmt.Sprint(created["id"])).Want(http.StatusOK).JSON()["used"].(map[string]any)
	}
	if u := used(); u["customers"] != 2.0 || u["subscriptions"] != 2.0 || u["allotments"].(map[string]any)["disk_space"] != 100.0 {
		t.Errorf("usage: got %v, want 2 customers, 2 subscriptions and 100 of disk space", u)
	}
	s.admin.Do(t, http.MethodPatch, "/v1/reseller-plans/"+planned, map[string]any{"allotments": map[string]any{"disk_space": 200}}).Want(http.StatusOK)
	limited.Post(t, path, map[string]any{"domain": s.domain("half3"), "servicePlan": "custom", "resources": half}).Want(http.StatusCreated)
	limited.Do(t, http.MethodDelete, "/v1/subscriptions/"+id(first), nil).Want(http.StatusNoContent)
	if u := used(); u["subscriptions"] != 2.0 || u["allotments"].(map[string]any)["disk_space"] != 100.0 {
		t.Errorf("usage after a removal: got %v, want 2 subscriptions and 100 of disk space", u)
	}
	s.admin.Do(t, http.MethodDelete, "/v1/reseller-plans/"+planned, nil).WantProblem(http.StatusConflict, "conflict")
	change := map[string]any{
		"contact": map[string]any{"company": "Less & Sons"}, "resellerPlan": "custom", "resources": map[string]any{"allotments": map[string]any{"max_cl": 3}},
	}
	key := client.Header{"Idempotency-Key", "limits-" + s.run}
	changed := s.admin.Do(t, http.MethodPatch, "/v1/resellers/"+fmt.Sprint(created["id"]), change, key).Want(http.StatusOK).JSON()
	if again := s.admin.Do(t, http.MethodPatch, "/v1/resellers/"+fmt.Sprint(created["id"]), change, key).Want(http.StatusOK).JSON(); again["version"] != changed["version"] {
		t.Errorf("the repeated request returned the version %v, want %v", again["version"], changed["version"])
	}
	if changed["resellerPlan"] != "custom" || changed["contact"].(map[string]any)["company"] != "Less & Sons" {
		t.Errorf("got %v, want the custom plan and the new company", changed)
	}
	limited.Post(t, "/v1/customers", s.person("third", "T")).Want(http.StatusCreated)
	limited.Post(t, "/v1/customers", s.person("fourth", "T")).WantProblem(http.StatusConflict, "limit-exceeded")
	s.admin.Do(t, http.MethodDelete, "/v1/reseller-plans/"+planned, nil).Want(http.StatusNoContent)

	// A new count of the usage agrees with the counters.
	for _, reseller := range []string{fmt.Sprint(created["id"]), s.north.ID, s.south.ID} {
		s.assertBalanced(t, reseller)
	}
}

func backupsAreCreated(t *testing.T, s *story) {
	own := s.stack.SignIn(t, "customer", s.hosted.Login, s.password)
	subscription := s.hostedSubscriptions[1]
	content := strings.Repeat("all that the customer has ", 100)
	path := "/v1/subscriptions/" + subscription + "/backups"
	key := client.Header{"Idempotency-Key", "backup-" + s.run}
	upload := own.Post(t, path, map[string]any{"size": len(content)}, key).Want(http.StatusCreated)
	own.Post(t, path, map[string]any{"size": len(content)}, key).WantProblem(http.StatusConflict, "secret-shown-once")
	backup, address := "/v1/backups/"+id(upload), upload.JSON()["uploadUrl"].(string)
	if !strings.HasPrefix(address, s.stack.URL+"/") {
		t.Errorf("got the upload URL %s, want a URL of this stack", address)
	}
	state := func() any { return own.Get(t, backup).Want(http.StatusOK).JSON()["state"] }
	if got := state(); got != "uploading" {
		t.Errorf("state before the upload: got %v, want uploading", got)
	}
	anonymous := client.Caller{Name: "uploader"}
	if short := anonymous.Do(t, http.MethodPut, address, content[1:], client.Header{"Content-Type", ""}); short.Status < 400 {
		t.Logf("the local storage accepts an upload of another length (%d); S3 rejects it because of the signature", short.Status)
		if got := state(); got != "uploading" {
			t.Errorf("state after an upload of another length: got %v, want uploading", got)
		}
	}
	anonymous.Do(t, http.MethodPut, address, content, client.Header{"Content-Type", ""}).Want(http.StatusOK)
	shown := own.Get(t, backup).Want(http.StatusOK).JSON()
	if shown["state"] != "ready" || shown["size"] != float64(len(content)) || shown["createdBy"] != s.hosted.ID {
		t.Errorf("got %v, want a ready backup of the customer with the declared size", shown)
	}
	if got := anonymous.Get(t, shown["downloadUrl"].(string)).Want(http.StatusOK); got.Text != content {
		t.Errorf("downloaded %d bytes, want %d", len(got.Text), len(content))
	}
	s.north.Get(t, backup).Want(http.StatusOK)
	s.south.Get(t, backup).WantProblem(http.StatusNotFound, "not-found")
	for _, size := range []int{0, -1, 6 << 30} {
		if response := own.Post(t, path, map[string]any{"size": size}); response.Status != http.StatusUnprocessableEntity {
			t.Errorf("size %d: got %d, want 422", size, response.Status)
		}
	}
	byNorth := id(s.north.Post(t, path, map[string]any{"size": 1}).Want(http.StatusCreated))
	eventually(t, "backups are listed page by page", func() bool {
		page := own.Get(t, path+"?limit=1").Want(http.StatusOK).JSON()
		cursor, _ := page["nextCursor"].(string)
		return cursor != "" && strings.Contains(own.Get(t, path+"?limit=1&cursor="+cursor).Want(http.StatusOK).Text, byNorth)
	})
	if mine := s.north.Get(t, "/v1/backups").Want(http.StatusOK).Text; !strings.Contains(mine, byNorth) || strings.Contains(mine, id(upload)) {
		t.Errorf("got the backups %s, want only those that north created", mine)
	}
	second := own.Post(t, path, map[string]any{"size": 1}).Want(http.StatusCreated)
	eventually(t, "own backups are listed page by page, newest first", func() bool {
		page := own.Get(t, "/v1/backups?limit=1").Want(http.StatusOK)
		cursor, _ := page.JSON()["nextCursor"].(string)
		return cursor != "" && strings.Contains(page.Text, id(second)) &&
			strings.Contains(own.Get(t, "/v1/backups?limit=1&cursor="+cursor).Want(http.StatusOK).Text, id(upload))
	})
	own.Do(t, http.MethodDelete, backup, nil).Want(http.StatusNoContent)
	own.Get(t, backup).WantProblem(http.StatusNotFound, "not-found")
	if download := anonymous.Get(t, shown["downloadUrl"].(string)); download.Status != http.StatusNotFound {
		t.Errorf("download of a deleted backup: got %d, want 404", download.Status)
	}
	s.assertLateUploadsAreSwept(t, id(upload), func() {
		anonymous.Do(t, http.MethodPut, address, content, client.Header{"Content-Type", ""}).Want(http.StatusOK)
	}, func() bool { return anonymous.Get(t, shown["downloadUrl"].(string)).Status == http.StatusOK })
	s.north.Do(t, http.MethodPut, "/v1/subscriptions/"+subscription+"/plan", map[string]any{
		"servicePlan": "custom", "resources": map[string]any{"allotments": map[string]any{"max_backup_size": 10}},
	}).Want(http.StatusOK)
	own.Post(t, path, map[string]any{"size": 11}).WantProblem(http.StatusConflict, "limit-exceeded")
}
