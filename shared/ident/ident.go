// Package ident makes ids: a prefix that names the kind of object, and a ULID, so that ids sort by their time.
package ident

import (
	"io"
	"time"

	"github.com/oklog/ulid/v2"
)

// Source makes ids from a clock and randomness.
type Source struct {
	Now    func() time.Time
	Random io.Reader
}

// New returns an id with the prefix. It panics if the randomness fails, which crypto/rand never does.
func (s Source) New(prefix string) string {
	return prefix + ulid.MustNew(ulid.Timestamp(s.Now()), s.Random).String()
}
