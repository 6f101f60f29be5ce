package memory

import (
	"context"
	"strings"

	"tenantry/shared/account"
	"tenantry/shared/backup"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
)

// ReadBackup implements backup.Store.
func (s *Store) ReadBackup(_ context.Context, id string, key idempotency.Key) (found backup.Found, err error) {
	err = s.do("ReadBackup", func() error {
		if found.First = s.record(key); found.First != nil {
			return nil
		}
		if b, present := s.backups[id]; present {
			found.Backup, found.Chain = &b, s.chain([]account.ID{b.Customer})
		}
		return nil
	})
	return found, err
}

// WriteBackup implements backup.Store.
func (s *Store) WriteBackup(_ context.Context, w backup.BackupChange) error {
	return s.do("WriteBackup", func() error {
		if err := s.replayed(w.Record); err != nil {
			return err
		}
		if err := s.mayWriteBackup(w); err != nil {
			return err
		}
		if w.After == nil {
			delete(s.backups, w.Before.ID)
			if w.Tombstone != nil {
				s.tombstones[w.Tombstone.Backup] = *w.Tombstone
			}
		} else {
			s.backups[w.After.ID] = *w.After
		}
		s.happen(w.Event)
		s.remember(w.Record)
		return nil
	})
}

func (s *Store) mayWriteBackup(w backup.BackupChange) error {
	if w.Before != nil {
		if s.backups[w.Before.ID].Version != w.Before.Version {
			return changedMeanwhile()
		}
		return nil
	}
	if of, found := s.subscriptions[w.After.Subscription]; !found || of.Removing {
		return gone()
	}
	return s.mayCount(&hosting.HostingChange{Customer: hosting.CustomerChange{ID: w.After.Customer, Judged: w.Judged, Ready: true}})
}

// ListBackups implements backup.Store.
func (s *Store) ListBackups(_ context.Context, subscription, after string, limit int) ([]backup.Backup, bool, error) {
	return s.listBackups(limit, func(b *backup.Backup) bool { return b.Subscription == subscription && b.ID > after }, byBackupID)
}

// ListCreated implements backup.Store.
func (s *Store) ListCreated(_ context.Context, creator account.ID, before string, limit int) ([]backup.Backup, bool, error) {
	return s.listBackups(limit, func(b *backup.Backup) bool {
		return b.Creator == creator && (before == "" || b.ID < before)
	}, func(a, b backup.Backup) int { return byBackupID(b, a) })
}

func byBackupID(a, b backup.Backup) int { return strings.Compare(a.ID, b.ID) }

func (s *Store) listBackups(
	limit int, wanted func(*backup.Backup) bool, order func(a, b backup.Backup) int,
) (rows []backup.Backup, more bool, err error) {
	err = s.do("ListBackups", func() error {
		for _, b := range s.backups {
			if wanted(&b) {
				rows = append(rows, b)
			}
		}
		rows, more = cut(rows, limit, order)
		return nil
	})
	return rows, more, err
}
