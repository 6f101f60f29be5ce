package dynamo_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/operation"
)

// accepting is a running operation of an originator on customers that there need not be, every third of which gets a
// plan.
func (w *world) accepting(originator *account.Account, items int) operation.Acceptance {
	due := w.now().Add(time.Hour)
	o := operation.Operation{
		ID: w.id(
			operation.IDPrefix,
		),
		Kind:         operation.Suspend,
		State:        operation.Running,
		Originator:   originator.ID,
		ListComplete: true,
		Attempt:      1,
		Total:        int64(items),
		CreatedAt:    w.now(),
		DueAt:        &due,
		Version:      1,
	}
	happened := w.event(event.OperationStarted, originator)
	happened.Subject = o.ID
	accepting := operation.Acceptance{Operation: o, Event: happened}
	for chunk := range slices.Chunk(w.items(items), operation.ChunkSize) {
		accepting.Chunks = append(accepting.Chunks, slices.Clone(chunk))
	}
	return accepting
}

func (w *world) items(n int) []operation.Item {
	items := make([]operation.Item, n)
	for i := range items {
		items[i].Customer = account.ID(w.id(account.CustomerPrefix))
		if i%3 == 0 {
			items[i].Plan = fmt.Sprintf("cpl_%d", i)
		}
	}
	return items
}

// accepted is an operation that is there.
func (w *world) accepted(t reporter, originator *account.Account, items int) operation.Operation {
	t.Helper()
	accepting := w.accepting(originator, items)
	succeeds(t, w.AcceptOperation(w.ctx, accepting))
	return accepting.Operation
}

// operated expects an operation to be stored as it is.
func (w *world) operated(t reporter, want operation.Operation) {
	t.Helper()
	got, _, err := w.ReadOperation(w.ctx, want.ID, idempotency.Key{})
	succeeds(t, err)
	if got == nil {
		t.Fatalf("%s is not there", want.ID)
	}
	equal(t, "operation", *got, want)
}

// amended is an operation after a change, which must succeed.
func (w *world) amended(t reporter, o operation.Operation, edit func(*operation.Operation)) operation.Operation {
	t.Helper()
	after := o
	edit(&after)
	after.Version++
	succeeds(t, w.UpdateOperation(w.ctx, operation.Revision{Before: o, After: after}))
	return after
}

