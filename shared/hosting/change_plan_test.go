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

// A subscription that comes to follow the plan that it is on already is judged by the plan as it is when that is written.
func TestThePlanIsEditedWhileItsSubscriptionComesToFollowIt(t *testing.T) {
	s := newScene(t)
	gold := s.service(map[string]int64{"disk_space": 10})
	id := s.subscribe("a.example", string(gold), map[string]int64{"disk_space": 5})
	s.store.Between(dynamotest.Commits, func() error {
		_, err := s.plans.Edit(t.Context(), s.reseller, request.Metadata{}, gold, plan.Wanted{Allotments: map[string]int64{"disk_space": 20}})
		return err
	})
	shown, err := s.subs.ChangePlan(t.Context(), s.reseller, request.Metadata{}, id, string(gold), nil)
	s.must(err)
	has, err := s.store.ReadReseller(t.Context(), s.reseller.Account.ID)
	s.must(err)
	if got := has.Used.Given["disk_space"]; got != 20 || shown.Resources.Allotment("disk_space") != 20 {
		t.Errorf("the reseller has given %d, the subscription shows %v", got, shown.Resources.Allotments)
	}
}

// A website that comes while its subscription goes to a smaller plan, and a subscription that goes there while its website comes,
// are judged by what is there in the end.
func TestWebsitesComeWhileThePlanIsSwitched(t *testing.T) {
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
		t.Errorf("%s with %d websites", shown.Link, len(s.websites(id)))
	}
}
