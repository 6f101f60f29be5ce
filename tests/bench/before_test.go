package main

import "testing"

// The names in before are those of figures, or they would never be shown.
func TestFiguresHaveEarlierValues(t *testing.T) {
	t.Parallel()
	names := map[string]bool{"start-up, slowest": true, "start-up, median": true, "zip, largest": true}
	for _, a := range actionsOfStorage() {
		for _, unit := range []string{"trips", "rows", "read units", "write units"} {
			names[a.name+": "+unit] = true
		}
	}
	for name := range before {
		if !names[name] {
			t.Errorf("before has %q, which is no figure", name)
		}
	}
	if got := valueBefore("start-up, median of 102 functions"); got != before["start-up, median"] || got == "" {
		t.Errorf("the median start-up was %q before, want a value whatever the number of functions", got)
	}
}
