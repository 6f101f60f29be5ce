package stream

import (
	"context"
	"time"

	"tenantry/shared/changefeed"
	"tenantry/shared/event"
	"tenantry/shared/metric"
)

// Feed is the change feed for hosting nodes.
type Feed interface {
	// AppendFeed writes entries to a shard of the feed. After an error, some of them may be in the feed.
	AppendFeed(ctx context.Context, shard int, entries []changefeed.GateChange) error
}

// AppendGateChanges writes the changes of the gate to the change feed. It comes first, so that nothing else delays a
// node. Entries that come again do no harm: the node asks the gate once more.
type AppendGateChanges struct {
	Feed  Feed
	Shard int // of this process; see changefeed.PickShard
	Now   func() time.Time
}

// GateObjective is the longest time from a change of the gate to its entry in the change feed. Nodes follow the feed
// and then close their doors (ADR 47). The alarms on the objective count the entries that take longer.
const GateObjective = 5 * time.Second

// Handle implements Handler. If the entries cannot be written, everything from the first one on is delivered again.
func (h AppendGateChanges) Handle(ctx context.Context, events []event.Event) (int, error) {
	handled, err := send(ctx, events, changefeed.GateChangeOf, h.append)
	h.measure(ctx, events[:handled])
	return handled, err
}

// measure records how long the changes among the events took to their entries in the feed.
func (h AppendGateChanges) measure(ctx context.Context, events []event.Event) {
	now, changes, late := h.Now(), 0, 0
	for i := range events {
		if _, changesGate := changefeed.GateChangeOf(&events[i]); !changesGate {
			continue
		}
		delay := max(0, now.Sub(events[i].At))
		metric.Record(ctx, metric.GateDelay, float64(delay.Milliseconds()))
		changes++
		if delay > GateObjective {
			late++
		}
	}
	if changes > 0 {
		metric.Record(ctx, metric.GateChanges, float64(changes))
		metric.Record(ctx, metric.LateGateChanges, float64(late))
	}
}

// append writes all entries or returns an error.
func (h AppendGateChanges) append(ctx context.Context, entries []changefeed.GateChange) (int, error) {
	if err := h.Feed.AppendFeed(ctx, h.Shard, changefeed.Distinct(entries)); err != nil {
		return 0, err
	}
	return len(entries), nil
}
