package memory

import (
	"cmp"
	"context"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"tenantry/shared/sweep"
)

const dueShards = 4

// DueShards implements sweep.Store.
func (*Store) DueShards() int { return dueShards }

// ReadDue implements sweep.Store.
func (s *Store) ReadDue(_ context.Context, shard int, until time.Time, cursor string, limit int) (entries []sweep.Entry, next string, err error) {
	err = s.do("ReadDue", func() error {
		all := s.due(shard, until)
		slices.SortFunc(all, func(a, b sweep.Entry) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
		for _, one := range all {
			switch at := one.At.Format(time.RFC3339Nano) + " " + one.ID; {
			case cursor != "" && !isAfter(one, cursor):
			case len(entries) == limit:
				return nil
			default:
				entries, next = append(entries, one), at
			}
		}
		next = ""
		return nil
	})
	return entries, next, err
}

// isAfter tells whether an item comes after where a page ended.
func isAfter(one sweep.Entry, ended string) bool {
	stamp, id, _ := strings.Cut(ended, " ")
	at, err := time.Parse(time.RFC3339Nano, stamp)
	return err == nil && cmp.Or(one.At.Compare(at), cmp.Compare(one.ID, id)) > 0
}

func (s *Store) due(shard int, until time.Time) (items []sweep.Entry) {
	add := func(kind sweep.Kind, id string, at *time.Time) {
		h := fnv.New32a()
		_, _ = h.Write([]byte(id)) // a hash takes everything
		if at != nil && !at.After(until) && int(h.Sum32()%dueShards) == shard {
			items = append(items, sweep.Entry{Kind: kind, ID: id, At: *at})
		}
	}
	for id := range s.accounts {
		add(sweep.Account, string(id), s.accounts[id].DueAt)
	}
	for id := range s.subscriptions {
		add(sweep.Subscription, id, s.subscriptions[id].DueAt)
	}
	for id := range s.tombstones {
		add(sweep.Backup, id, new(s.tombstones[id].DueAt))
	}
	return items
}
