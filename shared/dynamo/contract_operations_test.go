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
	"tenantry/shared/resource"
)

// acceptance returns the acceptance of a running operation. Its customers do not exist. Every third one has a plan.
func (f *fixture) acceptance(originator *account.Account, items int) operation.Acceptance {
	due := f.now().Add(time.Hour)
	o := operation.Operation{
		ID: f.id(
			operation.IDPrefix,
		),
		Kind:         operation.Suspend,
		State:        operation.Running,
		Originator:   originator.ID,
		ListComplete: true,
		Attempt:      1,
		Total:        int64(items),
		CreatedAt:    f.now(),
		HeardAt:      f.now(),
		DueAt:        &due,
		Version:      1,
	}
	started := f.event(event.OperationStarted, originator)
	started.Subject = o.ID
	acceptance := operation.Acceptance{Operation: o, Event: started}
	for chunk := range slices.Chunk(f.items(items), operation.ChunkSize) {
		acceptance.Chunks = append(acceptance.Chunks, slices.Clone(chunk))
	}
	return acceptance
}

func (f *fixture) items(n int) []operation.Item {
	items := make([]operation.Item, n)
	for i := range items {
		items[i].Customer = account.ID(f.id(account.CustomerPrefix))
		if i%3 == 0 {
			items[i].Plan = fmt.Sprintf("cpl_%d", i)
		}
	}
	return items
}

// acceptOperation accepts a running operation.
func (f *fixture) acceptOperation(t reporter, originator *account.Account, items int) operation.Operation {
	t.Helper()
	acceptance := f.acceptance(originator, items)
	expectNoError(t, f.AcceptOperation(f.ctx, acceptance))
	return acceptance.Operation
}

// expectOperation expects the stored operation to equal want.
func (f *fixture) expectOperation(t reporter, want operation.Operation) {
	t.Helper()
	got, _, err := f.ReadOperation(f.ctx, want.ID, idempotency.Key{})
	expectNoError(t, err)
	if got == nil {
		t.Fatalf("operation %s does not exist", want.ID)
	}
	expectEqual(t, "operation", *got, want)
}

// updateOperation changes an operation and returns the operation after the change.
func (f *fixture) updateOperation(
	t reporter,
	o operation.Operation,
	edit func(*operation.Operation),
) operation.Operation {
	t.Helper()
	after := o
	edit(&after)
	after.Version++
	expectNoError(t, f.UpdateOperation(f.ctx, operation.Revision{Before: o, After: after}))
	return after
}

