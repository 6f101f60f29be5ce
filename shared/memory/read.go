package memory

import (
	"context"
	"slices"
	"strings"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/idempotency"
)

// ReadSession implements access.SessionReader.
func (s *Store) ReadSession(_ context.Context, at access.Place) (found access.Found, err error) {
	err = s.do("ReadSession", func() error {
		if found.Chain = s.chain(at.Hints); len(at.Hints) == 0 {
			return nil
		}
		name := sessionName{at.Hints[0], at.Hash}
		if made, present := s.tokens[name]; present && at.API {
			found.Token = &made
		}
		if session, present := s.sessions[name]; present && !at.API {
			found.Session = &session
		}
		return nil
	})
	return found, err
}

// ReadChain implements access.SignInStore.
func (s *Store) ReadChain(_ context.Context, hints []account.ID) (chain []account.Account, err error) {
	err = s.do("ReadChain", func() error {
		chain = s.chain(hints)
		return nil
	})
	return chain, err
}

// chain needs only the first hint. A chain with a gap is none.
func (s *Store) chain(hints []account.ID) (chain []account.Account) {
	if len(hints) == 0 {
		return nil
	}
	for id := hints[0]; id != account.AdministratorOwner; {
		a := s.read(id)
		if a == nil {
			return nil
		}
		chain = append(chain, *a)
		id = a.Owner
	}
	return chain
}

// FindSignIn implements access.SignInStore.
func (s *Store) FindSignIn(_ context.Context, login account.Login, known string) (hints []account.ID, isKnown bool, err error) {
	err = s.do("FindSignIn", func() error {
		hints, isKnown = s.logins[login], s.now().Before(s.known[known])
		return nil
	})
	return hints, isKnown, err
}

// ReadOwner implements directory.Creator.
func (s *Store) ReadOwner(_ context.Context, owner account.ID, key idempotency.Key) (a *account.Account, record *idempotency.Record, err error) {
	err = s.do("ReadOwner", func() error {
		a, record = s.read(owner), s.record(key)
		return nil
	})
	return a, record, err
}

// ReadAccount implements edit.AccountStore and directory.Reader.
func (s *Store) ReadAccount(_ context.Context, id account.ID) (a *account.Account, err error) {
	err = s.do("ReadAccount", func() error {
		a = s.read(id)
		return nil
	})
	return a, err
}

// ReadRecord implements edit.AccountStore.
func (s *Store) ReadRecord(_ context.Context, key idempotency.Key) (record *idempotency.Record, err error) {
	err = s.do("ReadRecord", func() error {
		record = s.record(key)
		return nil
	})
	return record, err
}

// ReadWithNotes implements directory.Reader.
func (s *Store) ReadWithNotes(_ context.Context, id account.ID) (a *account.Account, notes account.Notes, err error) {
	err = s.do("ReadWithNotes", func() error {
		if a = s.read(id); a == nil {
			return nil
		}
		notes.Owner = s.notes[noteName{id, a.Owner}]
		if a.Owner != account.AdministratorOwner {
			notes.Administrator = s.notes[noteName{id, account.AdministratorOwner}]
		}
		return nil
	})
	return a, notes, err
}

// ReadNotes implements directory.Reader.
func (s *Store) ReadNotes(_ context.Context, about account.ID, by []account.ID) (notes map[account.ID]string, err error) {
	err = s.do("ReadNotes", func() error {
		notes = map[account.ID]string{}
		for _, author := range by {
			if text := s.notes[noteName{about, author}]; text != "" {
				notes[author] = text
			}
		}
		return nil
	})
	return notes, err
}

// FindLogin implements directory.Reader.
func (s *Store) FindLogin(_ context.Context, login account.Login) (id account.ID, err error) {
	err = s.do("FindLogin", func() error {
		if hints := s.logins[login]; hints != nil {
			id = hints[0]
		}
		return nil
	})
	return id, err
}

// FindExternalID implements directory.Reader.
func (s *Store) FindExternalID(_ context.Context, owner account.ID, externalID string) (id account.ID, err error) {
	err = s.do("FindExternalID", func() error {
		id = s.externals[externalName{owner, externalID}]
		return nil
	})
	return id, err
}

// ReadAccounts implements directory.Lister.
func (s *Store) ReadAccounts(_ context.Context, ids []account.ID) ([]account.Account, error) {
	return s.readAll("ReadAccounts", ids)
}

// ReadAccountsNow implements operation.AcceptStore.
func (s *Store) ReadAccountsNow(_ context.Context, ids []account.ID) ([]account.Account, error) {
	return s.readAll("ReadAccountsNow", ids)
}

func (s *Store) readAll(call string, ids []account.ID) (accounts []account.Account, err error) {
	err = s.do(call, func() error {
		for _, id := range slices.Compact(slices.Sorted(slices.Values(ids))) {
			if a := s.read(id); a != nil {
				accounts = append(accounts, *a)
			}
		}
		return nil
	})
	return accounts, err
}

// Count implements directory.Lister.
func (s *Store) Count(_ context.Context, kind account.Kind, owner account.ID) (count int64, err error) {
	err = s.do("Count", func() error {
		count = int64(len(s.selected(directory.Selection{Kind: kind, Owner: owner})))
		return nil
	})
	return count, err
}

// List implements directory.Lister.
func (s *Store) List(_ context.Context, selection directory.Selection) (rows directory.Rows, err error) {
	err = s.do("List", func() error {
		rows = s.list(selection)
		return nil
	})
	return rows, err
}

func (s *Store) list(selection directory.Selection) (rows directory.Rows) {
	order, down := strings.CutPrefix(string(selection.Sort), "-")
	compare := func(a, b string) int {
		if down {
			a, b = b, a
		}
		return strings.Compare(a, b)
	}
	all := s.selected(selection)
	slices.SortFunc(all, func(a, b *account.Account) int { return compare(position(order, a), position(order, b)) })
	for _, a := range all {
		at := position(order, a)
		switch {
		case selection.After != "" && compare(at, selection.After) <= 0:
		case len(rows.Accounts) == selection.Limit:
			rows.Next = position(order, &rows.Accounts[selection.Limit-1])
			return rows
		default:
			a.PasswordHash, a.SessionEpoch, a.LinkEpoch, a.TokenEpoch = "", 0, 0, 0
			a.Operation, a.HoldSequence, a.LiftMarks, a.LiftedAt, a.Limits, a.DueAt, a.FormerOwners = "", 0, nil, nil, nil, nil, nil
			rows.Accounts = append(rows.Accounts, *a)
		}
	}
	return rows
}

func (s *Store) selected(selection directory.Selection) (accounts []*account.Account) {
	for id := range s.accounts {
		a := s.read(id)
		if a.Kind == selection.Kind &&
			(selection.Owner == "" || a.Owner == selection.Owner) &&
			(selection.Status == "" || a.ListStatus() == selection.Status) {
			accounts = append(accounts, a)
		}
	}
	return accounts
}

// position is where an account is in an order: accounts of the same name follow each other by creation.
func position(order string, a *account.Account) string {
	_, created, _ := strings.Cut(string(a.ID), "_")
	if directory.Sort(order) == directory.ByCreated {
		return created
	}
	name := []rune(account.SortName(a.Contact.Name))
	return string(name[:min(100, len(name))]) + "\x01" + created
}
