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

// playLists measures lists and searches, each a page of 25. The lists of customers have a thousand, the others have few
// entries.
func (s *scene) playLists(c cast) {
	s.createCustomers(c.north, "listed", listed)
	s.measure(c.north, "listCustomers?limit=25&sort=name", nil)
	s.measureOther("of all, by the administrator", c.admin, "listCustomers?limit=25&sort=name", nil)
	s.measureOther("of all active, by the administrator", c.admin, "listCustomers?limit=25&sort=name&status=active", nil)
	s.measureOther("search of a word", c.north, "listCustomers?limit=25&search=ada", nil)
	s.measure(c.admin, "listResellers?limit=25&sort=name", nil)
	s.measure(c.north, "searchSubscriptions?limit=25&search=ada", nil)
	s.measure(c.north, "searchWebsites?limit=25&search=ada", nil)
	s.measure(c.north, "navigateObjects?q=ada", nil)
}

// playRepairs measures what only operators invoke, for the customers of a reseller.
func (s *scene) playRepairs() {
	s.run("reconcileCounts", s.reconcileCounts)
	s.run("rebuildSearch", s.rebuildSearch)
	s.run("reshardList", s.reshardList)
}
