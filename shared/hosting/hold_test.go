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

// A customer is activated with all its subscriptions between the reading and the writing of a change of one of these.
func TestActivatedAtOnce(t *testing.T) {
	for name, alter := range map[string]func(*estate, string) (hosting.SubscriptionView, error){
		"activated": func(s *estate, id string) (hosting.SubscriptionView, error) {
			return s.subs.Activate(t.Context(), s.as(s.reseller), request.Metadata{}, id)
		},
		"suspended by another level": func(s *estate, id string) (hosting.SubscriptionView, error) {
			return s.subs.Suspend(t.Context(), s.admin, request.Metadata{}, id, account.HoldInput{})
		},
		"suspended for another reason": func(s *estate, id string) (hosting.SubscriptionView, error) {
			return s.subs.Suspend(t.Context(), s.as(s.reseller), request.Metadata{}, id, account.HoldInput{Reason: "another"})
		},
		"suspended again": func(s *estate, id string) (hosting.SubscriptionView, error) {
			return s.subs.Suspend(t.Context(), s.as(s.reseller), request.Metadata{}, id, account.HoldInput{})
		},
	} {
		s := newEstate(t, t)
		id := s.subscriptions[0]
		_, err := s.subs.Suspend(t.Context(), s.as(s.reseller), request.Metadata{}, id, account.HoldInput{})
		s.must(err)
		s.store.Between(dynamotest.Commits, func() error {
			_, err := s.change().Activate(t.Context(), s.as(s.reseller), request.Metadata{}, string(s.customer), "")
			return err
		})
		told, err := alter(s, id)
		s.must(err)
		found, err := s.subs.Get(t.Context(), s.admin, id)
		s.must(err)
		if found.Status != told.Status || len(found.Holds) != len(told.Holds) {
			t.Errorf("%s: it was told to be %s, and is %s: %+v", name, told.Status, found.Status, found.Holds)
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

// held is what suspending something comes to, by its own holds.
type held struct {
	version int64
	holds   []hosting.HoldView
}

func ownOf(shown []hosting.HoldView) []hosting.HoldView {
	return slices.DeleteFunc(shown, func(h hosting.HoldView) bool { return h.Inherited })
}

// suspends suspends, by its id, what can be held below an account.
func (s *estate) suspends() map[string]func(request.Metadata, account.HoldInput) (held, error) {
	sites, _, err := s.store.ListWebsites(s.t.Context(), s.subscriptions[0], "", 1)
	s.must(err)
	return map[string]func(request.Metadata, account.HoldInput) (held, error){
		s.subscriptions[0]: func(meta request.Metadata, wanted account.HoldInput) (held, error) {
			v, err := s.subs.Suspend(s.t.Context(), s.as(s.reseller), meta, s.subscriptions[0], wanted)
			return held{v.Version, ownOf(v.Holds)}, err
		},
		sites[0].ID: func(meta request.Metadata, wanted account.HoldInput) (held, error) {
			v, err := s.sites.Suspend(s.t.Context(), s.as(s.reseller), meta, sites[0].ID, wanted)
			return held{v.Version, ownOf(v.Holds)}, err
		},
	}
}

// Suspending again for another reason says so from then on; to say the same again changes nothing.
func TestSuspendAgain(t *testing.T) {
	s := newEstate(t, t)
	for id, suspend := range s.suspends() {
		until := s.now().Add(time.Hour)
		wanted := account.HoldInput{Reason: "unpaid", PublicMessage: "Closed.", Until: &until}
		first, err := suspend(request.Metadata{}, wanted)
		s.must(err)
		s.tick()
		events := len(s.store.Events())
		same, err := suspend(request.Metadata{}, wanted)
		s.must(err)
		if same.version != first.version || !reflect.DeepEqual(same.holds, first.holds) || len(s.store.Events()) != events {
			t.Errorf("%s: %+v, then %+v", id, first, same)
		}
		meta := request.Metadata{IfMatch: &first.version, Key: idempotency.Key{Name: id, Fingerprint: "f"}}
		for range 2 {
			other, err := suspend(meta, account.HoldInput{Reason: "fraud"})
			s.must(err)
			if other.version != first.version+1 || len(other.holds) != 1 || other.holds[0].Reason != "fraud" || other.holds[0].Until != nil ||
				!other.holds[0].Since.Equal(first.holds[0].Since) {
				t.Errorf("%s: %+v, then %+v", id, first, other)
			}
		}
		if got := s.store.Events()[events:]; len(got) != 1 || len(got[0].Changes) != 1 || got[0].Changes[0].Old == nil || got[0].Changes[0].New == nil {
			t.Errorf("%s: the trail has %+v", id, got)
		}
	}
	if got := s.counts(); got != (account.SubscriptionCounts{Total: 2, Active: 1}) {
		t.Errorf("the customer counts %+v", got)
	}
}

// What has taken effect is answered as it was, when the end that it named is past too.
func TestSuspensionReplayed(t *testing.T) {
	s := newEstate(t, t)
	for id, suspend := range s.suspends() {
		until, meta := s.now().Add(time.Hour), request.Metadata{Key: idempotency.Key{Name: id, Fingerprint: "f"}}
		first, err := suspend(meta, account.HoldInput{Until: &until})
		s.must(err)
		s.clock = until
		again, err := suspend(meta, account.HoldInput{Until: &until})
		s.must(err)
		if again.version != first.version {
			t.Errorf("%s: %+v, then %+v", id, first, again)
		}
	}
}

// A hold that says something else after the customer was activated with all its subscriptions is a new one.
func TestSuspendAfterALiftMark(t *testing.T) {
	s := newEstate(t, t)
	id := s.subscriptions[0]
	suspend := func(reason string) account.Hold {
		_, err := s.subs.Suspend(t.Context(), s.as(s.reseller), request.Metadata{}, id, account.HoldInput{Reason: reason})
		s.must(err)
		found, err := s.store.ReadSubscription(t.Context(), id, idempotency.Key{})
		s.must(err)
		if len(found.Subscription.Holds) != 1 || len(found.Subscription.OwnHolds(&found.Chain[0], s.now())) != 1 {
			t.Fatalf("it has %+v", found.Subscription.Holds)
		}
		return found.Subscription.Holds[0]
	}
	first := suspend("unpaid")
	s.tick()
	second := suspend("fraud")
	if !second.Since.Equal(first.Since) || second.Sequence <= first.Sequence {
		t.Errorf("%+v, then %+v", first, second)
	}
	_, err := s.change().Activate(t.Context(), s.as(s.reseller), request.Metadata{}, string(s.customer), "")
	s.must(err)
	s.tick()
	third := suspend("fraud")
	if !third.Since.After(second.Since) || third.Sequence <= second.Sequence {
		t.Errorf("%+v, then %+v", second, third)
	}
	if told := s.store.Events(); told[len(told)-1].Name != event.SubscriptionSuspended || told[len(told)-1].Changes[0].Old != nil {
		t.Errorf("the trail has %+v", told[len(told)-1])
	}
}
