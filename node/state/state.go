// Package state stores the last known states in a file, so that they hold across restarts.
package state

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"tenantry/node/gate"
)

// FileName is the name of the file in the state's folder.
const FileName = "state.db"

var (
	domains   = []byte("domains")
	feed      = []byte("feed")
	cursorKey = []byte("cursor")
)

// lockTimeout is how long to wait for another process that uses the file.
const lockTimeout = 2 * time.Second

// ErrInUse is returned if another process uses the file.
var ErrInUse = errors.New("another process uses the state")

// Store stores states. A write has returned only after it is on disk.
type Store struct{ db *bolt.DB }

// Open opens the store in a folder, and creates it if it does not exist. A file that cannot be read is put aside, and
// `damaged` is its new name.
func Open(folder string) (store *Store, damaged string, err error) {
	path := filepath.Join(folder, FileName)
	store, err = open(path)
	if err == nil || errors.Is(err, ErrInUse) || errors.Is(err, os.ErrPermission) || errors.Is(err, os.ErrNotExist) {
		return store, "", err
	}
	damaged = path + ".damaged"
	if renameErr := os.Rename(path, damaged); renameErr != nil {
		return nil, "", errors.Join(err, renameErr)
	}
	store, err = open(path)
	return store, damaged, err
}

func open(path string) (*Store, error) {
	db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: lockTimeout})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, ErrInUse
	}
	if err != nil {
		return nil, err
	}
	db.MaxBatchDelay = 2 * time.Millisecond // concurrent writes share one sync of the disk
	err = db.Update(func(tx *bolt.Tx) error {
		_, err := tx.CreateBucketIfNotExists(domains)
		if err == nil {
			_, err = tx.CreateBucketIfNotExists(feed)
		}
		return err
	})
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &Store{db: db}, nil
}

// Close closes the file.
func (s *Store) Close() error { return s.db.Close() }

// Save stores the state of a domain.
func (s *Store) Save(domain string, known *gate.Known) error {
	text, err := json.Marshal(known)
	if err != nil {
		return err
	}
	return s.db.Batch(func(tx *bolt.Tx) error { return tx.Bucket(domains).Put([]byte(domain), text) })
}

// SaveCursor stores the feed's cursor.
func (s *Store) SaveCursor(cursor string) error {
	return s.db.Batch(func(tx *bolt.Tx) error { return tx.Bucket(feed).Put(cursorKey, []byte(cursor)) })
}

// Load returns all stored states and the cursor.
func (s *Store) Load() (known map[string]*gate.Known, cursor string, err error) {
	known = map[string]*gate.Known{}
	err = s.db.View(func(tx *bolt.Tx) error {
		cursor = string(tx.Bucket(feed).Get(cursorKey))
		return tx.Bucket(domains).ForEach(func(domain, text []byte) error {
			k := &gate.Known{}
			if err := json.Unmarshal(text, k); err != nil {
				return fmt.Errorf("the state of %s: %w", domain, err)
			}
			known[string(domain)] = k
			return nil
		})
	})
	return known, cursor, err
}

// ReadDomain returns the stored state of a domain, or nil if there is none. It works while no agent runs. It returns
// ErrInUse if one does.
func ReadDomain(folder, domain string) (*gate.Known, error) {
	db, err := bolt.Open(
		filepath.Join(folder, FileName),
		0o600,
		&bolt.Options{Timeout: 200 * time.Millisecond, ReadOnly: true},
	)
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, ErrInUse
	}
	if err != nil {
		return nil, err
	}
	defer db.Close()
	var known *gate.Known
	err = db.View(func(tx *bolt.Tx) error {
		bucket := tx.Bucket(domains)
		if bucket == nil {
			return nil
		}
		text := bucket.Get([]byte(domain))
		if text == nil {
			return nil
		}
		known = &gate.Known{}
		return json.Unmarshal(text, known)
	})
	return known, err
}
