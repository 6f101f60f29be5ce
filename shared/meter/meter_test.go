package meter_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"tenantry/shared/meter"
)

func TestMeterAddsUpConcurrentCalls(t *testing.T) {
	ctx, m := meter.With(context.Background())
	var calls sync.WaitGroup
	for range 50 {
		calls.Go(func() { meter.From(ctx).Add("dynamodb:GetItem table", 0.5, 2) })
		calls.Go(func() { meter.From(ctx).AddRows(3) })
	}
	calls.Wait()
	got := m.Figures()
	if got.Trips != 50 || got.ReadUnits != 25 || got.WriteUnits != 100 || got.Rows != 150 || len(got.Calls) != 50 {
		t.Errorf("figures = %+v, want 50 trips and calls, 25 read units, 100 write units and 150 rows", got)
	}
}

// A request with thousands of calls lists every kind of call, and its log line stays short.
func TestMeterListsFewRepeatedCalls(t *testing.T) {
	_, m := meter.With(context.Background())
	for range 1000 {
		m.Add("dynamodb:GetItem table", 1, 0)
	}
	m.Add("dynamodb:PutItem table", 0, 1)
	if got := m.Figures(); got.Trips != 1001 || len(got.Calls) != 201 || got.Calls[200] != "dynamodb:PutItem table" {
		t.Errorf("%d trips and %d calls, want 1001 trips and 201 calls, the last a PutItem", got.Trips, len(got.Calls))
	}
}

func TestNilMeterCountsNothing(t *testing.T) {
	m := meter.From(context.Background())
	m.Add("dynamodb:GetItem table", 1, 1)
	if got := m.Figures(); got.Trips != 0 {
		t.Errorf("figures = %+v, want none", got)
	}
}

func TestFiguresInLogLine(t *testing.T) {
	var out bytes.Buffer
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", slog.Any("storage", meter.Figures{}))
	want := `"storage":{"trips":0,"readUnits":0,"writeUnits":0,"rows":0,"calls":[]}`
	if !strings.Contains(out.String(), want) {
		t.Errorf("log line = %s, want it to contain %s", out.String(), want)
	}
}
