package matrix

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"tenantry/tests/client"
)

// ofMany are bulk calls that only say what would happen. Items that are another's or missing are no fault of the call: what
// it says of them is looked at. A filter may name an owner.
func ofMany(target string) row {
	return row{
		targets: []string{"own", "other's", "missing", "own owner", "other's owner"},
		want: map[string][]int{
			"administrator": {200, 200, 200, 202, 202}, "reseller a": {200, 200, 200, 202, 403}, "reseller b": {200, 200, 200, 202, 403},
			"*": slices.Repeat([]int{403}, 5),
		},
		of: func(w *world, caller, on string) request {
			if whose, filtered := strings.CutSuffix(on, " owner"); filtered {
				owner := w.ids["reseller"+strings.TrimPrefix(sideOf(caller, whose), "customer")]
				return request{body: map[string]any{"filter": map[string]any{"owner": owner}, "dryRun": true}}
			}
			id := "cus_" + missing
			if on != "missing" {
				id = w.ids[target+strings.TrimPrefix(sideOf(caller, on), "customer")]
			}
			return request{body: map[string]any{"items": []any{map[string]any{"customer": id}}, "dryRun": true}}
		},
		look: lookAtItem,
	}
}

// lookAtItem expects of one item what single calls answer: who may not see it reads the same as if it were missing.
func lookAtItem(t *testing.T, caller, target string, response client.Response) {
	t.Helper()
	if response.Status != 200 {
		return
	}
	var said struct {
		ID    string
		Items []struct{ State, Code string }
	}
	response.Into(&said)
	state, code := "failed", "not-found"
	if target == "own" || target == "other's" && caller == "administrator" {
		state, code = "succeeded", ""
	}
	if said.ID != "" || len(said.Items) != 1 || said.Items[0].State != state || said.Items[0].Code != code {
		t.Errorf("%s on %q: want one item %s %s: %s", caller, target, state, code, response.Text)
	}
}

// ofOperations are calls for an operation that a side's reseller has begun: it waits for a day that is far away.
func ofOperations(want map[string][]int) row {
	return row{targets: []string{"own", "other's", "missing"}, want: want, of: func(w *world, caller, target string) request {
		if target == "missing" {
			return request{id: "op_" + missing}
		}
		var made struct{ ID string }
		w.callers["reseller"+strings.TrimPrefix(sideOf(caller, target), "customer")].Post(w.t, "/v1/customers/suspend", map[string]any{
			"items": []any{map[string]any{"customer": "cus_" + missing}}, "suspendAt": time.Now().AddDate(1, 0, 0),
		}).Want(202).Into(&made)
		return request{id: made.ID}
	}}
}

// onlyAdministrator are operations that the administrator alone may call, with what else is said in their bodies.
func onlyAdministrator(r row, said map[string]any) row {
	r.want = map[string][]int{"administrator": r.want["administrator"], "*": slices.Repeat([]int{403}, len(r.targets))}
	of := r.of
	r.of = func(w *world, caller, target string) request {
		asked := of(w, caller, target)
		body := maps.Clone(said)
		if more, is := asked.body.(map[string]any); is {
			maps.Copy(body, more)
		}
		asked.body = body
		return asked
	}
	return r
}

// operationExpectations are those of work on many customers. The token has no scope for any of it.
var operationExpectations = map[string]row{
	"suspendCustomers":   ofMany("target"),
	"activateCustomers":  ofMany("sleeper"),
	"removeCustomers":    ofMany("target"),
	"convertCustomer":    onlyAdministrator(ofFresh(nil, 202), map[string]any{}),
	"convertCustomers":   onlyAdministrator(ofMany("target"), map[string]any{}),
	"moveCustomer":       onlyAdministrator(ofFresh(nil, 202), map[string]any{"owner": "administrator"}),
	"moveCustomers":      onlyAdministrator(ofMany("target"), map[string]any{"owner": "administrator"}),
	"listOperations":     plain(nil, map[string]int{"administrator": 200, "reseller a": 200, "reseller b": 200, "token of reseller a": 403, "*": 403}),
	"getOperation":       ofOperations(byManagers(200)),
	"listOperationItems": ofOperations(byManagers(200)),
	"cancelOperation":    ofOperations(byManagers(200)),
}
