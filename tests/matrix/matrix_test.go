// Package matrix tries every operation of the API document as every kind of caller on its own, another's and a missing
// target. An operation without expectations fails: whoever adds one says here who may do what.
package matrix

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tenantry/docs"
	"tenantry/tests/client"
)

// missing is a well-formed id that nothing has.
const missing = "0000000000000000000000000X"

// world is the same small tenancy for every operation: two resellers, with a customer each.
type world struct {
	t       *testing.T
	stack   client.Stack
	run     string
	callers map[string]client.Caller
	ids     map[string]string // of the callers' accounts
	serial  int
}

// The kinds of caller. Reseller a owns customer a, which has panel user a, and a customer that is suspended; its API token may
// read customers only. Reseller b owns customer b.
var callerNames = []string{
	"anonymous", "ended", "forged", "suspended", "administrator", "reseller a", "reseller b", "token of reseller a", "customer a",
	"customer b", "panel user a",
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, stack: client.Running(t), run: strings.ToLower(rand.Text()[:8]), callers: map[string]client.Caller{}, ids: map[string]string{}}
	admin := w.stack.Administrator(t)
	w.add("administrator", admin)
	for _, side := range []string{"a", "b"} {
		reseller := w.create(t, admin, "/v1/resellers", "reseller "+side)
		w.create(t, reseller, "/v1/customers", "customer "+side)
		w.create(t, reseller, "/v1/customers", "target "+side)  // what calls change: callers stay as they are
		w.create(t, reseller, "/v1/customers", "sleeper "+side) // what calls activate: nobody suspends it
		w.create(t, reseller, "/v1/customers", "scheduled "+side)
		reseller.Do(t, "PUT", "/v1/customers/"+w.ids["scheduled "+side]+"/schedule", map[string]any{"suspendAt": time.Now().AddDate(5, 0, 0)}).Want(200)
	}
	user := map[string]any{"login": w.login("panel user a"), "password": password, "name": "P. Anel", "email": "p@example.com"}
	w.callers["customer a"].Post(t, "/v1/customers/"+w.ids["customer a"]+"/panel-users", user).Want(201)
	w.add("panel user a", w.stack.SignIn(t, "panel user a", w.login("panel user a"), password))
	w.create(t, w.callers["reseller a"], "/v1/customers", "suspended")
	admin.Post(t, "/v1/customers/"+w.ids["suspended"]+"/suspend", nil).Want(200)
	w.add("token of reseller a", w.token(t, w.callers["reseller a"], "customers:read"))
	w.callers["anonymous"] = w.stack.Anonymous()
	forged := w.callers["customer a"]
	forged.Name, forged.Token = "forged", forged.Token[:len(forged.Token)-4]+"AAAA"
	w.callers["forged"] = forged
	ended := w.stack.SignIn(t, "ended", w.login("reseller a"), password)
	ended.Do(t, "DELETE", "/v1/session", nil).Want(204)
	w.callers["ended"] = ended
	return w
}

// token returns a caller by an API token of another caller.
func (w *world) token(t *testing.T, of client.Caller, scopes ...string) client.Caller {
	t.Helper()
	var made struct{ Token string }
	of.Post(t, "/v1/api-tokens", map[string]any{"name": "matrix", "scopes": scopes, "expiresAt": time.Now().Add(time.Hour)}).Want(201).Into(&made)
	of.Token = made.Token
	return of
}

const password = "matrix of callers and targets"

func (w *world) add(name string, c client.Caller) {
	c.Name = name
	w.callers[name], w.ids[name] = c, c.ID
}

func (w *world) login(name string) string {
	return "m" + w.run + "." + strings.ReplaceAll(name, " ", "-")
}

func (w *world) create(t *testing.T, by client.Caller, path, name string) client.Caller {
	t.Helper()
	by.Post(t, path, account(w.login(name), password)).Want(201)
	c := w.stack.SignIn(t, name, w.login(name), password)
	w.add(name, c)
	return w.callers[name]
}

func account(login, password string) map[string]any {
	return map[string]any{
		"login": login, "password": password, "contact": map[string]any{"name": "M. Atrix", "email": "m@example.com"},
	}
}

// fresh returns a login that nobody has.
func (w *world) fresh() string {
	w.serial++
	return fmt.Sprintf("m%s.new-%d", w.run, w.serial)
}

