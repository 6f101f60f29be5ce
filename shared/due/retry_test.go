package due_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"tenantry/shared/due"
	"tenantry/shared/dynamotest"
)

// What fails is tried in every sweep for two minutes, then after longer and longer pauses. It counts as stuck after half an hour, and
// once it succeeds nothing is left of its failures.
func TestFailuresBackOff(t *testing.T) {
	store := newShelf(items(due.Account, "a", 1))
	tried, broken := []int(nil), true
	now := noon
	r := &recorder{act: func(_ context.Context, item due.Item) error {
		tried = append(tried, int(now.Sub(noon)/time.Minute))
		if broken {
			return errors.New("broken")
		}
		store.finish(item)
		return nil
	}}
	sweep := due.Sweep{Store: store, Handlers: map[due.Kind]due.Handler{due.Account: r}, Now: func() time.Time { return now }}
	run := func(minute int) due.Outcome {
		now = noon.Add(time.Duration(minute) * time.Minute)
		outcome, _ := sweep.Run(t.Context(), "", struct{}{})
		return outcome
	}
	stuck := 0
	for minute := range 300 {
		before := len(tried)
		outcome := run(minute)
		if isWaiting := len(tried) == before; (outcome.Waiting == 1) != isWaiting || outcome.Failed+outcome.Waiting != 1 || isWaiting == (outcome.Late > 0) {
			t.Fatalf("minute %d: outcome %+v, tried %v", minute, outcome, len(tried) > before)
		}
		if outcome.Stuck == 1 && stuck == 0 {
			stuck = minute
		}
	}
	if want := []int{0, 1, 2, 3, 5, 9, 17, 33, 65, 125, 185, 245}; !slices.Equal(tried, want) {
		t.Errorf("tried in the minutes %v, want %v", tried, want)
	}
	if stuck < 15 || stuck > 40 {
		t.Errorf("stuck after %d minutes, want about half an hour", stuck)
	}
	broken = false
	for minute := 300; minute < 310; minute++ {
		run(minute)
	}
	if outcome := run(310); outcome != (due.Outcome{}) || len(store.retries) != 0 {
		t.Errorf("after the success: outcome %+v, %d retries; want none", outcome, len(store.retries))
	}
}

// The failures of an earlier time do not count for a later one.
func TestRetriesBelongToATime(t *testing.T) {
	store := newShelf(items(due.Account, "a", 1))
	store.retries["a0"] = due.Retry{At: noon.Add(-time.Hour), Attempts: 20, Next: noon.Add(time.Hour)}
	r := &recorder{act: func(_ context.Context, item due.Item) error { store.finish(item); return nil }}
	sweep := due.Sweep{Store: store, Handlers: map[due.Kind]due.Handler{due.Account: r}, Now: at(noon.Add(10 * time.Minute))}
	outcome, err := sweep.Run(t.Context(), "", struct{}{})
	if want := (due.Outcome{Done: 1, Late: 10*time.Minute + time.Second}); err != nil || outcome != want {
		t.Errorf("outcome %+v, %v; want %+v", outcome, err, want)
	}
}

// An item that ends the whole sweep, over and over, holds up the others for some minutes and not for ever: its attempt is counted before
// it is made. An item whose sweep has died is not lost.
func TestAnItemThatEndsSweeps(t *testing.T) {
	killed := make(chan struct{})
	t.Cleanup(func() { close(killed) })
	store := newShelf(append(items(due.Account, "killer", 1), due.Item{Kind: due.Account, ID: "victim", At: noon}))
	r := &recorder{act: func(_ context.Context, item due.Item) error {
		if item.ID == "killer0" {
			<-killed // the process has ended
		}
		store.finish(item)
		return nil
	}}
	for minute := range 10 {
		sweep := due.Sweep{Store: store, Handlers: map[due.Kind]due.Handler{due.Account: r}, Now: at(noon.Add(time.Duration(minute) * time.Minute))}
		ended := make(chan due.Outcome)
		go func() {
			outcome, _ := sweep.Run(t.Context(), "", struct{}{})
			ended <- outcome
		}()
		before := r.count("killer0")
		for done := false; !done; {
			select {
			case <-ended:
				done = true
			case <-time.After(time.Millisecond):
				done = r.count("killer0") > before
			}
		}
	}
	if victim, killer := r.count("victim"), r.count("killer0"); victim != 1 || killer < 4 || killer > 7 {
		t.Errorf("the victim had %d turns, want 1; the killer %d, want a few in ten minutes", victim, killer)
	}
}

// A kind that takes all the time of its sweep holds up no other kind, and what has failed before nothing that is due now.
func TestASlowKindHoldsUpNothingElse(t *testing.T) {
	fresh := []due.Item{{Kind: due.Backup, ID: "fresh backup", At: noon}, {Kind: due.Account, ID: "fresh account", At: noon}}
	store := newShelf(slices.Concat(items(due.Backup, "late", 400), fresh))
	stalled := make(chan struct{})
	r := &recorder{act: func(_ context.Context, item due.Item) error {
		if item.ID == "late0" {
			<-stalled
		}
		return nil
	}}
	sweep := due.Sweep{Store: store, Now: at(noon), Handlers: map[due.Kind]due.Handler{due.Backup: r, due.Account: r}}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if outcome, err := sweep.Run(t.Context(), "", struct{}{}); err != nil || outcome.Done != 402 {
			t.Errorf("outcome %+v, %v; want 402 done", outcome, err)
		}
	}()
	for r.count("fresh backup") == 0 || r.count("fresh account") == 0 {
		time.Sleep(time.Millisecond)
	}
	close(stalled)
	<-ended
}

// Retries that cannot be read or written fail their items and call no handler, which would not be counted.
func TestRetriesOutOfReach(t *testing.T) {
	now := noon.Add(10 * time.Minute)
	for _, kinds := range []dynamotest.When{dynamotest.Reads(dynamotest.Retry), dynamotest.Writes(dynamotest.Retry)} {
		store := dynamotest.New(at(now))
		store.Fail(kinds, dynamotest.ErrOutage)
		r := &recorder{}
		sweep := due.Sweep{Store: reading{store, items(due.Account, "a", 1)}, Handlers: map[due.Kind]due.Handler{due.Account: r}, Now: at(now)}
		if outcome, err := sweep.Run(t.Context(), "", struct{}{}); err == nil || outcome.Done != 0 || len(r.items) != 0 {
			t.Errorf("outcome %+v, %v, %d turns; want a failure without a turn", outcome, err, len(r.items))
		}
	}
}

// reading is a store in which items are due.
type reading struct {
	due.Store

	items []due.Item
}

func (r reading) DueShards() int { return 1 }

func (r reading) ReadDue(context.Context, int, time.Time, string, int) (due.Page, error) {
	return due.Page{Items: r.items}, nil
}

