// Package story lives through what a hosting company does with Tenantry, over HTTP against a running service. It is one
// story: each chapter goes on with what the ones before have made.
package story

import (
	"crypto/rand"
	"fmt"
	"strings"
	"testing"

	"tenantry/tests/client"
)

// story is what the chapters hand on.
type story struct {
	stack client.Stack
	run   string // sets this run's logins apart from others on the same stack

	admin, north, south  client.Caller // the administrator and two resellers
	northern, direct     []customer    // customers of north, and of the administrator itself
	southern             []customer
	northLogin, password string

	gold                               string        // north's service plan
	node                               client.Caller // a hosting node
	hosted                             customer      // with what follows
	hostedSubscriptions, hostedDomains []string

	many []customer // of north, whom bulk work is about
	done []string   // operations of north, the newest first
}

// customer is what a chapter remembers of a customer.
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
		{"the service answers", theServiceAnswers},
		{"the administrator signs in", theAdministratorSignsIn},
		{"two resellers", twoResellers},
		{"customers with all kinds of names", customersWithAllKindsOfNames},
		{"customers are found", customersAreFound},
		{"customers are listed", customersAreListed},
		{"nobody sees what is another's", nobodySeesWhatIsAnothers},
		{"a login has one owner", aLoginHasOneOwner},
		{"a retry does nothing twice", aRetryDoesNothingTwice},
		{"bad input changes nothing", badInputChangesNothing},
		{"a browser signs in", aBrowserSignsIn},
		{"own contact and password", ownContactAndPassword},
		{"contact information changes", contactInformationChanges},
		{"login information changes", loginInformationChanges},
		{"passwords are reset", passwordsAreReset},
		{"reset links are mailed", resetLinksAreMailed},
		{"passwords are forgotten", passwordsAreForgotten},
		{"mails come back", mailsComeBack},
		{"descriptions are kept", descriptionsAreKept},
		{"accounts are suspended and activated", accountsAreSuspendedAndActivated},
		{"a reseller is suspended", aResellerIsSuspended},
		{"suspensions are scheduled", suspensionsAreScheduled},
		{"panel users come and go", panelUsersComeAndGo},
		{"programs have tokens", programsHaveTokens},
		{"plans are kept", plansAreKept},
		{"websites open and close", websitesOpenAndClose},
		{"subscriptions expire", subscriptionsExpire},
		{"plans reach their subscriptions", plansReachTheirSubscriptions},
		{"backups are taken", backupsAreTaken},
		{"large subscriptions are removed", largeSubscriptionsAreRemoved},
		{"resellers have limits", resellersHaveLimits},
		{"many customers are suspended", manyCustomersAreSuspended},
		{"many customers are activated", manyCustomersAreActivated},
		{"a filter selects customers", aFilterSelectsCustomers},
		{"previews change nothing", previewsChangeNothing},
		{"an operation is cancelled", anOperationIsCancelled},
		{"a suspension of many is due", aSuspensionOfManyIsDue},
		{"bad operations are refused", badOperationsAreRefused},
		{"a removal is previewed", aRemovalIsPreviewed},
		{"a customer is converted to a reseller", aCustomerIsConvertedToAReseller},
		{"several customers are converted to resellers", severalCustomersAreConverted},
		{"a customer is moved to another owner", aCustomerIsMovedToAnotherOwner},
		{"what cannot be moved stays", whatCannotBeMovedStays},
		{"several customers are moved to another owner", severalCustomersAreMoved},
		{"a large customer is moved, converted and removed", aLargeCustomerIsMovedConvertedAndRemoved},
		{"a customer is removed", aCustomerIsRemoved},
		{"many customers are removed", manyCustomersAreRemoved},
		{"a reseller is removed", aResellerIsRemoved},
		{"a reseller is removed with its customers", aResellerIsRemovedWithItsCustomers},
		{"a reseller is removed and its customers stay", aResellerIsRemovedAndItsCustomersStay},
		{"attempts are limited", attemptsAreLimited},
		{"ten thousand customers are suspended", tenThousandCustomersAreSuspended},
		{"nothing personal is logged", nothingPersonalIsLogged},
	}
	for i, chapter := range chapters {
		if !t.Run(fmt.Sprintf("%02d %s", i+1, chapter.name), func(t *testing.T) { chapter.play(t, s) }) {
			t.Fatal("the story cannot go on")
		}
	}
}

// person is the body that creates an account.
func (s *story) person(login, name string, more ...any) map[string]any {
	body := map[string]any{
		"login": s.login(login), "password": s.password,
		"contact": map[string]any{"name": name, "email": "someone@example.com"},
	}
	for i := 0; i < len(more); i += 2 {
		body[more[i].(string)] = more[i+1]
	}
	return body
}
