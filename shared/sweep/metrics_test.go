package sweep_test

import (
	"testing"

	"tenantry/shared/metric"
)

// The alarm on late sweeps is also raised if a value is missing, so every sweep has one.
func TestSweepMeasuresItsLateness(t *testing.T) {
	s := newScene(t)
	ctx, recorder := metric.With(t.Context())
	if _, err := s.sweep.Run(ctx, "req-1", struct{}{}); err != nil {
		t.Fatal(err)
	}
	got := recorder.Measurements()
	if len(got) != 2 || got[0].Metric != metric.SweepLateness || got[1].Metric != metric.SweepStuck {
		t.Fatalf("measured %v, want the lateness and the number of stuck entries", got)
	}
	if got[0].Values[0] != 0 || got[1].Values[0] != 0 {
		t.Errorf("measured %v, want zeros: nothing is due", got)
	}
}
