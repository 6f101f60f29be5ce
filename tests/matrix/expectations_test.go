package matrix

import "tenantry/tests/client"

// Shapes of expectations that several operations share. "*" stands for every caller that is not named.

// byID are operations on one object that a path parameter names: own, other's, missing.
func byID(prefix string, own map[string]string, want map[string][]int) row {
	want["anonymous"], want["ended"], want["forged"] = []int{401, 401, 401}, []int{401, 401, 401}, []int{401, 401, 401}
	return row{
		targets: []string{"own", "other's", "missing"},
		want:    want,
		of: func(w *world, caller, target string) request {
			ownName := own[caller]
			if ownName == "" {
				ownName = own["*"]
			}
			other := map[string]string{"customer a": "customer b", "customer b": "customer a", "reseller a": "reseller b", "reseller b": "reseller a"}
			switch target {
			case "own":
				return request{id: w.ids[ownName]}
			case "other's":
				return request{id: w.ids[other[ownName]]}
			}
			return request{id: prefix + missing}
		},
	}
}

// plain are operations without a target.
func plain(body func(w *world, caller string) any, want map[string]int) row {
	r := row{targets: []string{""}, want: map[string][]int{}}
	for _, name := range []string{"anonymous", "ended", "forged"} {
		r.want[name] = []int{401}
	}
	for name, status := range want {
		r.want[name] = []int{status}
	}
	r.of = func(w *world, caller, _ string) request {
		if body == nil {
			return request{}
		}
		return request{body: body(w, caller)}
	}
	return r
}

// public are operations that everybody may call.
func public(body func(w *world, caller string) any, status int) row {
	return plain(body, map[string]int{"*": status, "anonymous": status, "ended": status, "forged": status})
}

// ownCustomer is the customer that each caller calls its own.
var ownCustomer = map[string]string{
	"*": "customer a", "administrator": "customer a", "reseller a": "customer a", "reseller b": "customer b",
	"customer a": "customer a", "customer b": "customer b",
}

var ownReseller = map[string]string{"*": "reseller a", "reseller b": "reseller b", "customer b": "reseller b"}

// inOwnersName are creations and lists that may name an owner: none, own, other's, missing.
func inOwnersName(inBody bool, want map[string][]int) row {
	for _, name := range []string{"anonymous", "ended", "forged"} {
		want[name] = []int{401, 401, 401, 401}
	}
	return row{
		targets: []string{"none", "own", "other's", "missing"},
		want:    want,
		of: func(w *world, caller, target string) request {
			ids := map[string]string{"own": w.ids["reseller a"], "other's": w.ids["reseller b"], "missing": "res_" + missing}
			if caller == "reseller b" || caller == "customer b" {
				ids["own"], ids["other's"] = ids["other's"], ids["own"]
			}
			asked := request{}
			if inBody {
				body := account(w.fresh(), password)
				if ids[target] != "" {
					body["owner"] = ids[target]
				}
				asked.body = body
			} else if ids[target] != "" {
				asked.query = "?owner=" + ids[target]
			}
			return asked
		},
	}
}

// expectations says of every operation who may do what.
var expectations = map[string]row{
	"createSession": public(func(w *world, _ string) any {
		return map[string]any{"login": w.login("reseller b"), "password": password}
	}, 201),
	"deleteSession": {
		// Each caller ends a session that it has begun for this purpose, not the one that it goes on with.
		targets: []string{""},
		want:    map[string][]int{"*": {204}, "anonymous": {401}, "ended": {401}, "forged": {401}},
		of: func(w *world, caller, _ string) request {
			login, secret := w.login(caller), password
			switch caller {
			case "anonymous", "ended", "forged":
				return request{}
			case "administrator":
				login, secret = w.stack.Login, w.stack.Password
			}
			other := w.stack.SignIn(w.t, caller, login, secret)
			return request{headers: []client.Header{{"Authorization", "Bearer " + other.Token}}}
		},
	},
	"getMe": plain(nil, map[string]int{"*": 200}),
	"changeOwnPassword": plain(func(*world, string) any {
		return map[string]any{"current": "not this one", "password": "a new long password"}
	}, map[string]int{"*": 422}),
	"changeOwnContact": plain(func(*world, string) any { return map[string]any{"phone": "+353 1 234"} }, map[string]int{"*": 200}),

	"createCustomer": inOwnersName(true, map[string][]int{
		"administrator": {201, 201, 201, 422},
		"reseller a":    {201, 201, 403, 403}, "reseller b": {201, 201, 403, 403},
		"*": {403, 403, 403, 403},
	}),
	"listCustomers": inOwnersName(false, map[string][]int{
		"administrator": {200, 200, 200, 200},
		"reseller a":    {200, 200, 403, 403}, "reseller b": {200, 200, 403, 403},
		"*": {403, 403, 403, 403},
	}),
	"getCustomer": byID("cus_", ownCustomer, map[string][]int{
		"administrator": {200, 200, 404}, "*": {200, 404, 404},
	}),

	"createReseller": plain(func(w *world, _ string) any { return account(w.fresh(), password) }, map[string]int{"administrator": 201, "*": 403}),
	"listResellers":  plain(nil, map[string]int{"administrator": 200, "*": 403}),
	"getReseller": byID("res_", ownReseller, map[string][]int{
		"administrator": {200, 200, 404}, "reseller a": {200, 404, 404}, "reseller b": {200, 404, 404},
		"*": {403, 403, 403},
	}),

	"getOpenapi": public(nil, 200),
	"getHealth":  public(nil, 200),
}
