package dynamo

import (
	"context"
	"fmt"
	"maps"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/resource"
)

// WriteHosting writes a change of subscriptions and websites with all that counts them. Round trips: 1.
func (s *Store) WriteHosting(ctx context.Context, w hosting.HostingChange) error {
	t, err := s.beginWith(w.Event)
	if err != nil {
		return fmt.Errorf("hosting: %w", err)
	}
	t.remember(w.Record, s.now())
	if w.Website != nil {
		t.website(w.Website, w.Event.Owner)
	}
	if err := t.subscription(&w); err != nil {
		return fmt.Errorf("hosting: %w", err)
	}
	t.customer(&w.Customer)
	for _, use := range w.Plans {
		t.planUse(use)
	}
	if w.Limits != nil {
		t.reserve(w.Limits)
	}
	return s.commit(ctx, t)
}

// RemoveWebsites removes websites of a marked subscription and frees their domains. Round trips: 1.
func (s *Store) RemoveWebsites(ctx context.Context, r hosting.WebsitesRemoval) error {
	t, err := s.beginWith(r.Events[0])
	if err != nil {
		return fmt.Errorf("websites: %w", err)
	}
	for i := range r.Websites {
		if i > 0 {
			happened, err := newEventItem(r.Events[i])
			if err != nil {
				return fmt.Errorf("websites: %w", err)
			}
			t.create(happened, nil)
		}
		t.website(&hosting.WebsiteChange{Before: &r.Websites[i]}, "")
	}
	count := updateExpression{
		expression: "ADD #websites :less", names: map[string]string{"#websites": "websites"},
		values: item{":less": number(-len(r.Websites))},
	}
	t.update(subscriptionKey(r.Subscription), count.provided("#removing = :true",
		map[string]string{"#removing": "removing"}, item{":true": &types.AttributeValueMemberBOOL{Value: true}}), gone)
	t.customer(&hosting.CustomerChange{ID: r.Customer})
	return s.commit(ctx, t)
}

func versionOf(found item) (version int64) {
	if attributevalue.Unmarshal(found["version"], &version) != nil {
		return 0
	}
	return version
}

func changedMeanwhile(item) error {
	return fault.New(fault.VersionMismatch, "This object has changed since you read it. Read it again and retry.")
}

func atVersion(version int64) (string, map[string]string, item) {
	return "#version = :before", map[string]string{"#version": "version"}, item{":before": number(version)}
}

// website creates, changes or removes a website; with it its domain is taken or freed.
func (t *transaction) website(w *hosting.WebsiteChange, owner account.ID) {
	switch {
	case w.Before == nil:
		guard := domainItem{keyed: domainKey(w.After.Domain).fields(), Website: w.After.ID, Subscription: w.After.Subscription, Customer: w.After.Customer}
		if owner != account.AdministratorOwner {
			guard.Owner = owner
		}
		t.create(guard, func(item) error {
			return fault.New(fault.Conflict, "This domain is already taken. Choose another one.")
		})
		t.create(newWebsiteItem(w.After), nil)
	case w.After == nil:
		condition, names, values := atVersion(w.Before.Version)
		t.take(websiteKey(w.Before.ID), condition, names, values, changedMeanwhile)
		t.take(domainKey(w.Before.Domain), "#website = :website", map[string]string{"#website": "website"}, item{":website": text(w.Before.ID)}, nil)
	default:
		condition, names, values := atVersion(w.Before.Version)
		t.put(newWebsiteItem(w.After), condition, names, values, changedMeanwhile)
	}
}

// subscription creates, changes or removes a subscription, or counts a website of it.
func (t *transaction) subscription(w *hosting.HostingChange) error {
	s := w.Subscription
	switch {
	case s == nil:
		t.countWebsite(w.Website)
	case s.Before == nil:
		t.create(newSubscriptionItem(s.After), nil)
	case s.After == nil:
		condition, names, values := atVersion(s.Before.Version)
		names["#websites"], values[":none"] = "websites", number(0)
		t.take(subscriptionKey(s.Before.ID), condition+" AND #websites = :none", names, values, changedMeanwhile)
	default:
		return t.changeSubscription(s)
	}
	return nil
}

