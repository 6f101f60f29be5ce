package matrix

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"tenantry/tests/client"
)

// bulkPreview returns the row of a bulk operation, which is called with dryRun. A bulk request with a foreign or
// missing customer succeeds, but its item fails, which inspectItem checks. The last two targets are filters that name
// an owner.
func bulkPreview(target string) row {
	return row{
		targets: []string{"own", "other's", "missing", "own owner", "other's owner"},
		want: map[string][]int{
			"administrator": {
				200,
				200,
				200,
				202,
				202,
			},
			"reseller a": {200, 200, 200, 202, 403},
			"reseller b": {200, 200, 200, 202, 403},
			"*":          slices.Repeat([]int{403}, 5),
		},
		request: func(w *world, caller, on string) request {
			if side, isFilter := strings.CutSuffix(on, " owner"); isFilter {
				owner := w.ids["reseller"+strings.TrimPrefix(customerOf(caller, side), "customer")]
				return request{body: map[string]any{"filter": map[string]any{"owner": owner}, "dryRun": true}}
			}
			id := "cus_" + missing
			if on != "missing" {
				id = w.ids[target+strings.TrimPrefix(customerOf(caller, on), "customer")]
			}
			return request{body: map[string]any{"items": []any{map[string]any{"customer": id}}, "dryRun": true}}
		},
		inspect: inspectItem,
	}
}

// inspectItem checks the item of a preview. A customer that the caller cannot see has the same result as a missing
// customer.
func inspectItem(t *testing.T, caller, target string, response client.Response) {
	t.Helper()
	if response.Status != 200 {
		return
	}
	var preview struct {
		ID    string
		Items []struct{ State, Code string }
	}
	response.Into(&preview)
	state, code := "failed", "not-found"
	if target == "own" || target == "other's" && caller == "administrator" {
		state, code = "succeeded", ""
	}
	if preview.ID != "" || len(preview.Items) != 1 || preview.Items[0].State != state || preview.Items[0].Code != code {
		t.Errorf("%s on %q: got %s, want one item %s %s", caller, target, response.Text, state, code)
	}
}

// onNewOperation returns the row of a request about an operation. Each request has a new operation of the reseller on
// the side of the target. The operation is scheduled for a date in the distant future.
func onNewOperation(want map[string][]int) row {
	return row{
		targets: []string{"own", "other's", "missing"},
		want:    want,
		request: func(w *world, caller, target string) request {
			if target == "missing" {
				return request{id: "op_" + missing}
			}
			var created struct{ ID string }
			w.callers["reseller"+strings.TrimPrefix(customerOf(caller, target), "customer")].Post(w.t, "/v1/customers/suspend", map[string]any{
				"items": []any{map[string]any{"customer": "cus_" + missing}}, "suspendAt": time.Now().AddDate(1, 0, 0),
			}).
				Want(202).
				Into(&created)
			return request{id: created.ID}
		},
	}
}

// onlyAdministrator restricts a row to the administrator and adds fields to the bodies.
func onlyAdministrator(r row, fields map[string]any) row {
	r.want = map[string][]int{"administrator": r.want["administrator"], "*": slices.Repeat([]int{403}, len(r.targets))}
	original := r.request
	r.request = func(w *world, caller, target string) request {
		req := original(w, caller, target)
		body := maps.Clone(fields)
		if originalBody, ok := req.body.(map[string]any); ok {
			maps.Copy(body, originalBody)
		}
		req.body = body
		return req
	}
	return r
}

// operationExpectations holds the expectations of operations on many customers. The API token has no scope for
// operations.
var operationExpectations = map[string]row{
	"suspendCustomers":  bulkPreview("target"),
	"activateCustomers": bulkPreview("sleeper"),
	"removeCustomers":   bulkPreview("target"),
	"convertCustomer":   onlyAdministrator(onNewCustomer(nil, 202), map[string]any{}),
	"convertCustomers":  onlyAdministrator(bulkPreview("target"), map[string]any{}),
	"moveCustomer":      onlyAdministrator(onNewCustomer(nil, 202), map[string]any{"owner": "administrator"}),
	"moveCustomers":     onlyAdministrator(bulkPreview("target"), map[string]any{"owner": "administrator"}),
	"listOperations": untargeted(
		nil,
		map[string]int{"administrator": 200, "reseller a": 200, "reseller b": 200, "token of reseller a": 403, "*": 403},
	),
	"getOperation":       onNewOperation(byManagers(200)),
	"listOperationItems": onNewOperation(byManagers(200)),
	"cancelOperation":    onNewOperation(byManagers(200)),
}
