package matrix

import (
	"strings"

	"tenantry/tests/client"
)

// hosted holds the ids of a subscription, its website and its backup, and the domain of the subscription.
type hosted struct{ subscription, website, domain, backup string }

// customerOf returns the name of the customer on the caller's side or, for the target "other's", on the other side.
func customerOf(caller, target string) string {
	own := ownOf("customer")[caller]
	if own == "" {
		own = "customer a"
	}
	if target == "other's" {
		return otherSide(own)
	}
	return own
}

// host creates a subscription of a customer, with a website and a backup.
func (w *world) host(customer string) hosted {
	h := hosted{domain: w.newDomain()}
	var created struct{ ID string }
	admin := w.callers["administrator"]
	body := map[string]any{
		"domain": h.domain, "servicePlan": "custom",
		"resources": map[string]any{"permissions": map[string]any{"create_domains": true}},
	}
	admin.Post(w.t, "/v1/customers/"+w.ids[customer]+"/subscriptions", body).Want(201).Into(&created)
	h.subscription = created.ID
	admin.Post(w.t, "/v1/subscriptions/"+h.subscription+"/websites", map[string]any{"domain": "www." + h.domain}).
		Want(201).
		Into(&created)
	h.website = created.ID
	admin.Post(w.t, "/v1/subscriptions/"+h.subscription+"/backups", map[string]any{"size": 5}).Want(201).Into(&created)
	h.backup = created.ID
	return h
}

// onNewSubscription returns the row of an operation on a subscription, or on an object of a subscription. Each request
// has a new subscription. id chooses the id in the path.
func onNewSubscription(missingID string, id func(hosted) string, body func(w *world) any, want map[string][]int) row {
	return row{
		targets: []string{"own", "other's", "missing"},
		want:    want,
		request: func(w *world, caller, target string) request {
			req := request{id: missingID}
			if target != "missing" {
				req.id = id(w.host(customerOf(caller, target)))
			}
			if body != nil {
				req.body = body(w)
			}
			return req
		},
	}
}

func subscriptionOf(h hosted) string { return h.subscription }

func websiteOf(h hosted) string { return h.website }

// byManagers returns the statuses if managers may call the operation. The API token has no scope for hosting.
func byManagers(status int) map[string][]int {
	return map[string][]int{
		"administrator": {status, status, 404}, "reseller a": {status, 404, 404}, "reseller b": {status, 404, 404},
		"token of reseller a": {403, 403, 403}, "*": {403, 403, 403},
	}
}

// byManagersAndCustomers returns the statuses if managers and customers may call the operation.
func byManagersAndCustomers(status int) map[string][]int {
	want := byManagers(status)
	want["customer a"], want["customer b"] = []int{status, 404, 404}, []int{status, 404, 404}
	return want
}

// byReaders returns the statuses if everyone who can see the object may call the operation.
func byReaders(status int) map[string][]int {
	want := byManagersAndCustomers(status)
	want["panel user a"] = []int{status, 404, 404}
	return want
}

// onNewServicePlan returns the row of an operation on a service plan. Each request has a new plan.
func onNewServicePlan(body any, status int) row {
	return row{
		targets: []string{"own", "other's", "missing"},
		want:    byManagers(status),
		request: func(w *world, caller, target string) request {
			if target == "missing" {
				return request{id: "spl_" + missing, body: body}
			}
			owner := "reseller" + customerOf(caller, target)[len("customer"):]
			return request{id: w.plan(w.callers[owner], "service"), body: body}
		},
	}
}

// plan creates a plan of the kind "service" or "reseller" and returns its id.
func (w *world) plan(owner client.Caller, kind string) string {
	var created struct{ ID string }
	owner.Post(w.t, "/v1/"+kind+"-plans", map[string]any{"name": "Matrix"}).Want(201).Into(&created)
	return created.ID
}

// onNewResellerPlan returns the row of an operation on a reseller plan, which only the administrator may call. Each
// request has a new plan.
func onNewResellerPlan(body any, status int) row {
	return row{
		targets: []string{
			"own",
			"missing",
		},
		want: map[string][]int{"administrator": {status, 404}, "token of reseller a": {403, 403}, "*": {403, 403}},
		request: func(w *world, _, target string) request {
			if target == "missing" {
				return request{id: "rpl_" + missing, body: body}
			}
			return request{id: w.plan(w.callers["administrator"], "reseller"), body: body}
		},
	}
}

// onNewBackup returns the row of an operation on a backup. Each request has a new backup, which the administrator
// created.
func onNewBackup(want map[string][]int) row {
	return onNewSubscription("bak_"+missing, func(h hosted) string { return h.backup }, nil, want)
}

func newPlan(*world, string) any { return map[string]any{"name": "Matrix"} }

func newDomain(w *world) any { return map[string]any{"domain": w.newDomain()} }

// newDomain returns a domain that only this run uses, in a registrable domain of its own.
func (w *world) newDomain() string { return strings.ReplaceAll(w.newLogin(), ".", "-") + ".example" }