var operations = map[string]func(*testing.T, *world){
	"every field": func(t *testing.T, w *world) {
		a := w.reseller(t, "north")
		full := w.accepting(&a, 1)
		at := w.now()
		o := &full.Operation
		o.Preview, o.GivenUp, o.PlanCursor, o.Rounds, o.StartedBatches, o.FinishedBatches = true, true, "place", 2, 3, 4
		o.RefusalCode = fault.AccountSuspended
		o.Succeeded, o.Failed, o.Cancelled = 5, 6, 7
		o.StartAt, o.CancelledAt, o.FinishedAt = &at, &at, &at
		o.Filter = &operation.Filter{Owner: a.ID, Status: account.Active}
		o.Parameters = operation.Parameters{
			Reason:        "unpaid",
			PublicMessage: "Closed.",
			Until:         &at,
			Subscriptions: "inherited",
			AreResellers:  true,
			WithCustomers: true,
			NewOwner:      "res_1",
		}
		complete(t, reflect.ValueOf(*o))
		succeeds(t, w.AcceptOperation(w.ctx, full))
		w.operated(t, *o)
		emptied := w.amended(t, *o, func(o *operation.Operation) {
			*o = operation.Operation{
				ID:         o.ID,
				Kind:       o.Kind,
				State:      operation.Failed,
				Originator: o.Originator,
				CreatedAt:  o.CreatedAt,
				Version:    o.Version,
			}
		})
		w.operated(t, emptied)
		w.operated(t, w.amended(t, emptied, func(after *operation.Operation) {
			version := after.Version
			*after = *o
			after.Version = version
		}))
	},
	"chunks and batches of an item list": func(t *testing.T, w *world) {
		a := w.reseller(t, "north")
		accepting := w.accepting(&a, 2*operation.ChunkSize+operation.BatchSize+1)
		succeeds(t, w.AcceptOperation(w.ctx, accepting))
		for number, want := range append(slices.Clone(accepting.Chunks), nil) {
			items, batches, err := w.ReadChunk(w.ctx, accepting.Operation.ID, int64(number))
			succeeds(t, err)
			equal(t, "batches", batches, nil)
			equal(t, fmt.Sprint("chunk ", number), items, want)
		}
		var all []operation.Item
		for number := range accepting.Operation.BatchCount() + 1 {
			o, batch, items, err := w.ReadBatch(w.ctx, accepting.Operation.ID, number)
			succeeds(t, err)
			equal(t, "batch", batch, nil)
			equal(t, "operation", *o, accepting.Operation)
			all = append(all, items...)
		}
		equal(t, "all items", all, slices.Concat(accepting.Chunks...))
	},
	"an operation is an event of who began it": func(t *testing.T, w *world) {
		a := w.reseller(t, "north")
		accepting := w.accepting(&a, 1)
		succeeds(t, w.AcceptOperation(w.ctx, accepting))
		o, originator, err := w.ReadWithOriginator(w.ctx, accepting.Operation.ID, a.ID)
		succeeds(t, err)
		equal(t, "operation", *o, accepting.Operation)
		equal(t, "originator", *originator, a)
		events, _, err := w.ListEvents(w.ctx, a.ID, "", 1)
		succeeds(t, err)
		equal(t, "subject", events[0].Subject, accepting.Operation.ID)
	},
	"replay": func(t *testing.T, w *world) {
		a := w.reseller(t, "north")
		first, again := w.accepting(&a, 3), w.accepting(&a, 3)
		first.Record, again.Record = w.record("f", "1"), w.record("f", "2")
		succeeds(t, w.AcceptOperation(w.ctx, first))
		equal(t, "record", replayed(t, w.AcceptOperation(w.ctx, again)), *first.Record)
		found, record, err := w.ReadOperation(w.ctx, again.Operation.ID, again.Record.Key)
		succeeds(t, err)
		equal(t, "second operation", found, nil)
		equal(t, "record", record, first.Record)
		items, _, err := w.ReadChunk(w.ctx, again.Operation.ID, 0)
		succeeds(t, err)
		equal(t, "items", items, nil)
		happened, err := w.FindEvents(w.ctx, []operation.EventKey{{Account: a.ID, ID: again.Event.ID}})
		succeeds(t, err)
		equal(t, "happened", happened[operation.EventKey{Account: a.ID, ID: again.Event.ID}], false)
	},
	"none": func(t *testing.T, w *world) {
		a := w.reseller(t, "north")
		for _, id := range []string{w.id(operation.IDPrefix), "", "op_" + string(make([]byte, 3000))} {
			o, _, err := w.ReadOperation(w.ctx, id, idempotency.Key{})
			succeeds(t, err)
			equal(t, "operation", o, nil)
			o, batch, items, err := w.ReadBatch(w.ctx, id, 0)
			succeeds(t, err)
			equal(t, "operation", o, nil)
			equal(t, "batch", batch, nil)
			equal(t, "items", len(items), 0)
			batches, more, err := w.ListBatches(w.ctx, id, 0, 10)
			succeeds(t, err)
			equal(t, "batches", len(batches), 0)
			equal(t, "more", more, false)
			o, originator, err := w.ReadWithOriginator(w.ctx, id, a.ID)
			succeeds(t, err)
			equal(t, "operation", o, nil)
			equal(t, "originator", *originator, a)
		}
		o, originator, err := w.ReadWithOriginator(w.ctx, w.accepted(t, &a, 1).ID, account.ID(w.id(account.ResellerPrefix)))
		succeeds(t, err)
		equal(t, "operation", o.Originator, a.ID)
		equal(t, "originator", originator, nil)
	},
	"a change of an old version": func(t *testing.T, w *world) {
		a := w.reseller(t, "north")
		o := w.accepted(t, &a, 100)
		o.ListComplete, o.Total = false, 0
		w.begun(t, &o, 0) // which is a version of its own
		late := o
		late.Version++
		late.State = operation.Cancelled
		happened := w.event(event.OperationCancelled, &a)
		change := operation.Revision{
			Before: o,
			After:  late,
			Event:  &happened,
			Record: w.record("f", "1"),
			Chunk:  &operation.Chunk{Number: 1, Items: w.items(2)},
		}
		before, _, err := w.ReadOperation(w.ctx, o.ID, idempotency.Key{})
		succeeds(t, err)
		refused(t, w.UpdateOperation(w.ctx, change), fault.VersionMismatch)
		w.operated(t, *before)
		_, record, err := w.ReadOperation(w.ctx, o.ID, change.Record.Key)
		succeeds(t, err)
		equal(t, "record", record, nil)
		items, _, err := w.ReadChunk(w.ctx, o.ID, 1)
		succeeds(t, err)
		equal(t, "items", items, nil)
		events, _, err := w.ListEvents(w.ctx, a.ID, "", 1)
		succeeds(t, err)
		equal(t, "newest event", events[0].Name, event.OperationStarted)
		missing := operation.Operation{ID: w.id(operation.IDPrefix), Version: 1}
		refused(t, w.UpdateOperation(w.ctx, operation.Revision{Before: missing, After: missing}), fault.VersionMismatch)
	},
	"a change, once": func(t *testing.T, w *world) {
		a := w.reseller(t, "north")
		o := w.accepted(t, &a, 100)
		after := o
		after.Version++
		after.State, after.DueAt = operation.Cancelled, nil
		cancel := func(before operation.Operation, answer string) operation.Revision {
			happened := w.event(event.OperationCancelled, &a)
			return operation.Revision{Before: before, After: after, Event: &happened, Record: w.record("f", answer)}
		}
		first := cancel(o, "1")
		succeeds(t, w.UpdateOperation(w.ctx, first))
		w.operated(t, after)
		equal(t, "record", replayed(t, w.UpdateOperation(w.ctx, cancel(after, "2"))), *first.Record)
		w.operated(t, after)
		events, _, err := w.ListEvents(w.ctx, a.ID, "", 1)
		succeeds(t, err)
		equal(t, "newest event", events[0].ID, first.Event.ID)
	},
	"a plan grows chunk by chunk": func(t *testing.T, w *world) {
		a := w.reseller(t, "north")
		accepting := w.accepting(&a, 0)
		accepting.Operation.ListComplete = false
		succeeds(t, w.AcceptOperation(w.ctx, accepting))
		o, chunks := accepting.Operation, [][]operation.Item{w.items(operation.ChunkSize), w.items(7)}
		extend := func(number int64, items []operation.Item) (operation.Operation, error) {
			after := o
			after.Version++
			after.Total += int64(len(items))
			after.PlanCursor = fmt.Sprint("place ", number)
			return after, w.UpdateOperation(
				w.ctx,
				operation.Revision{Before: o, After: after, Chunk: &operation.Chunk{Number: number, Items: items}},
			)
		}
		for number, items := range chunks {
			after, err := extend(int64(number), items)
			succeeds(t, err)
			o = after
			w.operated(t, o)
		}
		_, err := extend(1, w.items(5))
		refused(t, err, fault.VersionMismatch)
		w.operated(t, o)
		for number, want := range chunks {
			items, _, err := w.ReadChunk(w.ctx, o.ID, int64(number))
			succeeds(t, err)
			equal(t, "chunk", items, want)
		}
	},
	"operations are listed, the newest first": func(t *testing.T, w *world) {
		north, south := w.reseller(t, "north"), w.reseller(t, "south")
		var all, norths []operation.Operation
		for i := range 9 {
			by := &north
			if i%3 == 0 {
				by = &south
			}
			o := w.accepted(t, by, 1)
			all = append(all, o)
			if by == &north {
				norths = append(norths, o)
			}
		}
		slices.Reverse(all)
		slices.Reverse(norths)
		for _, limit := range []int{1, 2, 4, 9, 100} {
			w.listsOperations(t, "", limit, all)
			w.listsOperations(t, north.ID, limit, norths)
		}
		w.listsOperations(t, account.ID(w.id(account.ResellerPrefix)), 5, nil)
	},
}

// listsOperations expects a list, read in pages.
func (w *world) listsOperations(t reporter, originator account.ID, limit int, want []operation.Operation) {
	t.Helper()
	var got []operation.Operation
	for before, more := "", true; more; {
		page, left, err := w.ListOperations(w.ctx, originator, before, limit)
		succeeds(t, err)
		got = append(got, page...)
		if len(page) > limit || left && len(page) == 0 || len(got) > len(want) {
			t.Fatalf("%d operations on a page of %d, more: %v; %d of %d", len(page), limit, left, len(got), len(want))
		}
		if more = left; more {
			before = page[len(page)-1].ID
		}
	}
	equal(t, fmt.Sprintf("operations of %q, %d a page", originator, limit), got, want)
}
