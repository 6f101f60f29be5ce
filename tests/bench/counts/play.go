package counts

import (
	"fmt"
	"time"

	"tenantry/panel/reset"
	"tenantry/shared/httpapi"
)

// scenePassword is the password of everybody.
const scenePassword = "a password for the counts"

// listed is the number of customers that the lists of customers contain, of which a page shows 25.
const listed = 1000

// batch is the number of customers of the operations on many customers. It is one full batch.
const batch = 100

// cast holds the tokens of the callers.
type cast struct{ admin, north, customer string }

// play runs all operations. The lists of customers are measured last, when there are many.
func (s *scene) play() {
	s.run("createAdministrator", s.createAdministrator)
	s.run("sweepDue", s.sweep) // with nothing to do, as in most minutes
	s.run("getPanelPage", s.getPage(httpapi.Page{ID: "getPanelPage", Files: []httpapi.File{{Path: "/"}}}, "/"))
	page := reset.Page(s.platform.PasswordMinimum(), s.platform.PublicURL())
	s.run("getResetPage", s.getPage(page, page.Files[0].Path))
	s.run("unknownRoute", s.getUnknownRoute)
	s.signIn("boss")
	known := s.address
	s.address = "203.0.113.43"
	s.measureOther("from a new address", "", "createSession", signInBody("boss"))
	s.address = known
	c := cast{admin: s.text(s.measure("", "createSession", signInBody("boss")), "token")}
	s.measure("", "getHealth", nil)
	s.measure("", "getOpenapi", nil)
	s.measure(c.admin, "getMe", nil)
	s.measure(c.admin, "getResources", nil)
	s.playResellers(&c)
	s.playPlans(c)
	s.playCustomers(&c)
	s.playHosting(c)
	s.playBackups(c)
	s.playAccess(c)
	s.playMails(c)
	s.playOperations(c)
	s.playLists(c)
	s.playRepairs()
}

func signInBody(login string) object { return object{"login": login, "password": scenePassword} }

// signIn signs in and returns the token.
func (s *scene) signIn(login string) string {
	s.t.Helper()
	return s.text(s.send("", "createSession", signInBody(login)), "token")
}

// later returns a time in the future, as in requests.
func later(d time.Duration) string { return time.Now().Add(d).UTC().Format(time.RFC3339) }

// newAccount returns the body of a new account with a password.
func newAccount(login string) object {
	return object{"login": login, "password": scenePassword, "contact": object{
		"name": "Customer " + login, "email": login + "@example.com", "company": "A company", "phone": "+353 1 234 5678",
		"city": "Dublin", "country": "IE",
	}}
}

// createCustomers creates customers without a password, and returns their ids.
func (s *scene) createCustomers(token, prefix string, count int) []string {
	s.t.Helper()
	ids := make([]string, count)
	for n := range ids {
		body := newAccount(fmt.Sprintf("%s%04d", prefix, n))
		delete(body, "password")
		ids[n] = s.text(s.send(token, "createCustomer", body), "id")
	}
	return ids
}

func (s *scene) playResellers(c *cast) {
	s.ids["resellerId"] = s.text(s.measure(c.admin, "createReseller", newAccount("north")), "id")
	s.ids["south"] = s.text(s.send(c.admin, "createReseller", newAccount("south")), "id")
	s.measure(c.admin, "getReseller", nil)
	s.measure(c.admin, "changeReseller", object{"contact": object{"phone": "+353 1 234 5679"}})
	s.measure(c.admin, "suspendReseller", object{"reason": "The invoice is overdue."})
	s.measure(c.admin, "activateReseller", nil)
	c.north = s.signIn("north")
}

func (s *scene) playPlans(c cast) {
	resources := object{"name": "Standard", "allotments": object{"disk_space": 1 << 30, "max_site": 10}}
	for _, kind := range []struct{ name, token string }{{"ResellerPlan", c.admin}, {"ServicePlan", c.north}} {
		s.ids["planId"] = s.text(s.measure(kind.token, "create"+kind.name, resources), "id")
		s.measure(kind.token, "get"+kind.name, nil)
		s.measure(kind.token, "list"+kind.name+"s", nil)
		s.measure(kind.token, "change"+kind.name, object{"name": "Renamed"})
		s.measure(kind.token, "delete"+kind.name, nil)
	}
	s.ids["servicePlan"] = s.text(s.send(c.north, "createServicePlan", resources), "id")
}