var operations = map[string]func(*testing.T, *fixture){
	"every field is stored, emptied and filled": func(t *testing.T, f *fixture) {
		a := f.createReseller(t, "north")
		full := f.acceptance(&a, 1)
		at := f.now()
		o := &full.Operation
		o.Preview, o.GivenUp, o.PlanCursor, o.Rounds, o.StartedBatches, o.FinishedBatches = true, true, "place", 2, 3, 4
		o.RefusalCode, o.Held = fault.AccountSuspended, "cus_1"
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
		expectEveryField(t, reflect.ValueOf(*o))
		expectNoError(t, f.AcceptOperation(f.ctx, full))
		f.expectOperation(t, *o)
		finished := *o
		o.FinishedAt = nil
		f.expectOperation(t, f.updateOperation(t, finished, func(after *operation.Operation) {
			version := after.Version
			*after = *o
			after.Version = version
		}))
		o.Version++
		emptied := f.updateOperation(t, *o, func(o *operation.Operation) {
			*o = operation.Operation{
				ID:         o.ID,
				Kind:       o.Kind,
				State:      operation.Failed,
				Originator: o.Originator,
				CreatedAt:  o.CreatedAt,
				HeardAt:    o.HeardAt,
				Version:    o.Version,
			}
		})
		f.expectOperation(t, emptied)
		f.expectOperation(t, f.updateOperation(t, emptied, func(after *operation.Operation) {
			version := after.Version
			*after = *o
			after.Version = version
		}))
	},
	"a list of items is read by chunk and by batch": func(t *testing.T, f *fixture) {
		a := f.createReseller(t, "north")
		acceptance := f.acceptance(&a, 2*operation.ChunkSize+operation.BatchSize+1)
		expectNoError(t, f.AcceptOperation(f.ctx, acceptance))
		for number, want := range append(slices.Clone(acceptance.Chunks), nil) {
			items, batches, err := f.ReadChunk(f.ctx, acceptance.Operation.ID, int64(number))
			expectNoError(t, err)
			expectEqual(t, "batches", batches, nil)
			expectEqual(t, fmt.Sprint("chunk ", number), items, want)
		}
		var all []operation.Item
		for number := range acceptance.Operation.BatchCount() + 1 {
			o, batch, items, err := f.ReadBatch(f.ctx, acceptance.Operation.ID, number)
			expectNoError(t, err)
			expectEqual(t, "batch", batch, nil)
			expectEqual(t, "operation", *o, acceptance.Operation)
			all = append(all, items...)
		}
		expectEqual(t, "all items", all, slices.Concat(acceptance.Chunks...))
	},
	"an operation is read with its originator, whose trail has its event": func(t *testing.T, f *fixture) {
		a := f.createReseller(t, "north")
		acceptance := f.acceptance(&a, 1)
		expectNoError(t, f.AcceptOperation(f.ctx, acceptance))
		o, originator, err := f.ReadWithOriginator(f.ctx, acceptance.Operation.ID, a.ID)
		expectNoError(t, err)
		expectEqual(t, "operation", *o, acceptance.Operation)
		expectEqual(t, "originator", *originator, a)
		events, _, err := f.ListEvents(f.ctx, a.ID, "", 1)
		expectNoError(t, err)
		expectEqual(t, "subject", events[0].Subject, acceptance.Operation.ID)
	},
	"an operation is accepted together with the first change of its account": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "north")
		start := f.closing(r)
		stale, accepted := f.acceptance(&r, 1), f.acceptance(&r, 1)
		stale.Start, accepted.Start = &start, &start
		r = f.mustChange(t, r, func(a *account.Account) { a.Contact.City = "Bern" })
		expectFault(t, f.AcceptOperation(f.ctx, stale), fault.VersionMismatch)
		found, _, err := f.ReadOperation(f.ctx, stale.Operation.ID, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "operation of the stale account", found, nil)
		f.expectStored(t, r)

		start = f.closing(r)
		expectNoError(t, f.AcceptOperation(f.ctx, accepted))
		f.expectOperation(t, accepted.Operation)
		f.expectStored(t, start.After)
		trail, _, err := f.ListEvents(f.ctx, r.ID, "", 10)
		expectNoError(t, err)
		isStarted := func(e event.Event) bool { return e.ID == start.Event.ID }
		expectEqual(t, "the trail has the event of the start", slices.ContainsFunc(trail, isStarted), true)
		customer := f.accountCreation(account.Customer, r.ID, "ada")
		customer.Limits = f.reserve(t, r.ID, resource.Demand{Customers: 1})
		expectFault(t, f.Create(f.ctx, customer), fault.NotFound)

		release := f.change(start.After, func(a *account.Account) { a.Release(f.now()) })
		release.Opens = true
		after := accepted.Operation
		after.State, after.Version = operation.Cancelled, 2
		revision := operation.Revision{Before: accepted.Operation, After: after, Release: &release}
		expectNoError(t, f.UpdateOperation(f.ctx, revision))
		f.expectStored(t, release.After)
		expectNoError(t, f.Create(f.ctx, customer))
	},
	"a reseller with customers is not closed by an acceptance": func(t *testing.T, f *fixture) {
		r := f.createReseller(t, "north")
		f.createCustomer(t, r.ID, "ada")
		start, refused := f.closing(r), f.acceptance(&r, 1)
		refused.Start = &start
		expectFault(t, f.AcceptOperation(f.ctx, refused), fault.Conflict)
		f.expectStored(t, r)
	},
	"a repeated request gets the first answer": func(t *testing.T, f *fixture) {
		a := f.createReseller(t, "north")
		first, again := f.acceptance(&a, 3), f.acceptance(&a, 3)
		first.Record, again.Record = f.record("f", "1"), f.record("f", "2")
		expectNoError(t, f.AcceptOperation(f.ctx, first))
		expectEqual(t, "record", expectReplay(t, f.AcceptOperation(f.ctx, again)), *first.Record)
		found, record, err := f.ReadOperation(f.ctx, again.Operation.ID, again.Record.Key)
		expectNoError(t, err)
		expectEqual(t, "second operation", found, nil)
		expectEqual(t, "record", record, first.Record)
		items, _, err := f.ReadChunk(f.ctx, again.Operation.ID, 0)
		expectNoError(t, err)
		expectEqual(t, "items", items, nil)
		exists, err := f.FindEvents(f.ctx, []operation.EventKey{{Account: a.ID, ID: again.Event.ID}})
		expectNoError(t, err)
		expectEqual(t, "the second event exists", exists[operation.EventKey{Account: a.ID, ID: again.Event.ID}], false)
	},
	"an operation that does not exist": func(t *testing.T, f *fixture) {
		a := f.createReseller(t, "north")
		for _, id := range []string{f.id(operation.IDPrefix), "", "op_" + string(make([]byte, 3000))} {
			o, _, err := f.ReadOperation(f.ctx, id, idempotency.Key{})
			expectNoError(t, err)
			expectEqual(t, "operation", o, nil)
			o, batch, items, err := f.ReadBatch(f.ctx, id, 0)
			expectNoError(t, err)
			expectEqual(t, "operation", o, nil)
			expectEqual(t, "batch", batch, nil)
			expectEqual(t, "items", len(items), 0)
			batches, more, err := f.ListBatches(f.ctx, id, 0, 10)
			expectNoError(t, err)
			expectEqual(t, "batches", len(batches), 0)
			expectEqual(t, "more", more, false)
			o, originator, err := f.ReadWithOriginator(f.ctx, id, a.ID)
			expectNoError(t, err)
			expectEqual(t, "operation", o, nil)
			expectEqual(t, "originator", *originator, a)
		}
		o, originator, err := f.ReadWithOriginator(
			f.ctx,
			f.acceptOperation(t, &a, 1).ID,
			account.ID(f.id(account.ResellerPrefix)),
		)
		expectNoError(t, err)
		expectEqual(t, "operation", o.Originator, a.ID)
		expectEqual(t, "originator", originator, nil)
	},
	"a change of an old version is rejected": func(t *testing.T, f *fixture) {
		a := f.createReseller(t, "north")
		o := f.acceptOperation(t, &a, 100)
		o.ListComplete, o.Total = false, 0
		f.beginBatch(t, &o, 0) // raises the version
		late := o
		late.Version++
		late.State = operation.Cancelled
		cancelled := f.event(event.OperationCancelled, &a)
		change := operation.Revision{
			Before: o,
			After:  late,
			Event:  &cancelled,
			Record: f.record("f", "1"),
			Chunk:  &operation.Chunk{Number: 1, Items: f.items(2)},
		}
		before, _, err := f.ReadOperation(f.ctx, o.ID, idempotency.Key{})
		expectNoError(t, err)
		expectFault(t, f.UpdateOperation(f.ctx, change), fault.VersionMismatch)
		f.expectOperation(t, *before)
		_, record, err := f.ReadOperation(f.ctx, o.ID, change.Record.Key)
		expectNoError(t, err)
		expectEqual(t, "record", record, nil)
		items, _, err := f.ReadChunk(f.ctx, o.ID, 1)
		expectNoError(t, err)
		expectEqual(t, "items", items, nil)
		events, _, err := f.ListEvents(f.ctx, a.ID, "", 1)
		expectNoError(t, err)
		expectEqual(t, "newest event", events[0].Name, event.OperationStarted)
		missing := operation.Operation{ID: f.id(operation.IDPrefix), Version: 1}
		expectFault(t, f.UpdateOperation(f.ctx, operation.Revision{Before: missing, After: missing}), fault.VersionMismatch)
	},
	"a repeated request changes an operation once": func(t *testing.T, f *fixture) {
		a := f.createReseller(t, "north")
		o := f.acceptOperation(t, &a, 100)
		after := o
		after.Version++
		after.State, after.DueAt = operation.Cancelled, nil
		cancel := func(before operation.Operation, answer string) operation.Revision {
			cancelled := f.event(event.OperationCancelled, &a)
			return operation.Revision{Before: before, After: after, Event: &cancelled, Record: f.record("f", answer)}
		}
		first := cancel(o, "1")
		expectNoError(t, f.UpdateOperation(f.ctx, first))
		f.expectOperation(t, after)
		expectEqual(t, "record", expectReplay(t, f.UpdateOperation(f.ctx, cancel(after, "2"))), *first.Record)
		f.expectOperation(t, after)
		events, _, err := f.ListEvents(f.ctx, a.ID, "", 1)
		expectNoError(t, err)
		expectEqual(t, "newest event", events[0].ID, first.Event.ID)
	},
	"a list of items grows by chunks": func(t *testing.T, f *fixture) {
		a := f.createReseller(t, "north")
		acceptance := f.acceptance(&a, 0)
		acceptance.Operation.ListComplete = false
		expectNoError(t, f.AcceptOperation(f.ctx, acceptance))
		o, chunks := acceptance.Operation, [][]operation.Item{f.items(operation.ChunkSize), f.items(7)}
		extend := func(number int64, items []operation.Item) (operation.Operation, error) {
			after := o
			after.Version++
			after.Total += int64(len(items))
			after.PlanCursor = fmt.Sprint("place ", number)
			return after, f.UpdateOperation(
				f.ctx,
				operation.Revision{Before: o, After: after, Chunk: &operation.Chunk{Number: number, Items: items}},
			)
		}
		for number, items := range chunks {
			after, err := extend(int64(number), items)
			expectNoError(t, err)
			o = after
			f.expectOperation(t, o)
		}
		_, err := extend(1, f.items(5))
		expectFault(t, err, fault.VersionMismatch)
		f.expectOperation(t, o)
		for number, want := range chunks {
			items, _, err := f.ReadChunk(f.ctx, o.ID, int64(number))
			expectNoError(t, err)
			expectEqual(t, "chunk", items, want)
		}
	},
	"operations are listed by originator and together, newest first": func(t *testing.T, f *fixture) {
		north, south := f.createReseller(t, "north"), f.createReseller(t, "south")
		var all, ofNorth []operation.Operation
		for i := range 9 {
			originator := &north
			if i%3 == 0 {
				originator = &south
			}
			o := f.acceptOperation(t, originator, 1)
			all = append(all, o)
			if originator == &north {
				ofNorth = append(ofNorth, o)
			}
		}
		slices.Reverse(all)
		slices.Reverse(ofNorth)
		for _, limit := range []int{1, 2, 4, 9, 100} {
			f.expectOperations(t, "", false, limit, all)
			f.expectOperations(t, north.ID, false, limit, ofNorth)
		}
		f.expectOperations(t, account.ID(f.id(account.ResellerPrefix)), false, 5, nil)
	},
	"previews have lists of their own": func(t *testing.T, f *fixture) {
		north := f.createReseller(t, "north")
		o := f.acceptOperation(t, &north, 1)
		acceptance := f.acceptance(&north, 1)
		acceptance.Operation.Preview = true
		expectNoError(t, f.AcceptOperation(f.ctx, acceptance))
		for _, originator := range []account.ID{"", north.ID} {
			f.expectOperations(t, originator, false, 5, []operation.Operation{o})
			f.expectOperations(t, originator, true, 5, []operation.Operation{acceptance.Operation})
		}
	},
}

// expectOperations expects a list of operations, read in pages.
func (f *fixture) expectOperations(
	t reporter, originator account.ID, arePreviews bool, limit int, want []operation.Operation,
) {
	t.Helper()
	var got []operation.Operation
	for before, hasMore := "", true; hasMore; {
		page, more, err := f.ListOperations(f.ctx, originator, arePreviews, before, limit)
		expectNoError(t, err)
		got = append(got, page...)
		if len(page) > limit || more && len(page) == 0 || len(got) > len(want) {
			t.Fatalf(
				"a page of at most %d has %d operations, more: %v; read %d, want %d",
				limit,
				len(page),
				more,
				len(got),
				len(want),
			)
		}
		if hasMore = more; hasMore {
			before = page[len(page)-1].ID
		}
	}
	expectEqual(t, fmt.Sprintf("operations of %q in pages of %d", originator, limit), got, want)
}
