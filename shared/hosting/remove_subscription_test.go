package hosting_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/dynamotest"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
	"tenantry/shared/sweep"
)

// grow adds websites to a subscription.
func (s *scene) grow(id string, websites int) {
	s.Helper()
	for i := range websites {
		_, err := s.sites.Add(s.Context(), s.reseller, request.Metadata{}, id, fmt.Sprintf("more-%d.example", i))
		s.must(err)
	}
}

// dueRemoval returns a marked subscription as the sweep finds it when its removal is due.
func (s *scene) dueRemoval(id string) sweep.DueEntry {
	s.Helper()
	found, err := s.store.ReadSubscription(s.Context(), id, idempotency.Key{})
	s.must(err)
	if found.Subscription == nil || found.Subscription.DueAt == nil {
		s.Fatalf("%s is not due: %+v", id, found.Subscription)
	}
	at := *found.Subscription.DueAt
	if s.clock.Before(at) {
		s.clock = at
	}
	return sweep.DueEntry{Kind: sweep.Subscription, ID: id, At: at}
}

// finish continues a removal as the sweep does.
func (s *scene) finish(ctx context.Context, item sweep.DueEntry) error {
	return hosting.DueHandler{Store: s.store, NewID: s.subs.NewID, Now: s.now}.HandleDue(ctx, item)
}

// sweep runs a sweep a minute later.
func (s *scene) sweep() sweep.Result {
	s.Helper()
	s.clock = s.clock.Add(time.Minute)
	outcome, err := sweep.Sweeper{Store: s.store, Now: s.now, Handlers: map[sweep.Kind]sweep.Handler{
		sweep.Subscription: hosting.DueHandler{Store: s.store, NewID: s.subs.NewID, Now: s.now},
	}}.Run(s.Context(), "sweep", struct{}{})
	s.must(err)
	return outcome
}

// gone checks that a subscription was removed completely and its domains are free.
func (s *scene) gone(id string, websites int) {
	s.Helper()
	has, err := s.store.ReadReseller(s.Context(), s.reseller.Account.ID)
	s.must(err)
	customer, err := s.store.ReadAccount(s.Context(), s.own.Account.ID)
	s.must(err)
	if has.Used.Subscriptions != 0 || customer.Subscriptions != 0 ||
		customer.SubscriptionCounts() != (account.SubscriptionCounts{}) {
		s.Errorf(
			"the reseller has used %+v and the customer has %d subscriptions, want none",
			has.Used,
			customer.Subscriptions,
		)
	}
	removed := 0
	for _, e := range s.store.Events() {
		if e.Name == event.WebsiteRemoved && e.Actor == s.reseller.Account.ID {
			removed++
		}
	}
	if removed != websites {
		s.Errorf("there are %d events of removed websites, want %d", removed, websites)
	}
	s.must(s.subs.Remove(s.Context(), s.reseller, request.Metadata{}, s.subscribe("a.example", "custom", nil)))
}

func (s *scene) open(domain string) bool {
	s.Helper()
	serving, err := hosting.Gate{Store: s.store, Now: s.now}.Check(s.Context(), domain)
	s.must(err)
	return serving.Open
}

// A request makes few storage calls however many websites there are, and so does the sweep for a thousand of them.
func TestRemoveManyWebsites(t *testing.T) {
	s := newScene(t)
	id := s.subscribe("a.example", "custom", nil)
	s.grow(id, 999)
	var calls atomic.Int64 // a sweep makes some at the same time
	s.store.Before(func(dynamotest.Call) error { calls.Add(1); return nil })
	s.must(s.subs.Remove(t.Context(), s.reseller, request.Metadata{}, id))
	if calls.Load() > 30 {
		t.Errorf("the request makes %d storage calls, want at most 30", calls.Load())
	}
	if outcome := s.sweep(); outcome.Done != 1 {
		t.Errorf("the sweep did %+v, want 1 done", outcome)
	}
	if s.store.Mend(); calls.Load() > 225 {
		t.Errorf("the request and the sweep make %d storage calls, want at most 225", calls.Load())
	}
	s.gone(id, 1000)
}

// Websites that a request has no time to remove are closed and hidden at once. The next sweep removes them.
func TestSweepRemovesRemainingWebsites(t *testing.T) {
	s := newScene(t)
	id := s.subscribe("a.example", "custom", nil)
	s.grow(id, 150)
	meta := keyed("deleteSubscription", "key", id)
	for range 2 { // and its retry is answered by what is remembered
		s.must(s.subs.Remove(t.Context(), s.reseller, meta, id))
	}
	if s.open("more-149.example") {
		t.Error("a website of a marked subscription is open, want it closed")
	}
	_, err := s.subs.Get(t.Context(), s.reseller, id)
	s.refused(err, fault.NotFound)
	_, err = s.sites.List(t.Context(), s.reseller, id, 0, "")
	s.refused(err, fault.NotFound)
	_, err = s.subs.Activate(t.Context(), s.admin, request.Metadata{}, id)
	s.refused(err, fault.NotFound)
	listed, err := s.subs.List(t.Context(), s.reseller, string(s.own.Account.ID), 0, "")
	if s.must(err); len(listed.Items) != 0 {
		t.Errorf("the list has %v, want nothing", listed.Items)
	}
	item := s.dueRemoval(id)
	for range 2 { // the second time the index is out of date
		s.must(s.finish(t.Context(), item))
	}
	s.gone(id, 151)
}

