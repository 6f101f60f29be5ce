package matrix

import (
	"fmt"

	"tenantry/tests/client"
)

// hosted is a subscription with its website, made for one try.
type hosted struct{ subscription, website, domain, backup string }

// sideOf is the customer of a caller's own side, or of the other one.
func sideOf(caller, target string) string {
	own := side("customer")[caller]
	if own == "" {
		own = "customer a"
	}
	if target == "other's" {
		return otherSide(own)
	}
	return own
}

// host makes a subscription of a customer.
func (w *world) host(customer string) hosted {
	h := hosted{domain: w.fresh() + ".example"}
	var made struct{ ID string }
	admin := w.callers["administrator"]
	admin.Post(w.t, "/v1/customers/"+w.ids[customer]+"/subscriptions", map[string]any{"domain": h.domain, "servicePlan": "custom"}).
		Want(201).Into(&made)
	h.subscription = made.ID
	admin.Post(w.t, "/v1/subscriptions/"+h.subscription+"/websites", map[string]any{"domain": "www." + h.domain}).Want(201).Into(&made)
	h.website = made.ID
	admin.Post(w.t, "/v1/subscriptions/"+h.subscription+"/backups", map[string]any{"size": 5}).Want(201).Into(&made)
	h.backup = made.ID
	return h
}

// ofHosting are operations on something that is made for each try, and what id of it stands in the path.
func ofHosting(missingID string, of func(hosted) string, body func(w *world) any, want map[string][]int) row {
	return row{targets: []string{"own", "other's", "missing"}, want: want, of: func(w *world, caller, target string) request {
		asked := request{id: missingID}
		if target != "missing" {
			asked.id = of(w.host(sideOf(caller, target)))
		}
		if body != nil {
			asked.body = body(w)
		}
		return asked
	}}
}

func subscriptionOf(h hosted) string { return h.subscription }

func websiteOf(h hosted) string { return h.website }

// Who may do what with hosting: managers, customers too, and whoever sees it. The token has no scope for any of it.
func byManagers(status int) map[string][]int {
	return map[string][]int{
		"administrator": {status, status, 404}, "reseller a": {status, 404, 404}, "reseller b": {status, 404, 404},
		"token of reseller a": {403, 403, 403}, "*": {403, 403, 403},
	}
}

func byKeepers(status int) map[string][]int {
	want := byManagers(status)
	want["customer a"], want["customer b"] = []int{status, 404, 404}, []int{status, 404, 404}
	return want
}

func bySeers(status int) map[string][]int {
	want := byKeepers(status)
	want["panel user a"] = []int{status, 404, 404}
	return want
}

// ofPlans are operations on a service plan of a side's reseller.
func ofPlans(body any, status int) row {
	return row{targets: []string{"own", "other's", "missing"}, want: byManagers(status), of: func(w *world, caller, target string) request {
		if target == "missing" {
			return request{id: "spl_" + missing, body: body}
		}
		owner := "reseller" + sideOf(caller, target)[len("customer"):]
		return request{id: w.plan(w.callers[owner], "service"), body: body}
	}}
}

func (w *world) plan(by client.Caller, kind string) string {
	var made struct{ ID string }
	by.Post(w.t, "/v1/"+kind+"-plans", map[string]any{"name": "Matrix"}).Want(201).Into(&made)
	return made.ID
}

// ofResellerPlans are operations on a reseller plan: the administrator's.
func ofResellerPlans(body any, status int) row {
	return row{
		targets: []string{"own", "missing"}, want: map[string][]int{"administrator": {status, 404}, "token of reseller a": {403, 403}, "*": {403, 403}},
		of: func(w *world, _, target string) request {
			if target == "missing" {
				return request{id: "rpl_" + missing, body: body}
			}
			return request{id: w.plan(w.callers["administrator"], "reseller"), body: body}
		},
	}
}

// ofBackups are operations on a backup that the administrator took of a side's customer.
func ofBackups(want map[string][]int) row {
	return ofHosting("bak_"+missing, func(h hosted) string { return h.backup }, nil, want)
}

func named(*world, string) any { return map[string]any{"name": "Matrix"} }

