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
	}
	calls.Wait()
	got := m.Figures()
	if got.Trips != 50 || got.ReadUnits != 25 || got.WriteUnits != 100 || len(got.Calls) != 50 {
		t.Errorf("figures = %+v", got)
	}
}

// A request of thousands of calls lists each kind of call, and still fits into a log line.
func TestManyCalls(t *testing.T) {
	_, m := meter.With(context.Background())
	for range 1000 {
		m.Add("dynamodb:GetItem table", 1, 0)
	}
	m.Add("dynamodb:PutItem table", 0, 1)
	if got := m.Figures(); got.Trips != 1001 || len(got.Calls) != 201 || got.Calls[200] != "dynamodb:PutItem table" {
		t.Errorf("%d trips, %d calls", got.Trips, len(got.Calls))
	}
}

func TestWithoutMeterNothingIsCounted(t *testing.T) {
	m := meter.From(context.Background())
	m.Add("dynamodb:GetItem table", 1, 1)
	if got := m.Figures(); got.Trips != 0 {
		t.Errorf("figures = %+v", got)
	}
}

func TestFiguresInALogLine(t *testing.T) {
	var out bytes.Buffer
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", slog.Any("storage", meter.Figures{}))
	if want := `"storage":{"trips":0,"readUnits":0,"writeUnits":0,"calls":[]}`; !strings.Contains(out.String(), want) {
		t.Errorf("line = %s, want %s in it", out.String(), want)
	}
}