func (s *scene) playCustomers(c *cast) {
	s.ids["customerId"] = s.text(s.measure(c.north, "createCustomer", newAccount("ada")), "id")
	s.run("indexSearch", s.indexSearch)
	s.measure(c.north, "getCustomer", nil)
	s.measureOther("by the administrator", c.admin, "getCustomer", nil)
	s.measure(c.north, "changeCustomerContact", object{"phone": "+353 1 234 5679"})
	s.measure(c.north, "changeCustomerDescription", object{"text": "Pays by invoice."})
	s.measure(c.north, "changeCustomerLogin", object{"login": "ada.lovelace", "password": scenePassword})
	suspension := object{"reason": "The invoice is overdue."}
	s.measure(c.north, "suspendCustomer", suspension)
	s.run("consumeStream", s.consumeStream)
	s.measureOther("again", c.north, "suspendCustomer", suspension)
	s.measure(c.north, "activateCustomer", nil)
	s.measure(c.north, "setCustomerSchedule", object{"suspendAt": later(time.Hour), "activateAt": later(2 * time.Hour)})
	s.measure(c.north, "getCustomerSchedule", nil)
	s.measure(c.north, "deleteCustomerSchedule", nil)
	s.measure(c.north, "listCustomerEvents?limit=25", nil)
	c.customer = s.signIn("ada.lovelace")
	user := object{"login": "ada.user", "name": "Ada's user", "email": "user@example.com", "password": scenePassword}
	s.ids["userId"] = s.text(s.measure(c.customer, "createPanelUser", user), "id")
	s.measure(c.customer, "listPanelUsers", nil)
	s.measure(c.customer, "listPanelUserEvents?limit=25", nil)
	s.measure(c.customer, "deletePanelUser", nil)
}

func (s *scene) playHosting(c cast) {
	domain := object{"domain": "ada.example", "servicePlan": s.ids["servicePlan"]}
	s.ids["subscriptionId"] = s.text(s.measure(c.north, "createSubscription", domain), "id")
	s.ids["domain"] = "ada.example"
	s.measure(c.north, "getSubscription", nil)
	s.measure(c.north, "listSubscriptions", nil)
	s.measure(c.north, "changeSubscription", object{"expiresAt": later(1000 * time.Hour)})
	s.measure(c.north, "changeSubscriptionPlan", object{"servicePlan": "custom"})
	s.measure(c.north, "suspendSubscription", nil)
	s.measure(c.north, "activateSubscription", nil)
	s.ids["websiteId"] = s.text(s.measure(c.north, "createWebsite", object{"domain": "shop.ada.example"}), "id")
	s.measure(c.north, "listWebsites", nil)
	s.measure(c.north, "suspendWebsite", nil)
	s.measure(c.north, "activateWebsite", nil)
	s.index(s.ids["customerId"])
	s.wantSome(s.measure(c.north, "searchSubscriptions?limit=25&search=ada", nil))
	s.wantSome(s.measure(c.north, "searchWebsites?limit=25&search=ada", nil))
	node := object{
		"name": "node", "scopes": []string{"gate:read"}, "expiresAt": later(1000 * time.Hour), "current": scenePassword,
	}
	token := s.text(s.send(c.admin, "createApiToken", node), "token")
	s.measure(token, "getGate", nil)
	cursor := s.text(s.send(token, "getGateChanges", nil), "nextCursor")
	s.measure(token, "getGateChanges?cursor="+cursor, nil)
}

func (s *scene) playBackups(c cast) {
	s.ids["backupId"] = s.text(
		s.measure(c.customer, "createBackup", object{"size": 1 << 20, "fileName": "ada.tar.gz"}),
		"id",
	)
	s.measure(c.customer, "getBackup", nil)
	s.measure(c.customer, "listBackups", nil)
	s.measure(c.customer, "listOwnBackups", nil)
	s.measure(c.customer, "deleteBackup", nil)
}

func (s *scene) playAccess(c cast) {
	s.measure(c.customer, "changeOwnContact", object{"phone": "+353 1 234 5670"})
	s.measure(c.customer, "changeOwnPassword", object{"current": scenePassword, "password": scenePassword + "!"})
	s.send(s.text(s.send("", "createSession", object{"login": "ada.lovelace", "password": scenePassword + "!"}), "token"),
		"changeOwnPassword", object{"current": scenePassword + "!", "password": scenePassword})
	program := object{
		"name": "billing", "scopes": []string{"customers:read"}, "expiresAt": later(1000 * time.Hour),
		"current": scenePassword,
	}
	created := s.measure(c.north, "createApiToken", program)
	s.ids["tokenId"] = s.text(created, "id")
	s.measure(c.north, "listApiTokens", nil)
	s.measure(c.north, "deleteApiToken", nil)
	s.measure(c.north, "listOwnEvents?limit=25", nil)
	s.measure(s.signIn("north"), "deleteSession", nil)
}
