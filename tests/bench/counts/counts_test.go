package counts

import (
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/cryptotest"
	"testing/synctest"

	"tenantry/tests/bench/emulator"
)

var writes = flag.Bool("write", false, "write the costs into "+File+" instead of comparing them")

// TestCosts compares the costs of all operations with the recorded ones. An operation that the scene does not measure
// has no cost, and differs too.
func TestCosts(t *testing.T) {
	file := filepath.Join("..", "..", "..", File)
	recorded, err := Read(file)
	if err != nil {
		t.Fatal(err)
	}
	costs := count(t)
	lines := differences(recorded, costs)
	if *writes {
		text, err := format(recorded, costs)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
	} else if len(lines) > 0 {
		t.Errorf("the recorded costs are out of date; run `make storage-costs` and review the difference:\n  %s",
			strings.Join(lines, "\n  "))
	}
	for _, name := range slices.Sorted(maps.Keys(recorded)) {
		if costs[name].Cost == nil {
			t.Errorf("the scene does not measure %s; add it to play.go", name)
		}
	}
}

// count plays the whole scene and returns the costs of the operations.
func count(t *testing.T) (costs map[string]Operation) {
	t.Helper()
	cryptotest.SetGlobalRandom(t, 1)
	endpoint, wire := emulator.Start(t), emulator.NewWire()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, endpoint, wire)
		s.play()
		costs = s.costs
	})
	return costs
}

func TestDifferences(t *testing.T) {
	t.Parallel()
	cheap, dear := Cost{Trips: 1, ReadUnits: 0.5}, Cost{Trips: 1, ReadUnits: 1}
	recorded := map[string]Operation{
		"getCustomer": {Cost: &cheap, OtherCosts: map[string]Cost{"of another": cheap}}, "getMe": {Cost: &cheap},
	}
	costs := map[string]Operation{
		"getCustomer": {Cost: &cheap, OtherCosts: map[string]Cost{"of another": dear}}, "getGate": {Cost: &cheap},
	}
	if lines := differences(recorded, recorded); len(lines) > 0 {
		t.Errorf("differences of equal costs are %q, want none", lines)
	}
	lines := differences(recorded, costs)
	if len(lines) != 3 || !strings.HasPrefix(lines[0], "getCustomer, of another: ") ||
		!strings.HasPrefix(lines[1], "getGate: ") || !strings.HasPrefix(lines[2], "getMe: ") {
		t.Errorf("differences are %q, want those of the other request, the new operation and the missing one", lines)
	}
}

func TestFormatKeepsCalls(t *testing.T) {
	t.Parallel()
	recorded := map[string]Operation{"getMe": {Calls: []string{"dynamodb:GetItem table"}}}
	text, err := format(recorded, map[string]Operation{"getMe": {Cost: &Cost{Trips: 1}}, "getGate": {Cost: &Cost{}}})
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]Operation
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if len(got["getMe"].Calls) != 1 || got["getMe"].Cost.Trips != 1 || got["getGate"].Calls == nil {
		t.Errorf("the file is %s, want the calls with the costs", text)
	}
}
