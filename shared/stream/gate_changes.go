package stream

import (
	"context"

	"tenantry/shared/changefeed"
	"tenantry/shared/event"
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
}

// Handle implements Handler. If the entries cannot be written, everything from the first one on is delivered again.
func (h AppendGateChanges) Handle(ctx context.Context, events []event.Event) (int, error) {
	return send(ctx, events, changefeed.GateChangeOf, h.append)
}

// append writes all entries or returns an error.
func (h AppendGateChanges) append(ctx context.Context, entries []changefeed.GateChange) (int, error) {
	if err := h.Feed.AppendFeed(ctx, h.Shard, changefeed.Distinct(entries)); err != nil {
		return 0, err
	}
	return len(entries), nil
}
