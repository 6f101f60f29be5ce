package hosting_test

import (
	"cmp"
	"context"
	"errors"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/dynamotest"
	"tenantry/shared/edit"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
)

// late is a store that reads the record of a request before the object, and calls between in between.
type late struct {
	*dynamotest.Store

	between func()
}

func (l late) ReadWebsite(
	ctx context.Context, id string, key idempotency.Key,
) (*hosting.Website, hosting.SubscriptionContext, error) {
	record, recordErr := l.ReadRecord(ctx, key)
	l.between()
	site, found, err := l.Store.ReadWebsite(ctx, id, idempotency.Key{})
	found.Record = record
	return site, found, errors.Join(recordErr, err)
}

func (l late) ReadSubscription(
	ctx context.Context, id string, key idempotency.Key,
) (hosting.SubscriptionContext, error) {
	record, recordErr := l.ReadRecord(ctx, key)
	l.between()
	found, err := l.Store.ReadSubscription(ctx, id, idempotency.Key{})
	found.Record = record
	return found, errors.Join(recordErr, err)
}

// A duplicate that reads the effect of the first request, but not its record, returns the first answer.
func TestDuplicateReturnsFirstAnswer(t *testing.T) {
	s := newScene(t)
	id := s.subscribe("a.example", "custom", map[string]int64{"max_site": 2})
	first := func(do func() error) func() {
		isDone := false
		return func() {
			if !isDone {
				isDone = true
				s.must(do())
			}
		}
	}
	with := func(between func()) hosting.Subscriptions {
		subs := s.subs
		subs.Store = late{s.store, between}
		return subs
	}

	adding := keyed("createWebsite", "k1", id)
	var added hosting.WebsiteView
	duplicate := hosting.Websites{Subscriptions: with(first(func() (err error) {
		added, err = s.sites.Add(t.Context(), s.reseller, adding, id, "b.example")
		return err
	}))}
	again, err := duplicate.Add(t.Context(), s.reseller, adding, id, "b.example")
	if s.must(err); again.ID != added.ID || len(s.websites(id)) != 2 {
		t.Errorf("the duplicate is answered %+v, want %+v and 2 websites", again, added)
	}

	version := added.Version
	removing := keyed("deleteWebsite", "k2", added.ID)
	removing.IfMatch = &version
	duplicate = hosting.Websites{Subscriptions: with(first(func() error {
		return s.sites.Remove(t.Context(), s.reseller, removing, added.ID)
	}))}
	s.must(duplicate.Remove(t.Context(), s.reseller, removing, added.ID))
	s.refused(s.sites.Remove(t.Context(), s.reseller, keyed("deleteWebsite", "k3", added.ID), added.ID), fault.NotFound)

	version = s.get(id).Version
	suspending := keyed("suspendSubscription", "k4", id)
	suspending.IfMatch = &version
	shown, err := with(first(func() error {
		_, err := s.subs.Suspend(t.Context(), s.reseller, suspending, id, account.HoldInput{})
		return err
	})).Suspend(t.Context(), s.reseller, suspending, id, account.HoldInput{})
	if s.must(err); shown.Version != version+1 || s.get(id).Version != version+1 {
		t.Errorf("the duplicate is answered version %d, want %d", shown.Version, version+1)
	}
}

// The first answer of a creation is repeated only while the caller sees what was created.
func TestCreationIsReplayedOnlyInTheView(t *testing.T) {
	s := newScene(t)
	customer := s.own.Account.ID
	creating := keyed("createSubscription", "k1", string(customer))
	adding := keyed("createWebsite", "k2", "")
	var subscription, site string
	subscribe := func() (err error) {
		created, err := s.subs.Create(t.Context(), s.reseller, creating, string(customer), hosting.NewSubscription{
			Domain: "a.example", ServicePlan: "custom",
		})
		subscription = cmp.Or(subscription, created.ID)
		return err
	}
	add := func() (err error) {
		created, err := s.sites.Add(t.Context(), s.reseller, adding, subscription, "b.example")
		site = cmp.Or(site, created.ID)
		return err
	}
	for range 2 {
		s.must(subscribe())
		s.must(add())
	}
	s.must(s.sites.Remove(t.Context(), s.reseller, request.Metadata{}, site))
	s.refused(add(), fault.NotFound)
	owner := s.reseller.Account.ID
	s.must(s.store.Alter(t.Context(), customer, func(a *account.Account) { a.Owner = account.AdministratorOwner }))
	s.refused(subscribe(), fault.NotFound)
	s.must(s.store.Alter(t.Context(), customer, func(a *account.Account) { a.Owner = owner }))
	s.must(subscribe())
	s.must(s.subs.Remove(t.Context(), s.reseller, request.Metadata{}, subscription))
	s.refused(subscribe(), fault.NotFound)
}

