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
	read := meter.Figures{
		Trips:     2,
		ReadUnits: 0.5,
		Rows:      1,
		Calls:     []string{"dynamodb:GetItem table", "sqs:SendMessage Queue"},
	}
	for name, c := range map[string]struct {
		figures meter.Figures
		level   slog.Level
		want    string
	}{
		"without calls of the storage": {meter.Figures{}, slog.LevelDebug, `"msg":"x"}`},
		"at the level INFO":            {read, slog.LevelInfo, `"msg":"x","storage":{"trips":2,"readUnits":0.5,"rows":1}}`},
		"at the level DEBUG": {
			read, slog.LevelDebug, `"msg":"x","storage":{"trips":2,"readUnits":0.5,"rows":1,` +
				`"calls":["dynamodb:GetItem table","sqs:SendMessage Queue"]}}`,
		},
		"a write": {meter.Figures{Trips: 1, WriteUnits: 2}, slog.LevelInfo, `"msg":"x","storage":{"trips":1,"writeUnits":2}}`},
	} {
		var out bytes.Buffer
		logger := slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: c.level}))
		logger.LogAttrs(t.Context(), slog.LevelInfo, "x", c.figures.LogAttr(t.Context(), logger))
		if !strings.HasSuffix(out.String(), c.want+"\n") {
			t.Errorf("%s: the log line is %s, want it to end with %s", name, out.String(), c.want)
		}
	}
}
