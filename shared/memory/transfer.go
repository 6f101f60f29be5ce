package memory

import (
	"context"
	"maps"

	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/hosting"
	"tenantry/shared/resource"
	"tenantry/shared/transfer"
)

// ReadTransfer implements transfer.Store.
func (s *Store) ReadTransfer(_ context.Context, of account.ID) (found *account.Account, pending *transfer.PendingTransfer, err error) {
	err = s.do("ReadTransfer", func() error {
		found = s.read(of)
		if t, there := s.transfers[of]; there {
			t.PlanResources = maps.Clone(t.PlanResources)
			pending = &t
		}
		return nil
	})
	return found, pending, err
}

// ReadNote implements transfer.Store.
func (s *Store) ReadNote(_ context.Context, about, by account.ID) (text string, err error) {
	err = s.do("ReadNote", func() error {
		text = s.notes[noteName{about, by}]
		return nil
	})
	return text, err
}

// WriteTransfer implements transfer.Store.
func (s *Store) WriteTransfer(_ context.Context, w transfer.Transaction) error {
	return s.do("WriteTransfer", func() error {
		if w.Account != nil && s.happened(w.Account.Event.Account, w.Account.Event.ID) {
			return nil
		}
		for _, judge := range []func(*transfer.Transaction) error{s.mayPass, s.mayFollow, s.mayHandOver} {
			if err := judge(&w); err != nil {
				return err
			}
		}
		if w.Account != nil {
			s.pass(w.Account, w.InitialUsage)
		}
		s.follow(&w)
		for i := range w.Subscriptions {
			after := *w.Subscriptions[i].After
			after.Websites = s.subscriptions[after.ID].Websites // counted without a change of the version
			s.subscriptions[after.ID] = after
		}
		for _, use := range w.Plans {
			s.usePlan(use)
		}
		for _, r := range w.Limits {
			s.reserve(r)
		}
		return nil
	})
}

// mayPass judges a change of the account as the storage's conditions do.
func (s *Store) mayPass(w *transfer.Transaction) error {
	if w.Account == nil {
		return nil
	}
	before, after := &w.Account.Before, &w.Account.After
	now := s.read(before.ID)
	if now == nil || now.Version != before.Version || now.HoldSequence != before.HoldSequence || now.Subscriptions != before.Subscriptions {
		return changedMeanwhile()
	}
	if _, taken := s.externals[externalName{after.Owner, after.ExternalID}]; taken && after.ExternalID != "" && after.Owner != before.Owner {
		return account.ExternalIDTaken()
	}
	return nil
}

// mayFollow judges what becomes of the transfer that is kept.
func (s *Store) mayFollow(w *transfer.Transaction) error {
	if w.Starts != nil {
		if _, there := s.transfers[w.Account.After.ID]; there {
			return changedMeanwhile()
		}
	}
	if w.Step == nil {
		return nil
	}
	pending, there := s.transfers[w.Step.Account]
	if !there || pending.Operation != w.Step.Operation || w.Step.Ends && pending.Moved != pending.Total {
		return changedMeanwhile()
	}
	return nil
}

// mayHandOver judges subscriptions, plans and limits.
func (s *Store) mayHandOver(w *transfer.Transaction) error {
	for _, changed := range w.Subscriptions {
		now, there := s.subscriptions[changed.Before.ID]
		if !there || now.Version != changed.Before.Version || changed.Most != nil && now.Websites > *changed.Most {
			return changedMeanwhile()
		}
	}
	if err := s.mayUsePlans(&hosting.HostingChange{Plans: w.Plans}); err != nil {
		return err
	}
	for _, r := range w.Limits {
		if err := s.mayReserve(r); err != nil {
			return err
		}
	}
	return nil
}

// pass changes the account, with all that finds and counts it.
func (s *Store) pass(changed *edit.AccountChange, founds *resource.Demand) {
	before, after := &changed.Before, &changed.After
	if after.ExternalID != "" {
		delete(s.externals, externalName{before.Owner, before.ExternalID})
		s.externals[externalName{after.Owner, after.ExternalID}] = after.ID
	}
	s.logins[after.Login] = []account.ID{after.ID}
	if after.Owner != account.AdministratorOwner {
		s.logins[after.Login] = append(s.logins[after.Login], after.Owner)
	}
	if founds != nil {
		s.usages[after.ID] = usage{given: *after.Limits, used: resource.Usage{
			Customers: founds.Customers, Subscriptions: founds.Subscriptions, Given: plus(nil, founds.Given), Unlimited: plus(nil, founds.Unlimited),
		}}
	}
	s.write(after)
	s.happen(changed.Event)
}

// follow changes the transfer that is kept.
func (s *Store) follow(w *transfer.Transaction) {
	if w.Starts != nil {
		begins := *w.Starts
		begins.PlanResources = maps.Clone(begins.PlanResources)
		s.transfers[w.Account.After.ID] = begins
	}
	if w.Step == nil {
		return
	}
	pending := s.transfers[w.Step.Account]
	pending.Moved += w.Step.Moved
	s.transfers[w.Step.Account] = pending
	if w.Step.Ends {
		delete(s.transfers, w.Step.Account)
	}
}
