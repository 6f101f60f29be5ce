package dynamo

import (
	"cmp"
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/plan"
	"tenantry/shared/removal"
)

// close lets a reseller gain no more accounts.
func (t *transaction) close(reseller account.ID, how *edit.Closing) {
	closing := updateExpression{expression: "SET #closed = :true", names: map[string]string{"#closed": "closed"}, values: item{":true": boolean(true)}}
	if how.Customers {
		t.update(usageKey(reseller), closing.provided(exists, pkName, nil), ownerGone)
		return
	}
	t.update(usageKey(reseller), closing.provided("attribute_not_exists(#customers) OR #customers = :none",
		map[string]string{"#customers": "customers"}, item{":none": number(0)}), func(item) error { return hasCustomers() })
}

func hasCustomers() error {
	return fault.New(fault.Conflict, "This reseller still has customers. Move or remove them first.")
}

// ReadSubscriptions reads subscriptions. Round trips: 1 for a hundred.
func (s *Store) ReadSubscriptions(ctx context.Context, ids []string) ([]hosting.Subscription, error) {
	keys := make([]key, len(ids))
	for i, id := range ids {
		keys[i] = subscriptionKey(id)
	}
	items, err := s.getAll(ctx, consistent, keys...)
	if err != nil {
		return nil, err
	}
	found := make([]hosting.Subscription, 0, len(ids))
	for _, k := range keys {
		of, err := readSubscription(items[k])
		if err != nil {
			return nil, err
		}
		if of != nil {
			found = append(found, *of)
		}
	}
	return found, nil
}

// EraseHosting removes subscriptions and websites of an account that is being removed. Round trips: 1.
func (s *Store) EraseHosting(ctx context.Context, w hosting.Erasure) error {
	t := s.beginUnproven()
	for i := range w.Websites {
		t.website(&hosting.WebsiteChange{Before: &w.Websites[i]}, "")
	}
	if w.KeptSubscription != "" {
		less := updateExpression{expression: "ADD #websites :less", names: map[string]string{"#websites": "websites"}, values: item{":less": number(-len(w.Websites))}}
		t.update(subscriptionKey(w.KeptSubscription), less.provided(exists, pkName, nil), changedMeanwhile)
	}
	for i := range w.Subscriptions {
		of := &w.Subscriptions[i]
		condition, names, values := atVersion(of.Version)
		names["#websites"], values[":websites"] = "websites", number(of.Websites)
		t.take(subscriptionKey(of.ID), condition+" AND #websites = :websites", names, values, changedMeanwhile)
	}
	if fewer := int64(len(w.Subscriptions)); fewer > 0 {
		t.customer(&hosting.CustomerChange{ID: w.Customer, Total: -fewer})
	}
	for _, use := range w.Plans {
		t.planUse(use)
	}
	if w.Limits != nil {
		t.reserve(w.Limits)
	}
	return s.commit(ctx, t)
}

// EraseTrail deletes rows of the collection of an account, but for the account itself and one event, about so many at most, and
// tells whether there are no more. Round trips: 2 for each erasedAtOnce rows, 1 when there are none.
func (s *Store) EraseTrail(ctx context.Context, of account.ID, spared string, most int) (bool, error) {
	var last item
	for erased := 0; erased < most; {
		output, err := s.client.Query(ctx, &dynamodb.QueryInput{
			TableName: &s.table, ConsistentRead: aws.Bool(true), Limit: aws.Int32(eraseBatch), ExclusiveStartKey: last,
			KeyConditionExpression: aws.String("#pk = :account AND #sk > :account_itself"), ProjectionExpression: aws.String("#pk, #sk"),
			ExpressionAttributeNames: map[string]string{"#pk": partitionAttribute, "#sk": sortAttribute},
			ExpressionAttributeValues: item{
				":account": text(string(accountPartition(of))), ":account_itself": text(string(accountSort)),
			},
		})
		if err != nil {
			return false, failed(err, "look for what is kept with an account")
		}
		rows := output.Items[:0]
		for _, row := range output.Items {
			if at := keyOf(row); at != usageKey(of) && at != eventKey(of, spared) { // the usage goes with the account
				rows = append(rows, row)
			}
		}
		if err := s.deleteAll(ctx, rows); err != nil {
			return false, err
		}
		if last = output.LastEvaluatedKey; len(last) == 0 {
			return true, nil
		}
		erased += len(output.Items)
	}
	return false, nil
}

// RemoveAccount deletes an account, frees its login, and leaves one event. Round trips: 1.
func (s *Store) RemoveAccount(ctx context.Context, removed removal.AccountRemoval) error {
	a := &removed.Account
	happened, err := newEventItem(removed.Event)
	if err != nil {
		return fmt.Errorf("removal: %w", err)
	}
	t := s.begin(cmp.Or(removed.Token, removed.Event.ID), happened.key(), happened)
	condition, names, values := atVersion(a.Version)
	names["#subscriptions"], values[":none"] = "subscriptions", number(0)
	t.take(accountKey(a.ID), condition+" AND (attribute_not_exists(#subscriptions) OR #subscriptions = :none)", names, values, changedMeanwhile)
	t.remove(loginKey(a.Login), a.ID)
	if a.ExternalID != "" {
		t.remove(externalKey(a.Owner, a.ExternalID), a.ID)
	}
	if removed.Limits != nil {
		t.reserve(removed.Limits)
	}
	if a.Kind == account.Reseller {
		t.take(usageKey(a.ID), "#closed = :true AND (attribute_not_exists(#customers) OR #customers = :none) AND "+
			"(attribute_not_exists(#subscriptions) OR #subscriptions = :none)",
			map[string]string{"#closed": "closed", "#customers": "customers", "#subscriptions": "subscriptions"},
			item{":true": boolean(true), ":none": number(0)}, changedMeanwhile)
		if a.Limits != nil && a.Limits.Plan != "" {
			t.planUse(hosting.PlanUse{ID: plan.ID(a.Limits.Plan), Uses: -1})
		}
	}
	t.update(globalUsageKey(shardOf(string(a.ID), globalShards)), count(-1, allCounters(a)...), nil)
	return s.commit(ctx, t)
}
