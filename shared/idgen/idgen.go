// Package idgen generates ids: a prefix for the kind of object, and a ULID, so that ids of a kind sort by their time.
package idgen

import (
	"io"
	"strings"
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

// ULIDOf returns the part of an id by which objects of all kinds are in the order of their creation.
func ULIDOf[ID ~string](id ID) string {
	_, part, _ := strings.Cut(string(id), "_")
	return part
}
