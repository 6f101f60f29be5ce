// Package changefeed is the change feed for hosting nodes: it says which answers of the gate may have changed, at the
// level where something changed. A node forgets its cached answers that have the id of an entry (docs/adr/0047).
package changefeed

import (
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/hosting"
)

// Kind is the level at which something changed.
type Kind string

// The kinds of entries.
const (
	websiteKind      Kind = "website"
	subscriptionKind Kind = "subscription"
	customerKind     Kind = "customer"
	resellerKind     Kind = "reseller"
)

// GateChange is one entry of the feed.
type GateChange struct {
	ID   string    `json:"id" doc:"Id of the website, subscription, customer or reseller. All answers of the gate that have this id among their ids may have changed. If no cached answer has it, a domain may be new: answers 404 may have changed."`
	Kind Kind      `json:"kind" enum:"website,subscription,customer,reseller" doc:"Level at which something changed. Compare ids only: the kind of a customer changes when it is converted to a reseller."`
	At   time.Time `json:"at" doc:"Time of the change."`
}

// Retention is how long entries can be read.
const Retention = 24 * time.Hour

// Shards is the number of sequences of rows. Each process that writes uses one of them, so that processes seldom
// compete. The number can grow and must not shrink.
const Shards = 16

// Positions is the number of the last row in each shard. A reader that has read all rows up to its positions has
// missed nothing.
type Positions [Shards]int64

// Row is one row of a shard. The numbers of a shard's rows have no gaps, except that old rows are deleted.
type Row struct {
	Number    int64
	WrittenAt time.Time
	Entries   []GateChange
}

// PickShard returns a random shard, for a process that writes.
func PickShard(random io.Reader) (int, error) {
	var text [8]byte
	if _, err := io.ReadFull(random, text[:]); err != nil {
		return 0, fmt.Errorf("pick a shard of the change feed: %w", err)
	}
	return int(binary.BigEndian.Uint64(text[:]) % Shards), nil
}

// GateChangeOf returns the entry of an event. It reports whether the event has one: it may change the gate, and its
// object is above a domain.
func GateChangeOf(e *event.Event) (GateChange, bool) {
	entry := GateChange{ID: string(e.Account), At: e.At}
	switch {
	case !e.Name.AffectsGate():
		return GateChange{}, false
	case strings.HasPrefix(e.Subject, hosting.WebsitePrefix):
		entry.ID, entry.Kind = e.Subject, websiteKind
	case strings.HasPrefix(e.Subject, hosting.SubscriptionPrefix):
		entry.ID, entry.Kind = e.Subject, subscriptionKind
	case e.Kind == account.Customer, e.Name == event.CustomerConverted:
		entry.Kind = customerKind // nodes know a converted customer as a customer
	case e.Kind == account.Reseller:
		entry.Kind = resellerKind
	default:
		return GateChange{}, false
	}
	return entry, true
}

// Distinct returns the last entry of each object, in the order of the last entries.
func Distinct(entries []GateChange) []GateChange {
	type object struct {
		id   string
		kind Kind
	}
	last := map[object]int{}
	for i, entry := range entries {
		last[object{entry.ID, entry.Kind}] = i
	}
	kept := make([]GateChange, 0, len(last))
	for i, entry := range entries {
		if last[object{entry.ID, entry.Kind}] == i {
			kept = append(kept, entry)
		}
	}
	return kept
}
