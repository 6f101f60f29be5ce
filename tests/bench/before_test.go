package main

import "testing"

// The names in before are those of figures, or they would never be shown.
func TestFiguresHaveEarlierValues(t *testing.T) {
	t.Parallel()
	names := map[string]bool{"zip, largest": true}
	ratios := startUpRatios{
		baseline: baseline{name: "the SDK's configuration"}, names: []string{"get-thing"}, ratios: []float64{1},
	}
	for _, f := range ratios.figures() {
		names[functionCount.ReplaceAllString(f.name, "")] = true
	}
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
	if got := valueBefore("zip, largest of 102 functions"); got == "" {
		t.Error("the largest zip has no earlier value, want one whatever the number of functions")
	}
}