// changeSubscription changes a subscription. Websites are counted without a change of its version, so the count is left alone.
func (t *transaction) changeSubscription(s *hosting.SubscriptionChange) error {
	edit, err := difference(newSubscriptionItem(s.Before), newSubscriptionItem(s.After))
	if err != nil {
		return err
	}
	condition, names, values := atVersion(s.Before.Version)
	if s.MaxWebsites != nil {
		condition += " AND #websites <= :most"
		names["#websites"], values[":most"] = "websites", number(*s.MaxWebsites)
	}
	t.update(subscriptionKey(s.Before.ID), edit.provided(condition, names, values), changedMeanwhile)
	return nil
}

// countWebsite counts a website that comes, within the limit and only while the subscription stays, or one that goes.
func (t *transaction) countWebsite(w *hosting.WebsiteChange) {
	if w == nil || w.Before != nil && w.After != nil {
		return
	}
	if w.After == nil {
		count := updateExpression{expression: "ADD #websites :less", names: map[string]string{"#websites": "websites"}, values: item{":less": number(-1)}}
		t.update(subscriptionKey(w.Before.Subscription), count.provided(exists, pkName, nil), nil)
		return
	}
	condition, names, values := atVersion(w.SubscriptionVersion)
	condition += " AND attribute_not_exists(#removing)"
	names["#removing"] = "removing"
	if w.MaxWebsites != nil {
		condition += " AND #websites < :most"
		values[":most"] = number(*w.MaxWebsites)
	}
	count := updateExpression{expression: "ADD #websites :one", names: map[string]string{"#websites": "websites"}, values: item{":one": number(1)}}
	t.update(subscriptionKey(w.After.Subscription), count.provided(condition, names, values), func(old item) error {
		switch {
		case len(old) == 0 || old["removing"] != nil:
			return gone(old)
		case versionOf(old) != w.SubscriptionVersion:
			return changedMeanwhile(old)
		}
		return fault.New(fault.LimitExceeded, "The limit does not allow this. %s: requested 1, available 0.", resource.Websites)
	})
}

// customer counts on a customer what it has, and takes its next sequence. Its version stays.
func (t *transaction) customer(c *hosting.CustomerChange) {
	condition, names, values := exists, maps.Clone(pkName), item{}
	if c.Ready {
		condition += " AND #lifecycle = :ready"
		names["#lifecycle"], values[":ready"] = "lifecycle", text(string(account.Ready))
	}
	if c.Expected != nil {
		condition += " AND #kind = :kind AND #owner = :owner"
		names["#kind"], values[":kind"] = "kind", text(string(c.Expected.Kind))
		names["#owner"], values[":owner"] = "owner", text(string(c.Expected.Owner))
	}
	counts := map[string]int64{"subscriptions": c.Total}
	for level, attribute := range heldCounters {
		counts[attribute] = c.Held[level]
	}
	counted := counting(counts)
	if c.Sequence != nil {
		condition += " AND (#holdSequence = :sequence OR attribute_not_exists(#holdSequence) AND :sequence = :none)"
		names["#holdSequence"] = "holdSequence"
		values[":sequence"], values[":none"] = number(c.Sequence.Before), number(0)
		counted.expression += " SET #holdSequence = :next"
		counted.names["#holdSequence"], counted.values[":next"] = "holdSequence", number(c.Sequence.After)
	}
	refused := func(old item) error {
		switch {
		case len(old) == 0:
			return gone(old)
		case c.Ready && textOf(old["lifecycle"]) != string(account.Ready):
			return account.Busy()
		}
		return changedMeanwhile(old)
	}
	if counted.expression == "" {
		t.demand(accountKey(c.ID), condition, names, values, refused)
		return
	}
	t.update(accountKey(c.ID), counted.provided(condition, names, values), refused)
}
