package memory

import (
	"context"
	"slices"
	"strings"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
	"tenantry/shared/plan"
	"tenantry/shared/resource"
)

// WriteHosting implements hosting.Store.
func (s *Store) WriteHosting(_ context.Context, w hosting.HostingChange) error {
	return s.do("WriteHosting", func() error {
		if err := s.replayed(w.Record); err != nil {
			return err
		}
		for _, judge := range []func(*hosting.HostingChange) error{s.mayWriteWebsite, s.mayWriteSubscription, s.mayCount, s.mayUsePlans} {
			if err := judge(&w); err != nil {
				return err
			}
		}
		if err := s.mayReserve(w.Limits); err != nil {
			return err
		}
		s.writeHosting(&w)
		s.happen(w.Event)
		s.remember(w.Record)
		return nil
	})
}

func (s *Store) mayWriteWebsite(w *hosting.HostingChange) error {
	switch c := w.Website; {
	case c == nil:
	case c.Before == nil && s.domains[c.After.Domain] != "":
		return fault.New(fault.Conflict, "This domain is already taken. Choose another one.")
	case c.Before != nil && s.websites[c.Before.ID].Version != c.Before.Version:
		return changedMeanwhile()
	}
	return nil
}

func (s *Store) mayWriteSubscription(w *hosting.HostingChange) error {
	if c := w.Subscription; c != nil {
		if c.Before == nil {
			return nil
		}
		now, found := s.subscriptions[c.Before.ID]
		if !found || now.Version != c.Before.Version || c.After == nil && now.Websites > 0 || c.Most != nil && now.Websites > *c.Most {
			return changedMeanwhile()
		}
		return nil
	}
	if c := w.Website; c.Before == nil {
		of, found := s.subscriptions[c.After.Subscription]
		switch {
		case !found || of.Removing:
			return gone()
		case of.Version != c.Version:
			return changedMeanwhile()
		case c.Most != nil && of.Websites >= *c.Most:
			return fault.New(fault.LimitExceeded, "The limit does not allow this. %s: requested 1, available 0.", resource.Websites)
		}
	}
	return nil
}

func (s *Store) mayCount(w *hosting.HostingChange) error {
	of := s.read(w.Customer.ID)
	switch c := w.Customer; {
	case of == nil:
		return gone()
	case c.Ready && of.Lifecycle != account.Ready:
		return account.Busy()
	case c.Sequence != nil && of.HoldSequence != c.Sequence.Before:
		return changedMeanwhile()
	}
	return s.asJudged(w.Customer.Judged)
}

// asJudged holds an account against what was judged of it.
func (s *Store) asJudged(judged *account.Account) error {
	if judged == nil {
		return nil
	}
	of := s.read(judged.ID)
	switch {
	case of == nil:
		return gone()
	case of.Kind != judged.Kind || of.Owner != judged.Owner:
		return changedMeanwhile()
	}
	return nil
}

func (s *Store) mayUsePlans(w *hosting.HostingChange) error {
	for _, use := range w.Plans {
		of, found := s.plans[use.ID]
		switch {
		case !found:
			pointer := "/servicePlan"
			if use.ID.IsReseller() {
				pointer = "/resellerPlan"
			}
			return fault.Invalid(fault.Field{Pointer: pointer, Code: "unknown-plan", Detail: "This plan no longer exists."})
		case use.Version != nil && of.Version != *use.Version:
			return changedMeanwhile()
		}
	}
	return nil
}

func (s *Store) writeHosting(w *hosting.HostingChange) {
	if c := w.Subscription; c != nil && c.After != nil {
		after := *c.After
		if c.Before != nil {
			after.Websites = s.subscriptions[after.ID].Websites
		}
		s.subscriptions[after.ID] = after
	} else if c != nil {
		delete(s.subscriptions, c.Before.ID)
	}
	if c := w.Website; c != nil && c.After != nil {
		s.websites[c.After.ID], s.domains[c.After.Domain] = *c.After, c.After.ID
		if c.Before == nil && w.Subscription == nil {
			s.countWebsite(c.After.Subscription, 1)
		}
	} else if c != nil {
		delete(s.websites, c.Before.ID)
		delete(s.domains, c.Before.Domain)
		s.countWebsite(c.Before.Subscription, -1)
	}
	of := s.read(w.Customer.ID)
	of.Subscriptions += w.Customer.Total
	for level, n := range w.Customer.Held {
		if of.HeldSubscriptions == nil {
			of.HeldSubscriptions = map[account.Level]int64{}
		}
		if of.HeldSubscriptions[level] += n; of.HeldSubscriptions[level] == 0 {
			delete(of.HeldSubscriptions, level)
		}
	}
	if w.Customer.Sequence != nil {
		of.HoldSequence = w.Customer.Sequence.After
	}
	s.write(of)
	for _, use := range w.Plans {
		s.usePlan(use)
	}
	s.reserve(w.Limits)
}

