package memory

import (
	"context"

	"tenantry/shared/account"
	"tenantry/shared/hosting"
	"tenantry/shared/plan"
	"tenantry/shared/removal"
)

// ReadSubscriptions implements hosting.WipeStore.
func (s *Store) ReadSubscriptions(_ context.Context, ids []string) (found []hosting.Subscription, err error) {
	err = s.do("ReadSubscriptions", func() error {
		for _, id := range ids {
			if of, there := s.subscriptions[id]; there {
				found = append(found, of)
			}
		}
		return nil
	})
	return found, err
}

// Wipe implements hosting.WipeStore.
func (s *Store) Wipe(_ context.Context, w hosting.Wipe) error {
	return s.do("Wipe", func() error {
		for i := range w.Websites {
			if s.websites[w.Websites[i].ID].Version != w.Websites[i].Version {
				return changedMeanwhile()
			}
		}
		for _, of := range w.Subscriptions {
			if now, there := s.subscriptions[of.ID]; !there || now.Version != of.Version || now.Websites != of.Websites {
				return changedMeanwhile()
			}
		}
		if _, there := s.subscriptions[w.Shrunk]; w.Shrunk != "" && !there {
			return changedMeanwhile()
		}
		customer := s.read(w.Customer)
		if customer == nil {
			return gone()
		}
		for _, use := range w.Plans {
			if use.Version != nil && s.plans[use.ID].Version != *use.Version {
				return changedMeanwhile()
			}
		}
		if err := s.mayReserve(w.Limits); err != nil {
			return err
		}
		s.wipe(w, customer)
		return nil
	})
}

func (s *Store) wipe(w hosting.Wipe, customer *account.Account) {
	for i := range w.Websites {
		delete(s.websites, w.Websites[i].ID)
		delete(s.domains, w.Websites[i].Domain)
	}
	if w.Shrunk != "" {
		s.countWebsite(w.Shrunk, -int64(len(w.Websites)))
	}
	for i := range w.Subscriptions {
		delete(s.subscriptions, w.Subscriptions[i].ID)
	}
	customer.Subscriptions -= int64(len(w.Subscriptions))
	s.write(customer)
	for _, use := range w.Plans {
		s.usePlan(use)
	}
	s.reserve(w.Limits)
}

// EraseTrail implements removal.Store.
func (s *Store) EraseTrail(_ context.Context, of account.ID, spared string, most int) (done bool, err error) {
	err = s.do("EraseTrail", func() error {
		s.erase(of, spared, &most)
		done = most >= 0
		return nil
	})
	return done, err
}

// mayGo tells whether nothing counts against a reseller any more.
func (s *Store) mayGo(reseller account.ID) bool {
	used := s.usages[reseller].used
	return s.closed[reseller] && used.Customers == 0 && used.Subscriptions == 0
}

// RemoveAccount implements removal.Store.
func (s *Store) RemoveAccount(_ context.Context, removed removal.AccountRemoval) error {
	return s.do("RemoveAccount", func() error {
		a := &removed.Account
		if s.happened(a.ID, removed.Event.ID) {
			return nil
		}
		now := s.read(a.ID)
		if now == nil || now.Version != a.Version || now.Subscriptions > 0 || a.Kind == account.Reseller && !s.mayGo(a.ID) {
			return changedMeanwhile()
		}
		if err := s.mayReserve(removed.Limits); err != nil {
			return err
		}
		delete(s.accounts, a.ID)
		delete(s.logins, a.Login)
		delete(s.externals, externalName{a.Owner, a.ExternalID})
		s.reserve(removed.Limits)
		if a.Kind == account.Reseller {
			delete(s.usages, a.ID)
			delete(s.closed, a.ID)
			if a.Limits != nil && a.Limits.Plan != "" {
				s.usePlan(hosting.PlanUse{ID: plan.ID(a.Limits.Plan), Uses: -1})
			}
		}
		s.happen(removed.Event)
		return nil
	})
}
