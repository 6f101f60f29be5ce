package memory

import (
	"context"
	"slices"
	"strings"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/outbox"
	"tenantry/shared/reset"
)

// lease tells how far a mail is.
type lease struct {
	until   time.Time
	state   outbox.State
	letters []outbox.Delivery
}

// ReadForChange implements directory.ChangeStore.
func (s *Store) ReadForChange(ctx context.Context, id account.ID, key idempotency.Key) (*account.Account, account.Notes, *idempotency.Record, error) {
	a, notes, err := s.ReadWithNotes(ctx, id)
	if err != nil {
		return nil, notes, nil, err
	}
	record, err := s.ReadRecord(ctx, key)
	return a, notes, record, err
}

// ListEvents implements directory.TrailStore.
func (s *Store) ListEvents(_ context.Context, of account.ID, before string, limit int) (found []event.Event, more bool, err error) {
	err = s.do("ListEvents", func() error {
		for _, e := range slices.Backward(s.events) {
			switch {
			case e.Account != of || before != "" && e.ID >= before:
			case len(found) == limit:
				more = true
			default:
				found = append(found, e)
			}
		}
		return nil
	})
	return found, more, err
}

// ListTokens implements access.TokenStore.
func (s *Store) ListTokens(
	_ context.Context, of account.ID, key idempotency.Key,
) (set access.TokenSet, record *idempotency.Record, err error) {
	err = s.do("ListTokens", func() error {
		for name, token := range s.tokens {
			if name.of == of {
				set.Tokens = append(set.Tokens, token)
			}
		}
		slices.SortFunc(set.Tokens, func(a, b access.APIToken) int { return strings.Compare(a.ID, b.ID) })
		set.Version, record = s.tokensMade[of], s.record(key)
		return nil
	})
	return set, record, err
}

// CreateToken implements access.TokenStore.
func (s *Store) CreateToken(
	_ context.Context, token access.APIToken, beside int64, happened event.Event, record *idempotency.Record,
) error {
	return s.do("CreateToken", func() error {
		if err := s.replayed(record); err != nil {
			return err
		}
		if s.tokensMade[token.Account] != beside {
			return fault.New(fault.VersionMismatch, "Another API token was created at the same time. Try again.")
		}
		s.tokensMade[token.Account]++
		s.tokens[sessionName{token.Account, token.Hash}] = token
		s.happen(happened)
		s.remember(record)
		return nil
	})
}

// DeleteToken implements access.TokenStore.
func (s *Store) DeleteToken(_ context.Context, token access.APIToken, happened event.Event, record *idempotency.Record) error {
	return s.do("DeleteToken", func() error {
		if err := s.replayed(record); err != nil {
			return err
		}
		name := sessionName{token.Account, token.Hash}
		if _, found := s.tokens[name]; !found {
			return fault.New(fault.NotFound, "This object does not exist, or you cannot see it.")
		}
		delete(s.tokens, name)
		s.happen(happened)
		s.remember(record)
		return nil
	})
}

// RemovePanelUser implements directory.PanelUserStore.
func (s *Store) RemovePanelUser(
	_ context.Context, user account.Account, judged *account.Account, happened event.Event, record *idempotency.Record,
) error {
	return s.do("RemovePanelUser", func() error {
		if err := s.replayed(record); err != nil {
			return err
		}
		current := s.read(user.ID)
		if current == nil || current.Login != user.Login {
			return fault.New(fault.NotFound, "This object does not exist, or you cannot see it.")
		}
		if err := s.asJudged(judged); err != nil {
			return err
		}
		delete(s.accounts, user.ID)
		delete(s.logins, user.Login)
		s.happen(happened)
		s.remember(record)
		return nil
	})
}

// ReadLinks implements reset.Store.
func (s *Store) ReadLinks(_ context.Context, id account.ID, key idempotency.Key) (a *account.Account, links reset.Links, record *idempotency.Record, err error) {
	err = s.do("ReadLinks", func() error {
		a, links, record = s.read(id), s.links[id], s.record(key)
		links.Account, links.Links = id, slices.Clone(links.Links)
		return nil
	})
	return a, links, record, err
}

// MakeLink implements reset.Store.
func (s *Store) MakeLink(_ context.Context, making reset.LinksChange) error {
	return s.do("MakeLink", func() error {
		if err := s.replayed(making.Record); err != nil {
			return err
		}
		if after := making.Links; after != nil {
			if s.links[after.Account].Version != after.Version-1 {
				return fault.New(fault.VersionMismatch, "Another link was created at the same time. Try again.")
			}
			s.links[after.Account] = *after
		}
		if making.Event.ID != "" {
			s.happen(making.Event)
		}
		s.remember(making.Record)
		return nil
	})
}

// WriteForgotten implements the port of reset.Forget.
func (s *Store) WriteForgotten(_ context.Context, forgotten reset.Forgotten) error {
	return s.do("WriteForgotten", func() error {
		if err := s.replayed(forgotten.Record); err != nil {
			return err
		}
		s.remember(forgotten.Record)
		forgotten.Record = nil // which who reads the order is not told
		s.forgotten[forgotten.Event.ID] = forgotten
		s.happen(forgotten.Event)
		return nil
	})
}

// ReadOrder implements outbox.Store.
func (s *Store) ReadOrder(_ context.Context, order outbox.Order) (happened *event.Event, asked *reset.Forgotten, err error) {
	err = s.do("ReadOrder", func() error {
		forgotten, found := s.forgotten[order.Event]
		if found && order.Account == "" {
			if s.now().Before(forgotten.Ends) {
				happened, asked = &forgotten.Event, &forgotten
			}
			return nil
		}
		at := slices.IndexFunc(s.events, func(e event.Event) bool { return e.ID == order.Event && e.Account == order.Account })
		if at >= 0 {
			e := s.events[at]
			happened = &e
		}
		return nil
	})
	return happened, asked, err
}

// Lease implements outbox.Store.
func (s *Store) Lease(_ context.Context, order outbox.Order, until time.Time) (before []outbox.Delivery, due bool, err error) {
	err = s.do("Lease", func() error {
		held, found := s.leases[order.Event]
		switch {
		case found && held.state != outbox.Sending:
			return nil
		case found && s.now().Before(held.until):
			return outbox.ErrLeased
		}
		s.leases[order.Event] = lease{until: until, state: outbox.Sending, letters: held.letters}
		before, due = slices.Clone(held.letters), true
		return nil
	})
	return before, due, err
}

// Note implements outbox.Store.
func (s *Store) Note(_ context.Context, order outbox.Order, state outbox.State, letters []outbox.Delivery) error {
	return s.do("Note", func() error {
		s.leases[order.Event] = lease{until: s.leases[order.Event].until, state: state, letters: slices.Clone(letters)}
		return nil
	})
}

// Mail tells how far the mail of an event is, and what became of its letters.
func (s *Store) Mail(eventID string) (outbox.State, []outbox.Delivery) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.leases[eventID].state, s.leases[eventID].letters
}
