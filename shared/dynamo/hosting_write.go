package dynamo

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/account"
	"tenantry/shared/hosting"
	"tenantry/shared/resource"
)

// WriteHosting writes a change of a subscription or a website, with its guards, counters and event. Round trips: 1, and
// 1 more to delete a website.
func (s *Store) WriteHosting(ctx context.Context, change hosting.ObjectChange) error {
	t := s.begin(change.Event)
	t.putRecord(change.Record, s.now())
	if change.Website != nil {
		if err := s.changeWebsite(ctx, t, change.Website, change.Event.Owner); err != nil {
			return err
		}
	}
	if change.PrimaryWebsite != "" {
		t.check(websiteKey(change.PrimaryWebsite), exists(), hasChanged)
	}
	switch sub := change.Subscription; {
	case sub == nil:
		t.countWebsite(change.Website)
	case sub.Before == nil:
		t.create(newSubscriptionItem(sub.After), nil)
	case sub.After == nil:
		t.delete(subscriptionKey(sub.Before.ID), atVersion(sub.Before.Version).And(equals("websites", 0)), hasChanged)
	default:
		t.changeSubscription(sub)
	}
	t.changeCustomer(&change.Customer)
	for _, use := range change.Plans {
		t.changePlanUse(use)
	}
	if change.Limits != nil {
		t.reserve(change.Limits)
	}
	return s.commit(ctx, t)
}

// RemoveWebsites removes websites of a subscription that is being removed, and frees their domains. Round trips: 2.
func (s *Store) RemoveWebsites(ctx context.Context, removal hosting.WebsitesRemoval) error {
	t := s.begin(removal.Events[0])
	for i := range removal.Websites[1:] {
		t.createEvent(removal.Events[1+i])
	}
	if err := s.deleteWebsites(ctx, t, removal.Websites); err != nil {
		return err
	}
	fewer := update{}.add("websites", -int64(len(removal.Websites)))
	t.update(subscriptionKey(removal.Subscription), fewer, equals("removing", true), notFound)
	t.changeCustomer(&hosting.CustomerChange{ID: removal.Customer})
	return s.commit(ctx, t)
}

// changeWebsite creates, changes or deletes a website. A new website gets the guard of its domain. The owner is the
// owner of the website's customer.
func (s *Store) changeWebsite(
	ctx context.Context, t *transaction, w *hosting.WebsiteChange, owner account.ID,
) error {
	switch {
	case w.Before == nil:
		t.create(newDomainItem(w.After, owner), func(item) error { return hosting.DomainTaken() })
		t.takeRegistrable(w.After)
		t.create(newWebsiteItem(w.After), nil)
	case w.After == nil:
		return s.deleteWebsites(ctx, t, []hosting.Website{*w.Before})
	default:
		t.putIf(newWebsiteItem(w.After), atVersion(w.Before.Version), hasChanged)
	}
	return nil
}

// changeSubscription changes the attributes of a subscription that differ. The count of its websites also changes
// without a new version, so a change of this count depends on the count before.
func (t *transaction) changeSubscription(s *hosting.SubscriptionChange) {
	changes, err := difference(newSubscriptionItem(s.Before), newSubscriptionItem(s.After))
	t.err = errors.Join(t.err, err)
	c := atVersion(s.Before.Version)
	if s.After.Websites != s.Before.Websites {
		c = c.And(equals("websites", s.Before.Websites))
	}
	if s.MaxWebsites != nil {
		c = c.And(attribute("websites").LessThanEqual(value(*s.MaxWebsites)))
	}
	t.update(subscriptionKey(s.Before.ID), changes, c, hasChanged)
}

// countWebsite counts a created or deleted website on its subscription. For a new website, the subscription must be at
// the version, must not be being removed, and must have fewer websites than its limit. A deleted website must not have
// the primary domain.
func (t *transaction) countWebsite(w *hosting.WebsiteChange) {
	switch {
	case w == nil, w.Before != nil && w.After != nil:
	case w.After == nil:
		isNotPrimary := exists().And(attribute("domain").NotEqual(value(w.Before.Domain)))
		t.update(subscriptionKey(w.Before.Subscription), update{}.add("websites", -1), isNotPrimary, hasChanged)
	default:
		c := atVersion(w.SubscriptionVersion).And(attribute("removing").AttributeNotExists())
		if w.MaxWebsites != nil {
			c = c.And(attribute("websites").LessThan(value(*w.MaxWebsites)))
		}
		t.update(subscriptionKey(w.After.Subscription), update{}.add("websites", 1), c, func(found item) error {
			switch {
			case len(found) == 0 || found["removing"] != nil:
				return notFound(found)
			case versionOf(found) != w.SubscriptionVersion:
				return hasChanged(found)
			}
			return resource.Exceeded(resource.Websites, 1, 0)
		})
	}
}

func versionOf(found item) (version int64) {
	if attributevalue.Unmarshal(found["version"], &version) != nil {
		return 0
	}
	return version
}

// changeCustomer changes the counters and the hold sequence of a customer, and not its version. Without such changes it
// only checks the customer.
func (t *transaction) changeCustomer(change *hosting.CustomerChange) {
	c := exists()
	if change.Ready {
		c = c.And(isReady())
	}
	if change.Expected != nil {
		c = c.And(equals(projected("kind"), change.Expected.Kind), equals(projected("owner"), change.Expected.Owner))
	}
	counters := map[string]int64{
		subscriptionCounter: change.Total, panelUserCounter: change.Children.PanelUsers,
		createdBackupCounter: change.Children.CreatedBackups,
	}
	for level, name := range heldCounters {
		counters[name] = change.Held[level]
	}
	for level, name := range coveredCounters {
		counters[name] = change.Covered[level]
	}
	changes := update{}.addAll(counters)
	if change.Sequence != nil {
		c = c.And(counterEquals("holdSequence", change.Sequence.Before))
		changes = changes.set("holdSequence", change.Sequence.After)
	}
	t.update(accountKey(change.ID), changes, c, func(found item) error {
		switch {
		case len(found) == 0:
			return notFound(found)
		case change.Ready && isBusy(found):
			return account.Busy(textOf(found["operation"]))
		}
		return hasChanged(found)
	})
}
