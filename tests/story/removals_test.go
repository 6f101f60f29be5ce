package story

import (
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
	"testing"

	"tenantry/tests/client"
)

// removalPatience is how long a removal may take: it waits for indexes and for its workflow's pause, each for some seconds.
const removalPatience = 6 * patience

// leaver is a customer with all that customers have.
type leaver struct {
	customer
	own, user     client.Caller
	domains       []string
	backup, spare string // the one that it made, the one that its reseller made
	stored        string // where its own is downloaded
}

// remove asks for a removal, which must be accepted.
func remove(t *testing.T, by client.Caller, path string, headers ...client.Header) (begun operation) {
	t.Helper()
	response := by.Do(t, http.MethodDelete, path, nil, headers...).Want(http.StatusAccepted).Into(&begun)
	if response.Header.Get("Location") != begun.path() || begun.ID == "" {
		t.Errorf("accepted at %q: %s", response.Header.Get("Location"), response.Text)
	}
	return begun
}

// upload takes a backup and fills it.
func (s *story) upload(t *testing.T, by client.Caller, subscription, content string) (path, download string) {
	t.Helper()
	taken := by.Post(t, "/v1/subscriptions/"+subscription+"/backups", map[string]any{"size": len(content)}).Want(http.StatusCreated)
	(client.Caller{Name: "uploader"}).Do(t, http.MethodPut, taken.JSON()["uploadUrl"].(string), content, client.Header{"Content-Type", ""}).Want(http.StatusOK)
	path = "/v1/backups/" + id(taken)
	return path, by.Get(t, path).Want(http.StatusOK).JSON()["downloadUrl"].(string)
}

func (s *story) leaver(t *testing.T, name string) leaver {
	t.Helper()
	l := leaver{customer: s.newCustomer(t, s.north, name, "externalId", s.external(name))}
	l.own = s.stack.SignIn(t, "customer", l.Login, s.password)
	l.own.Post(t, l.path("/panel-users"), s.userOf(name)).Want(http.StatusCreated)
	l.user = s.stack.SignIn(t, "panel user", s.login(name+"-user"), s.password)
	var subscriptions []string
	for i, on := range []string{s.gold, s.gold, "custom"} {
		domain := s.domain(fmt.Sprint(name, i))
		made := s.north.Post(t, l.path("/subscriptions"), map[string]any{"domain": domain, "servicePlan": on}).Want(http.StatusCreated)
		l.own.Post(t, "/v1/subscriptions/"+id(made)+"/websites", map[string]any{"domain": "www." + domain}).Want(http.StatusCreated)
		l.domains, subscriptions = append(l.domains, domain, "www."+domain), append(subscriptions, id(made))
	}
	l.backup, l.stored = s.upload(t, l.own, subscriptions[0], "what the customer kept")
	l.spare, _ = s.upload(t, s.north, subscriptions[0], "what its reseller kept")
	return l
}

func (s *story) userOf(name string) map[string]any {
	return map[string]any{"login": s.login(name + "-user"), "password": s.password, "name": "A User", "email": "u@example.com"}
}

// closes waits until an account is being removed.
func closes(t *testing.T, by client.Caller, path string) {
	t.Helper()
	eventually(t, path+" closes", func() bool {
		found := by.Get(t, path)
		if found.Status == http.StatusNotFound {
			t.Fatal("it is gone, and nobody saw it go")
		}
		return found.Want(http.StatusOK).JSON()["lifecycle"] == "removing"
	})
}

func aCustomerIsRemoved(t *testing.T, s *story) {
	l := s.leaver(t, "leaving")
	s.south.Do(t, http.MethodDelete, l.path(""), nil).WantProblem(http.StatusNotFound, "not-found")
	l.own.Do(t, http.MethodDelete, l.path(""), nil).WantProblem(http.StatusForbidden, "forbidden")
	key := client.Header{"Idempotency-Key", "leave-" + s.run}
	begun := remove(t, s.north, l.path(""), key)

	closes(t, s.north, l.path(""))
	l.own.Get(t, "/v1/me").WantProblem(http.StatusUnauthorized, "unauthenticated")
	l.user.Get(t, "/v1/me").WantProblem(http.StatusForbidden, "account-suspended") // it is there for a while yet
	if got := s.open(t, l.domains); slices.Contains(got, true) {
		t.Errorf("open: %v", got)
	}
	// Nothing is added to it, and nothing of it changes.
	s.north.Do(t, http.MethodPatch, l.path("/contact"), map[string]any{"phone": "1"}).WantProblem(http.StatusConflict, "busy")
	s.north.Post(t, l.path("/subscriptions"), map[string]any{"domain": s.domain("too-late"), "servicePlan": "custom"}).WantProblem(http.StatusConflict, "busy")
	s.admin.Do(t, http.MethodDelete, l.path(""), nil).WantProblem(http.StatusConflict, "busy")
	if again := remove(t, s.north, l.path(""), key); again.ID != begun.ID {
		t.Errorf("the same request began %s and %s", begun.ID, again.ID)
	}

	done := endWithin(t, removalPatience, s.north, begun, "succeeded")
	if done.Kind != "remove-customers" || done.counts() != [4]int{1, 1, 0, 0} {
		t.Errorf("ended as %+v", done)
	}
	if again := remove(t, s.north, l.path(""), key); again.ID != begun.ID {
		t.Errorf("the same request began %s and %s", begun.ID, again.ID)
	}
	l.user.Get(t, "/v1/me").WantProblem(http.StatusUnauthorized, "unauthenticated")
	s.gone(t, l)
	s.spared(t, l)
	s.freeAgain(t, l, "leaving")
}

