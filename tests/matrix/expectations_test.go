package matrix

import (
	"maps"
	"slices"
	"strings"
	"time"

	"tenantry/tests/client"
)

// Helpers that return the rows of similar operations. In the expected statuses, "*" stands for every caller that is not
// named.

// byID returns the row of an operation on an object whose id is in the path. It has three targets: the caller's own
// object, an object of the other side, and a missing object. own names the own object of each caller. prefix is the
// prefix of the ids.
func byID(prefix string, own map[string]string, body any, want map[string][]int) row {
	return row{
		targets: []string{"own", "other's", "missing"},
		want:    want,
		request: func(w *world, caller, target string) request {
			name := own[caller]
			if name == "" {
				name = own["*"]
			}
			switch target {
			case "own":
				return request{id: w.ids[name], body: body}
			case "other's":
				return request{id: w.ids[otherSide(name)], body: body}
			}
			return request{id: prefix + missing, body: body}
		},
	}
}

// otherSide returns the name of the same object on the other side.
func otherSide(name string) string {
	if kind, found := strings.CutSuffix(name, " a"); found {
		return kind + " b"
	}
	return strings.TrimSuffix(name, " b") + " a"
}

// untargeted returns the row of an operation without a target.
func untargeted(body func(w *world, caller string) any, want map[string]int) row {
	r := row{targets: []string{""}, want: map[string][]int{}}
	for name, status := range want {
		r.want[name] = []int{status}
	}
	r.request = func(w *world, caller, _ string) request {
		if body == nil {
			return request{}
		}
		return request{body: body(w, caller)}
	}
	return r
}

// withQuery returns the row whose requests have a query too.
func withQuery(query string, r row) row {
	plain := r.request
	r.request = func(w *world, caller, target string) request {
		req := plain(w, caller, target)
		req.query = query
		return req
	}
	return r
}

// public returns the row of an operation that everybody may call.
func public(body func(w *world, caller string) any, status int) row {
	r := untargeted(body, map[string]int{"*": status})
	r.public = true
	return r
}

// ownOf returns the name of each caller's own object of a kind. Reseller b and customer b are on side b. All other
// callers are on side a.
func ownOf(kind string) map[string]string {
	return map[string]string{"*": kind + " a", "reseller b": kind + " b", "customer b": kind + " b"}
}

// byManagersOf returns the row of an operation that the owner of a customer and the administrator may call. The targets
// are customers that are not callers.
func byManagersOf(target string, body any, status int) row {
	return byID("cus_", ownOf(target), body, map[string][]int{
		"administrator": {
			status,
			status,
			404,
		},
		"reseller a": {status, 404, 404},
		"reseller b": {status, 404, 404},
		"*":          {403, 403, 403},
	})
}

// onNewCustomer returns the row of an operation that managers can call only once on a customer. Each request has a new
// customer.
func onNewCustomer(body any, status int) row {
	r := byManagersOf("target", body, status)
	original := r.request
	r.request = func(w *world, caller, target string) request {
		req := original(w, caller, target)
		for _, side := range []string{"a", "b"} {
			if req.id != w.ids["target "+side] {
				continue
			}
			customer := account(w.newLogin(), password)
			customer["owner"] = w.ids["reseller "+side]
			var created struct{ ID string }
			w.callers["administrator"].Post(w.t, "/v1/customers", customer).Want(201).Into(&created)
			req.id = created.ID
		}
		return req
	}
	return r
}

// byCustomersToo returns the row of an operation that the managers of a customer and the customer itself may call.
func byCustomersToo(body func(w *world) any, status int) row {
	r := byID("cus_", ownOf("customer"), nil, map[string][]int{
		"administrator": {status, status, 404}, "reseller a": {status, 404, 404}, "reseller b": {status, 404, 404},
		"customer a": {status, 404, 404}, "customer b": {status, 404, 404}, "*": {403, 403, 403},
	})
	original := r.request
	r.request = func(w *world, caller, target string) request {
		req := original(w, caller, target)
		if body != nil {
			req.body = body(w)
		}
		return req
	}
	return r
}

