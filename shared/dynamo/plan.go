package dynamo

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/plan"
)

type planItem struct {
	keyed
	child
	Owner     account.ID `dynamodbav:"owner"`
	Name      string     `dynamodbav:"name"`
	Resources setItem    `dynamodbav:"resources"`
	Oversell  bool       `dynamodbav:"oversell,omitempty"`
	Uses      int64      `dynamodbav:"uses"`
	Synced    int64      `dynamodbav:"synced"`
	CreatedAt time.Time  `dynamodbav:"createdAt"`
	Version   int64      `dynamodbav:"version"`
}

func newPlanItem(p *plan.Plan) planItem {
	return planItem{
		keyed: planKey(p.ID).fields(),
		child: child{planListPartition(p.Owner, string(p.ID)[:len(plan.ServicePrefix)]), sortKey(p.ID)},
		Owner: p.Owner, Name: p.Name, Resources: newSetItem(p.Resources), Oversell: p.Oversell,
		Uses: p.Uses, Synced: p.Synced,
		CreatedAt: p.CreatedAt.UTC(), Version: p.Version,
	}
}

func readPlan(found item) (*plan.Plan, error) {
	if found == nil {
		return nil, nil
	}
	var stored planItem
	err := attributevalue.UnmarshalMap(found, &stored)
	return &plan.Plan{
		ID: plan.ID(strings.TrimPrefix(string(stored.PK), planPrefix)), Owner: stored.Owner, Name: stored.Name,
		Resources: stored.Resources.set(), Oversell: stored.Oversell, Uses: stored.Uses, Synced: stored.Synced,
		CreatedAt: stored.CreatedAt, Version: stored.Version,
	}, err
}

// ReadPlan returns a plan, or nil if it does not exist, and the record of the request. Round trips: 1.
func (s *Store) ReadPlan(
	ctx context.Context, id plan.ID, requestKey idempotency.Key,
) (*plan.Plan, *idempotency.Record, error) {
	found, record, err := s.getWithRecord(ctx, requestKey, planKey(id))
	if err != nil {
		return nil, nil, err
	}
	p, err := readPlan(found[planKey(id)])
	return p, record, err
}

// ReadPlans returns the plans that exist, in any order. Round trips: 1 for each hundred.
func (s *Store) ReadPlans(ctx context.Context, ids []plan.ID) ([]plan.Plan, error) {
	keys := keysOf(ids, planKey)
	found, err := s.getItems(ctx, consistent, keys...)
	if err != nil {
		return nil, err
	}
	return readAll(inOrder(found, distinct(keys)), readPlan)
}

// WritePlan creates, changes or deletes a plan. Round trips: 1.
func (s *Store) WritePlan(ctx context.Context, change plan.PlanChange) error {
	before, after := change.Before, change.After
	t := s.begin(change.Event)
	t.putRecord(change.Record, s.now())
	switch {
	case before == nil:
		t.create(newPlanItem(after), nil)
		t.countPlan(after.Owner, 1)
	case after == nil:
		t.delete(planKey(before.ID), atVersion(before.Version).And(equals("uses", 0)), planFailure)
		t.countPlan(before.Owner, -1)
	default:
		changes, err := difference(newPlanItem(before), newPlanItem(after))
		t.err = errors.Join(t.err, err)
		// A subscription raises Synced without a new version. The reservation depends on this count.
		t.update(planKey(before.ID), changes, atVersion(before.Version).And(equals("synced", before.Synced)), hasChanged)
	}
	if change.Limits != nil {
		t.reserve(change.Limits)
	}
	return s.commit(ctx, t)
}

// countPlan adds to the number of a reseller's plans. A reseller that is being removed gets no new plan.
func (t *transaction) countPlan(owner account.ID, n int64) {
	if owner == account.AdministratorOwner {
		return
	}
	c := exists()
	if n > 0 {
		c = c.And(attribute("closed").AttributeNotExists())
	}
	t.update(usageKey(owner), update{}.add(planCounter, n), c, func(item) error { return account.Busy("") })
}

// planFailure returns the error for a plan that cannot be deleted.
func planFailure(found item) error {
	p, err := readPlan(found)
	if err != nil || p == nil || p.Uses == 0 {
		return hasChanged(found)
	}
	return fault.New(
		fault.Conflict,
		"This plan is still in use (%s). Choose another plan for its subscriptions or resellers first.",
		fault.Count(p.Uses, "time"),
	)
}

// ListPlans returns an owner's plans whose ids have the prefix, in the order of their creation, and whether there may
// be more. If after is not "", it continues after this plan. Round trips: 1.
func (s *Store) ListPlans(
	ctx context.Context, owner account.ID, prefix string, after plan.ID, limit int,
) ([]plan.Plan, bool, error) {
	return listChildren(ctx, s, planListPartition(owner, prefix), string(after), limit, readPlan)
}
