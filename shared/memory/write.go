package memory

import (
	"context"
	"reflect"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/edit"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
	"tenantry/shared/plan"
	"tenantry/shared/resource"
)

// Create implements directory.Creator.
func (s *Store) Create(_ context.Context, creation directory.AccountCreation) error {
	return s.do("Create", func() error {
		a := &creation.Account
		external := externalName{a.Owner, a.ExternalID}
		if err := s.replayed(creation.Record); err != nil {
			return err
		}
		if s.logins[a.Login] != nil {
			return fault.New(fault.LoginTaken, "Another account already uses this login. Choose another one.")
		}
		if a.ExternalID != "" && s.externals[external] != "" {
			return account.ExternalIDTaken()
		}
		hints := []account.ID{a.ID}
		if a.Owner != account.AdministratorOwner {
			if err := s.mayGain(&creation); err != nil {
				return err
			}
			hints = append(hints, a.Owner)
		}
		s.logins[a.Login] = hints
		if a.ExternalID != "" {
			s.externals[external] = a.ID
		}
		if creation.Note != "" {
			s.notes[noteName{a.ID, a.Owner}] = creation.Note
		}
		s.write(a)
		s.reserve(creation.Limits)
		if a.Kind == account.Reseller {
			s.give(a.ID, nil, a.Limits)
		}
		s.happen(creation.Event)
		s.remember(creation.Record)
		return nil
	})
}

// mayGain judges whether an owner gains an account.
func (s *Store) mayGain(creation *directory.AccountCreation) error {
	owner, found := s.accounts[creation.Account.Owner]
	switch {
	case creation.Account.Kind != account.PanelUser || !found:
		return s.mayReserve(creation.Limits)
	case owner.Lifecycle != account.Ready:
		return account.Busy()
	}
	return s.asJudged(creation.Judged)
}

// Found implements the port of access.FirstAdministrator.
func (s *Store) Found(_ context.Context, founding access.Founding) error {
	return s.do("Found", func() error {
		a := &founding.Account
		switch {
		case s.cursorKey != nil:
			return fault.New(fault.Conflict, "The first administrator already exists.")
		case s.logins[a.Login] != nil:
			return fault.New(fault.LoginTaken, "Another account already uses this login. Choose another one.")
		}
		s.logins[a.Login] = []account.ID{a.ID}
		s.write(a)
		s.happen(founding.Event)
		s.cursorKey = founding.CursorKey
		return nil
	})
}

// ChangeAccount implements edit.AccountStore.
func (s *Store) ChangeAccount(_ context.Context, wanted edit.AccountChange) error {
	return s.do("ChangeAccount", func() error {
		before, after := &wanted.Before, &wanted.After
		if wanted.Event.ID != "" && s.happened(wanted.Event.Account, wanted.Event.ID) {
			return nil
		}
		current := s.read(after.ID)
		if err := s.mayChange(&wanted, current); err != nil {
			return err
		}
		if wanted.Closes != nil {
			s.closed[after.ID] = true
		}
		if wanted.Keep != nil {
			name := sessionName{after.ID, wanted.Keep.Hash}
			kept, found := s.sessions[name]
			if !found {
				return fault.New(fault.Unauthenticated, "You have signed out in the meantime. Sign in to continue.")
			}
			kept.Epoch = wanted.Keep.Epoch
			s.sessions[name] = kept
		}
		if after.Login != before.Login {
			s.logins[after.Login] = s.logins[before.Login]
			delete(s.logins, before.Login)
		}
		if note := wanted.Note; note != nil {
			s.notes[noteName{after.ID, note.By}] = note.Text
		}
		if after.Kind == account.Reseller && after.Limits != nil && !reflect.DeepEqual(before.Limits, after.Limits) {
			s.give(after.ID, before.Limits, after.Limits)
		}
		if after.Subscriptions == before.Subscriptions { // counted meanwhile, which a change does not know
			after.Subscriptions = current.Subscriptions
		}
		s.write(after)
		s.happen(wanted.Event)
		s.remember(wanted.Record)
		return nil
	})
}

// mayChange judges a change as the storage's conditions do.
func (s *Store) mayChange(wanted *edit.AccountChange, current *account.Account) error {
	before, after := &wanted.Before, &wanted.After
	if err := s.replayed(wanted.Record); err != nil {
		return err
	}
	switch {
	case current == nil || current.Version != before.Version || current.HoldSequence != before.HoldSequence:
		return fault.New(fault.VersionMismatch, "The account has changed since you read it. Read it again and retry.")
	case after.Login != before.Login && s.logins[after.Login] != nil:
		return fault.New(fault.LoginTaken, "Another account already uses this login. Choose another one.")
	case wanted.Closes != nil && !wanted.Closes.Customers && s.usages[after.ID].used.Customers > 0:
		return fault.New(fault.Conflict, "This reseller still has customers. Move or remove them first.")
	}
	return nil
}

// Remember implements edit.AccountStore.
func (s *Store) Remember(_ context.Context, record idempotency.Record) error {
	return s.do("Remember", func() error {
		if err := s.replayed(&record); err != nil {
			return err
		}
		s.remember(&record)
		return nil
	})
}

// Begin implements access.SignInStore.
func (s *Store) Begin(_ context.Context, beginning access.SessionCreation) error {
	return s.do("Begin", func() error {
		if err := s.replayed(beginning.Record); err != nil {
			return err
		}
		s.sessions[sessionName{beginning.Session.Account, beginning.Session.Hash}] = beginning.Session
		s.known[beginning.Known] = beginning.KnownEnd
		s.remember(beginning.Record)
		return nil
	})
}

// End implements the port of access.SignOut.
func (s *Store) End(_ context.Context, session access.Session) error {
	return s.do("End", func() error {
		delete(s.sessions, sessionName{session.Account, session.Hash})
		return nil
	})
}

// TakeAttempt implements access.AttemptCounter.
func (s *Store) TakeAttempt(_ context.Context, attempt access.Attempt) (within bool, err error) {
	name := attemptName{attempt.Key, attempt.Ends.Unix()}
	err = s.do("TakeAttempt", func() error {
		if within = s.attempts[name] < attempt.Limit; within {
			s.attempts[name]++
		}
		return nil
	})
	return within, err
}

// GiveBackAttempt implements access.AttemptCounter.
func (s *Store) GiveBackAttempt(_ context.Context, attempt access.Attempt) error {
	name := attemptName{attempt.Key, attempt.Ends.Unix()}
	return s.do("GiveBackAttempt", func() error {
		s.attempts[name] = max(0, s.attempts[name]-1)
		return nil
	})
}

// give changes what a reseller was given, with the counts of the plans that it leaves and comes to.
func (s *Store) give(id account.ID, before, after *account.ResellerLimits) {
	u, known := s.usages[id]
	u.given = account.ResellerLimits{Resources: resource.Everything()}
	if after != nil {
		u.given = *after
	}
	if known {
		u.version++
	}
	s.usages[id] = u
	if before != nil && before.Plan != "" {
		s.usePlan(hosting.PlanUse{ID: plan.ID(before.Plan), Uses: -1})
	}
	if u.given.Plan != "" {
		s.usePlan(hosting.PlanUse{ID: plan.ID(u.given.Plan), Uses: 1})
	}
}
