package dynamo_test

import (
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"

	"tenantry/shared/changefeed"
)

// feedRows returns the numbers of a shard's rows and the ids of their entries, up to the head.
func (f *fixture) feedRows(t *testing.T, shard int) (numbers []int64, ids []string) {
	t.Helper()
	head, err := f.ReadFeedPositions(f.ctx)
	if err != nil {
		t.Fatal(err)
	}
	for int64(len(numbers)) < head[shard] {
		rows, err := f.ReadFeedRows(f.ctx, shard, int64(len(numbers))+1, head[shard], 3)
		if err != nil || len(rows) == 0 || len(rows) > 3 {
			t.Fatalf("%d rows after %v, error %v; want one to three", len(rows), numbers, err)
		}
		for _, row := range rows {
			numbers = append(numbers, row.Number)
			for _, entry := range row.Entries {
				ids = append(ids, entry.ID)
			}
		}
	}
	return numbers, ids
}

func (f *fixture) gateChanges(n int, prefix string) (changes []changefeed.GateChange) {
	for i := range n {
		changes = append(changes, changefeed.GateChange{ID: fmt.Sprintf("%s%d", prefix, i), Kind: "customer", At: f.now()})
	}
	return changes
}

var feeds = map[string]func(*testing.T, *fixture){
	"an empty feed is at zero": func(t *testing.T, f *fixture) {
		if head, err := f.ReadFeedPositions(f.ctx); err != nil || head != (changefeed.Positions{}) {
			t.Errorf("positions %v, error %v; want zeros", head, err)
		}
		if rows, err := f.ReadFeedRows(f.ctx, 3, 1, 9, 10); err != nil || len(rows) != 0 {
			t.Errorf("rows %v, error %v; want none", rows, err)
		}
	},
	"entries are read as they were written": func(t *testing.T, f *fixture) {
		want := []changefeed.GateChange{
			{ID: "web_1", Kind: "website", At: f.now()}, {ID: "cus_1", Kind: "reseller", At: f.now().Add(-1e6)},
		}
		if err := f.AppendFeed(f.ctx, 15, want); err != nil {
			t.Fatal(err)
		}
		head, err := f.ReadFeedPositions(f.ctx)
		if want := (changefeed.Positions{15: 1}); err != nil || head != want {
			t.Errorf("positions %v, error %v; want %v", head, err, want)
		}
		rows, err := f.ReadFeedRows(f.ctx, 15, 1, 1, 10)
		if wantRows := []changefeed.Row{{Number: 1, WrittenAt: f.now(), Entries: want}}; err != nil ||
			!reflect.DeepEqual(rows, wantRows) {
			t.Errorf("rows %+v, error %v; want %+v", rows, err, wantRows)
		}
	},
	"many entries are several rows": func(t *testing.T, f *fixture) {
		for _, n := range []int{100, 201} {
			if err := f.AppendFeed(f.ctx, 0, f.gateChanges(n, "cus_")); err != nil {
				t.Fatal(err)
			}
		}
		numbers, ids := f.feedRows(t, 0)
		if !slices.Equal(numbers, []int64{1, 2, 3, 4}) || len(ids) != 301 || ids[300] != "cus_200" {
			t.Errorf("rows %v with %d entries, want four rows with 301", numbers, len(ids))
		}
	},
	"rows are read in the order of their numbers, within bounds": func(t *testing.T, f *fixture) {
		for i := range 12 {
			if err := f.AppendFeed(f.ctx, 1, f.gateChanges(1, fmt.Sprintf("cus_%d-", i))); err != nil {
				t.Fatal(err)
			}
		}
		rows, err := f.ReadFeedRows(f.ctx, 1, 9, 11, 100)
		if err != nil || len(rows) != 3 || rows[0].Number != 9 || rows[2].Number != 11 {
			t.Errorf("rows %+v, error %v; want the rows 9 to 11", rows, err)
		}
	},
	"concurrent writers lose nothing": func(t *testing.T, f *fixture) {
		const writers, rounds = 5, 6
		var group sync.WaitGroup
		for w := range writers {
			group.Go(func() {
				for i := range rounds {
					if err := f.AppendFeed(f.ctx, 7, f.gateChanges(2, fmt.Sprintf("cus_%d-%d-", w, i))); err != nil {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
		numbers, ids := f.feedRows(t, 7)
		slices.Sort(ids)
		if ids = slices.Compact(ids); len(ids) != 2*writers*rounds {
			t.Errorf("%d entries in the rows %v, want %d", len(ids), numbers, 2*writers*rounds)
		}
		for i, number := range numbers {
			if number != int64(i+1) {
				t.Fatalf("rows %v, want no gaps", numbers)
			}
		}
	},
}
