package dynamo

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/account"
	"tenantry/shared/hosting"
	"tenantry/shared/plan"
	"tenantry/shared/resource"
	"tenantry/shared/transfer"
)

// transferItem is a transfer whose subscriptions still have to move.
type transferItem struct {
	keyed
	Operation     string              `dynamodbav:"operation"`
	From          account.ID          `dynamodbav:"from"`
	To            account.ID          `dynamodbav:"to"`
	Plan          plan.ID             `dynamodbav:"plan,omitempty"`
	PlanResources map[plan.ID]setItem `dynamodbav:"kept,omitempty"`
	Total         int64               `dynamodbav:"total"`
	Moved         int64               `dynamodbav:"passed"`
}

func newTransferItem(id account.ID, t *transfer.PendingTransfer) transferItem {
	stored := transferItem{
		keyed: transferKey(id).fields(), Operation: t.Operation, From: t.From, To: t.To, Plan: t.Plan,
		PlanResources: map[plan.ID]setItem{}, Total: t.Total, Moved: t.Moved,
	}
	for id, set := range t.PlanResources {
		stored.PlanResources[id] = newSetItem(set)
	}
	return stored
}

func readTransfer(found item) (*transfer.PendingTransfer, error) {
	if found == nil {
		return nil, nil
	}
	var stored transferItem
	if err := attributevalue.UnmarshalMap(found, &stored); err != nil {
		return nil, err
	}
	t := &transfer.PendingTransfer{
		Operation: stored.Operation, From: stored.From, To: stored.To, Plan: stored.Plan,
		Total: stored.Total, Moved: stored.Moved,
	}
	if len(stored.PlanResources) > 0 {
		t.PlanResources = map[plan.ID]resource.Set{}
	}
	for id, set := range stored.PlanResources {
		t.PlanResources[id] = set.set()
	}
	return t, nil
}

// ReadTransfer returns an account and its pending transfer. Each is nil if it does not exist. Round trips: 1.
func (s *Store) ReadTransfer(
	ctx context.Context, id account.ID,
) (*account.Account, *transfer.PendingTransfer, error) {
	found, err := s.getItems(ctx, consistent, accountKey(id), transferKey(id))
	if err != nil {
		return nil, nil, err
	}
	a, err := readAccount(found[accountKey(id)])
	if err != nil {
		return nil, nil, err
	}
	pending, err := readTransfer(found[transferKey(id)])
	return a, pending, err
}

// WriteTransfer writes one transaction of a transfer. Round trips: 1, and 1 more if the account gets another owner and it
// is not known how this owner's list is divided.
func (s *Store) WriteTransfer(ctx context.Context, change transfer.Transaction) error {
	t := s.beginWithoutMarker()
	if change.Account != nil {
		before, after := &change.Account.Before, &change.Account.After
		stored := newAccountItem(after)
		if after.Owner != before.Owner || after.Kind != before.Kind {
			if err := s.placeInOwnerList(ctx, &stored, after.ID); err != nil {
				return err
			}
		}
		t = s.beginAttempt(change.Account.Event, change.Account.Token)
		t.transferAccount(&change, stored)
	}
	if change.Starts != nil {
		t.create(newTransferItem(change.Account.After.ID, change.Starts), hasChanged)
	}
	if change.Step != nil {
		t.advanceTransfer(change.Step)
	}
	for i := range change.Subscriptions {
		t.changeSubscription(&change.Subscriptions[i])
	}
	t.changePlansAndUsages(change.Plans, change.Limits)
	switch {
	case change.Starts != nil:
		t.countTransfer(change.Starts.From, 1)
	case change.Step != nil && change.Step.Ends:
		t.countTransfer(change.Step.From, -1)
	}
	return s.commit(ctx, t)
}

