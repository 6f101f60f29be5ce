package hosting_test

import (
	"testing"

	"tenantry/shared/change"
	"tenantry/shared/plan"
)

// A subscription that comes to follow the plan that it is on already is judged by the plan as it is when that is written.
func TestThePlanIsEditedWhileItsSubscriptionComesToFollowIt(t *testing.T) {
	s := newScene(t)
	gold := s.service(map[string]int64{"disk_space": 10})
	id := s.subscribe("a.example", string(gold), map[string]int64{"disk_space": 5})
	s.between("WriteHosting", func() error {
		_, err := s.plans.Edit(t.Context(), s.reseller, change.Request{}, gold, plan.Wanted{Allotments: map[string]int64{"disk_space": 20}})
		return err
	})
	shown, err := s.subs.Replan(t.Context(), s.reseller, change.Request{}, id, string(gold), nil)
	s.must(err)
	has, err := s.store.ReadReseller(t.Context(), s.reseller.Account.ID)
	s.must(err)
	if got := has.Used.Given["disk_space"]; got != 20 || shown.Resources.Allotment("disk_space") != 20 {
		t.Errorf("the reseller has given %d, the subscription shows %v", got, shown.Resources.Allotments)
	}
}
