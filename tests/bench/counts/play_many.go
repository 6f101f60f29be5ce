package counts

import (
	"fmt"
	"strings"
)

func (s *scene) playMails(c cast) {
	link := s.text(s.measure(c.north, "createResetLink", nil), "url")
	_, token, _ := strings.Cut(link, "#")
	s.measure("", "resetPassword", object{"token": token, "password": scenePassword})
	s.measure("", "requestPasswordReset", object{"login": "ada.lovelace", "email": "ada@example.com"})
	s.measure(c.north, "sendResetLink", nil)
	s.run("sendMail", s.sendMail)
	s.run("noteReturnedMail", s.noteReturnedMail)
}

// items returns the body of an operation on customers.
func items(customers []string) object {
	list := make([]object, len(customers))
	for n, customer := range customers {
		list[n] = object{"customer": customer}
	}
	return object{"items": list}
}

// playOperations measures the operations on many customers. Each is accepted, planned, run in one batch, and finished,
// as its workflow does. The customers have one subscription with one website.
func (s *scene) playOperations(c cast) {
	customers := s.createCustomers(c.north, "many", batch)
	customer := s.ids["customerId"]
	for n, id := range customers {
		s.ids["customerId"] = id
		domain := fmt.Sprintf("many%03d.example", n)
		s.send(c.north, "createSubscription", object{"domain": domain, "servicePlan": s.ids["servicePlan"]})
	}
	s.ids["customerId"] = customer
	body := items(customers)
	suspended := s.text(s.measure(c.north, "suspendCustomers", body), "id")
	s.run("planOperation", s.plan(suspended))
	s.changeStatuses(suspended)
	s.run("finishOperation", s.finish(suspended))
	s.ids["operationId"] = suspended
	s.measure(c.north, "getOperation", nil)
	s.measure(c.north, "listOperations", nil)
	s.measure(c.north, "listOperationItems?limit=25", nil)
	s.ids["operationId"] = s.text(s.measure(c.north, "activateCustomers", body), "id")
	s.measure(c.north, "cancelOperation", nil)

	move := items(customers)
	move["owner"] = s.ids["south"]
	moved := s.text(s.measure(c.admin, "moveCustomers", move), "id")
	s.prepare(moved)
	s.transferAccounts(moved)
	removed := s.text(s.measure(c.admin, "removeCustomers", body), "id")
	s.prepare(removed)
	s.removeAccounts(removed)

	one := s.createCustomers(c.north, "one", 4)
	s.measure(c.admin, "convertCustomers", items(one[:1]))
	s.ids["customerId"] = one[1]
	s.measure(c.admin, "convertCustomer", nil)
	s.ids["customerId"] = one[2]
	s.measure(c.admin, "moveCustomer", object{"owner": s.ids["south"], "servicePlan": "custom"})
	s.ids["customerId"] = one[3]
	s.measure(c.north, "deleteCustomer", nil)
	s.ids["customerId"] = customer
	s.measure(c.north, "deleteWebsite", nil)
	s.measure(c.north, "deleteSubscription", nil)
	reseller := s.ids["resellerId"]
	s.ids["resellerId"] = s.text(s.send(c.admin, "createReseller", newAccount("removed")), "id")
	s.measure(c.admin, "deleteReseller", nil)
	s.ids["resellerId"] = reseller
}

// playLists measures the lists of customers and the searches for them. A page has 25 of a thousand customers.
func (s *scene) playLists(c cast) {
	customers := s.createCustomers(c.north, "listed", listed)
	s.index(customers[:2*pageSize]...) // all would take long, and a page of results does not depend on the others
	s.wantPage(s.measure(c.north, "listCustomers?limit=25&sort=name", nil))
	byAdministrator := func(request, query string) {
		s.wantPage(s.measureOther(request+", by the administrator", c.admin, "listCustomers?limit=25&"+query, nil))
	}
	byAdministrator("of all", "sort=name")
	byAdministrator("of all, only active", "sort=name&status=active")
	byAdministrator("search", "search=listed")
	s.wantPage(s.measureOther("search", c.north, "listCustomers?limit=25&search=listed", nil))
	s.measure(c.admin, "listResellers?limit=25&sort=name", nil)
	s.wantSome(s.measure(c.north, "navigateObjects?q=listed", nil))
}

// pageSize is the number of items of a page.
const pageSize = 25

// wantPage fails the test if a list is not a full page.
func (s *scene) wantPage(list object) {
	s.t.Helper()
	if items, isList := list["items"].([]any); !isList || len(items) != pageSize {
		s.t.Fatalf("want a page of %d items, got %d", pageSize, len(items))
	}
}

// wantSome fails the test if a list is empty.
func (s *scene) wantSome(list object) {
	s.t.Helper()
	if items, isList := list["items"].([]any); !isList || len(items) == 0 {
		s.t.Fatalf("want some items, got %v", list)
	}
}

// playRepairs measures what operators invoke, for the customers of a reseller.
func (s *scene) playRepairs() {
	s.run("reconcileCounts", s.reconcileCounts)
	s.run("rebuildSearch", s.rebuildSearch)
	s.record("reshardList", "by the schedule", s.costOf("reshardList", s.fitLists))
	s.run("reshardList", s.reshardList)
}
