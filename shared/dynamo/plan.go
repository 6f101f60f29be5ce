package dynamo

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/plan"
)

var noRequest idempotency.Key

// ReadPlan reads a plan and the record of the request. Round trips: 1.
func (s *Store) ReadPlan(ctx context.Context, id plan.ID, requestKey idempotency.Key) (*plan.Plan, *idempotency.Record, error) {
	keys := []key{planKey(id)}
	if requestKey.IsSet() {
		keys = append(keys, idempotencyKey(requestKey.Name))
	}
	found, err := s.getAll(ctx, consistent, keys...)
	if err != nil {
		return nil, nil, err
	}
	of, err := readPlan(found[planKey(id)])
	if err != nil {
		return nil, nil, err
	}
	record, err := readRecord(found[idempotencyKey(requestKey.Name)], s.now())
	return of, record, err
}

// ReadPlans reads plans by id, consistently. Round trips: 1 for each hundred.
func (s *Store) ReadPlans(ctx context.Context, ids []plan.ID) ([]plan.Plan, error) {
	keys := make([]key, len(ids))
	for i, id := range ids {
		keys[i] = planKey(id)
	}
	found, err := s.getAll(ctx, consistent, keys...)
	if err != nil {
		return nil, err
	}
	plans := make([]plan.Plan, 0, len(found))
	for _, one := range found {
		of, err := readPlan(one)
		if err != nil {
			return nil, err
		}
		plans = append(plans, *of)
	}
	return plans, nil
}

// WritePlan creates, changes or removes a plan. Round trips: 1.
func (s *Store) WritePlan(ctx context.Context, w plan.PlanChange) error {
	t, err := s.beginWith(w.Event)
	if err != nil {
		return fmt.Errorf("plan: %w", err)
	}
	t.remember(w.Record, s.now())
	switch {
	case w.Before == nil:
		t.create(newPlanItem(w.After), nil)
	case w.After == nil:
		condition, names, values := atVersion(w.Before.Version)
		names["#uses"], values[":none"] = "uses", number(0)
		t.take(planKey(w.Before.ID), condition+" AND #uses = :none", names, values, func(old item) error {
			if of, err := readPlan(old); err == nil && of != nil && of.Uses > 0 {
				return fault.New(fault.Conflict, "This plan is still in use (%d times). Choose another plan for its subscriptions or resellers first.", of.Uses)
			}
			return changedMeanwhile(old)
		})
	default:
		edit, err := difference(newPlanItem(w.Before), newPlanItem(w.After))
		if err != nil {
			return fmt.Errorf("plan: %w", err)
		}
		// What follows the plan is counted without a change of the version; an edit was judged by the count.
		condition, names, values := atVersion(w.Before.Version)
		names["#synced"], values[":synced"] = "synced", number(w.Before.Synced)
		t.update(planKey(w.Before.ID), edit.provided(condition+" AND #synced = :synced", names, values), changedMeanwhile)
	}
	if w.Limits != nil {
		t.reserve(w.Limits)
	}
	return s.commit(ctx, t)
}

// ListPlans returns an owner's plans of a kind by their ids. Round trips: 1.
func (s *Store) ListPlans(ctx context.Context, owner account.ID, prefix string, after plan.ID, limit int) ([]plan.Plan, bool, error) {
	found, more, err := s.children(ctx, objectsByParent, planListPartition(owner, prefix), string(after), limit)
	if err != nil {
		return nil, false, err
	}
	plans := make([]plan.Plan, len(found))
	for i := range found {
		of, err := readPlan(found[i])
		if err != nil {
			return nil, false, err
		}
		plans[i] = *of
	}
	return plans, more, nil
}

// children reads a page of what hangs from a parent, in order of creation, eventually consistent.
func (s *Store) children(ctx context.Context, in index, parent partition, after string, limit int) (found []item, more bool, err error) {
	input := &dynamodb.QueryInput{
		TableName: &s.table, IndexName: aws.String(in.name), Limit: aws.Int32(int32(limit) + 1), //nolint:gosec // a page is short
		KeyConditionExpression:    aws.String("#parent = :parent AND #order > :after"),
		ExpressionAttributeNames:  map[string]string{"#parent": in.partition, "#order": in.sort},
		ExpressionAttributeValues: item{":parent": text(string(parent)), ":after": text(after + " ")},
	}
	output, err := s.client.Query(ctx, input)
	if err != nil {
		return nil, false, failed(err, "list")
	}
	found = output.Items
	if len(found) > limit {
		return found[:limit], true, nil
	}
	return found, len(output.LastEvaluatedKey) > 0 && len(found) > 0, nil
}
