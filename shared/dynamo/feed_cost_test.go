package dynamo_test

import (
	"context"
	"crypto/rand"
	"testing"

	"tenantry/shared/changefeed"
	"tenantry/shared/dynamo"
	"tenantry/shared/page"
)

// TestCostOfTheChangeFeed compares what the change feed costs with docs/adr/0047: one read unit if nothing has changed.
func TestCostOfTheChangeFeed(t *testing.T) {
	f := newFixture(t, dynamo.OpenEmulated)
	key := func(context.Context) ([]byte, error) { return []byte("0123456789abcdef0123456789abcdef"), nil }
	reader := changefeed.Reader{Store: f, Cursors: page.NewSealer(key, rand.Reader), Now: f.now}
	cursor := ""
	read := func(ctx context.Context) error {
		answer, err := reader.Read(ctx, cursor)
		if answer.IsNew {
			cursor = answer.NextCursor
		}
		return err
	}
	write := func(shard, entries int) func(ctx context.Context) error {
		changes := make([]changefeed.GateChange, entries)
		for i := range changes {
			changes[i] = changefeed.GateChange{ID: f.id("cus_"), Kind: "subscription", At: f.now()}
		}
		return func(ctx context.Context) error { return f.AppendFeed(ctx, shard, changes) }
	}
	for shard := range changefeed.Shards { // so that the head is as large as it becomes
		cost{3, 1, 2}.check(t, "the first entry of a shard", write(shard, 1))
	}
	cost{1, 1, 0}.check(t, "starting to read", read)
	cost{1, 1, 0}.check(t, "reading if nothing has changed", read)
	cost{3, 1, 2}.check(t, "writing one entry", write(3, 1))
	cost{2, 2, 0}.check(t, "reading one entry", read)
	cost{3, 1, 7}.check(t, "writing a hundred entries", write(3, 100))
	cost{2, 3, 0}.check(t, "reading a hundred entries", read)
	for shard := range changefeed.Shards {
		cost{3, 1, 2}.check(t, "writing one entry", write(shard, 1))
	}
	cost{17, 17, 0}.check(t, "reading an entry of each shard", read)
}
