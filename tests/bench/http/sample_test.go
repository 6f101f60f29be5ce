package main

import "testing"

func TestQuantile(t *testing.T) {
	t.Parallel()
	values := make([]float64, 100)
	for n := range values {
		values[n] = float64(100 - n)
	}
	for part, want := range map[float64]float64{0.5: 50, 0.99: 99, 1: 100} {
		if got := quantile(values, part); got != want {
			t.Errorf("the quantile %g is %g, want %g", part, got, want)
		}
	}
	if got := quantile([]float64{7}, 0.99); got != 7 {
		t.Errorf("the quantile of one value is %g, want 7", got)
	}
}

func TestSampleShowsTheRatioToHealth(t *testing.T) {
	t.Parallel()
	s := sample{action: []float64{4, 4, 200}, health: []float64{2, 2, 2}}
	if got, want := s.String(), "4.0; 200 (2.00 ×)"; got != want {
		t.Errorf("the sample is %q, want %q", got, want)
	}
	faster := sample{action: []float64{2}, health: []float64{2}}
	if got, want := (measurement{s, faster}).ratio(), "2.00 ×"; got != want {
		t.Errorf("the ratio of the sizes is %q, want %q", got, want)
	}
}