// gone expects that nobody finds anything of a customer.
func (s *story) gone(t *testing.T, l leaver) {
	t.Helper()
	for _, by := range []client.Caller{s.north, s.admin} {
		for _, rest := range []string{"", "/subscriptions", "/panel-users"} {
			by.Get(t, l.path(rest)).WantProblem(http.StatusNotFound, "not-found")
		}
		by.Do(t, http.MethodDelete, l.path(""), nil).WantProblem(http.StatusNotFound, "not-found")
		by.Get(t, l.backup).WantProblem(http.StatusNotFound, "not-found")
		by.Get(t, "/v1/customers/login:"+l.Login).WantProblem(http.StatusNotFound, "not-found")
	}
	s.north.Get(t, l.path("/events")).WantProblem(http.StatusNotFound, "not-found")
	var remains struct{ Items []struct{ Event string } }
	s.admin.Get(t, l.path("/events")).Want(http.StatusOK).Into(&remains)
	if len(remains.Items) != 1 || remains.Items[0].Event != "customer.removed" {
		t.Errorf("the administrator reads %+v of it", remains.Items)
	}
	for _, domain := range l.domains {
		s.node.Get(t, "/v1/gate/"+domain).WantProblem(http.StatusNotFound, "not-found")
	}
	if left := (client.Caller{Name: "downloader"}).Get(t, l.stored); left.Status != http.StatusNotFound {
		t.Errorf("its backup downloads: %d", left.Status)
	}
	s.stack.Anonymous().Post(t, "/v1/sessions", map[string]any{"login": l.Login, "password": s.password}).
		WantProblem(http.StatusUnauthorized, "unauthenticated")
	eventually(t, "lists tell nothing of it", func() bool {
		listed, _ := all(t, s.north, "limit=100")
		return !slices.Contains(field(listed, "id"), l.ID)
	})
	s.balanced(t, s.north.ID)
}

// spared expects a backup that the reseller made to be still its own.
func (s *story) spared(t *testing.T, l leaver) {
	t.Helper()
	for _, by := range []client.Caller{s.north, s.admin} {
		address := by.Get(t, l.spare).Want(http.StatusOK).JSON()["downloadUrl"].(string)
		if got := (client.Caller{Name: "downloader"}).Get(t, address).Want(http.StatusOK); got.Text != "what its reseller kept" {
			t.Errorf("%s downloads %q", by.Name, got.Text)
		}
	}
	if mine := s.north.Get(t, "/v1/backups").Want(http.StatusOK).Text; !strings.Contains(mine, strings.TrimPrefix(l.spare, "/v1/backups/")) {
		t.Errorf("north's own backups: %s", mine)
	}
	s.south.Get(t, l.spare).WantProblem(http.StatusNotFound, "not-found")
	s.north.Do(t, http.MethodDelete, l.spare, nil).Want(http.StatusNoContent)
}

// freeAgain expects another customer to be able to have what a removed one had.
func (s *story) freeAgain(t *testing.T, l leaver, name string) {
	t.Helper()
	next := s.newCustomer(t, s.north, name, "externalId", s.external(name))
	if next.ID == l.ID {
		t.Errorf("an id is used twice: %s", l.ID)
	}
	s.north.Post(t, next.path("/panel-users"), s.userOf(name)).Want(http.StatusCreated)
	for _, domain := range l.domains {
		s.north.Post(t, next.path("/subscriptions"), map[string]any{"domain": domain, "servicePlan": s.gold}).Want(http.StatusCreated)
	}
}

