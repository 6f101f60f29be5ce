package sweep

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"tenantry/shared/deadline"
)

// lane is a part of a shard's entries that waits for no other part: a kind that is slow or fails stops no other kind,
// and what failed in earlier sweeps stops nothing that has just come due.
type lane struct {
	entries []Entry // oldest first
	late    bool
}

func newLanes(entries []Entry, now time.Time) []lane {
	type key struct {
		kind Kind
		late bool
	}
	positions, lanes := map[key]int{}, []lane(nil)
	for _, entry := range entries {
		k := key{entry.Kind, entry.isLate(now)}
		position, found := positions[k]
		if !found {
			position = len(lanes)
			positions[k], lanes = position, append(lanes, lane{late: k.late})
		}
		lanes[position].entries = append(lanes[position].entries, entry)
	}
	return lanes
}

// attempt is an entry that the sweep tries, with its retry if it is late.
type attempt struct {
	Entry

	retry *Retry
}

// sweepLane processes the entries of a lane one after the other. Unfinished entries continue when all have had their
// turn.
func (s Sweeper) sweepLane(ctx context.Context, lane lane, now time.Time) (Result, error) {
	attempts, result, err := s.attempts(ctx, lane, now)
	if err != nil {
		return result, err
	}
	var errs []error
	for len(attempts) > 0 {
		var unfinished []attempt
		for _, attempt := range attempts {
			if ctx.Err() != nil || deadline.Near(ctx, s.Now(), reserve) {
				result.Unfinished = true
				return result, errors.Join(errs...)
			}
			switch err := s.try(ctx, attempt); {
			case errors.Is(err, ErrUnfinished):
				unfinished = append(unfinished, attempt)
			case err != nil:
				if result.Failed++; result.Failed <= maxErrors {
					errs = append(errs, fmt.Errorf("%s %s: %w", attempt.Kind, attempt.ID, err))
				}
			default:
				result.Done++
			}
		}
		attempts = unfinished
	}
	return result, errors.Join(errs...)
}

// attempts returns the entries of a lane that the sweep tries, and counts those that wait.
func (s Sweeper) attempts(ctx context.Context, lane lane, now time.Time) (attempts []attempt, result Result, _ error) {
	var retries []Retry
	if lane.late {
		var err error
		if retries, err = s.Store.ReadRetries(ctx, lane.entries); err != nil {
			return nil, result, err
		}
	}
	for i, entry := range lane.entries {
		next := attempt{Entry: entry}
		if lane.late {
			retry := retries[i]
			if !retry.At.Equal(entry.At) {
				retry = Retry{At: entry.At}
			}
			if retry.isStuck() {
				result.Stuck++
			}
			if now.Before(retry.Next) {
				result.Waiting++
				continue
			}
			next.retry = &retry
		}
		if !entry.At.IsZero() {
			result.Late = max(result.Late, now.Sub(entry.At))
		}
		attempts = append(attempts, next)
	}
	return attempts, result, nil
}

// try calls the handler of an entry. It writes a late entry's retry before, and deletes it unless the attempt fails.
func (s Sweeper) try(ctx context.Context, attempt attempt) error {
	if attempt.retry != nil {
		if err := s.Store.WriteRetry(ctx, attempt.Entry, attempt.retry.next(s.Now())); err != nil {
			return err
		}
	}
	err := s.handle(ctx, attempt.Entry)
	if attempt.retry != nil && (err == nil || errors.Is(err, ErrUnfinished)) {
		return errors.Join(err, s.Store.DeleteRetry(ctx, attempt.Entry))
	}
	return err
}

// handle calls the handler of an entry. A panic is a failure of the entry.
func (s Sweeper) handle(ctx context.Context, entry Entry) (err error) {
	handler, known := s.Handlers[entry.Kind]
	if !known {
		return errors.New("this kind has no handler")
	}
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	return handler.HandleDue(deadline.Within(ctx, s.Now().Add(entryTime)), entry)
}
