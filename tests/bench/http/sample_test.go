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

func TestFigureShowsTheRatiosOfMedians(t *testing.T) {
	t.Parallel()
	health := []sample{{2, 2, 2}, {1}}
	f := action{name: "get"}.figure([]sample{{4, 4, 200}, {2}}, health, nil)
	if len(f.Values) != 2 || f.Values[0] != "4.0; 200 (2.00 ×)" || f.Values[1] != "2.0; 2.0 (2.00 ×)" ||
		f.Result != "2.00 ×" {
		t.Errorf("the figure is %+v, want a ratio of 2 everywhere", f)
	}
}

func TestGoalIsMetWithEachNumberOfCustomers(t *testing.T) {
	t.Parallel()
	health, hashes := []sample{{1}, {1}}, []sample{{20}, {30}}
	for want, c := range map[string]struct {
		goal    goal
		samples []sample
	}{
		"":                                {goal{}, []sample{{4}, {4}}},
		"≤ 4 ms: met":                     {goal{ms: 4}, []sample{{4}, {3}}},
		"≤ 4 ms: **missed**":              {goal{ms: 4}, []sample{{3}, {5}}},
		"≤ the hash and 5 ms: met":        {goal{ms: 5, besideHash: true}, []sample{{25}, {35}}},
		"≤ the hash and 5 ms: **missed**": {goal{ms: 5, besideHash: true}, []sample{{26}, {30}}},
	} {
		f := action{goal: c.goal}.figure(c.samples, health, hashes)
		if f.Goal != want {
			t.Errorf("the medians %v have the goal %q, want %q", c.samples, f.Goal, want)
		}
	}
}
