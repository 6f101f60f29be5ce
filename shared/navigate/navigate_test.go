package navigate_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/dynamotest"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/flowtest"
	"tenantry/shared/hosting"
	"tenantry/shared/navigate"
	"tenantry/shared/plan"
	"tenantry/shared/request"
	"tenantry/shared/search"
)

// scene is a hosting company whose accounts are indexed.
type scene struct {
	*flowtest.Scene
	t      *testing.T
	events []event.Event
}

func newScene(t *testing.T) *scene {
	s := &scene{t: t}
	s.Scene = flowtest.NewOn(t, func(now func() time.Time) *dynamotest.Store {
		return dynamotest.NewRecording(now, func(written event.Event) { s.events = append(s.events, written) })
	}, 1, 0)
	return s
}

func (s *scene) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *scene) index() {
	s.t.Helper()
	_, err := search.Indexer{Store: s.Store, Now: s.Now}.Handle(s.t.Context(), s.events)
	s.must(err)
}

// find returns what a caller finds, as the kind, the name and the field of each.
func (s *scene) find(caller access.Caller, text string) (found []string) {
	s.t.Helper()
	items, err := navigate.Navigator{Store: s.Store, Now: s.Now}.Find(s.t.Context(), caller, text)
	s.must(err)
	for _, item := range items {
		found = append(found, fmt.Sprintf("%s %s by %s %s", item.Kind, item.Name, item.Match.Field, item.Match.Value))
	}
	return found
}

func (s *scene) host(customer account.ID, domain string) string {
	s.t.Helper()
	subscriptions := hosting.Subscriptions{Store: s.Store, NewID: s.IDs.New, Now: s.Now}
	created, err := subscriptions.Create(s.t.Context(), s.Caller(s.Admin), request.Metadata{}, string(customer),
		hosting.NewSubscription{Domain: domain, ServicePlan: plan.Custom})
	s.must(err)
	return created.ID
}

// addWorld creates objects of all kinds whose names contain "berg".
func (s *scene) addWorld() {
	s.t.Helper()
	s.AddCustomer(s.North, "berg")
	s.AddCustomer(s.North, "bergmann")
	customer := s.AddCustomer(s.South, "heidelberg")
	s.host(customer, "schneeberg.example")
	name := "Berg plan"
	for _, owner := range []account.ID{s.Admin, s.North} {
		plans := plan.Plans{Prefix: plan.ServicePrefix, Store: s.Store, NewID: s.IDs.New, Now: s.Now}
		_, err := plans.Create(s.t.Context(), s.Caller(owner), request.Metadata{}, plan.Input{Name: &name})
		s.must(err)
	}
	s.index()
}

func TestFindShowsBestObjectsFirst(t *testing.T) {
	s := newScene(t)
	s.addWorld()
	for _, c := range []struct {
		caller account.ID
		text   string
		want   []string
	}{
		{s.Admin, "BERG", []string{
			"customer Ms berg by login berg",
			"service-plan Berg plan by name Berg plan",
			"customer Ms bergmann by login bergmann",
			"website schneeberg.example by domain schneeberg.example",
			"subscription schneeberg.example by domain schneeberg.example",
			"customer Ms heidelberg by login heidelberg",
		}},
		{s.North, "berg", []string{
			"customer Ms berg by login berg",
			"service-plan Berg plan by name Berg plan",
			"customer Ms bergmann by login bergmann",
		}},
		{s.South, "berg", []string{
			"website schneeberg.example by domain schneeberg.example",
			"subscription schneeberg.example by domain schneeberg.example",
			"customer Ms heidelberg by login heidelberg",
		}},
		{s.Admin, "schneeberg.example", []string{
			"website schneeberg.example by domain schneeberg.example",
			"subscription schneeberg.example by domain schneeberg.example",
		}},
		{s.Admin, "north", []string{"reseller Ms north by login north"}},
		{s.South, "north", nil},
		{s.North, "example.com bergm", []string{"customer Ms bergmann by login bergmann"}},
	} {
		if got := s.find(s.Caller(c.caller), c.text); !slices.Equal(got, c.want) {
			t.Errorf("%s finds by %q\n%q, want\n%q", c.caller, c.text, got, c.want)
		}
	}
}

func TestFindHidesHostingWithoutScope(t *testing.T) {
	s := newScene(t)
	s.addWorld()
	caller := s.Caller(s.South)
	caller.Token = &access.APIToken{Scopes: []access.Scope{access.CustomersRead}}
	want := []string{"customer Ms heidelberg by login heidelberg"}
	if got := s.find(caller, "berg"); !slices.Equal(got, want) {
		t.Errorf("a token without hosting:read finds %q, want %q", got, want)
	}
	_, err := navigate.Navigator{Store: s.Store, Now: s.Now}.Find(t.Context(), caller, " ")
	if !fault.Is(err, fault.InvalidRequest) {
		t.Errorf("a blank text: error %v, want %s", err, fault.InvalidRequest)
	}
}

func TestFindShowsNewestOfManyEquals(t *testing.T) {
	s := newScene(t)
	var want []string
	for n := range 15 { // the newest ones are the last by name
		login := fmt.Sprintf("berg-%c", 'a'+n)
		s.AddCustomer(s.North, login)
		want = append(want, fmt.Sprintf("customer Ms %s by login %s", login, login))
	}
	s.index()
	slices.Reverse(want)
	if got := s.find(s.Caller(s.North), "berg"); !slices.Equal(got, want[:10]) {
		t.Errorf("found\n%q, want\n%q", got, want[:10])
	}
}