func (s *Store) countWebsite(id string, by int64) {
	of := s.subscriptions[id]
	of.Websites += by
	s.subscriptions[id] = of
}

// ReadWebsites implements hosting.Store.
func (s *Store) ReadWebsites(_ context.Context, ids []string) (sites []hosting.Website, err error) {
	err = s.do("ReadWebsites", func() error {
		for _, id := range ids {
			if w, found := s.websites[id]; found {
				w.Holds = slices.Clone(w.Holds)
				sites = append(sites, w)
			}
		}
		return nil
	})
	return sites, err
}

// RemoveWebsites implements hosting.Store.
func (s *Store) RemoveWebsites(_ context.Context, r hosting.WebsitesRemoval) error {
	return s.do("RemoveWebsites", func() error {
		for i := range r.Websites {
			if s.websites[r.Websites[i].ID].Version != r.Websites[i].Version {
				return changedMeanwhile()
			}
		}
		if !s.subscriptions[r.Subscription].Removing || s.read(r.Customer) == nil {
			return gone()
		}
		for i := range r.Websites {
			delete(s.websites, r.Websites[i].ID)
			delete(s.domains, r.Websites[i].Domain)
			s.happen(r.Events[i])
		}
		s.countWebsite(r.Subscription, -int64(len(r.Websites)))
		return nil
	})
}

// ReadSubscription implements hosting.Store.
func (s *Store) ReadSubscription(_ context.Context, id string, key idempotency.Key) (found hosting.Found, err error) {
	err = s.do("ReadSubscription", func() error {
		found = s.found(id, key)
		return nil
	})
	return found, err
}

func (s *Store) found(id string, key idempotency.Key) (found hosting.Found) {
	if found.First = s.record(key); found.First != nil {
		return found
	}
	of, present := s.subscriptions[id]
	if !present {
		return found
	}
	of.Holds = slices.Clone(of.Holds)
	found.Subscription, found.Chain = &of, s.chain([]account.ID{of.Customer})
	if service, onPlan := s.plans[of.Plan]; onPlan {
		found.Plan = &service
	}
	return found
}

// ReadWebsite implements hosting.Store.
func (s *Store) ReadWebsite(_ context.Context, id string, key idempotency.Key) (site *hosting.Website, found hosting.Found, err error) {
	err = s.do("ReadWebsite", func() error {
		w, present := s.websites[id]
		if found = s.found(w.Subscription, key); present && found.First == nil {
			w.Holds = slices.Clone(w.Holds)
			site = &w
		}
		return nil
	})
	return site, found, err
}

// ReadForCreation implements hosting.Store.
func (s *Store) ReadForCreation(_ context.Context, customer account.ID, service plan.ID, key idempotency.Key) (found hosting.Found, err error) {
	err = s.do("ReadForCreation", func() error {
		found = hosting.Found{Chain: s.chain([]account.ID{customer}), First: s.record(key)}
		if of, present := s.plans[service]; present {
			found.Plan = &of
		}
		return nil
	})
	return found, err
}

// ReadDomain implements the port of hosting.Gate.
func (s *Store) ReadDomain(_ context.Context, domain string) (site *hosting.Website, of *hosting.Subscription, chain hosting.Chain, err error) {
	err = s.do("ReadDomain", func() error {
		w, present := s.websites[s.domains[domain]]
		if !present {
			return nil
		}
		found := s.found(w.Subscription, idempotency.Key{})
		site, of, chain = &w, found.Subscription, found.Chain
		return nil
	})
	return site, of, chain, err
}

// ListSubscriptions implements hosting.Store.
func (s *Store) ListSubscriptions(_ context.Context, customer account.ID, after string, limit int) (rows []hosting.Subscription, more bool, err error) {
	err = s.do("ListSubscriptions", func() error {
		for _, of := range s.subscriptions {
			if of.Customer == customer && of.ID > after {
				rows = append(rows, of)
			}
		}
		rows, more = cut(rows, limit, func(a, b hosting.Subscription) int { return strings.Compare(a.ID, b.ID) })
		return nil
	})
	return rows, more, err
}

// ListWebsites implements hosting.Store.
func (s *Store) ListWebsites(_ context.Context, subscription, after string, limit int) (rows []hosting.Website, more bool, err error) {
	err = s.do("ListWebsites", func() error {
		for _, w := range s.websites {
			if w.Subscription == subscription && w.ID > after {
				rows = append(rows, w)
			}
		}
		rows, more = cut(rows, limit, func(a, b hosting.Website) int { return strings.Compare(a.ID, b.ID) })
		return nil
	})
	return rows, more, err
}
