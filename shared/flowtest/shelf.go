package flowtest

import (
	"context"
	"maps"
	"slices"
	"sync"

	"tenantry/shared/dynamotest"
)

// BackupStorage is a storage of backups: a call of it is a call of the process that may die.
type BackupStorage struct {
	process *Process
	mu      sync.Mutex
	sizes   map[string]int64
}

// Keys are the objects that there are.
func (s *BackupStorage) Keys() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.sizes))
}

// UploadURL puts an object of the size there: the upload is made at once.
func (s *BackupStorage) UploadURL(_ context.Context, key string, size int64) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sizes[key] = size
	return "https://storage.example/" + key, nil
}

// DownloadURL is an address.
func (*BackupStorage) DownloadURL(_ context.Context, key string) (string, error) {
	return "https://storage.example/" + key, nil
}

// Length tells how many bytes an object has.
func (s *BackupStorage) Length(_ context.Context, key string) (int64, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	size, there := s.sizes[key]
	return size, there, nil
}

// Erase forgets an object.
func (s *BackupStorage) Erase(_ context.Context, key string) error {
	if err := s.process.before(dynamotest.Call{Operation: "Erase"}); err != nil {
		return err
	}
	s.mu.Lock()
	delete(s.sizes, key)
	s.mu.Unlock()
	return s.process.after(dynamotest.Call{Operation: "Erase"})
}
