package stream_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/changefeed"
	"tenantry/shared/event"
	"tenantry/shared/stream"
)

// feed records what is appended to a shard.
type feed struct {
	err     error
	changes map[int][]changefeed.GateChange
}

func (f *feed) AppendFeed(_ context.Context, shard int, changes []changefeed.GateChange) error {
	f.changes[shard] = append(f.changes[shard], changes...)
	return f.err
}

// If the feed is out of reach, everything from the first change of the gate on is delivered again.
func TestAppendGateChanges(t *testing.T) {
	events := []event.Event{
		{Name: event.ContactChanged, Kind: account.Customer, Account: "cus_1"},
		{Name: event.Suspended, Kind: account.Customer, Account: "cus_1"},
		{Name: event.WebsiteSuspended, Kind: account.Customer, Account: "cus_2", Subject: "web_1"},
		{Name: event.Activated, Kind: account.Customer, Account: "cus_1"},
	}
	want := []changefeed.GateChange{{ID: "web_1", Kind: "website"}, {ID: "cus_1", Kind: "customer"}}
	for wantHandled, outage := range map[int]error{4: nil, 1: errOutage} {
		f := &feed{err: outage, changes: map[int][]changefeed.GateChange{}}
		handled, err := stream.AppendGateChanges{Feed: f, Shard: 5}.Handle(t.Context(), events)
		if handled != wantHandled || !errors.Is(err, outage) || !slices.Equal(f.changes[5], want) {
			t.Errorf("handled %d, error %v, appended %v; want %d, %v and %v",
				handled, err, f.changes, wantHandled, outage, want)
		}
	}
	f := &feed{err: errOutage, changes: map[int][]changefeed.GateChange{}}
	handled, err := stream.AppendGateChanges{Feed: f}.Handle(t.Context(), events[:1])
	if handled != 1 || err != nil || len(f.changes) != 0 {
		t.Errorf("an event that does not affect the gate: handled %d, error %v, appended %v; want 1, nil and nothing",
			handled, err, f.changes)
	}
}
