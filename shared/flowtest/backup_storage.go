package flowtest

import (
	"context"
	"maps"
	"slices"
	"sync"

	"tenantry/shared/dynamotest"
)

// BackupStorage is a storage of backups in memory. Erase counts as a call of the process.
type BackupStorage struct {
	process *Process
	mu      sync.Mutex
	sizes   map[string]int64
}

// Keys returns the keys of the stored objects.
func (s *BackupStorage) Keys() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.sizes))
}

// UploadURL implements backup.Storage. It stores an object of the size at once.
func (s *BackupStorage) UploadURL(_ context.Context, key string, size int64) (string, map[string]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sizes[key] = size
	return "https://storage.example/" + key, nil, nil
}

// DownloadURL implements backup.Storage.
func (*BackupStorage) DownloadURL(_ context.Context, key, _ string) (string, error) {
	return "https://storage.example/" + key, nil
}

// Length implements backup.Storage.
func (s *BackupStorage) Length(_ context.Context, key string) (int64, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	size, exists := s.sizes[key]
	return size, exists, nil
}

// Erase implements backup.Storage.
func (s *BackupStorage) Erase(_ context.Context, key string) error {
	if err := s.process.before(dynamotest.Call{Operation: "Erase"}); err != nil {
		return err
	}
	s.mu.Lock()
	delete(s.sizes, key)
	s.mu.Unlock()
	return s.process.after(dynamotest.Call{Operation: "Erase"})
}
