package memory

import (
	"cmp"
	"context"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"tenantry/shared/due"
)

const dueShards = 4

// DueShards implements due.Store.
func (*Store) DueShards() int { return dueShards }

// ReadDue implements due.Store.
func (s *Store) ReadDue(_ context.Context, shard int, until time.Time, after string, limit int) (page due.Page, err error) {
	err = s.do("ReadDue", func() error {
		all := s.due(shard, until)
		slices.SortFunc(all, func(a, b due.Item) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
		for _, one := range all {
			switch at := one.At.Format(time.RFC3339Nano) + " " + one.ID; {
			case after != "" && !isAfter(one, after):
			case len(page.Items) == limit:
				return nil
			default:
				page.Items, page.Next = append(page.Items, one), at
			}
		}
		page.Next = ""
		return nil
	})
	return page, err
}

// isAfter tells whether an item comes after where a page ended.
func isAfter(one due.Item, ended string) bool {
	stamp, id, _ := strings.Cut(ended, " ")
	at, err := time.Parse(time.RFC3339Nano, stamp)
	return err == nil && cmp.Or(one.At.Compare(at), cmp.Compare(one.ID, id)) > 0
}

func (s *Store) due(shard int, until time.Time) (items []due.Item) {
	add := func(kind due.Kind, id string, at *time.Time) {
		h := fnv.New32a()
		_, _ = h.Write([]byte(id)) // a hash takes everything
		if at != nil && !at.After(until) && int(h.Sum32()%dueShards) == shard {
			items = append(items, due.Item{Kind: kind, ID: id, At: *at})
		}
	}
	for id := range s.accounts {
		add(due.Account, string(id), s.accounts[id].DueAt)
	}
	for id := range s.subscriptions {
		add(due.Subscription, id, s.subscriptions[id].DueAt)
	}
	for id := range s.tombstones {
		add(due.Backup, id, new(s.tombstones[id].DueAt))
	}
	return items
}
