package hosting_test

import (
	"slices"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/request"
)

// changeExpiry changes the expiry of a subscription; nil clears it.
func (s *scene) changeExpiry(id string, expiresAt *time.Time) (hosting.SubscriptionView, error) {
	return s.subs.Change(s.Context(), s.reseller, request.Metadata{}, id, hosting.SubscriptionPatch{ExpiresAt: &expiresAt})
}

func TestExpiryIsChangedAndCleared(t *testing.T) {
	for _, isSwept := range []bool{false, true} {
		s := newScene(t)
		id := s.subscribe("a.example", "custom", nil)
		first := s.clock.Add(time.Hour)
		view, err := s.changeExpiry(id, &first)
		s.must(err)
		if view.ExpiresAt == nil || !view.ExpiresAt.Equal(first) || view.Version != 2 {
			t.Fatalf("the subscription is %+v, want it to expire at %v", view, first)
		}
		again, err := s.changeExpiry(id, &first)
		s.must(err)
		if again.Version != 2 {
			t.Errorf("the same expiry makes version %d, want 2", again.Version)
		}
		s.clock = first
		if isSwept {
			s.sweep()
		}
		if s.open("a.example") || s.get(id).Status != account.Suspended {
			t.Fatalf("swept %v: the subscription serves after its expiry", isSwept)
		}
		past := first
		_, err = s.changeExpiry(id, &past)
		s.refused(err, fault.InvalidRequest)
		later := first.Add(time.Hour)
		view, err = s.changeExpiry(id, &later)
		s.must(err)
		if !s.open("a.example") || view.Status != account.Active || len(view.Holds) != 0 {
			t.Errorf("swept %v: the subscription is %+v, want it active until %v", isSwept, view, later)
		}
		events := s.store.Events()
		if last := events[len(events)-1]; last.Name != event.SubscriptionActivated {
			t.Errorf("swept %v: the last event is %s, want one that the gate's nodes read", isSwept, last.Name)
		}
		_, err = s.changeExpiry(id, nil)
		s.must(err)
		s.clock = later.Add(time.Hour)
		s.sweep()
		view = s.get(id)
		if !s.open("a.example") || view.ExpiresAt != nil || view.Status != account.Active {
			t.Errorf("swept %v: the subscription is %+v, want it without an expiry", isSwept, view)
		}
		customer, err := s.store.ReadAccount(t.Context(), s.own.Account.ID)
		s.must(err)
		if counts := customer.SubscriptionCounts(); counts.Active != 1 {
			t.Errorf("swept %v: the customer counts %+v, want one active subscription", isSwept, counts)
		}
	}
}

func TestPrimaryDomainIsChanged(t *testing.T) {
	s := newScene(t)
	id := s.subscribe("a.example", "custom", nil)
	_, err := s.sites.Add(t.Context(), s.reseller, request.Metadata{}, id, "b.example")
	s.must(err)
	s.subscribe("c.example", "custom", nil)
	change := func(domain string) (hosting.SubscriptionView, error) {
		return s.subs.Change(t.Context(), s.reseller, request.Metadata{}, id, hosting.SubscriptionPatch{Domain: &domain})
	}
	for _, domain := range []string{"c.example", "nobody.example", "no domain"} {
		_, err := change(domain)
		s.refused(err, fault.InvalidRequest)
	}
	view, err := change("B.example")
	s.must(err)
	if view.Domain != "b.example" || s.get(id).Domain != "b.example" {
		t.Errorf("the primary domain is %s, want b.example", view.Domain)
	}
	_, err = s.subs.Change(t.Context(), s.own, request.Metadata{}, id, hosting.SubscriptionPatch{})
	s.refused(err, fault.Forbidden)
}

// The primary domain is always that of an existing website, whichever website is removed and added.
func TestPrimaryDomainMovesToNextWebsite(t *testing.T) {
	s := newScene(t)
	id := s.subscribe("a.example", "custom", nil)
	for _, domain := range []string{"b.example", "c.example"} {
		_, err := s.sites.Add(t.Context(), s.reseller, request.Metadata{}, id, domain)
		s.must(err)
	}
	remove := func(domain, want string) {
		t.Helper()
		all := s.websites(id)
		at := slices.IndexFunc(all, func(site hosting.WebsiteView) bool { return site.Domain == domain })
		s.must(s.sites.Remove(t.Context(), s.reseller, request.Metadata{}, all[at].ID))
		view := s.get(id)
		if view.Domain != want {
			t.Errorf("without %s the primary domain is %q, want %q", domain, view.Domain, want)
		}
		stored, err := s.store.ReadSubscription(t.Context(), id, request.Metadata{}.Key)
		s.must(err)
		if remaining := len(s.websites(id)); stored.Subscription.Websites != int64(remaining) {
			t.Errorf("the subscription counts %d websites, want %d", stored.Subscription.Websites, remaining)
		}
	}
	remove("a.example", "b.example")
	remove("c.example", "b.example")
	remove("b.example", "")
	for _, domain := range []string{"d.example", "e.example"} {
		_, err := s.sites.Add(t.Context(), s.reseller, request.Metadata{}, id, domain)
		s.must(err)
		if got := s.get(id).Domain; got != "d.example" {
			t.Errorf("with %s the primary domain is %q, want d.example", domain, got)
		}
	}
}

// A website that becomes the primary one while it is removed does not leave its domain behind.
func TestPrimaryDomainIsExactUnderRaces(t *testing.T) {
	s := newScene(t)
	id := s.subscribe("a.example", "custom", nil)
	added, err := s.sites.Add(t.Context(), s.reseller, request.Metadata{}, id, "b.example")
	s.must(err)
	domain, isDone := "b.example", false
	between := func() {
		if !isDone {
			isDone = true
			_, err := s.subs.Change(t.Context(), s.reseller, request.Metadata{}, id, hosting.SubscriptionPatch{Domain: &domain})
			s.must(err)
		}
	}
	sites := s.sites
	sites.Subscriptions.Store = overtaken{s.store, between}
	s.must(sites.Remove(t.Context(), s.reseller, request.Metadata{}, added.ID))
	if got := s.get(id).Domain; got != "a.example" {
		t.Errorf("the primary domain is %q, want a.example", got)
	}
}
