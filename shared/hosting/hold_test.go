package hosting_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/dynamotest"
	"tenantry/shared/event"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
)

// The customer is activated with all its subscriptions between the read and the write of a change of a subscription.
func TestChangeWhileCustomerIsActivated(t *testing.T) {
	for name, alter := range map[string]func(*fixture, string) (hosting.SubscriptionView, error){
		"activated": func(s *fixture, id string) (hosting.SubscriptionView, error) {
			return s.subs.Activate(t.Context(), s.as(s.reseller), request.Metadata{}, id)
		},
		"suspended by another level": func(s *fixture, id string) (hosting.SubscriptionView, error) {
			return s.subs.Suspend(t.Context(), s.admin, request.Metadata{}, id, account.HoldInput{})
		},
		"suspended for another reason": func(s *fixture, id string) (hosting.SubscriptionView, error) {
			return s.subs.Suspend(t.Context(), s.as(s.reseller), request.Metadata{}, id, account.HoldInput{Reason: "another"})
		},
		"suspended again": func(s *fixture, id string) (hosting.SubscriptionView, error) {
			return s.subs.Suspend(t.Context(), s.as(s.reseller), request.Metadata{}, id, account.HoldInput{})
		},
	} {
		s := newFixture(t, t)
		id := s.subscriptions[0]
		_, err := s.subs.Suspend(t.Context(), s.as(s.reseller), request.Metadata{}, id, account.HoldInput{})
		s.must(err)
		s.store.Between(dynamotest.Commits, func() error {
			_, err := s.change().Activate(t.Context(), s.as(s.reseller), request.Metadata{}, string(s.customer), "")
			return err
		})
		answer, err := alter(s, id)
		s.must(err)
		found, err := s.subs.Get(t.Context(), s.admin, id)
		s.must(err)
		if found.Status != answer.Status || len(found.Holds) != len(answer.Holds) {
			t.Errorf(
				"%s: the answer has the status %s, the subscription %s with the holds %+v",
				name,
				answer.Status,
				found.Status,
				found.Holds,
			)
		}
		want := account.SubscriptionCounts{Total: 2, Active: 2}
		if found.Status == account.Suspended {
			want.Active = 1
		}
		if got := s.counts(); got != want {
			t.Errorf("%s: the customer counts %+v, want %+v", name, got, want)
		}
	}
}

// held is the result of a suspension: the version and the object's own holds.
type held struct {
	version int64
	holds   []hosting.HoldView
}

func ownOf(shown []hosting.HoldView) []hosting.HoldView {
	return slices.DeleteFunc(shown, func(h hosting.HoldView) bool { return h.Inherited })
}

// suspends returns functions that suspend a subscription and a website, by their ids.
func (s *fixture) suspends() map[string]func(request.Metadata, account.HoldInput) (held, error) {
	sites, _, err := s.store.ListWebsites(s.t.Context(), s.subscriptions[0], "", 1)
	s.must(err)
	return map[string]func(request.Metadata, account.HoldInput) (held, error){
		s.subscriptions[0]: func(meta request.Metadata, input account.HoldInput) (held, error) {
			v, err := s.subs.Suspend(s.t.Context(), s.as(s.reseller), meta, s.subscriptions[0], input)
			return held{v.Version, ownOf(v.Holds)}, err
		},
		sites[0].ID: func(meta request.Metadata, input account.HoldInput) (held, error) {
			v, err := s.sites.Suspend(s.t.Context(), s.as(s.reseller), meta, sites[0].ID, input)
			return held{v.Version, ownOf(v.Holds)}, err
		},
	}
}

