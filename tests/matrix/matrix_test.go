// Package matrix calls every operation of the API document as every kind of caller, on its own target, on a target of
// the other side and on a missing target. The test fails for an operation without expectations. A new operation needs a
// row that says who may call it.
package matrix

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tenantry/docs"
	"tenantry/tests/client"
)

// missing is the part of an id after its prefix. No object has this id.
const missing = "0000000000000000000000000X"

// world holds the callers and targets of all operations: two sides, a and b, each with a reseller and its customers.
type world struct {
	t       *testing.T
	stack   client.Stack
	run     string
	callers map[string]client.Caller
	ids     map[string]string // ids of the callers' accounts and of the targets
	serial  int
}

// callerNames lists the kinds of caller. Reseller a owns customer a, which has panel user a, and the customer
// "suspended". The API token of reseller a can only read customers. Reseller b owns customer b.
var callerNames = []string{
	"anonymous",
	"ended",
	"forged",
	"suspended",
	"administrator",
	"reseller a",
	"reseller b",
	"token of reseller a",
	"customer a",
	"customer b",
	"panel user a",
}

func newWorld(t *testing.T) *world {
	w := &world{
		t:       t,
		stack:   client.Running(t),
		run:     strings.ToLower(rand.Text()[:8]),
		callers: map[string]client.Caller{},
		ids:     map[string]string{},
	}
	admin := w.stack.Administrator(t)
	w.add("administrator", admin)
	for _, side := range []string{"a", "b"} {
		reseller := w.create(t, admin, "/v1/resellers", "reseller "+side)
		w.create(t, reseller, "/v1/customers", "customer "+side)
		w.create(t, reseller, "/v1/customers", "target "+side)  // the target of changes, so that the callers do not change
		w.create(t, reseller, "/v1/customers", "sleeper "+side) // the target of activations, which no request suspends
		w.create(t, reseller, "/v1/customers", "scheduled "+side)
		reseller.Do(t, "PUT", "/v1/customers/"+w.ids["scheduled "+side]+"/schedule", map[string]any{"suspendAt": time.Now().AddDate(5, 0, 0)}).
			Want(200)
	}
	for _, side := range []string{"a", "b"} {
		name := "panel user " + side
		user := map[string]any{"login": w.login(name), "password": password, "name": "P. Anel", "email": "p@example.com"}
		w.callers["customer "+side].Post(t, "/v1/customers/"+w.ids["customer "+side]+"/panel-users", user).Want(201)
		w.add(name, w.stack.SignIn(t, name, w.login(name), password))
	}
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

// token creates an API token of the owner and returns a caller with this token.
func (w *world) token(t *testing.T, owner client.Caller, scopes ...string) client.Caller {
	t.Helper()
	var created struct{ Token string }
	owner.Post(t, "/v1/api-tokens", newToken(owner, scopes...)).Want(201).Into(&created)
	owner.Token = created.Token
	return owner
}

// newToken returns the body that creates an API token of the owner.
func newToken(owner client.Caller, scopes ...string) map[string]any {
	return map[string]any{
		"name": "matrix", "scopes": scopes, "expiresAt": time.Now().Add(time.Hour), "current": owner.Password,
	}
}

const password = "matrix of callers and targets"

func (w *world) add(name string, c client.Caller) {
	c.Name = name
	w.callers[name], w.ids[name] = c, c.ID
}

func (w *world) login(name string) string {
	return "m" + w.run + "." + strings.ReplaceAll(name, " ", "-")
}

// create creates an account, signs in as this account and adds the caller to the world.
func (w *world) create(t *testing.T, owner client.Caller, path, name string) client.Caller {
	t.Helper()
	owner.Post(t, path, account(w.login(name), password)).Want(201)
	c := w.stack.SignIn(t, name, w.login(name), password)
	w.add(name, c)
	return w.callers[name]
}

func account(login, password string) map[string]any {
	return map[string]any{
		"login": login, "password": password, "contact": map[string]any{"name": "M. Atrix", "email": "m@example.com"},
	}
}

// newLogin returns a login that no account has.
func (w *world) newLogin() string {
	w.serial++
	return fmt.Sprintf("m%s.new-%d", w.run, w.serial)
}

// document holds the part of docs/openapi.json that the matrix needs.
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
					t.Fatalf("%s has no expectations; add a row that says who may call it", id)
				}
				row.repeat = method == "delete" && slices.ContainsFunc(operation.Parameters, func(p struct{ Name string }) bool {
					return p.Name == "Idempotency-Key"
				})
				row.check(t, w, strings.ToUpper(method), path)
			})
		}
	}
	if len(seen) == 0 {
		t.Fatal("docs/openapi.json has no operations; run make openapi")
	}
	for id := range expectations {
		if !seen[id] {
			t.Errorf("%s has expectations but is not in docs/openapi.json", id)
		}
	}
}

// row holds the expected statuses of one operation.
type row struct {
	targets []string                                      // names of the targets, which request understands; one "" if there is no target
	request func(w *world, caller, target string) request // returns the request of a caller on a target
	want    map[string][]int                              // statuses by caller, one for each target
	public  bool                                          // whether the operation needs no credential
	repeat  bool                                          // whether to repeat each request with the same Idempotency-Key

	// inspect checks more of a response than its status. It can be nil.
	inspect func(t *testing.T, caller, target string, response client.Response)
}

// request is the part of a request that depends on the caller and the target.
type request struct {
	id      string // value of the path parameter
	body    any
	query   string
	headers []client.Header
}

// check sends the requests of all callers on all targets and compares the statuses.
func (r row) check(t *testing.T, w *world, method, path string) {
	t.Helper()
	for _, name := range callerNames {
		want := r.statuses(name, method)
		if len(want) != len(r.targets) {
			t.Errorf("%s has %d expected statuses, want one for each of %d targets", name, len(want), len(r.targets))
			continue
		}
		for i, target := range r.targets {
			req := r.request(w, name, target)
			url := path + req.query
			if req.id != "" {
				url = parameter.ReplaceAllLiteralString(path, req.id) + req.query
			}
			caller := w.callers[name]
			if r.repeat {
				req.headers = append(req.headers, client.Header{"Idempotency-Key", w.newLogin()})
			}
			response := caller.Do(t, method, url, req.body, req.headers...)
			if response.Status != want[i] {
				t.Errorf("%s on %q: got %d, want %d: %.300s", name, target, response.Status, want[i], response.Text)
			}
			if r.repeat && response.Status < 300 {
				if again := caller.Do(t, method, url, req.body, req.headers...); again.Status != response.Status {
					t.Errorf(
						"%s on %q: the repeated request got %d, want %d: %s",
						name,
						target,
						again.Status,
						response.Status,
						again.Text,
					)
				}
			}
			if r.inspect != nil {
				r.inspect(t, name, target, response)
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

// statuses returns the expected statuses of a caller, one for each target.
func (r row) statuses(name, method string) []int {
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

// parameter matches the parameter in a path.
var parameter = regexp.MustCompile(`\{[^}]*\}`)

// codes maps the error statuses to their codes.
var codes = map[int]string{
	401: "unauthenticated",
	403: "forbidden",
	404: "not-found",
	422: "invalid-request",
	409: "conflict",
}
