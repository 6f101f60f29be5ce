package counts

import (
	"flag"
	"path/filepath"
	"strings"
	"testing"
	"testing/cryptotest"
	"testing/synctest"

	"tenantry/tests/bench/emulator"
)

var writes = flag.Bool("write", false, "write the costs into "+File+" instead of comparing them")

// TestCosts compares the costs of all operations with the recorded ones.
func TestCosts(t *testing.T) {
	file := filepath.Join("..", "..", "..", File)
	costs := count(t)
	if *writes {
		if err := write(file, costs); err != nil {
			t.Fatal(err)
		}
	}
	recorded, err := Read(file)
	if err != nil {
		t.Fatal(err)
	}
	if lines := differences(recorded, costs); len(lines) > 0 {
		t.Errorf("the recorded costs are out of date; run `make storage-costs` and review the difference:\n  %s",
			strings.Join(lines, "\n  "))
	}
}

// count plays the whole scene and returns the costs of the operations.
func count(t *testing.T) (costs map[string]Cost) {
	t.Helper()
	for name, value := range environment {
		t.Setenv(name, value)
	}
	cryptotest.SetGlobalRandom(t, 1)
	endpoint, wire := emulator.Start(t), emulator.NewWire()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, endpoint, wire)
		s.play()
		costs = s.costs
	})
	return costs
}
