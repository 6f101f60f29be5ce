package memory

import (
	"context"
	"strings"

	"tenantry/shared/account"
	"tenantry/shared/backup"
	"tenantry/shared/hosting"
)

// ReadBackup implements backup.Store.
func (s *Store) ReadBackup(_ context.Context, id string) (found *backup.Backup, chain hosting.Chain, err error) {
	err = s.do("ReadBackup", func() error {
		if b, present := s.backups[id]; present {
			found, chain = &b, s.chain([]account.ID{b.Customer})
		}
		return nil
	})
	return found, chain, err
}

// WriteBackup implements backup.Store.
func (s *Store) WriteBackup(_ context.Context, w backup.Writing) error {
	return s.do("WriteBackup", func() error {
		if err := s.replayed(w.Once); err != nil {
			return err
		}
		if w.Before != nil && s.backups[w.Before.ID].Version != w.Before.Version {
			return changedMeanwhile()
		}
		if w.After == nil {
			delete(s.backups, w.Before.ID)
		} else {
			s.backups[w.After.ID] = *w.After
		}
		s.happen(w.Event)
		s.remember(w.Once)
		return nil
	})
}

// ListBackups implements backup.Store.
func (s *Store) ListBackups(_ context.Context, subscription, after string, limit int) ([]backup.Backup, bool, error) {
	return s.listBackups(after, limit, func(b *backup.Backup) bool { return b.Subscription == subscription })
}

// ListCreated implements backup.Store.
func (s *Store) ListCreated(_ context.Context, creator account.ID, after string, limit int) ([]backup.Backup, bool, error) {
	return s.listBackups(after, limit, func(b *backup.Backup) bool { return b.Creator == creator })
}

func (s *Store) listBackups(after string, limit int, wanted func(*backup.Backup) bool) (rows []backup.Backup, more bool, err error) {
	err = s.do("ListBackups", func() error {
		for _, b := range s.backups {
			if wanted(&b) && b.ID > after {
				rows = append(rows, b)
			}
		}
		rows, more = cut(rows, limit, func(a, b backup.Backup) int { return strings.Compare(a.ID, b.ID) })
		return nil
	})
	return rows, more, err
}