// onNewReseller returns the row of an operation on a reseller that only the administrator may call. Each request has a
// new reseller.
func onNewReseller(body any, status int) row {
	return row{
		targets: []string{"own", "missing"}, want: map[string][]int{"administrator": {status, 404}, "*": {403, 403}},
		request: func(w *world, _, target string) request {
			if target == "missing" {
				return request{id: "res_" + missing, body: body}
			}
			var created struct{ ID string }
			w.callers["administrator"].Post(w.t, "/v1/resellers", account(w.newLogin(), password)).Want(201).Into(&created)
			return request{id: created.ID, body: body}
		},
	}
}

// newUser returns the body that creates a panel user with a new login.
func newUser(w *world) any {
	return map[string]any{"login": w.newLogin(), "password": password, "name": "P. Anel", "email": "p@example.com"}
}

// onNewObject returns the row of a deletion. Each request has a new object. newObject creates it and returns its id.
func onNewObject(newObject func(w *world, caller, target string) string, want map[string][]int) row {
	return row{
		targets: []string{"own", "other's", "missing"},
		want:    want,
		request: func(w *world, caller, target string) request {
			return request{id: newObject(w, caller, target)}
		},
	}
}

// withOwner returns the row of an operation that can name an owner in its body or its query. Its targets are no owner,
// the caller's own reseller, the other reseller and a missing one.
func withOwner(inBody bool, want map[string][]int) row {
	return row{
		targets: []string{"none", "own", "other's", "missing"},
		want:    want,
		request: func(w *world, caller, target string) request {
			ids := map[string]string{"own": w.ids["reseller a"], "other's": w.ids["reseller b"], "missing": "res_" + missing}
			if caller == "reseller b" || caller == "customer b" {
				ids["own"], ids["other's"] = ids["other's"], ids["own"]
			}
			req := request{}
			if inBody {
				body := account(w.newLogin(), password)
				if ids[target] != "" {
					body["owner"] = ids[target]
				}
				req.body = body
			} else if ids[target] != "" {
				req.query = "?owner=" + ids[target]
			}
			return req
		},
	}
}

// expectations holds the expected statuses of every operation.
var expectations = func() map[string]row {
	all := maps.Clone(accountExpectations)
	maps.Copy(all, hostingExpectations)
	maps.Copy(all, operationExpectations)
	return all
}()