// balanced expects what was counted on the way to agree with a new count.
func (s *story) balanced(t *testing.T, reseller string) {
	t.Helper()
	eventually(t, "the counts agree", func() bool {
		return s.stack.Invoke(t, "ReconcileResellerFunction", map[string]any{"reseller": reseller}).JSON()["inOrder"] == true
	})
}

func manyCustomersAreRemoved(t *testing.T, s *story) {
	var leaving []string
	for i := range 4 {
		leaving = append(leaving, s.newCustomer(t, s.north, fmt.Sprint("going", i)).ID)
	}
	stays := leaving[0]
	foreign := s.southern[0].ID
	body := map[string]any{"items": append(itemsOf(leaving[1:]...), itemsOf(foreign, nobody)...)}
	try := map[string]any{"items": body["items"], "dryRun": true}
	if text := s.north.Post(t, "/v1/customers/remove", try).Want(http.StatusOK).Text; strings.Count(text, `"not-found"`) != 2 {
		t.Errorf("preview: %s", text)
	}
	if got := s.statuses(t, leaving...); got != "active,active,active,active" {
		t.Errorf("after a preview: %s", got)
	}

	key := client.Header{"Idempotency-Key", "go-" + s.run}
	begun := begin(t, s.north, "remove", body, key)
	done := endWithin(t, removalPatience, s.north, begun, "partially-failed")
	if done.counts() != [4]int{5, 3, 2, 0} {
		t.Errorf("counts %v", done.counts())
	}
	for _, i := range outcomes(t, s.north, done, "status=failed") {
		if i.Code != "not-found" || i.Customer != foreign && i.Customer != nobody {
			t.Errorf("failed: %+v", i)
		}
	}
	for _, id := range leaving[1:] {
		s.north.Get(t, "/v1/customers/"+id).WantProblem(http.StatusNotFound, "not-found")
	}
	s.admin.Get(t, "/v1/customers/"+stays).Want(http.StatusOK)
	s.admin.Get(t, "/v1/customers/"+foreign).Want(http.StatusOK)
	var again operation
	if s.north.Post(t, "/v1/customers/remove", body, key).Want(http.StatusAccepted).Into(&again); again.ID != begun.ID {
		t.Errorf("the same request began %s and %s", begun.ID, again.ID)
	}
	s.balanced(t, s.north.ID)
}

func aResellerIsRemoved(t *testing.T, s *story) {
	rules := "/v1/reseller-plans/" + id(s.admin.Post(t, "/v1/reseller-plans", map[string]any{"name": "West"}).Want(http.StatusCreated))
	made := id(s.admin.Post(t, "/v1/resellers", s.person("west", "Ms west", "resellerPlan", path.Base(rules))).Want(http.StatusCreated))
	west := s.stack.SignIn(t, "west", s.login("west"), s.password)
	at := "/v1/resellers/" + made
	last := s.newCustomer(t, west, "last")
	terms := id(west.Post(t, "/v1/service-plans", map[string]any{"name": "Western"}).Want(http.StatusCreated))
	domain := s.domain("last")
	west.Post(t, last.path("/subscriptions"), map[string]any{"domain": domain, "servicePlan": terms}).Want(http.StatusCreated)

	key := client.Header{"Idempotency-Key", "west-" + s.run}
	s.admin.Do(t, http.MethodDelete, at, nil, key).WantProblem(http.StatusConflict, "conflict")
	s.admin.Do(t, http.MethodDelete, "/v1/customers/"+made, nil).WantProblem(http.StatusNotFound, "not-found")
	west.Do(t, http.MethodDelete, at, nil).WantProblem(http.StatusForbidden, "forbidden")
	west.Get(t, "/v1/me").Want(http.StatusOK)
	endWithin(t, removalPatience, west, remove(t, west, last.path("")), "succeeded")

	begun := remove(t, s.admin, at, key)
	closes(t, s.admin, at)
	west.Get(t, "/v1/me").WantProblem(http.StatusUnauthorized, "unauthenticated")
	late := s.admin.Post(t, "/v1/customers", s.person("late", "Mr late", "owner", made))
	if late.Status < 400 || late.Status >= 500 {
		t.Errorf("a reseller that goes gains a customer: %d %s", late.Status, late.Text)
	}
	endWithin(t, removalPatience, s.admin, begun, "succeeded")
	s.admin.Get(t, at).WantProblem(http.StatusNotFound, "not-found")
	s.admin.Get(t, "/v1/service-plans/"+terms).WantProblem(http.StatusNotFound, "not-found")
	if again := remove(t, s.admin, at, key); again.ID != begun.ID {
		t.Errorf("the same request began %s and %s", begun.ID, again.ID)
	}
	s.admin.Do(t, http.MethodDelete, rules, nil).Want(http.StatusNoContent) // nobody is on it any more
	s.admin.Post(t, "/v1/resellers", s.person("west", "Ms west")).Want(http.StatusCreated)
}

