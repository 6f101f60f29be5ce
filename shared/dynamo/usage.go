package dynamo

import (
	"context"
	"slices"

	"tenantry/shared/account"
	"tenantry/shared/plan"
	"tenantry/shared/resource"
)

// ReadReseller returns the limits and the usage of a reseller. Round trips: 1, and 1 more if the reseller has a plan.
func (s *Store) ReadReseller(ctx context.Context, id account.ID) (plan.Capacity, error) {
	found, err := s.ReadResellers(ctx, []account.ID{id})
	return found[id], err
}

// ReadNewOwner returns the limits and the usage of the reseller that will own a new customer. It also finds out how the
// lists are divided in which Create puts the customer. Round trips: 1, and 1 more if the reseller has a plan.
func (s *Store) ReadNewOwner(ctx context.Context, id account.ID) (plan.Capacity, error) {
	found, err := s.readResellers(ctx, []account.ID{id}, allOwners)
	return found[id], err
}

// ReadResellers returns the limits and the usage of resellers. Round trips: 1, and 1 more if some have plans.
func (s *Store) ReadResellers(ctx context.Context, ids []account.ID) (map[account.ID]plan.Capacity, error) {
	return s.readResellers(ctx, ids)
}

// readResellers returns the limits and the usage of resellers. With the usage it reads the shards of the lists that are
// not known.
func (s *Store) readResellers(
	ctx context.Context, ids []account.ID, lists ...account.ID,
) (map[account.ID]plan.Capacity, error) {
	readAt := s.now()
	lists = slices.DeleteFunc(lists, func(owner account.ID) bool {
		_, isKnown := s.shards.get(owner, readAt)
		return isKnown
	})
	keys := append(keysOf(ids, usageKey), keysOf(lists, listShardsKey)...)
	found, err := s.getItems(ctx, consistent, keys...)
	if err != nil {
		return nil, err
	}
	for _, owner := range lists {
		if _, err := s.keepListShards(owner, found, readAt); err != nil {
			return nil, err
		}
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
