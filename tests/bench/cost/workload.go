package main

// work is something that happens for each customer in a month.
type work struct {
	operation string
	request   string  // "" for the usual request
	times     float64 // for each customer and month
}

// group is a part of the workload.
type group struct {
	name  string
	works []work
}

// customersOfNode is the number of customers of one hosting server. Its node asks for changes every two seconds, and
// asks again for each of its domains once a day.
const (
	customersOfNode  = 1000
	pollsOfNode      = 30.0 * 86400 / 2
	domainsOfAccount = 1.5
)

// A browser loads the files of the panel once a month, and keeps them. At each sign-in it only asks whether the page has
// changed.
const (
	panelFiles = 39      // of the first load
	panelBytes = 450_000 // of the first load with gzip; panel/build.sh fails above this
)

// bulk is the part of one item in a batch of an operation on many customers.
const bulk = 1.0 / 100

// workload is what happens for each customer in a month. Changes are followed by consumeStream, and new names and domains
// by indexSearch; both are counted once for each event, although one invocation may get several.
var workload = []group{
	{"signing in", []work{
		{"createSession", "", signIns},
		{"deleteSession", "", 1},
		{"requestPasswordReset", "", 0.05},
		{"resetPassword", "", 0.05},
		{"changeOwnPassword", "", 0.05},
		{"createApiToken", "", 0.01},
	}},
	{"the panel's files", []work{{"getPanelPage", "", panelFiles + signIns}}},
	{"reading", []work{
		{"getMe", "", 8},
		{"getCustomer", "", 6},
		{"getSubscription", "", 6},
		{"listSubscriptions", "", 4},
		{"listWebsites", "", 4},
		{"listOwnEvents", "", 0.2},
		{"listOwnBackups", "", 0.5},
		{"getOperation", "", 0.5},
	}},
	{"lists and searches of many customers", []work{
		{"listCustomers", "", 1},
		{"listCustomers", "of all, by the administrator", 0.2},
		{"listCustomers", "search", 0.3},
		{"navigateObjects", "", 0.5},
		{"searchSubscriptions", "", 0.1},
		{"searchWebsites", "", 0.1},
	}},
	{"changes", []work{
		{"createCustomer", "", 0.03},
		{"changeCustomerContact", "", 0.05},
		{"changeOwnContact", "", 0.05},
		{"suspendCustomer", "", 0.05},
		{"activateCustomer", "", 0.05},
		{"createSubscription", "", 0.05},
		{"createWebsite", "", 0.1},
		{"deleteWebsite", "", 0.05},
		{"changeSubscriptionPlan", "", 0.02},
		{"createBackup", "", 0.2},
		{"deleteBackup", "", 0.2},
		{"createPanelUser", "", 0.02},
	}},
	{"operations on many customers", []work{
		{"changeStatuses", "", 0.1 * bulk}, {"transferAccounts", "", 0.01 * bulk}, {"removeAccounts", "", 0.02 * bulk},
	}},
	{"events: feed, bus, search index", []work{{"consumeStream", "", 5}, {"indexSearch", "", 0.3}}},
	{"mails, without SES", []work{{"sendMail", "", 0.3}, {"noteReturnedMail", "", 0.01}}},
	{"hosting servers", []work{
		{"getGateChanges", "", pollsOfNode / customersOfNode}, {"getGate", "", 30 * domainsOfAccount},
	}},
}

// Other parts of the workload, for each customer and month.
const (
	signIns      = 4.0
	mails        = 0.3
	notices      = 0.5    // events on the bus
	storedBytes  = 20_000 // with indexes, search rows and a year of events
	logRetention = 3.0    // months
)
