// Package matrix tries every operation of the API document as every kind of caller on its own, another's and a missing
// target. An operation without expectations fails: whoever adds one says here who may do what.
package matrix

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

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

// The kinds of caller. Reseller a owns customer a, reseller b owns customer b.
var callerNames = []string{"anonymous", "ended", "forged", "administrator", "reseller a", "reseller b", "customer a", "customer b"}

func newWorld(t *testing.T) *world {
	w := &world{t: t, stack: client.Running(t), run: strings.ToLower(rand.Text()[:8]), callers: map[string]client.Caller{}, ids: map[string]string{}}
	admin := w.stack.Administrator(t)
	w.add("administrator", admin)
	for _, side := range []string{"a", "b"} {
		reseller := w.create(t, admin, "/v1/resellers", "reseller "+side)
		w.create(t, reseller, "/v1/customers", "customer "+side)
	}
	w.callers["anonymous"] = w.stack.Anonymous()
	forged := w.callers["customer a"]
	forged.Name, forged.Token = "forged", forged.Token[:len(forged.Token)-4]+"AAAA"
	w.callers["forged"] = forged
	ended := w.stack.SignIn(t, "ended", w.login("reseller a"), password)
	ended.Do(t, "DELETE", "/v1/session", nil).Want(204)
	w.callers["ended"] = ended
	return w
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
		want, known := r.want[name]
		if !known {
			want = r.want["*"]
		}
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
			answer := caller.Do(t, method, at+asked.query, asked.body, asked.headers...)
			if answer.Status != want[i] {
				t.Errorf("%s on %q: %d, want %d: %.300s", name, target, answer.Status, want[i], answer.Text)
			}
			if answer.Status >= 400 {
				answer.WantProblem(answer.Status, codes[answer.Status])
			}
		}
	}
}

// codes are the codes that refusals of callers have.
var codes = map[int]string{401: "unauthenticated", 403: "forbidden", 404: "not-found", 422: "invalid-request", 409: "conflict"}
