package removal_test

import (
	"crypto/rand"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/dynamotest"
	"tenantry/shared/event"
	"tenantry/shared/flowtest"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
	"tenantry/shared/operation"
	"tenantry/shared/plan"
	"tenantry/shared/request"
	"tenantry/shared/reset"
	"tenantry/shared/search"
)

// The texts of a person that is removed. Each occurs in the table before the removal.
var personalTexts = map[string]string{
	"name":                   "marker-name",
	"company":                "marker-company",
	"address":                "marker-street",
	"city":                   "marker-city",
	"state":                  "marker-state",
	"postal code":            "marker-code",
	"phone":                  "+44 20 7946 0991",
	"fax":                    "+44 20 7946 0992",
	"email":                  "marker-mail@marker-host.example",
	"login":                  "marker-login",
	"password hash":          "hash of marker-password",
	"external id":            "marker-external",
	"owner's note":           "marker-note-of-owner",
	"other note":             "marker-note-of-admin",
	"hold":                   "marker-hold-reason",
	"hold message":           "marker-hold-message",
	"schedule":               "marker-schedule-reason",
	"bulk reason":            "marker-bulk-reason",
	"bulk message":           "marker-bulk-message",
	"old name":               "marker-old-name",
	"old email":              "marker-old-mail@marker-host.example",
	"user's login":           "marker-user-login",
	"user's name":            "marker-user-name",
	"user's email":           "marker-user-mail@marker-host.example",
	"token":                  "marker-token",
	"domain":                 "marker-domain.example",
	"second domain":          "marker-second.example",
	"website's hold":         "marker-site-reason",
	"user agent":             "marker-agent/1.0",
	"address of the sign-in": "203.0.113.77",
}

// person makes the requests of and about one customer, each with an Idempotency-Key.
type person struct {
	*testing.T
	*flowtest.Scene

	id account.ID
}

func (p person) meta(name string) request.Metadata {
	key := idempotency.Secret("secret").NewKey("caller", name, "key", name, nil)
	return request.Metadata{ID: "request", Key: key, Address: "203.0.113.77", UserAgent: personalTexts["user agent"]}
}

func (p person) check(err error) {
	p.Helper()
	must(p.T, err)
}

// create creates the customer with everything that can be said of it.
func (p *person) create() {
	p.Helper()
	ctx, north := p.Context(), p.Caller(p.North)
	secret := "marker-password"
	created, err := p.Creator().Customer(ctx, north, p.meta("create"), directory.NewAccount{
		Login: personalTexts["login"], Password: &secret, ExternalID: personalTexts["external id"],
		Description: personalTexts["owner's note"],
		Contact: account.Contact{
			Name: personalTexts["old name"], Company: personalTexts["company"], Email: personalTexts["old email"],
			Phone: personalTexts["phone"], Fax: personalTexts["fax"], Address: personalTexts["address"],
			City: personalTexts["city"], State: personalTexts["state"], PostalCode: personalTexts["postal code"],
		},
	})
	p.check(err)
	p.id = created.ID
	_, err = p.AccountChanger().Contact(ctx, north, p.meta("contact"), string(p.id), account.ContactPatch{
		Name: new(personalTexts["name"]), Email: new(personalTexts["email"]),
	})
	p.check(err)
	_, err = p.AccountChanger().Description(
		ctx, p.Caller(p.Admin), p.meta("description"), string(p.id), personalTexts["other note"], directory.AdministratorsNote,
	)
	p.check(err)
	users := directory.PanelUsers{Create: p.Creator(), Store: p.Store}
	_, err = users.Add(ctx, north, p.meta("user"), string(p.id), directory.NewPanelUser{
		Login: personalTexts["user's login"], Name: personalTexts["user's name"], Email: personalTexts["user's email"],
	})
	p.check(err)
}

// host gives the customer a subscription with two websites, and suspends one of them.
func (p *person) host() {
	p.Helper()
	ctx, north := p.Context(), p.Caller(p.North)
	subscriptions := hosting.Subscriptions{Store: p.Store, NewID: p.IDs.New, Now: p.Now}
	subscription, err := subscriptions.Create(ctx, north, p.meta("subscription"), string(p.id), hosting.NewSubscription{
		Domain: personalTexts["domain"], ServicePlan: plan.Custom,
	})
	p.check(err)
	sites := hosting.Websites{Subscriptions: subscriptions}
	site, err := sites.Add(ctx, north, p.meta("website"), subscription.ID, personalTexts["second domain"])
	p.check(err)
	_, err = sites.Suspend(ctx, north, p.meta("suspend website"), site.ID, account.HoldInput{
		Reason: personalTexts["website's hold"],
	})
	p.check(err)
}