// hostingExpectations holds the expectations of the operations on plans, subscriptions, websites and backups.
var hostingExpectations = map[string]row{
	"getResources": untargeted(nil, map[string]int{"*": 200, "token of reseller a": 200}),
	"createServicePlan": untargeted(
		newPlan,
		map[string]int{"administrator": 201, "reseller a": 201, "reseller b": 201, "*": 403},
	),
	"listServicePlans": withOwner(false, map[string][]int{
		"administrator": {200, 200, 200, 404}, "reseller a": {200, 200, 403, 403}, "reseller b": {200, 200, 403, 403},
		"token of reseller a": {403, 403, 403, 403}, "*": {403, 403, 403, 403},
	}),
	"getServicePlan":     onNewServicePlan(nil, 200),
	"changeServicePlan":  onNewServicePlan(map[string]any{"name": "Renamed"}, 200),
	"deleteServicePlan":  onNewServicePlan(nil, 204),
	"createResellerPlan": untargeted(newPlan, map[string]int{"administrator": 201, "*": 403}),
	"listResellerPlans":  untargeted(nil, map[string]int{"administrator": 200, "token of reseller a": 403, "*": 403}),
	"getResellerPlan":    onNewResellerPlan(nil, 200),
	"changeResellerPlan": onNewResellerPlan(map[string]any{"name": "Renamed"}, 200),
	"deleteResellerPlan": onNewResellerPlan(nil, 204),
	"changeReseller":     onNewReseller(map[string]any{"contact": map[string]any{"phone": "1"}}, 200),

	"createSubscription": {
		targets: []string{
			"own",
			"other's",
			"missing",
		},
		want: byManagers(201),
		request: func(w *world, caller, target string) request {
			body := map[string]any{"domain": w.newDomain(), "servicePlan": "custom"}
			if target == "missing" {
				return request{id: "cus_" + missing, body: body}
			}
			return request{id: w.ids[customerOf(caller, target)], body: body}
		},
	},
	"listSubscriptions": byID("cus_", ownOf("customer"), nil, byReaders(200)),
	"searchSubscriptions": withQuery("?search=example", untargeted(nil, map[string]int{
		"administrator": 200, "reseller a": 200, "reseller b": 200, "token of reseller a": 403, "*": 403,
	})),
	"searchWebsites": withQuery("?search=example", untargeted(nil, map[string]int{
		"administrator": 200, "reseller a": 200, "reseller b": 200, "token of reseller a": 403, "*": 403,
	})),
	"navigateObjects": withQuery("?q=example", untargeted(nil, map[string]int{
		"administrator": 200, "reseller a": 200, "reseller b": 200, "token of reseller a": 200, "*": 403,
	})),
	"getSubscription":      onNewSubscription("sub_"+missing, subscriptionOf, nil, byReaders(200)),
	"deleteSubscription":   onNewSubscription("sub_"+missing, subscriptionOf, nil, byManagers(204)),
	"suspendSubscription":  onNewSubscription("sub_"+missing, subscriptionOf, nil, byManagers(200)),
	"activateSubscription": onNewSubscription("sub_"+missing, subscriptionOf, nil, byManagers(200)),
	"changeSubscription": onNewSubscription(
		"sub_"+missing,
		subscriptionOf,
		func(*world) any { return map[string]any{"expiresAt": "2999-01-01T00:00:00Z"} },
		byManagers(200),
	),
	"changeSubscriptionPlan": onNewSubscription(
		"sub_"+missing,
		subscriptionOf,
		func(*world) any { return map[string]any{"servicePlan": "custom"} },
		byManagers(200),
	),
	"createWebsite":   onNewSubscription("sub_"+missing, subscriptionOf, newDomain, byManagersAndCustomers(201)),
	"listWebsites":    onNewSubscription("sub_"+missing, subscriptionOf, nil, byReaders(200)),
	"deleteWebsite":   onNewSubscription("web_"+missing, websiteOf, nil, byManagersAndCustomers(204)),
	"suspendWebsite":  onNewSubscription("web_"+missing, websiteOf, nil, byManagersAndCustomers(200)),
	"activateWebsite": onNewSubscription("web_"+missing, websiteOf, nil, byManagersAndCustomers(200)),
	"createBackup": onNewSubscription(
		"sub_"+missing,
		subscriptionOf,
		func(*world) any { return map[string]any{"size": 5} },
		byManagersAndCustomers(201),
	),
	"listBackups":    onNewSubscription("sub_"+missing, subscriptionOf, nil, byReaders(200)),
	"listOwnBackups": untargeted(nil, map[string]int{"*": 200, "token of reseller a": 403}),
	"getBackup":      onNewBackup(byReaders(200)),
	"deleteBackup":   onNewBackup(byManagersAndCustomers(204)),
	"getGateChanges": untargeted(nil, map[string]int{"administrator": 200, "token of reseller a": 403, "*": 403}),
	"getGate": {
		targets: []string{
			"own",
			"other's",
			"missing",
		},
		want: map[string][]int{
			"administrator":       {200, 200, 404},
			"*":                   {403, 403, 403},
			"token of reseller a": {403, 403, 403},
		},
		request: func(w *world, caller, target string) request {
			if target == "missing" {
				return request{id: w.newDomain()}
			}
			return request{id: w.host(customerOf(caller, target)).domain}
		},
	},
}