func aResellerIsRemovedWithItsCustomers(t *testing.T, s *story) {
	at := "/v1/resellers/" + id(s.admin.Post(t, "/v1/resellers", s.person("east", "Ms east")).Want(http.StatusCreated))
	east := s.stack.SignIn(t, "east", s.login("east"), s.password)
	first, second := s.newCustomer(t, east, "eastern"), s.newCustomer(t, east, "easterner")
	domain := s.domain("eastern")
	east.Post(t, first.path("/subscriptions"), map[string]any{"domain": domain, "servicePlan": "custom"}).Want(http.StatusCreated)
	s.admin.Do(t, http.MethodDelete, at+"?customers=keep", nil).WantProblem(http.StatusUnprocessableEntity, "invalid-request")
	s.admin.Do(t, http.MethodDelete, at, nil).WantProblem(http.StatusConflict, "conflict")

	begun := remove(t, s.admin, at+"?customers=remove")
	closes(t, s.admin, at)
	if open, _ := s.gate(t, domain); open {
		t.Error("the gate is open below a reseller that goes")
	}
	endWithin(t, removalPatience, s.admin, begun, "succeeded")
	for _, gone := range []string{at, first.path(""), second.path("")} {
		s.admin.Get(t, gone).WantProblem(http.StatusNotFound, "not-found")
	}
	for _, login := range []string{"east", "eastern", "easterner"} {
		s.admin.Post(t, "/v1/customers", s.person(login, "Ms "+login)).Want(http.StatusCreated)
	}
}

// A reseller goes, its customers stay: they come to another owner first, serve all the while, and keep what they have.
func aResellerIsRemovedAndItsCustomersStay(t *testing.T, s *story) {
	made := id(s.admin.Post(t, "/v1/resellers", s.person("departing", "Ms departing")).Want(http.StatusCreated))
	at := "/v1/resellers/" + made
	leaving := s.stack.SignIn(t, "departing", s.login("departing"), s.password)
	heir := id(s.admin.Post(t, "/v1/resellers", s.person("heiress", "Ms heiress", "resources", map[string]any{"allotments": map[string]any{"disk_space": 10}})).Want(http.StatusCreated))
	stays := s.newCustomer(t, leaving, "stays")
	domain := s.domain("stays")
	terms := id(leaving.Post(t, "/v1/service-plans", map[string]any{"name": "Leaving", "allotments": map[string]any{"disk_space": 11}}).Want(http.StatusCreated))
	leaving.Post(t, stays.path("/subscriptions"), map[string]any{"domain": domain, "servicePlan": terms}).Want(http.StatusCreated)

	for _, nobody := range []string{made, "nobody"} {
		s.admin.Do(t, http.MethodDelete, at+"?customers=reassign:"+nobody, nil).WantProblem(http.StatusUnprocessableEntity, "invalid-request")
	}
	s.admin.Do(t, http.MethodDelete, at+"?customers=reassign:"+stays.ID, nil).WantProblem(http.StatusNotFound, "not-found")
	full := id(s.admin.Post(t, "/v1/resellers", s.person("full", "Ms full", "resources", map[string]any{"allotments": map[string]any{"max_cl": 0}})).Want(http.StatusCreated))
	s.admin.Do(t, http.MethodDelete, at+"?customers=reassign:"+full, nil).WantProblem(http.StatusConflict, "limit-exceeded")
	refused := endWithin(t, removalPatience, s.admin, remove(t, s.admin, at+"?customers=reassign:"+heir), "failed")
	wantOutcomes(t, outcomes(t, s.admin, refused, ""), "limit-exceeded")
	leaving.Get(t, stays.path("")).Want(http.StatusOK)

	endWithin(t, removalPatience, s.admin, remove(t, s.admin, at+"?customers=reassign:administrator"), "succeeded")
	s.admin.Get(t, at).WantProblem(http.StatusNotFound, "not-found")
	leaving.Get(t, "/v1/me").WantProblem(http.StatusUnauthorized, "unauthenticated")
	var kept struct{ Owner struct{ ID string } }
	s.admin.Get(t, stays.path("")).Want(http.StatusOK).Into(&kept)
	if open, _ := s.gate(t, domain); kept.Owner.ID != "administrator" || !open {
		t.Errorf("it belongs to %s, its gate is open: %v", kept.Owner.ID, open)
	}
}
