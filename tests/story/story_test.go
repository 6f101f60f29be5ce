// Package story tests a running stack over HTTP with the work of a hosting company. The test is one story: each chapter
// builds on the accounts and objects of the chapters before.
package story

import (
	"crypto/rand"
	"fmt"
	"strings"
	"testing"

	"tenantry/tests/client"
)

// story holds what the chapters share.
type story struct {
	stack client.Stack
	run   string // makes the logins of this run unique on the stack

	admin, north, south  client.Caller // the administrator and two resellers
	northern, direct     []customer    // customers of north and of the administrator
	southern             []customer
	northLogin, password string

	gold                               string        // north's service plan
	node                               client.Caller // a hosting node
	hosted                             customer      // a customer of north with these subscriptions and domains
	hostedSubscriptions, hostedDomains []string

	many []customer // customers of north for bulk operations
	done []string   // ids of north's operations, newest first
}

// customer holds what the chapters need to know about a customer.
type customer struct {
	ID, Login, Name string
	Etag            string
}

func (s *story) login(name string) string { return "s" + s.run + "." + name }

func (s *story) external(name string) string { return s.run + "-" + name }

func TestStory(t *testing.T) {
	s := &story{stack: client.Running(t), run: strings.ToLower(rand.Text()[:8]), password: "a password for the story"}
	chapters := []struct {
		name string
		play func(*testing.T, *story)
	}{
		{"the service responds", theServiceResponds},
		{"the panel is served", thePanelIsServed},
		{"the administrator signs in", theAdministratorSignsIn},
		{"resellers are created", resellersAreCreated},
		{"customers are created", customersAreCreated},
		{"customers are found", customersAreFound},
		{"customers are listed", customersAreListed},
		{"accounts are isolated", accountsAreIsolated},
		{"logins are unique", loginsAreUnique},
		{"retries take effect once", retriesTakeEffectOnce},
		{"invalid input is rejected", invalidInputIsRejected},
		{"a browser signs in", aBrowserSignsIn},
		{"callers change their own contact and password", callersChangeTheirContactAndPassword},
		{"contact information is changed", contactInformationIsChanged},
		{"login information is changed", loginInformationIsChanged},
		{"passwords are reset", passwordsAreReset},
		{"reset links are mailed", resetLinksAreMailed},
		{"forgotten passwords are reset", forgottenPasswordsAreReset},
		{"bounces are recorded", bouncesAreRecorded},
		{"descriptions are stored", descriptionsAreStored},
		{"accounts are suspended and activated", accountsAreSuspendedAndActivated},
		{"a reseller is suspended", aResellerIsSuspended},
		{"suspensions are scheduled", suspensionsAreScheduled},
		{"panel users are managed", panelUsersAreManaged},
		{"sign-ins are seen", signInsAreSeen},
		{"programs use API tokens", programsUseAPITokens},
		{"credentials need the password", credentialsNeedThePassword},
		{"credentials have a scope of their own", credentialsHaveTheirOwnScope},
		{"plans are managed", plansAreManaged},
		{"websites open and close", websitesOpenAndClose},
		{"nodes follow the change feed", nodesFollowTheChangeFeed},
		{"domains belong to one customer", domainsBelongToOneCustomer},
		{"subscriptions expire", subscriptionsExpire},
		{"a primary domain is changed", aPrimaryDomainIsChanged},
		{"customers create websites with permission", customersCreateWebsitesWithPermission},
		{"paths accept logins and external ids", pathsAcceptReferences},
		{"activation lifts what the caller may lift", activationLiftsWhatTheCallerMayLift},
		{"plan changes reach subscriptions", planChangesReachSubscriptions},
		{"backups are created", backupsAreCreated},
		{"large subscriptions are removed", largeSubscriptionsAreRemoved},
		{"resellers have limits", resellersHaveLimits},
		{"many customers are suspended", manyCustomersAreSuspended},
		{"many customers are activated", manyCustomersAreActivated},
		{"a filter selects customers", aFilterSelectsCustomers},
		{"previews change nothing", previewsChangeNothing},
		{"an operation is cancelled", anOperationIsCancelled},
		{"a bulk suspension is scheduled", aBulkSuspensionIsScheduled},
		{"invalid operations are rejected", invalidOperationsAreRejected},
		{"a removal is previewed", aRemovalIsPreviewed},
		{"a customer is converted to a reseller", aCustomerIsConvertedToAReseller},
		{"several customers are converted to resellers", severalCustomersAreConverted},
		{"a customer is moved to another owner", aCustomerIsMovedToAnotherOwner},
		{"failed moves change nothing", failedMovesChangeNothing},
		{"several customers are moved to another owner", severalCustomersAreMoved},
		{"customers are searched", customersAreSearched},
		{"a large customer is moved, converted and removed", aLargeCustomerIsMovedConvertedAndRemoved},
		{"a customer is removed", aCustomerIsRemoved},
		{"many customers are removed", manyCustomersAreRemoved},
		{"a reseller is removed", aResellerIsRemoved},
		{"a reseller is removed with its customers", aResellerIsRemovedWithItsCustomers},
		{"a reseller is removed and its customers are reassigned", aResellerIsRemovedAndItsCustomersAreReassigned},
		{"sign-in attempts are limited", signInAttemptsAreLimited},
		{"ten thousand customers are suspended", tenThousandCustomersAreSuspended},
		{"logs have no personal data", logsHaveNoPersonalData},
	}
	for i, chapter := range chapters {
		if !t.Run(fmt.Sprintf("%02d %s", i+1, chapter.name), func(t *testing.T) { chapter.play(t, s) }) {
			t.Fatal("the next chapters need this chapter to succeed")
		}
	}
}

// person returns the body that creates an account. The further arguments are names and values of fields.
func (s *story) person(login, name string, fields ...any) map[string]any {
	body := map[string]any{
		"login": s.login(login), "password": s.password,
		"contact": map[string]any{"name": name, "email": "someone@example.com"},
	}
	for i := 0; i < len(fields); i += 2 {
		body[fields[i].(string)] = fields[i+1]
	}
	return body
}
