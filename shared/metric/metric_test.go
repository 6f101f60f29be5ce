package metric_test

import (
	"os"
	"regexp"
	"slices"
	"sync"
	"testing"

	"tenantry/shared/metric"
)

func TestRecordKeepsTheValuesOfEachMetric(t *testing.T) {
	ctx, recorder := metric.With(t.Context())
	metric.Record(ctx, metric.GateDelay, 40)
	metric.Record(ctx, metric.GateChanges, 1)
	metric.Record(ctx, metric.GateDelay, 70)
	got := recorder.Measurements()
	if len(got) != 2 || got[0].Metric != metric.GateDelay || !slices.Equal(got[0].Values, []float64{40, 70}) ||
		got[1].Metric != metric.GateChanges || !slices.Equal(got[1].Values, []float64{1}) {
		t.Errorf("recorded %v, want the delays 40 and 70, then one change", got)
	}
}

func TestRecordWithoutARecorderDoesNothing(t *testing.T) {
	metric.Record(t.Context(), metric.GateDelay, 40)
	var recorder *metric.Recorder
	if got := recorder.Measurements(); got != nil {
		t.Errorf("a nil recorder has %v, want nothing", got)
	}
}

func TestRecordStopsAtTheLimitOfALogLine(t *testing.T) {
	ctx, recorder := metric.With(t.Context())
	var group sync.WaitGroup
	for range metric.MaxValues + 50 {
		group.Go(func() { metric.Record(ctx, metric.GateDelay, 1) })
	}
	group.Wait()
	if got := recorder.Measurements(); len(got) != 1 || len(got[0].Values) != metric.MaxValues {
		t.Errorf("recorded %d metrics, want one with %d values", len(got), metric.MaxValues)
	}
}

// Each metric costs money, so the alarms or the dashboard read it.
func TestMonitoringReadsEveryMetric(t *testing.T) {
	source, err := os.ReadFile("../../infra/monitoring.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range metric.All() {
		if !regexp.MustCompile(`(MetricName: |")` + m.Name + `\b`).Match(source) {
			t.Errorf("infra/monitoring.yaml does not read %s", m.Name)
		}
	}
}