// document is what the matrix reads of docs/openapi.json.
type document struct {
	Paths map[string]map[string]struct {
		OperationID string `json:"operationId"`
		Parameters  []struct{ Name string }
	}
}

func TestMatrix(t *testing.T) {
	var doc document
	if err := json.Unmarshal(docs.OpenAPI, &doc); err != nil {
		t.Fatal(err)
	}
	w := newWorld(t)
	seen := map[string]bool{}
	for path, methods := range doc.Paths {
		for method, operation := range methods {
			id := operation.OperationID
			seen[id] = true
			t.Run(id, func(t *testing.T) {
				row, known := expectations[id]
				if !known {
					t.Fatalf("%s has no expectations: say in expectations_test.go who may do what", id)
				}
				row.retried = method == "delete" && slices.ContainsFunc(operation.Parameters, func(p struct{ Name string }) bool {
					return p.Name == "Idempotency-Key"
				})
				row.try(t, w, strings.ToUpper(method), path)
			})
		}
	}
	if len(seen) == 0 {
		t.Fatal("the document has no operations; run make openapi")
	}
	for id := range expectations {
		if !seen[id] {
			t.Errorf("there are expectations for %s, which the document lacks", id)
		}
	}
}

// row is what one operation answers. Each caller has one status for each target.
type row struct {
	targets []string // names of what targets stand for, as the case of `of` says; one "" when there is none
	of      func(w *world, caller, target string) request
	want    map[string][]int
	public  bool                                                                // nobody is asked for a credential
	retried bool                                                                // a deletion that is asked for twice, with one key, is answered twice the same
	look    func(t *testing.T, caller, target string, response client.Response) // at what a status does not tell; nil for nothing
}

// request is one try: what stands for the path's parameter, the body and headers.
type request struct {
	id      string
	body    any
	query   string
	headers []client.Header
}

func (r row) try(t *testing.T, w *world, method, path string) {
	t.Helper()
	for _, name := range callerNames {
		want := r.wanted(name, method)
		if len(want) != len(r.targets) {
			t.Errorf("%s: %d expectations for %d targets", name, len(want), len(r.targets))
			continue
		}
		for i, target := range r.targets {
			asked := r.of(w, name, target)
			at := path
			if asked.id != "" {
				from, to := strings.Index(at, "{"), strings.Index(at, "}")
				at = at[:from] + asked.id + at[to+1:]
			}
			caller := w.callers[name]
			if r.retried {
				asked.headers = append(asked.headers, client.Header{"Idempotency-Key", w.fresh()})
			}
			response := caller.Do(t, method, at+asked.query, asked.body, asked.headers...)
			if response.Status != want[i] {
				t.Errorf("%s on %q: %d, want %d: %.300s", name, target, response.Status, want[i], response.Text)
			}
			if r.retried && response.Status < 300 {
				if again := caller.Do(t, method, at+asked.query, asked.body, asked.headers...); again.Status != response.Status {
					t.Errorf("%s on %q: %d, and %d when asked again: %s", name, target, response.Status, again.Status, again.Text)
				}
			}
			if r.look != nil {
				r.look(t, name, target, response)
			}
			if response.Status >= 400 {
				code := codes[response.Status]
				if name == "suspended" && response.Status == 403 {
					code = "account-suspended"
				}
				response.WantProblem(response.Status, code)
			}
		}
	}
}

// wanted is what a caller is to be answered, for each target.
func (r row) wanted(name, method string) []int {
	if want, known := r.want[name]; known || r.public {
		if !known {
			return r.want["*"]
		}
		return want
	}
	all := func(status int) []int { return slices.Repeat([]int{status}, len(r.targets)) }
	switch {
	case name == "anonymous" || name == "ended" || name == "forged":
		return all(401)
	case name == "suspended":
		return all(403)
	case name == "token of reseller a" && method == "GET" && r.want["reseller a"] != nil:
		return r.want["reseller a"]
	case name == "token of reseller a":
		return all(403)
	}
	return r.want["*"]
}

// codes are the codes that refusals of callers have.
var codes = map[int]string{401: "unauthenticated", 403: "forbidden", 404: "not-found", 422: "invalid-request", 409: "conflict"}
