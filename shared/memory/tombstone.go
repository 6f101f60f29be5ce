package memory

import (
	"context"

	"tenantry/shared/backup"
	"tenantry/shared/sweep"
)

// ReadTombstone implements backup.Store.
func (s *Store) ReadTombstone(_ context.Context, id string) (found *backup.Tombstone, err error) {
	err = s.do("ReadTombstone", func() error {
		if stored, present := s.tombstones[id]; present {
			found = &stored
		}
		return nil
	})
	return found, err
}

// WriteTombstone implements backup.Store.
func (s *Store) WriteTombstone(_ context.Context, before backup.Tombstone, after *backup.Tombstone) error {
	return s.do("WriteTombstone", func() error {
		stored, present := s.tombstones[before.Backup]
		switch {
		case !present || stored.Sweeps != before.Sweeps:
		case after == nil:
			delete(s.tombstones, before.Backup)
		default:
			s.tombstones[before.Backup] = *after
		}
		return nil
	})
}

// ReadRetries implements due.Store.
func (s *Store) ReadRetries(_ context.Context, items []sweep.Entry) (retries []sweep.Retry, err error) {
	err = s.do("ReadRetries", func() error {
		for _, item := range items {
			retries = append(retries, s.retries[string(item.Kind)+item.ID])
		}
		return nil
	})
	return retries, err
}

// WriteRetry implements due.Store.
func (s *Store) WriteRetry(_ context.Context, item sweep.Entry, retry sweep.Retry) error {
	return s.do("WriteRetry", func() error {
		s.retries[string(item.Kind)+item.ID] = retry
		return nil
	})
}

// DeleteRetry implements due.Store.
func (s *Store) DeleteRetry(_ context.Context, item sweep.Entry) error {
	return s.do("DeleteRetry", func() error {
		delete(s.retries, string(item.Kind)+item.ID)
		return nil
	})
}