// signIn signs the customer in, and once fails to. It makes a token and asks for reset links.
func (p *person) signIn() {
	p.Helper()
	ctx := p.Context()
	limits := access.AttemptLimits{Login: 10, Address: 100}
	signIn := access.SignIn{
		Store: p.Store, Hasher: plainHasher{}, Limits: limits, Lifetime: time.Hour, NewID: p.IDs.New,
		Random: rand.Reader, Now: p.Now,
	}
	for _, password := range []string{"wrong", "marker-password"} {
		_, err := signIn.Begin(ctx, p.meta("sign in"), access.Credentials{Login: personalTexts["login"], Password: password})
		if password != "wrong" {
			p.check(err)
		}
	}
	tokens := access.Tokens{
		Store:   p.Store,
		Current: access.Reauthentication{Store: p.Store, Hasher: plainHasher{}, Limits: limits, Now: p.Now},
		Mails:   p.Store.Mails(),
		NewID:   p.IDs.New,
		Random:  rand.Reader,
		Now:     p.Now,
	}
	_, _, err := tokens.Create(ctx, p.Caller(p.id), p.meta("token"), access.APITokenInput{
		Name: personalTexts["token"], Scopes: []access.Scope{access.CustomersRead}, ExpiresAt: p.Now().Add(time.Hour),
		Current: "marker-password",
	})
	p.check(err)
	links := reset.Manager{
		Store: p.Store, NewID: p.IDs.New, Random: rand.Reader, Lifetimes: reset.Lifetimes{Reset: time.Hour},
		PublicURL: "https://panel.example", SendsMail: true, Mails: p.Store.Mails(), Now: p.Now,
	}
	_, err = links.Show(ctx, p.Caller(p.North), p.meta("show"), string(p.id))
	p.check(err)
	_, err = links.Send(ctx, p.Caller(p.North), p.meta("send"), string(p.id))
	p.check(err)
}

// hold suspends the customer, alone and in a bulk, and schedules its suspension.
func (p *person) hold() {
	p.Helper()
	ctx, north := p.Context(), p.Caller(p.North)
	_, err := p.AccountChanger().Suspend(ctx, north, p.meta("suspend"), string(p.id), account.HoldInput{
		Reason: personalTexts["hold"], PublicMessage: personalTexts["hold message"],
	})
	p.check(err)
	at := p.Now().Add(24 * time.Hour)
	_, err = p.AccountChanger().Schedule(ctx, north, p.meta("schedule"), string(p.id), account.ScheduleInput{
		SuspendAt: &at, Reason: personalTexts["schedule"],
	})
	p.check(err)
	suspension := inputOf(p.id)
	suspension.Parameters.Reason = personalTexts["bulk reason"]
	suspension.Parameters.PublicMessage = personalTexts["bulk message"]
	run(p.T, p.Scene, p.Accept(p.Admin, operation.Suspend, suspension).ID)
}

// Matches implements access.Hasher.
func (plainHasher) Matches(hash, text string) bool { return hash == "hash of "+text }

// searchedTexts are the personal texts by which a customer is searched.
var searchedTexts = []string{"login", "external id", "name", "company", "email", "domain", "second domain"}

// searchRowText returns the text of a row for a personal text.
func searchRowText(field string) string {
	word := []rune(search.Words(personalTexts[field])[0])
	return string(word[1:min(len(word), 20)])
}

// No item has a text of a customer that was removed, whatever was requested before with an Idempotency-Key.
func TestRemovalLeavesNoPersonalData(t *testing.T) {
	t.Parallel()
	var events []event.Event
	p := &person{T: t, Scene: flowtest.NewOn(t, func(now func() time.Time) *dynamotest.Store {
		return dynamotest.NewRecording(now, func(written event.Event) { events = append(events, written) })
	}, 1, 0)}
	index := func() {
		_, err := search.Indexer{Store: p.Store, Now: p.Now}.Handle(t.Context(), events)
		p.check(err)
	}
	p.create()
	p.host()
	p.signIn()
	p.hold()
	for field, text := range personalTexts {
		if p.Store.Mentions(text) == 0 {
			t.Errorf("no item has the %s %q before the removal", field, text)
		}
	}
	index()
	for _, field := range searchedTexts {
		if p.Store.Mentions(searchRowText(field)) == 0 {
			t.Errorf("no row of the search index has the %s before the removal", field)
		}
	}
	run(t, p.Scene, p.Accept(p.North, operation.Remove, inputOf(p.id)).ID)
	index()
	for _, field := range searchedTexts {
		if count := p.Store.Mentions(searchRowText(field)); count != 0 {
			t.Errorf("%d items of the search index have the %s of the removed customer, want none", count, field)
		}
	}
	for field, text := range personalTexts {
		if count := p.Store.Mentions(text); count != 0 {
			t.Errorf("%d items have the %s %q of the removed customer, want none", count, field, text)
		}
	}
}
