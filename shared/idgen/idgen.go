// Package idgen generates ids: a prefix for the kind of object, and a ULID, so that ids of a kind sort by their time.
package idgen

import (
	"io"
	"time"

	"github.com/oklog/ulid/v2"
)

// Generator generates ids from a clock and a source of randomness.
type Generator struct {
	Now    func() time.Time
	Random io.Reader
}

// New returns an id with the prefix. It panics if reading randomness fails, which crypto/rand never does.
func (g Generator) New(prefix string) string {
	return prefix + ulid.MustNew(ulid.Timestamp(g.Now()), g.Random).String()
}
