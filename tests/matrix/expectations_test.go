package matrix

import (
	"maps"
	"slices"
	"strings"
	"time"

	"tenantry/tests/client"
)

// Shapes of expectations that several operations share. "*" stands for every caller that is not named.

// byID are operations on one object that a path parameter names: own, other's, missing. Own tells what each caller calls its
// own; the prefix is that of ids. Body may be nil.
func byID(prefix string, own map[string]string, body any, want map[string][]int) row {
	return row{
		targets: []string{"own", "other's", "missing"},
		want:    want,
		of: func(w *world, caller, target string) request {
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

// otherSide names the counterpart that belongs to the other reseller.
func otherSide(name string) string {
	if kind, found := strings.CutSuffix(name, " a"); found {
		return kind + " b"
	}
	return strings.TrimSuffix(name, " b") + " a"
}

// plain are operations without a target.
func plain(body func(w *world, caller string) any, want map[string]int) row {
	r := row{targets: []string{""}, want: map[string][]int{}}
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
	r := plain(body, map[string]int{"*": status})
	r.public = true
	return r
}

// What callers call their own. Side b's are reseller b and customer b; all others are on side a.
func side(kind string) map[string]string {
	return map[string]string{"*": kind + " a", "reseller b": kind + " b", "customer b": kind + " b"}
}

// ofManagers are operations on customers that their owner and the administrator may call, on targets that nobody calls from.
func ofManagers(target string, body any, status int) row {
	return byID("cus_", side(target), body, map[string][]int{
		"administrator": {status, status, 404}, "reseller a": {status, 404, 404}, "reseller b": {status, 404, 404}, "*": {403, 403, 403},
	})
}

// ofFresh are operations that managers may call on customers once: each try has a customer of its own.
func ofFresh(body any, status int) row {
	r := ofManagers("target", body, status)
	of := r.of
	r.of = func(w *world, caller, target string) request {
		asked := of(w, caller, target)
		for _, side := range []string{"a", "b"} {
			if asked.id != w.ids["target "+side] {
				continue
			}
			wanted := account(w.fresh(), password)
			wanted["owner"] = w.ids["reseller "+side]
			var made struct{ ID string }
			w.callers["administrator"].Post(w.t, "/v1/customers", wanted).Want(201).Into(&made)
			asked.id = made.ID
		}
		return asked
	}
	return r
}

// ofKeepers are operations on customers that the customer itself may call too.
func ofKeepers(body func(w *world) any, status int) row {
	r := byID("cus_", side("customer"), nil, map[string][]int{
		"administrator": {status, status, 404}, "reseller a": {status, 404, 404}, "reseller b": {status, 404, 404},
		"customer a": {status, 404, 404}, "customer b": {status, 404, 404}, "*": {403, 403, 403},
	})
	of := r.of
	r.of = func(w *world, caller, target string) request {
		asked := of(w, caller, target)
		if body != nil {
			asked.body = body(w)
		}
		return asked
	}
	return r
}

// ofResellers are operations on resellers that nobody calls from: the administrator's to call.
func ofResellers(body any, status int) row {
	return row{
		targets: []string{"own", "missing"}, want: map[string][]int{"administrator": {status, 404}, "*": {403, 403}},
		of: func(w *world, _, target string) request {
			if target == "missing" {
				return request{id: "res_" + missing, body: body}
			}
			var made struct{ ID string }
			w.callers["administrator"].Post(w.t, "/v1/resellers", account(w.fresh(), password)).Want(201).Into(&made)
			return request{id: made.ID, body: body}
		},
	}
}

// newUser returns a panel user's body with a login that nobody has.
func newUser(w *world) any {
	return map[string]any{"login": w.fresh(), "password": password, "name": "P. Anel", "email": "p@example.com"}
}

// madeBefore are deletions: what stands for the target is made for each try, by the administrator or the caller.
func madeBefore(prepare func(w *world, caller, target string) string, want map[string][]int) row {
	return row{targets: []string{"own", "other's", "missing"}, want: want, of: func(w *world, caller, target string) request {
		return request{id: prepare(w, caller, target)}
	}}
}

// inOwnersName are creations and lists that may name an owner: none, own, other's, missing.
func inOwnersName(inBody bool, want map[string][]int) row {
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
var expectations = func() map[string]row {
	all := maps.Clone(accountExpectations)
	maps.Copy(all, hostingExpectations)
	maps.Copy(all, operationExpectations)
	return all
}()

// accountExpectations are those of access, customers and resellers.
var accountExpectations = map[string]row{
	"createSession": public(func(w *world, _ string) any {
		return map[string]any{"login": w.login("reseller b"), "password": password}
	}, 201),
	"deleteSession": {
		// Each caller ends a session that it has begun for this purpose, not the one that it goes on with.
		targets: []string{""},
		want:    map[string][]int{"*": {204}},
		of: func(w *world, caller, _ string) request {
			login, secret := w.login(caller), password
			switch caller {
			case "anonymous", "ended", "forged", "suspended", "token of reseller a":
				return request{}
			case "administrator":
				login, secret = w.stack.Login, w.stack.Password
			}
			other := w.stack.SignIn(w.t, caller, login, secret)
			return request{headers: []client.Header{{"Authorization", "Bearer " + other.Token}}}
		},
	},
	"getMe": plain(nil, map[string]int{"*": 200, "token of reseller a": 200}),
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
		"administrator": {200, 200, 200, 404},
		"reseller a":    {200, 200, 403, 403}, "reseller b": {200, 200, 403, 403},
		"*": {403, 403, 403, 403},
	}),
	"getCustomer": byID("cus_", side("customer"), nil, map[string][]int{
		"administrator": {200, 200, 404}, "reseller a": {200, 404, 404}, "*": {200, 404, 404},
	}),

	"changeCustomerContact":     ofManagers("target", map[string]any{"phone": "+353 1 234"}, 200),
	"changeCustomerLogin":       ofManagers("target", map[string]any{"password": "yet another long password"}, 200),
	"changeCustomerDescription": ofManagers("target", map[string]any{"text": "a note"}, 200),
	"createResetLink":           ofManagers("target", nil, 201),
	"sendResetLink":             ofManagers("target", nil, 202),
	"suspendCustomer":           ofManagers("target", map[string]any{"reason": "matrix"}, 200),
	"activateCustomer":          ofManagers("sleeper", nil, 200),
	"listCustomerEvents":        ofManagers("target", nil, 200),
	"deleteCustomer":            ofFresh(nil, 202),

	"setCustomerSchedule": ofFresh(map[string]any{"suspendAt": time.Now().AddDate(5, 0, 0)}, 200),
	"getCustomerSchedule": byID("cus_", side("scheduled"), nil, map[string][]int{
		"administrator": {200, 200, 404}, "reseller a": {200, 404, 404}, "reseller b": {200, 404, 404}, "*": {404, 404, 404},
	}),
	"deleteCustomerSchedule": ofManagers("target", nil, 204),

	"createPanelUser": ofKeepers(newUser, 201),
	"listPanelUsers":  ofKeepers(nil, 200),
	"deletePanelUser": madeBefore(func(w *world, caller, target string) string {
		customer := side("customer")[caller]
		if customer == "" {
			customer = "customer a"
		}
		switch target {
		case "missing":
			return "usr_" + missing
		case "other's":
			customer = otherSide(customer)
		}
		var made struct{ ID string }
		w.callers["administrator"].Post(w.t, "/v1/customers/"+w.ids[customer]+"/panel-users", newUser(w)).Want(201).Into(&made)
		return made.ID
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
	"createApiToken": plain(func(*world, string) any {
		return map[string]any{"name": "another", "scopes": []string{"customers:read"}, "expiresAt": time.Now().Add(time.Hour)}
	}, map[string]int{"*": 201, "token of reseller a": 403}),
	"listApiTokens": plain(nil, map[string]int{"*": 200, "token of reseller a": 403}),
	"deleteApiToken": madeBefore(func(w *world, caller, target string) string {
		by := w.callers[caller]
		switch {
		case target == "missing":
			return "tok_" + missing
		case target == "other's" || slices.Contains([]string{"anonymous", "ended", "forged", "suspended", "token of reseller a"}, caller):
			by = w.callers["reseller b"]
			if caller == "reseller b" {
				by = w.callers["reseller a"]
			}
		}
		var made struct{ ID string }
		by.Post(w.t, "/v1/api-tokens", map[string]any{"name": "to be deleted", "scopes": []string{"customers:read"}, "expiresAt": time.Now().Add(time.Hour)}).
			Want(201).Into(&made)
		return made.ID
	}, map[string][]int{"*": {204, 404, 404}}),

	"suspendReseller":  ofResellers(map[string]any{"reason": "matrix"}, 200),
	"activateReseller": ofResellers(nil, 200),
	"deleteReseller":   ofResellers(nil, 202),
	"createReseller":   plain(func(w *world, _ string) any { return account(w.fresh(), password) }, map[string]int{"administrator": 201, "*": 403}),
	"listResellers":    plain(nil, map[string]int{"administrator": 200, "*": 403}),
	"getReseller": byID("res_", side("reseller"), nil, map[string][]int{
		"administrator": {200, 200, 404}, "reseller a": {200, 404, 404}, "reseller b": {200, 404, 404},
		"*": {403, 403, 403},
	}),

	"getOpenapi": public(nil, 200),
	"getHealth":  public(nil, 200),
}
