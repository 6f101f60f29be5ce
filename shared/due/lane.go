package due

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"tenantry/shared/deadline"
)

// lane is a part of a shard's items that waits for no other part: a kind that is slow or fails holds up no other kind, and what failed
// in earlier sweeps holds up nothing that is due now.
type lane struct {
	items  []Item // the oldest first
	isLate bool
}

func lanesOf(items []Item, now time.Time) []lane {
	type key struct {
		kind   Kind
		isLate bool
	}
	positions, lanes := map[key]int{}, []lane(nil)
	for _, item := range items {
		k := key{item.Kind, item.isLate(now)}
		at, found := positions[k]
		if !found {
			at = len(lanes)
			positions[k], lanes = at, append(lanes, lane{isLate: k.isLate})
		}
		lanes[at].items = append(lanes[at].items, item)
	}
	return lanes
}

// attempt is an item that has its turn in a sweep, with its retry if it is late.
type attempt struct {
	Item

	retry *Retry
}

// lane does the items of a lane one after the other. Unfinished items have more turns once all have had one.
func (s Sweep) lane(ctx context.Context, lane lane, now time.Time) (sum Outcome, _ error) {
	attempts, sum, err := s.attempts(ctx, lane, now)
	if err != nil {
		return sum, err
	}
	var errs []error
	for len(attempts) > 0 {
		var unfinished []attempt
		for _, attempt := range attempts {
			if s.isOver(ctx) {
				sum.Unfinished = true
				return sum, errors.Join(errs...)
			}
			switch err := s.try(ctx, attempt); {
			case errors.Is(err, ErrUnfinished):
				unfinished = append(unfinished, attempt)
			case err != nil:
				if sum.Failed++; sum.Failed <= mostErrors {
					errs = append(errs, fmt.Errorf("%s %s: %w", attempt.Kind, attempt.ID, err))
				}
			default:
				sum.Done++
			}
		}
		attempts = unfinished
	}
	return sum, errors.Join(errs...)
}

// attempts returns the items of a lane that have their turn, and counts the others.
func (s Sweep) attempts(ctx context.Context, lane lane, now time.Time) (attempts []attempt, sum Outcome, _ error) {
	var retries []Retry
	if lane.isLate {
		var err error
		if retries, err = s.Store.ReadRetries(ctx, lane.items); err != nil {
			return nil, sum, err
		}
	}
	for i, item := range lane.items {
		next := attempt{Item: item}
		if lane.isLate {
			retry := retries[i]
			if !retry.At.Equal(item.At) {
				retry = Retry{At: item.At}
			}
			if retry.isStuck() {
				sum.Stuck++
			}
			if now.Before(retry.Next) {
				sum.Waiting++
				continue
			}
			next.retry = &retry
		}
		if !item.At.IsZero() {
			sum.Late = max(sum.Late, now.Sub(item.At))
		}
		attempts = append(attempts, next)
	}
	return attempts, sum, nil
}

func (s Sweep) isOver(ctx context.Context) bool {
	return ctx.Err() != nil || deadline.Near(ctx, s.Now(), reserve)
}

// try calls the handler of an item. A late item's retry is written before, and deleted unless the attempt fails.
func (s Sweep) try(ctx context.Context, attempt attempt) error {
	if attempt.retry != nil {
		if err := s.Store.WriteRetry(ctx, attempt.Item, attempt.retry.next(s.Now())); err != nil {
			return err
		}
	}
	err := s.handle(ctx, attempt.Item)
	if attempt.retry != nil && (err == nil || errors.Is(err, ErrUnfinished)) {
		return errors.Join(err, s.Store.DeleteRetry(ctx, attempt.Item))
	}
	return err
}

// handle calls the handler of an item. A panic is a failure of the item.
func (s Sweep) handle(ctx context.Context, item Item) (err error) {
	handler, known := s.Handlers[item.Kind]
	if !known {
		return errors.New("this kind has no handler")
	}
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	return handler.Due(deadline.Within(ctx, s.Now().Add(itemTime)), item)
}