func newDomain(w *world) any { return map[string]any{"domain": w.fresh() + ".example"} }

// hostingExpectations are those of plans and of what customers have.
var hostingExpectations = map[string]row{
	"getResources":      plain(nil, map[string]int{"*": 200, "token of reseller a": 200}),
	"createServicePlan": plain(named, map[string]int{"administrator": 201, "reseller a": 201, "reseller b": 201, "*": 403}),
	"listServicePlans": inOwnersName(false, map[string][]int{
		"administrator": {200, 200, 200, 404}, "reseller a": {200, 200, 403, 403}, "reseller b": {200, 200, 403, 403},
		"token of reseller a": {403, 403, 403, 403}, "*": {403, 403, 403, 403},
	}),
	"getServicePlan":     ofPlans(nil, 200),
	"changeServicePlan":  ofPlans(map[string]any{"name": "Renamed"}, 200),
	"deleteServicePlan":  ofPlans(nil, 204),
	"createResellerPlan": plain(named, map[string]int{"administrator": 201, "*": 403}),
	"listResellerPlans":  plain(nil, map[string]int{"administrator": 200, "token of reseller a": 403, "*": 403}),
	"getResellerPlan":    ofResellerPlans(nil, 200),
	"changeResellerPlan": ofResellerPlans(map[string]any{"name": "Renamed"}, 200),
	"deleteResellerPlan": ofResellerPlans(nil, 204),
	"changeReseller":     ofResellers(map[string]any{"contact": map[string]any{"phone": "1"}}, 200),

	"createSubscription": {
		targets: []string{"own", "other's", "missing"}, want: byManagers(201), of: func(w *world, caller, target string) request {
			body := map[string]any{"domain": w.fresh() + ".example", "servicePlan": "custom"}
			if target == "missing" {
				return request{id: "cus_" + missing, body: body}
			}
			return request{id: w.ids[sideOf(caller, target)], body: body}
		},
	},
	"listSubscriptions":      byID("cus_", side("customer"), nil, bySeers(200)),
	"getSubscription":        ofHosting("sub_"+missing, subscriptionOf, nil, bySeers(200)),
	"deleteSubscription":     ofHosting("sub_"+missing, subscriptionOf, nil, byManagers(204)),
	"suspendSubscription":    ofHosting("sub_"+missing, subscriptionOf, nil, byManagers(200)),
	"activateSubscription":   ofHosting("sub_"+missing, subscriptionOf, nil, byManagers(200)),
	"changeSubscriptionPlan": ofHosting("sub_"+missing, subscriptionOf, func(*world) any { return map[string]any{"servicePlan": "custom"} }, byManagers(200)),
	"createWebsite":          ofHosting("sub_"+missing, subscriptionOf, newDomain, byKeepers(201)),
	"listWebsites":           ofHosting("sub_"+missing, subscriptionOf, nil, bySeers(200)),
	"deleteWebsite":          ofHosting("web_"+missing, websiteOf, nil, byKeepers(204)),
	"suspendWebsite":         ofHosting("web_"+missing, websiteOf, nil, byKeepers(200)),
	"activateWebsite":        ofHosting("web_"+missing, websiteOf, nil, byKeepers(200)),
	"createBackup":           ofHosting("sub_"+missing, subscriptionOf, func(*world) any { return map[string]any{"size": 5} }, byKeepers(201)),
	"listBackups":            ofHosting("sub_"+missing, subscriptionOf, nil, bySeers(200)),
	"listOwnBackups":         plain(nil, map[string]int{"*": 200, "token of reseller a": 403}),
	"getBackup":              ofBackups(bySeers(200)),
	"deleteBackup":           ofBackups(byKeepers(204)),
	"getGate": {
		targets: []string{"own", "other's", "missing"}, want: map[string][]int{"administrator": {200, 200, 404}, "*": {403, 403, 403}, "token of reseller a": {403, 403, 403}},
		of: func(w *world, caller, target string) request {
			if target == "missing" {
				return request{id: fmt.Sprintf("%s.example", w.fresh())}
			}
			return request{id: w.host(sideOf(caller, target)).domain}
		},
	},
}
