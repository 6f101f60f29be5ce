package hosting_test

import (
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/change"
	"tenantry/shared/hosting"
)

// A customer is activated with all its subscriptions between the reading and the writing of a change of one of these.
func TestActivatedAtOnce(t *testing.T) {
	for name, alter := range map[string]func(*scene, string) (hosting.SubscriptionView, error){
		"activated": func(s *scene, id string) (hosting.SubscriptionView, error) {
			return s.subs.Activate(t.Context(), s.as(s.reseller), change.Request{}, id)
		},
		"suspended by another level": func(s *scene, id string) (hosting.SubscriptionView, error) {
			return s.subs.Suspend(t.Context(), s.admin, change.Request{}, id, account.NewHold{})
		},
		"suspended for another reason": func(s *scene, id string) (hosting.SubscriptionView, error) {
			return s.subs.Suspend(t.Context(), s.as(s.reseller), change.Request{}, id, account.NewHold{Reason: "another"})
		},
		"suspended again": func(s *scene, id string) (hosting.SubscriptionView, error) {
			return s.subs.Suspend(t.Context(), s.as(s.reseller), change.Request{}, id, account.NewHold{})
		},
	} {
		s := newScene(t, t)
		id := s.subscriptions[0]
		_, err := s.subs.Suspend(t.Context(), s.as(s.reseller), change.Request{}, id, account.NewHold{})
		s.must(err)
		s.before("WriteHosting", func() {
			_, err := s.change().Activate(t.Context(), s.as(s.reseller), change.Request{}, string(s.customer), "")
			s.must(err)
		})
		told, err := alter(s, id)
		s.must(err)
		found, err := s.subs.Get(t.Context(), s.admin, id)
		s.must(err)
		if found.Status != told.Status || len(found.Holds) != len(told.Holds) {
			t.Errorf("%s: it was told to be %s, and is %s: %+v", name, told.Status, found.Status, found.Holds)
		}
		want := account.Counts{Total: 2, Active: 2}
		if found.Status == account.Suspended {
			want.Active = 1
		}
		if got := s.counts(); got != want {
			t.Errorf("%s: the customer counts %+v, want %+v", name, got, want)
		}
	}
}
