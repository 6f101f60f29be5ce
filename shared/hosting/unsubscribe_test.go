package hosting_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/dynamotest"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/request"
)

// grow gives a subscription more websites.
func (s *scene) grow(id string, websites int) {
	s.Helper()
	for i := range websites {
		_, err := s.sites.Add(s.Context(), s.reseller, request.Metadata{}, id, fmt.Sprintf("more-%d.example", i))
		s.must(err)
	}
}

// removal is the order of the subscription's removal, from the event that owes it.
func (s *scene) removal(id string) event.Order {
	s.Helper()
	for _, e := range s.store.Events() {
		if e.Errand == event.FinishRemoval && e.Subject == id {
			return e.Order()
		}
	}
	s.Fatal("no event owes the removal's end")
	return event.Order{}
}

// gone checks that nothing of a subscription is left, and that its domains may be taken again.
func (s *scene) gone(id string, websites int) {
	s.Helper()
	has, err := s.store.ReadReseller(s.Context(), s.reseller.Account.ID)
	s.must(err)
	of, err := s.store.ReadAccount(s.Context(), s.own.Account.ID)
	s.must(err)
	if has.Used.Subscriptions != 0 || of.Subscriptions != 0 || of.SubscriptionCounts() != (account.SubscriptionCounts{}) {
		s.Errorf("the reseller has given %+v, its customer has %d", has.Used, of.Subscriptions)
	}
	removed := 0
	for _, e := range s.store.Events() {
		if e.Name == event.WebsiteRemoved && e.Actor == s.reseller.Account.ID {
			removed++
		}
	}
	if removed != websites {
		s.Errorf("%d of %d websites were told to be removed", removed, websites)
	}
	s.must(s.subs.Remove(s.Context(), s.reseller, request.Metadata{}, s.subscribe("a.example", "custom", nil)))
}

func (s *scene) open(domain string) bool {
	s.Helper()
	serving, err := hosting.Gate{Store: s.store, Now: s.now}.Check(s.Context(), domain)
	s.must(err)
	return serving.Open
}

// A request has few calls of the storage however many websites there are, and all thousand go in few.
func TestRemoveManyWebsites(t *testing.T) {
	s := newScene(t)
	id := s.subscribe("a.example", "custom", nil)
	s.grow(id, 999)
	calls := 0
	s.store.Before(func(dynamotest.Call) error { calls++; return nil })
	s.must(s.subs.Remove(t.Context(), s.reseller, request.Metadata{}, id))
	if calls > 25 {
		t.Errorf("%d calls in the request", calls)
	}
	s.must(s.subs.Finish(t.Context(), s.removal(id)))
	if s.store.Mend(); calls > 150 {
		t.Errorf("%d calls", calls)
	}
	s.gone(id, 1000)
}

// What one request cannot remove is closed and seen no more at once, and is removed from the queue.
func TestRemoveMoreWebsitesThanGoAtOnce(t *testing.T) {
	s := newScene(t)
	id := s.subscribe("a.example", "custom", nil)
	s.grow(id, 150)
	meta := keyed("deleteSubscription", "key", id)
	for range 2 { // and its retry is answered by what is remembered
		s.must(s.subs.Remove(t.Context(), s.reseller, meta, id))
	}
	if s.open("more-149.example") {
		t.Error("a website of what goes is open")
	}
	_, err := s.subs.Get(t.Context(), s.reseller, id)
	s.refused(err, fault.NotFound)
	_, err = s.sites.List(t.Context(), s.reseller, id, 0, "")
	s.refused(err, fault.NotFound)
	_, err = s.subs.Activate(t.Context(), s.admin, request.Metadata{}, id)
	s.refused(err, fault.NotFound)
	listed, err := s.subs.List(t.Context(), s.reseller, string(s.own.Account.ID), 0, "")
	if s.must(err); len(listed.Items) != 0 {
		t.Errorf("listed %v", listed.Items)
	}
	order := s.removal(id)
	for range 2 { // it may come twice
		s.must(s.subs.Finish(t.Context(), order))
	}
	s.gone(id, 151)
}

// A removal that is cut off at any call of the storage ends from the queue.
func TestRemovalIsCutOff(t *testing.T) {
	for at := 1; ; at++ {
		s := newScene(t)
		id := s.subscribe("a.example", "custom", nil)
		s.grow(id, 60)
		calls := 0
		s.store.LoseAnswer(func(dynamotest.Call) bool { calls++; return calls == at })
		err := s.subs.Remove(t.Context(), s.reseller, request.Metadata{}, id)
		if s.store.Mend(); err == nil {
			s.gone(id, 61)
			return // it needs no more calls
		}
		if _, err := s.subs.Get(t.Context(), s.reseller, id); err != nil { // it is marked
			s.must(s.subs.Finish(t.Context(), s.removal(id)))
			s.gone(id, 61)
		}
	}
}

// The queue's function may be at it at the same time.
func TestRemovalByTwo(t *testing.T) {
	for _, when := range []dynamotest.When{dynamotest.Deletes(dynamotest.Website), dynamotest.Deletes(dynamotest.Subscription)} {
		s := newScene(t)
		id := s.subscribe("a.example", "custom", nil)
		s.grow(id, 30)
		s.store.Between(when, func() error { return s.subs.Finish(t.Context(), s.removal(id)) })
		s.must(s.subs.Remove(t.Context(), s.reseller, request.Metadata{}, id))
		s.gone(id, 31)
	}
	s := newScene(t)
	id := s.subscribe("a.example", "custom", nil)
	s.store.Between(dynamotest.Commits, func() error { return s.subs.Remove(t.Context(), s.reseller, request.Metadata{}, id) })
	s.refused(s.subs.Remove(t.Context(), s.reseller, request.Metadata{}, id), fault.NotFound)
	s.gone(id, 1)
}

// A removal ends in time for its function, and what is left comes again.
func TestRemovalWithoutTime(t *testing.T) {
	s := newScene(t)
	id := s.subscribe("a.example", "custom", nil)
	ctx := dynamotest.WithDeadline(t.Context(), s.clock.Add(5*time.Second))
	s.must(s.subs.Remove(ctx, s.reseller, request.Metadata{}, id))
	if s.open("a.example") {
		t.Error("it is open")
	}
	if err := s.subs.Finish(ctx, s.removal(id)); !errors.Is(err, event.ErrAgain) {
		t.Error(err)
	}
	s.must(s.subs.Finish(t.Context(), s.removal(id)))
	s.gone(id, 1)
}
