package hosting_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/request"
	"tenantry/shared/sweep"
)

// Activating a customer is refused only if the caller may lift no hold, neither on the customer nor on one of its
// subscriptions. All combinations of holds of a reseller, of the administrator and of an expiry are tried.
func TestActivateIsRefusedOnlyIfNothingCanBeLifted(t *testing.T) {
	levels := []account.Level{account.ResellerLevel, account.AdministratorLevel, account.AutomationLevel}
	for combination := range 1 << 5 {
		isHeld := func(bit int) bool { return combination&(1<<bit) != 0 }
		for _, caller := range levels[:2] {
			for _, mode := range []string{directory.AllSubscriptions, directory.InheritedSubscriptions} {
				s := newFixture(t, t)
				callers := s.managers()
				var onCustomer, onSubscription []account.Level
				for i, level := range levels {
					if isHeld(i) {
						onSubscription = append(onSubscription, level)
						s.hold(callers, level)
					}
					if i < 2 && isHeld(3+i) {
						onCustomer = append(onCustomer, level)
						_, err := s.change().Suspend(t.Context(), callers[level], request.Metadata{}, string(s.customer), account.HoldInput{})
						s.must(err)
					}
				}
				isLiftable := slices.ContainsFunc(onCustomer, caller.MayLift) ||
					mode == directory.AllSubscriptions && slices.ContainsFunc(onSubscription, caller.MayLift)
				customer, err := s.change().Activate(t.Context(), callers[caller], request.Metadata{}, string(s.customer), mode)
				name := fmt.Sprintf("%s activates a customer with holds of %v, %s subscriptions with %v",
					caller, onCustomer, mode, onSubscription)
				if wantRefusal := len(onCustomer) > 0 && !isLiftable; wantRefusal != fault.Is(err, fault.HeldByHigherLevel) {
					t.Fatalf("%s: error %v, want a refusal: %v", name, err, wantRefusal)
				} else if !wantRefusal {
					s.must(err)
					s.wantRemaining(name, caller, len(customer.Holds), onCustomer)
				}
				if mode == directory.AllSubscriptions {
					found, err := s.subs.Get(t.Context(), s.admin, s.subscriptions[0])
					s.must(err)
					own := slices.DeleteFunc(found.Holds, func(hold hosting.HoldView) bool { return hold.Inherited })
					s.wantRemaining(name, caller, len(own), onSubscription)
				}
			}
		}
	}
}

// managers returns the reseller and the administrator as callers.
func (s *fixture) managers() map[account.Level]access.Caller {
	s.Helper()
	return map[account.Level]access.Caller{account.ResellerLevel: s.as(s.reseller), account.AdministratorLevel: s.admin}
}

// hold places a hold of a level on the first subscription. The hold of AutomationLevel is that of an expiry.
func (s *fixture) hold(callers map[account.Level]access.Caller, level account.Level) {
	s.Helper()
	id := s.subscriptions[0]
	if level != account.AutomationLevel {
		_, err := s.subs.Suspend(s.t.Context(), callers[level], request.Metadata{}, id, account.HoldInput{})
		s.must(err)
		return
	}
	expiresAt := new(s.now().Add(time.Hour))
	_, err := s.subs.Change(s.t.Context(), s.admin, request.Metadata{}, id, hosting.SubscriptionPatch{ExpiresAt: &expiresAt})
	s.must(err)
	s.clock = *expiresAt
	handler := hosting.DueHandler{Store: s.store, NewID: s.ids().New, Now: s.now}
	entry := sweep.DueEntry{Kind: sweep.Subscription, ID: id, At: *expiresAt}
	s.must(handler.HandleDue(s.t.Context(), entry))
}

// wantRemaining checks how many holds remain of those of some levels when a caller has lifted what it may.
func (s *fixture) wantRemaining(name string, caller account.Level, got int, levels []account.Level) {
	s.Helper()
	remaining := slices.DeleteFunc(slices.Clone(levels), caller.MayLift)
	if got != len(remaining) {
		s.Errorf("%s: %d holds remain, want those of %v", name, got, remaining)
	}
}

// The customer's counts of holds return to zero whatever the order in which the holds end.
func TestCoveredHoldsAreCounted(t *testing.T) {
	s := newFixture(t, t)
	callers := s.managers()
	s.hold(callers, account.ResellerLevel)
	s.hold(callers, account.AdministratorLevel)
	s.hold(callers, account.AutomationLevel)
	counts := func(held, covered map[account.Level]int64) {
		t.Helper()
		customer, err := s.store.ReadAccount(t.Context(), s.customer)
		s.must(err)
		if fmt.Sprint(customer.HeldSubscriptions, customer.CoveredHolds) != fmt.Sprint(held, covered) {
			t.Errorf("counts %v and %v, want %v and %v", customer.HeldSubscriptions, customer.CoveredHolds, held, covered)
		}
	}
	counts(map[account.Level]int64{account.AutomationLevel: 1},
		map[account.Level]int64{account.AdministratorLevel: 1, account.ResellerLevel: 1})
	_, err := s.subs.Activate(t.Context(), s.as(s.reseller), request.Metadata{}, s.subscriptions[0])
	s.must(err)
	counts(map[account.Level]int64{account.AutomationLevel: 1}, map[account.Level]int64{account.AdministratorLevel: 1})
	var never *time.Time
	_, err = s.subs.Change(t.Context(), s.admin, request.Metadata{}, s.subscriptions[0], hosting.SubscriptionPatch{ExpiresAt: &never})
	s.must(err)
	counts(map[account.Level]int64{account.AdministratorLevel: 1}, nil)
	s.must(s.subs.Remove(t.Context(), s.admin, request.Metadata{}, s.subscriptions[0]))
	counts(nil, nil)
}
