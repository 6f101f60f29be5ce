package hosting_test

import (
	"testing"

	"tenantry/shared/dynamotest"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/plan"
	"tenantry/shared/request"
	"tenantry/shared/resource"
)

// A customised subscription that returns to its plan gets the plan's resources at the time of the write.
func TestChangePlanWhilePlanIsEdited(t *testing.T) {
	s := newScene(t)
	gold := s.service(map[string]int64{"disk_space": 10})
	id := s.subscribe("a.example", string(gold), map[string]int64{"disk_space": 5})
	s.store.Between(dynamotest.Commits, func() error {
		_, err := s.plans.Edit(
			t.Context(),
			s.reseller,
			request.Metadata{},
			gold,
			plan.Input{Allotments: map[string]int64{"disk_space": 20}},
		)
		return err
	})
	shown, err := s.subs.ChangePlan(t.Context(), s.reseller, request.Metadata{}, id, string(gold), nil)
	s.must(err)
	has, err := s.store.ReadReseller(t.Context(), s.reseller.Account.ID)
	s.must(err)
	if got := has.Used.Given["disk_space"]; got != 20 || shown.Resources.Allotment("disk_space") != 20 {
		t.Errorf("the reseller has given %d, the subscription has %v; want 20 for both", got, shown.Resources.Allotments)
	}
}

// A new website and a change to a smaller plan cannot both succeed, whichever is written first.
func TestAddWebsiteWhilePlanIsChanged(t *testing.T) {
	s := newScene(t)
	small := string(s.service(map[string]int64{resource.Websites: 1}))
	id := s.subscribe("a.example", plan.Custom, nil)
	add := func(domain string) error {
		_, err := s.sites.Add(t.Context(), s.reseller, request.Metadata{}, id, domain)
		return err
	}
	replan := func(to string) error {
		_, err := s.subs.ChangePlan(t.Context(), s.reseller, request.Metadata{}, id, to, nil)
		return err
	}
	s.store.Between(dynamotest.Commits, func() error { return replan(small) })
	s.refused(add("b.example"), fault.LimitExceeded)
	_, err := s.subs.ChangePlan(t.Context(), s.reseller, request.Metadata{}, id, plan.Custom, &resource.Set{})
	s.must(err)
	s.store.Between(dynamotest.Commits, func() error { return add("c.example") })
	s.refused(replan(small), fault.LimitExceeded)
	if shown := s.get(id); shown.Link != hosting.CustomLink || len(s.websites(id)) != 2 {
		t.Errorf("the link is %s with %d websites, want custom with 2", shown.Link, len(s.websites(id)))
	}
}