// Suspending again with another reason replaces the hold. The same input changes nothing.
func TestSuspendAgain(t *testing.T) {
	s := newFixture(t, t)
	for id, suspend := range s.suspends() {
		until := s.now().Add(time.Hour)
		input := account.HoldInput{Reason: "unpaid", PublicMessage: "Closed.", Until: &until}
		first, err := suspend(request.Metadata{}, input)
		s.must(err)
		s.tick()
		events := len(s.store.Events())
		same, err := suspend(request.Metadata{}, input)
		s.must(err)
		if same.version != first.version || !reflect.DeepEqual(same.holds, first.holds) || len(s.store.Events()) != events {
			t.Errorf("%s: suspended again with the same input: %+v, want %+v and no event", id, same, first)
		}
		meta := request.Metadata{IfMatch: &first.version, Key: idempotency.Key{Name: id, Fingerprint: "f"}}
		for range 2 {
			other, err := suspend(meta, account.HoldInput{Reason: "fraud"})
			s.must(err)
			if other.version != first.version+1 || len(other.holds) != 1 || other.holds[0].Reason != "fraud" ||
				other.holds[0].Until != nil ||
				!other.holds[0].Since.Equal(first.holds[0].Since) {
				t.Errorf("%s: suspended for another reason: %+v, want the next version of %+v", id, other, first)
			}
		}
		if got := s.store.Events()[events:]; len(got) != 1 || len(got[0].Changes) != 1 || got[0].Changes[0].Old == nil ||
			got[0].Changes[0].New == nil {
			t.Errorf("%s: the trail has %+v, want one change", id, got)
		}
	}
	if got := s.counts(); got != (account.SubscriptionCounts{Total: 2, Active: 1}) {
		t.Errorf("the customer counts %+v, want 1 of 2 active", got)
	}
}

// A retry returns the first answer, even if the end of the suspension is past.
func TestSuspensionReplayed(t *testing.T) {
	s := newFixture(t, t)
	for id, suspend := range s.suspends() {
		until, meta := s.now().Add(time.Hour), request.Metadata{Key: idempotency.Key{Name: id, Fingerprint: "f"}}
		first, err := suspend(meta, account.HoldInput{Until: &until})
		s.must(err)
		s.clock = until
		again, err := suspend(meta, account.HoldInput{Until: &until})
		s.must(err)
		if again.version != first.version {
			t.Errorf("%s: the retry returns %+v, want %+v", id, again, first)
		}
	}
}

// After the customer was activated with all its subscriptions, another suspension is a new hold.
func TestSuspendAfterLiftMark(t *testing.T) {
	s := newFixture(t, t)
	id := s.subscriptions[0]
	suspend := func(reason string) account.Hold {
		_, err := s.subs.Suspend(t.Context(), s.as(s.reseller), request.Metadata{}, id, account.HoldInput{Reason: reason})
		s.must(err)
		found, err := s.store.ReadSubscription(t.Context(), id, idempotency.Key{})
		s.must(err)
		if len(found.Subscription.Holds) != 1 || len(found.Subscription.OwnHolds(&found.Chain[0], s.now())) != 1 {
			t.Fatalf("the subscription has the holds %+v, want one", found.Subscription.Holds)
		}
		return found.Subscription.Holds[0]
	}
	first := suspend("unpaid")
	s.tick()
	second := suspend("fraud")
	if !second.Since.Equal(first.Since) || second.Sequence <= first.Sequence {
		t.Errorf("the replaced hold is %+v, want the start of %+v and a later sequence", second, first)
	}
	_, err := s.change().Activate(t.Context(), s.as(s.reseller), request.Metadata{}, string(s.customer), "")
	s.must(err)
	s.tick()
	third := suspend("fraud")
	if !third.Since.After(second.Since) || third.Sequence <= second.Sequence {
		t.Errorf("the new hold is %+v, want a later start and sequence than %+v", third, second)
	}
	if events := s.store.Events(); events[len(events)-1].Name != event.SubscriptionSuspended ||
		events[len(events)-1].Changes[0].Old != nil {
		t.Errorf("the last event is %+v, want a suspension without an old hold", events[len(events)-1])
	}
}