// transferAccount changes an account's owner or kind, with its guards and the global usage. A new reseller gets its
// usage item.
func (t *transaction) transferAccount(change *transfer.Transaction, stored accountItem) {
	before, after := &change.Account.Before, &change.Account.After
	c := unchanged(before).And(counterEquals(subscriptionCounter, before.Subscriptions))
	t.changeAccountItem(newAccountItem(before), stored, c, hasChanged)
	if change.InitialUsage != nil {
		t.createUsage(after, change.InitialUsage)
	}
	if after.Owner != before.Owner {
		t.putIf(newLoginItem(after), equals("account", after.ID), hasChanged)
		t.deleteExternalID(before)
		t.createExternalID(after)
	}
	t.changeGlobalUsage(before, after)
}

// countTransfer counts a pending transfer on the usage of the reseller that the customer has left, together with other
// changes of this usage. Until it ends, the usage cannot be compared with the reseller's customers.
func (t *transaction) countTransfer(from account.ID, n int64) {
	if from == account.AdministratorOwner {
		return
	}
	change := count{key: usageKey(from), changes: raiseRevision(map[string]int64{transferCounter: n}), c: exists()}
	for i := range t.writes {
		if t.counts[i] != nil && t.counts[i].key == change.key {
			sum := t.counts[i].plus(change)
			t.counts[i], t.writes[i] = &sum, t.buildCount(sum)
			return
		}
	}
	t.count(change, hasChanged)
}

// createUsage adds the usage item of a new reseller that has already given out resources.
func (t *transaction) createUsage(reseller *account.Account, initial *resource.Demand) {
	usage, err := attributevalue.MarshalMap(usageItem{
		keyed: usageKey(reseller.ID).fields(), Limits: newResellerLimitsItem(reseller.Limits),
	})
	t.err = errors.Join(t.err, err)
	for name, n := range usageCounters(*initial) {
		if n != 0 {
			usage[name] = number(n)
		}
	}
	t.create(usage, nil)
}

// advanceTransfer counts subscriptions that have moved, or deletes a transfer whose subscriptions have all moved.
func (t *transaction) advanceTransfer(step *transfer.Step) {
	sameOperation := equals("operation", step.Operation)
	if step.Ends {
		t.delete(transferKey(step.Account), sameOperation.And(attribute("passed").Equal(attribute("total"))), hasChanged)
		return
	}
	t.update(transferKey(step.Account), update{}.add("passed", step.Moved), sameOperation, hasChanged)
}

// changePlansAndUsages adds the changes of plans and of resellers' usages. A transaction can have one write for each
// item. The same plan may be among the uses and also be the plan of resellers, so its conditions are combined.
func (t *transaction) changePlansAndUsages(uses []hosting.PlanUse, reservations []*plan.Reservation) {
	versions := planVersions(uses, reservations)
	for _, use := range uses {
		if version, isKnown := versions[use.ID]; isKnown {
			use.Version = &version
			delete(versions, use.ID)
		}
		t.changePlanUse(use)
	}
	for _, r := range reservations {
		t.changeUsage(r)
	}
	for _, id := range slices.Sorted(maps.Keys(versions)) {
		t.checkPlan(id, versions[id])
	}
}

// noVersion is the version of no plan.
const noVersion = -1

// planVersions returns the version that each plan must have. It returns noVersion for a plan that was read in two
// different versions, so that the transaction fails and everything is read again.
func planVersions(uses []hosting.PlanUse, reservations []*plan.Reservation) map[plan.ID]int64 {
	versions := map[plan.ID]int64{}
	require := func(id plan.ID, version int64) {
		if other, isKnown := versions[id]; isKnown && other != version {
			version = noVersion
		}
		versions[id] = version
	}
	for _, use := range uses {
		if use.Version != nil {
			require(use.ID, *use.Version)
		}
	}
	for _, r := range reservations {
		if r.Basis.Plan != "" && r.Demand.Increases() {
			require(r.Basis.Plan, r.Basis.PlanVersion)
		}
	}
	return versions
}