// No website of a marked subscription is open, even if the request and the sweep fail. The events of the sweep name the
// request and its caller.
func TestMarkedSubscriptionIsClosed(t *testing.T) {
	s := newScene(t)
	id := s.subscribe("a.example", "custom", nil)
	s.grow(id, 2)
	marked := s.clock
	s.store.Before(func(call dynamotest.Call) error {
		if len(call.Deletes) > 0 {
			return dynamotest.ErrOutage
		}
		return nil
	})
	if err := s.subs.Remove(t.Context(), s.reseller, request.Metadata{ID: "request"}, id); err == nil {
		t.Fatal("the removal should not get beyond its mark")
	}
	for _, domain := range []string{"a.example", "more-0.example", "more-1.example"} {
		if s.open(domain) {
			t.Errorf("%s is open, want it closed by the mark", domain)
		}
	}
	s.store.Mend()
	if outcome := s.sweep(); outcome != (sweep.Result{Done: 1, Late: outcome.Late}) || outcome.Late > time.Minute {
		t.Errorf("the sweep did %+v, want 1 done", outcome)
	}
	if took := s.clock.Sub(marked); took > 2*time.Minute {
		t.Errorf("the removal took %s, want a sweep's pause", took)
	}
	for _, e := range s.store.Events() {
		if (e.Name == event.WebsiteRemoved || e.Name == event.SubscriptionRemoved) &&
			(e.RequestID != "request" || e.Actor != s.reseller.Account.ID) {
			t.Errorf(
				"%s names the request %q of %q, want the request that marked the subscription",
				e.Name,
				e.RequestID,
				e.Actor,
			)
		}
	}
	s.gone(id, 3)
}

// A subscription that a request removes completely is not due any more.
func TestCompleteRemovalIsNotDue(t *testing.T) {
	s := newScene(t)
	s.must(s.subs.Remove(t.Context(), s.reseller, request.Metadata{}, s.subscribe("a.example", "custom", nil)))
	if outcome := s.sweep(); outcome != (sweep.Result{}) {
		t.Errorf("the sweep did %+v, want nothing", outcome)
	}
}

// If the list does not show all websites yet, the removal fails without retries. A later sweep continues it.
func TestRemovalOfUnlistedWebsites(t *testing.T) {
	s := newScene(t)
	id := s.subscribe("a.example", "custom", nil)
	subs := s.subs
	subs.Store = withoutLists{s.store}
	s.must(subs.Remove(t.Context(), s.reseller, request.Metadata{}, id))
	item, calls := s.dueRemoval(id), 0
	s.store.Before(func(dynamotest.Call) error { calls++; return nil })
	err := hosting.DueHandler{Store: withoutLists{s.store}, NewID: s.subs.NewID, Now: s.now}.HandleDue(t.Context(), item)
	if err == nil || errors.Is(err, sweep.ErrUnfinished) || calls > 10 {
		t.Errorf("error %v after %d calls, want a failure", err, calls)
	}
	s.store.Mend()
	s.must(s.finish(t.Context(), item))
	s.gone(id, 1)
}

// withoutLists shows no websites in lists.
type withoutLists struct{ hosting.Store }

func (withoutLists) ListWebsites(context.Context, string, string, int) ([]hosting.Website, bool, error) {
	return nil, false, nil
}

// The sweep completes a removal that was interrupted at any storage call.
func TestInterruptedRemoval(t *testing.T) {
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
			s.sweep()
			s.gone(id, 61)
		}
	}
}

// The sweep may continue a removal while its request is still running.
func TestConcurrentRemoval(t *testing.T) {
	for _, when := range []dynamotest.When{dynamotest.Deletes(dynamotest.Website), dynamotest.Deletes(dynamotest.Subscription)} {
		s := newScene(t)
		id := s.subscribe("a.example", "custom", nil)
		s.grow(id, 30)
		s.store.Between(when, func() error { return s.finish(t.Context(), s.dueRemoval(id)) })
		s.must(s.subs.Remove(t.Context(), s.reseller, request.Metadata{}, id))
		s.gone(id, 31)
	}
	s := newScene(t)
	id := s.subscribe("a.example", "custom", nil)
	s.store.Between(
		dynamotest.Commits,
		func() error { return s.subs.Remove(t.Context(), s.reseller, request.Metadata{}, id) },
	)
	s.refused(s.subs.Remove(t.Context(), s.reseller, request.Metadata{}, id), fault.NotFound)
	s.gone(id, 1)
}

// A removal stops before the function's deadline. The sweep continues it.
func TestRemovalNearDeadline(t *testing.T) {
	s := newScene(t)
	id := s.subscribe("a.example", "custom", nil)
	ctx := dynamotest.WithDeadline(t.Context(), s.clock.Add(5*time.Second))
	s.must(s.subs.Remove(ctx, s.reseller, request.Metadata{}, id))
	if s.open("a.example") {
		t.Error("the domain is open, want it closed")
	}
	item := s.dueRemoval(id)
	err := s.finish(dynamotest.WithDeadline(t.Context(), s.clock.Add(5*time.Second)), item)
	if !errors.Is(err, sweep.ErrUnfinished) {
		t.Errorf("error %v, want %v", err, sweep.ErrUnfinished)
	}
	s.must(s.finish(t.Context(), item))
	s.gone(id, 1)
}
