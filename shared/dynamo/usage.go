package dynamo

import (
	"context"

	"tenantry/shared/account"
	"tenantry/shared/plan"
	"tenantry/shared/resource"
)

// ReadReseller returns the limits and the usage of a reseller. Round trips: 1, and 1 more if the reseller has a plan.
func (s *Store) ReadReseller(ctx context.Context, id account.ID) (plan.Capacity, error) {
	found, err := s.ReadResellers(ctx, []account.ID{id})
	return found[id], err
}

// ReadResellers returns the limits and the usage of resellers. Round trips: 1, and 1 more if some have plans.
func (s *Store) ReadResellers(ctx context.Context, ids []account.ID) (map[account.ID]plan.Capacity, error) {
	readAt := s.now()
	found, err := s.getItems(ctx, consistent, keysOf(ids, usageKey)...)
	if err != nil {
		return nil, err
	}
	resellers := map[account.ID]plan.Capacity{}
	var planIDs []plan.ID
	for _, id := range ids {
		r, shards, err := readReseller(found[usageKey(id)])
		if err != nil {
			return nil, err
		}
		s.shards.keep(id, shards, readAt)
		if resellers[id] = r; r.Basis.Plan != "" {
			planIDs = append(planIDs, r.Basis.Plan)
		}
	}
	plans, err := s.getItems(ctx, consistent, keysOf(planIDs, planKey)...)
	if err != nil {
		return nil, err
	}
	for id, r := range resellers {
		p, err := readPlan(plans[planKey(r.Basis.Plan)])
		if err != nil {
			return nil, err
		}
		if p != nil {
			r.Limits, r.Basis.PlanVersion = resource.Limits{Resources: p.Resources, Oversell: p.Oversell}, p.Version
			resellers[id] = r
		}
	}
	return resellers, nil
}
