package due

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Sweep does what is due.
type Sweep struct {
	Store    Store
	Handlers map[Kind]Handler
	Now      func() time.Time
}

const (
	pageSize = 500
	// mostItems is how many items of a shard one sweep reads.
	mostItems = 10_000
	// itemTime is the most time that a handler gets for an item before others have their turn.
	itemTime = 15 * time.Second
	// reserve is how much of its time a sweep leaves unused, to end what it has begun.
	reserve = 10 * time.Second
	// mostErrors is how many errors of a lane are logged.
	mostErrors = 3
)

// Run sweeps until nothing is due or its time is over. It returns the errors of items and of reading, joined.
func (s Sweep) Run(ctx context.Context, requestID string, _ struct{}) (Outcome, error) {
	now := s.Now()
	return sideBySide(s.Store.DueShards(), func(shard int) (Outcome, error) { return s.shard(ctx, shard, now, requestID) })
}

// sideBySide runs parts at the same time and adds up their outcomes.
func sideBySide(parts int, run func(part int) (Outcome, error)) (sum Outcome, _ error) {
	outcomes, errs := make([]Outcome, parts), make([]error, parts)
	var group sync.WaitGroup
	for i := range parts {
		group.Go(func() { outcomes[i], errs[i] = run(i) })
	}
	group.Wait()
	for i := range outcomes {
		sum.add(outcomes[i])
	}
	return sum, errors.Join(errs...)
}

// shard sweeps the lanes of a shard side by side.
func (s Sweep) shard(ctx context.Context, shard int, now time.Time, requestID string) (Outcome, error) {
	items, all, err := s.read(ctx, shard, now, requestID)
	lanes := lanesOf(items, now)
	outcome, laneErr := sideBySide(len(lanes), func(i int) (Outcome, error) { return s.lane(ctx, lanes[i], now) })
	outcome.Unfinished = outcome.Unfinished || err == nil && !all
	return outcome, errors.Join(err, laneErr)
}

// read reads the due items of a shard, the oldest first. Reports whether they are all. After an error it returns what it has read.
func (s Sweep) read(ctx context.Context, shard int, now time.Time, requestID string) (items []Item, all bool, _ error) {
	for after := ""; len(items) < mostItems; {
		page, err := s.Store.ReadDue(ctx, shard, now, after, pageSize)
		if err != nil {
			return items, false, err
		}
		for _, item := range page.Items {
			item.RequestID = requestID
			items = append(items, item)
		}
		if after = page.Next; after == "" {
			return items, true, nil
		}
	}
	return items, false, nil
}