// crowded is a store on which other writers always win.
type crowded struct{ *dynamotest.Store }

func (crowded) WriteHosting(context.Context, hosting.ObjectChange) error {
	return fault.New(fault.VersionMismatch, "This has changed.")
}

func (crowded) RemoveWebsites(context.Context, hosting.WebsitesRemoval) error {
	return fault.New(fault.VersionMismatch, "This has changed.")
}

// Contention is not a version mismatch if the caller has sent no version. The caller may retry later.
func TestContentionIsUnavailable(t *testing.T) {
	s := newScene(t)
	id := s.subscribe("a.example", "custom", nil)
	siteID := s.websites(id)[0].ID
	subs := s.subs
	subs.Store = crowded{s.store}
	sites := hosting.Websites{Subscriptions: subs}
	for name, do := range map[string]func() (any, error){
		"create": func() (any, error) {
			shown, err := subs.Create(t.Context(), s.reseller, request.Metadata{}, string(s.own.Account.ID), hosting.NewSubscription{Domain: "b.example", ServicePlan: "custom"})
			return shown.ID, err
		},
		"suspend": func() (any, error) {
			shown, err := subs.Suspend(t.Context(), s.reseller, request.Metadata{}, id, account.HoldInput{})
			return shown.ID, err
		},
		"add a website": func() (any, error) {
			shown, err := sites.Add(t.Context(), s.reseller, request.Metadata{}, id, "b.example")
			return shown.ID, err
		},
		"suspend a website": func() (any, error) {
			shown, err := sites.Suspend(t.Context(), s.reseller, keyed("suspendWebsite", "k", siteID), siteID, account.HoldInput{})
			return shown.ID, err
		},
	} {
		shown, err := do()
		f, _ := errors.AsType[*fault.Fault](err)
		if !errors.Is(err, edit.ErrCrowded) || f == nil || f.Code != fault.Unavailable || f.RetryAfter == 0 || shown != "" {
			t.Errorf("%s: %v with %v, want unavailable, a time to retry after, and no answer", name, err, shown)
		}
	}
	if got := s.get(id); got.Version != 1 || got.Status != account.Active {
		t.Errorf("the subscription is %+v, want it unchanged", got)
	}
}

// If a marked subscription has too many concurrent writers, the request succeeds and leaves the removal to the sweep.
func TestContendedRemovalIsLeftToTheSweep(t *testing.T) {
	s := newScene(t)
	id := s.subscribe("a.example", "custom", nil)
	subs := s.subs
	subs.Store = markOnly{s.store}
	s.must(subs.Remove(t.Context(), s.reseller, request.Metadata{}, id))
	_, err := s.subs.Get(t.Context(), s.reseller, id)
	s.refused(err, fault.NotFound)
	if found, err := s.store.ReadSubscription(
		t.Context(),
		id,
		idempotency.Key{},
	); err != nil || found.Subscription == nil ||
		!found.Subscription.Removing {
		t.Errorf("the subscription is %+v, %v, want it marked", found.Subscription, err)
	}
}

// markOnly is a store on which other writers always win when websites are removed.
type markOnly struct{ *dynamotest.Store }

func (markOnly) RemoveWebsites(ctx context.Context, removal hosting.WebsitesRemoval) error {
	return crowded{}.RemoveWebsites(ctx, removal)
}

// overtaken is a store in which something happens before each write of hosting.
type overtaken struct {
	*dynamotest.Store

	before func()
}

func (o overtaken) WriteHosting(ctx context.Context, change hosting.ObjectChange) error {
	o.before()
	return o.Store.WriteHosting(ctx, change)
}