// accountExpectations holds the expectations of the operations on sessions, tokens, customers and resellers.
var accountExpectations = map[string]row{
	"createSession": public(func(w *world, _ string) any {
		return map[string]any{"login": w.login("reseller b"), "password": password}
	}, 201),
	"deleteSession": {
		// Each caller signs in again and ends that session, so that its first session stays valid.
		targets: []string{""},
		want:    map[string][]int{"*": {204}},
		request: func(w *world, caller, _ string) request {
			login, secret := w.login(caller), password
			switch caller {
			case "anonymous", "ended", "forged", "suspended", "token of reseller a":
				return request{}
			case "administrator":
				login, secret = w.stack.Login, w.stack.Password
			}
			second := w.stack.SignIn(w.t, caller, login, secret)
			return request{headers: []client.Header{{"Authorization", "Bearer " + second.Token}}}
		},
	},
	"getMe": untargeted(nil, map[string]int{"*": 200, "token of reseller a": 200}),
	"changeOwnPassword": untargeted(func(*world, string) any {
		return map[string]any{"current": "not this one", "password": "a new long password"}
	}, map[string]int{"*": 422}),
	"changeOwnContact": untargeted(
		func(*world, string) any { return map[string]any{"phone": "+353 1 234"} },
		map[string]int{"*": 200},
	),

	"createCustomer": withOwner(true, map[string][]int{
		"administrator": {201, 201, 201, 422},
		"reseller a":    {201, 201, 403, 403}, "reseller b": {201, 201, 403, 403},
		"*": {403, 403, 403, 403},
	}),
	"listCustomers": withOwner(false, map[string][]int{
		"administrator": {200, 200, 200, 404},
		"reseller a":    {200, 200, 403, 403}, "reseller b": {200, 200, 403, 403},
		"*": {403, 403, 403, 403},
	}),
	"getCustomer": byID("cus_", ownOf("customer"), nil, map[string][]int{
		"administrator": {200, 200, 404}, "reseller a": {200, 404, 404}, "*": {200, 404, 404},
	}),

	"changeCustomerContact":     byManagersOf("target", map[string]any{"phone": "+353 1 234"}, 200),
	"changeCustomerLogin":       byManagersOf("target", map[string]any{"password": "yet another long password"}, 200),
	"changeCustomerDescription": byManagersOf("target", map[string]any{"text": "a note"}, 200),
	"createResetLink":           byManagersOf("target", nil, 201),
	"sendResetLink":             byManagersOf("target", nil, 202),
	"suspendCustomer":           byManagersOf("target", map[string]any{"reason": "matrix"}, 200),
	"activateCustomer":          byManagersOf("sleeper", nil, 200),
	"listCustomerEvents":        byManagersOf("target", nil, 200),
	"deleteCustomer":            onNewCustomer(nil, 202),

	"setCustomerSchedule": onNewCustomer(map[string]any{"suspendAt": time.Now().AddDate(5, 0, 0)}, 200),
	"getCustomerSchedule": byID("cus_", ownOf("scheduled"), nil, map[string][]int{
		"administrator": {200, 200, 404}, "reseller a": {200, 404, 404}, "reseller b": {200, 404, 404}, "*": {404, 404, 404},
	}),
	"deleteCustomerSchedule": byManagersOf("target", nil, 204),

	"listOwnEvents": untargeted(nil, map[string]int{"*": 200, "token of reseller a": 200}),
	"listPanelUserEvents": byID("usr_", ownOf("panel user"),
		nil, map[string][]int{
			"administrator": {200, 200, 404}, "reseller a": {200, 404, 404}, "reseller b": {200, 404, 404},
			"customer a": {200, 404, 404}, "customer b": {200, 404, 404}, "*": {403, 403, 403},
		}),
	"createPanelUser": byCustomersToo(newUser, 201),
	"listPanelUsers":  byCustomersToo(nil, 200),
	"deletePanelUser": onNewObject(func(w *world, caller, target string) string {
		customer := ownOf("customer")[caller]
		if customer == "" {
			customer = "customer a"
		}
		switch target {
		case "missing":
			return "usr_" + missing
		case "other's":
			customer = otherSide(customer)
		}
		var created struct{ ID string }
		w.callers["administrator"].Post(w.t, "/v1/customers/"+w.ids[customer]+"/panel-users", newUser(w)).
			Want(201).
			Into(&created)
		return created.ID
	}, map[string][]int{
		"administrator": {204, 204, 404}, "reseller a": {204, 404, 404}, "reseller b": {204, 404, 404},
		"customer a": {204, 404, 404}, "customer b": {204, 404, 404}, "*": {403, 403, 403},
	}),

	"requestPasswordReset": public(func(w *world, _ string) any {
		return map[string]any{"login": w.login("sleeper a"), "email": "somebody.else@example.com"}
	}, 202),
	"resetPassword": public(func(*world, string) any {
		return map[string]any{"token": "not a link", "password": password}
	}, 422),
	"createApiToken": untargeted(func(w *world, caller string) any {
		return newToken(w.callers[caller], "customers:read")
	}, map[string]int{"*": 201, "token of reseller a": 403}),
	"listApiTokens": untargeted(nil, map[string]int{"*": 200, "token of reseller a": 403}),
	"deleteApiToken": onNewObject(func(w *world, caller, target string) string {
		owner := w.callers[caller]
		switch {
		case target == "missing":
			return "tok_" + missing
		case target == "other's" || slices.Contains([]string{"anonymous", "ended", "forged", "suspended", "token of reseller a"}, caller):
			owner = w.callers["reseller b"]
			if caller == "reseller b" {
				owner = w.callers["reseller a"]
			}
		}
		var created struct{ ID string }
		owner.Post(w.t, "/v1/api-tokens", newToken(owner, "customers:read")).Want(201).Into(&created)
		return created.ID
	}, map[string][]int{"*": {204, 404, 404}}),

	"suspendReseller":  onNewReseller(map[string]any{"reason": "matrix"}, 200),
	"activateReseller": onNewReseller(nil, 200),
	"deleteReseller":   onNewReseller(nil, 202),
	"createReseller": untargeted(
		func(w *world, _ string) any { return account(w.newLogin(), password) },
		map[string]int{"administrator": 201, "*": 403},
	),
	"listResellers": untargeted(nil, map[string]int{"administrator": 200, "*": 403}),
	"getReseller": byID("res_", ownOf("reseller"), nil, map[string][]int{
		"administrator": {200, 200, 404}, "reseller a": {200, 404, 404}, "reseller b": {200, 404, 404},
		"*": {403, 403, 403},
	}),

	"getOpenapi": public(nil, 200),
	"getHealth":  public(nil, 200),
}
