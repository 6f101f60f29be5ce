package stream_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/changefeed"
	"tenantry/shared/event"
	"tenantry/shared/metric"
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
		handled, err := stream.AppendGateChanges{Feed: f, Shard: 5, Now: now}.Handle(t.Context(), events)
		if handled != wantHandled || !errors.Is(err, outage) || !slices.Equal(f.changes[5], want) {
			t.Errorf("handled %d, error %v, appended %v; want %d, %v and %v",
				handled, err, f.changes, wantHandled, outage, want)
		}
	}
	f := &feed{err: errOutage, changes: map[int][]changefeed.GateChange{}}
	handled, err := stream.AppendGateChanges{Feed: f, Now: now}.Handle(t.Context(), events[:1])
	if handled != 1 || err != nil || len(f.changes) != 0 {
		t.Errorf("an event that does not affect the gate: handled %d, error %v, appended %v; want 1, nil and nothing",
			handled, err, f.changes)
	}
}

// now is five minutes after midnight.
func now() time.Time { return time.Date(2026, 11, 29, 0, 5, 0, 0, time.UTC) }

// The objective counts changes of the gate only, and only when they are in the feed.
func TestAppendGateChangesMeasuresTheDelay(t *testing.T) {
	events := []event.Event{
		{Name: event.ContactChanged, Kind: account.Customer, Account: "cus_1", At: now().Add(-time.Hour)},
		{Name: event.Suspended, Kind: account.Customer, Account: "cus_1", At: now().Add(-stream.GateObjective)},
		{
			Name:    event.Activated,
			Kind:    account.Customer,
			Account: "cus_1",
			At:      now().Add(-stream.GateObjective - time.Millisecond),
		},
	}
	for name, c := range map[string]struct {
		outage error
		want   []metric.Measurement
	}{
		"appended": {nil, []metric.Measurement{
			{Metric: metric.GateDelay, Values: []float64{5000, 5001}},
			{Metric: metric.GateChanges, Values: []float64{2}},
			{Metric: metric.LateGateChanges, Values: []float64{1}},
		}},
		"not appended": {errOutage, nil},
	} {
		ctx, recorder := metric.With(t.Context())
		f := &feed{err: c.outage, changes: map[int][]changefeed.GateChange{}}
		_, err := stream.AppendGateChanges{Feed: f, Now: now}.Handle(ctx, events)
		if got := recorder.Measurements(); !errors.Is(err, c.outage) || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: error %v, measured %v; want %v and %v", name, err, got, c.outage, c.want)
		}
	}
}
