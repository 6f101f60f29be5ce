package memory

import (
	"context"
	"maps"
	"slices"
	"strings"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
	"tenantry/shared/plan"
	"tenantry/shared/resource"
)

// usage is what a reseller was given and has given.
type usage struct {
	given   account.ResellerLimits
	version int64
	used    resource.Usage
}

func changedMeanwhile() error {
	return fault.New(fault.VersionMismatch, "This object has changed since you read it. Read it again and retry.")
}

func gone() error {
	return fault.New(fault.NotFound, "This object does not exist, or you cannot see it.")
}

// ReadReseller implements the ports that ask for limits.
func (s *Store) ReadReseller(_ context.Context, id account.ID) (r plan.Reseller, err error) {
	err = s.do("ReadReseller", func() error {
		r = s.reseller(id)
		return nil
	})
	return r, err
}

// ReadResellers implements the ports that ask for limits.
func (s *Store) ReadResellers(_ context.Context, ids []account.ID) (found map[account.ID]plan.Reseller, err error) {
	err = s.do("ReadResellers", func() error {
		found = map[account.ID]plan.Reseller{}
		for _, id := range ids {
			found[id] = s.reseller(id)
		}
		return nil
	})
	return found, err
}

func (s *Store) reseller(id account.ID) plan.Reseller {
	u := s.usages[id]
	r := plan.Reseller{
		Limits: resource.Limits{Resources: u.given.Resources, Oversell: u.given.Oversell}, Basis: plan.Basis{Version: u.version, Plan: plan.ID(u.given.Plan)},
		Used: resource.Usage{
			Customers: u.used.Customers, Subscriptions: u.used.Subscriptions, Given: plus(u.used.Given, nil), Unlimited: plus(u.used.Unlimited, nil),
		},
	}
	if of, found := s.plans[r.Basis.Plan]; found {
		r.Limits, r.Basis.PlanVersion = resource.Limits{Resources: of.Resources, Oversell: of.Oversell}, of.Version
	}
	return r
}

// mayReserve judges a reservation as the storage's conditions do.
func (s *Store) mayReserve(r *plan.Reservation) error {
	if r == nil {
		return nil
	}
	if _, found := s.usages[r.Reseller]; !found || s.closed[r.Reseller] && r.Demand.Increases() {
		return account.UnknownOwner("")
	}
	now := s.reseller(r.Reseller)
	if !r.Demand.Increases() {
		return nil // what gives back fits always
	}
	if now.Basis != r.Basis {
		return changedMeanwhile()
	}
	return now.Limits.Check(now.Used, r.Demand)
}

func (s *Store) reserve(r *plan.Reservation) {
	if r == nil {
		return
	}
	u := s.usages[r.Reseller]
	u.used.Customers += r.Demand.Customers
	u.used.Subscriptions += r.Demand.Subscriptions
	u.used.Given, u.used.Unlimited = plus(u.used.Given, r.Demand.Given), plus(u.used.Unlimited, r.Demand.Unlimited)
	s.usages[r.Reseller] = u
}

func plus(counts, more map[string]int64) map[string]int64 {
	sum := maps.Clone(counts)
	if sum == nil {
		sum = map[string]int64{}
	}
	for name, n := range more {
		if sum[name] += n; sum[name] == 0 {
			delete(sum, name)
		}
	}
	return sum
}

func (s *Store) usePlan(use hosting.PlanUse) {
	of := s.plans[use.ID]
	of.Uses += use.Uses
	of.Synced += use.Synced
	s.plans[use.ID] = of
}

// ReadPlan implements plan.Store.
func (s *Store) ReadPlan(_ context.Context, id plan.ID, key idempotency.Key) (of *plan.Plan, record *idempotency.Record, err error) {
	err = s.do("ReadPlan", func() error {
		if found, present := s.plans[id]; present {
			of = &found
		}
		record = s.record(key)
		return nil
	})
	return of, record, err
}

// ReadPlans implements hosting.Store.
func (s *Store) ReadPlans(_ context.Context, ids []plan.ID) (plans []plan.Plan, err error) {
	err = s.do("ReadPlans", func() error {
		for _, id := range ids {
			if of, found := s.plans[id]; found {
				plans = append(plans, of)
			}
		}
		return nil
	})
	return plans, err
}

// WritePlan implements plan.Store.
func (s *Store) WritePlan(_ context.Context, w plan.PlanChange) error {
	return s.do("WritePlan", func() error {
		if err := s.replayed(w.Record); err != nil {
			return err
		}
		if w.Before != nil {
			now, found := s.plans[w.Before.ID]
			switch {
			case found && w.After == nil && now.Uses > 0:
				return fault.New(fault.Conflict, "This plan is still in use (%d times). Choose another plan for its subscriptions or resellers first.", now.Uses)
			case !found || now.Version != w.Before.Version || w.After != nil && now.Synced != w.Before.Synced:
				return changedMeanwhile()
			}
		}
		if err := s.mayReserve(w.Limits); err != nil {
			return err
		}
		if w.After == nil {
			delete(s.plans, w.Before.ID)
		} else {
			after := *w.After
			if w.Before != nil {
				after.Uses, after.Synced = s.plans[after.ID].Uses, s.plans[after.ID].Synced
			}
			s.plans[after.ID] = after
		}
		s.reserve(w.Limits)
		s.happen(w.Event)
		s.remember(w.Record)
		return nil
	})
}

// ListPlans implements plan.Store.
func (s *Store) ListPlans(_ context.Context, owner account.ID, prefix string, after plan.ID, limit int) (plans []plan.Plan, more bool, err error) {
	err = s.do("ListPlans", func() error {
		for _, of := range s.plans {
			if of.Owner == owner && strings.HasPrefix(string(of.ID), prefix) && of.ID > after {
				plans = append(plans, of)
			}
		}
		plans, more = cut(plans, limit, func(a, b plan.Plan) int { return strings.Compare(string(a.ID), string(b.ID)) })
		return nil
	})
	return plans, more, err
}

// cut sorts rows and leaves as many as a page has.
func cut[T any](rows []T, limit int, order func(a, b T) int) ([]T, bool) {
	slices.SortFunc(rows, order)
	if len(rows) > limit {
		return rows[:limit], true
	}
	return rows, false
}
