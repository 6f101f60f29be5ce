package main

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"tenantry/tests/bench/counts"
)

// TestDocument fails if docs/cost.md does not match the counts, the template, the workload and the prices.
func TestDocument(t *testing.T) {
	t.Chdir("../../..")
	if err := run(true); err != nil {
		t.Error(err)
	}
}

// The workload names operations and requests. One with another name would cost nothing.
func TestWorkloadIsCounted(t *testing.T) {
	t.Chdir("../../..")
	m, _, err := load()
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range workload {
		for _, w := range g.works {
			if m.cost(w.operation, w.request) == (counts.Cost{}) {
				t.Errorf("docs/storage-calls.json has no cost of %s", nameOf(w.operation, w.request))
			}
		}
	}
	for _, operation := range probeOperations {
		if m.cost(operation, "") == (counts.Cost{}) {
			t.Errorf("docs/storage-calls.json has no cost of %s, which the probe calls", operation)
		}
	}
}

// The expected prices were worked out by hand.
func TestMillion(t *testing.T) {
	t.Parallel()
	m := model{
		operations: map[string]counts.Operation{"getThing": {Cost: &counts.Cost{
			Trips: 2, ReadUnits: 3, WriteUnits: 4, WaitMs: 20, LogBytes: 374, ResponseBytes: 400,
		}}},
		memory: map[string]float64{"getThing": 1769.0 / 4}, routed: map[string]bool{"getThing": true}, quiet: true,
	}
	got := m.million("getThing", "")
	want := parts{
		requests: 1.2,
		duration: 0.0000166667 * 1e6 * (0.020 + 0.0024*4) * 1769 / 4 / 1024,
		reads:    0.375, writes: 2.5,
		logs: 0.5 * (374 + 26 + 260 + 26) / 1000, transfer: 0.09,
	}
	for name, pair := range map[string][2]float64{
		"requests": {got.requests, want.requests}, "duration": {got.duration, want.duration}, "reads": {got.reads, want.reads},
		"writes": {got.writes, want.writes}, "logs": {got.logs, want.logs}, "transfer": {got.transfer, want.transfer},
	} {
		if math.Abs(pair[0]-pair[1]) > 1e-9 {
			t.Errorf("%s cost $%g, want $%g", name, pair[0], pair[1])
		}
	}
}

// API Gateway counts a request for each 512 KB.
func TestLargeResponsesAreSeveralRequests(t *testing.T) {
	t.Parallel()
	m := model{
		operations: map[string]counts.Operation{"getThing": {Cost: &counts.Cost{ResponseBytes: 600_000}}},
		memory:     map[string]float64{"getThing": 256}, routed: map[string]bool{"getThing": true},
	}
	if got, want := m.million("getThing", "").requests, 2.2; math.Abs(got-want) > 1e-9 {
		t.Errorf("a million requests cost $%g, want $%g", got, want)
	}
}

// The panel's build fails if the first load has more bytes than the bill.
func TestPanelHasAtMostTheBytesOfTheBill(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../panel/tools/first-load.mjs")
	if err != nil {
		t.Fatal(err)
	}
	match := regexp.MustCompile(`budget = ([\d_]+);`).FindSubmatch(text)
	if match == nil {
		t.Fatal("first-load.mjs has no budget")
	}
	digits := strings.ReplaceAll(string(match[1]), "_", "")
	if budget, err := strconv.Atoi(digits); err != nil || budget > panelBytes {
		t.Errorf("the first load may have %s bytes, the bill has %d", digits, panelBytes)
	}
}

func TestDollars(t *testing.T) {
	t.Parallel()
	for amount, want := range map[float64]string{
		0: "0", 0.0004: "< 0.001", 0.0006: "0.001", 0.25: "0.250", 12.345: "12.35", 1234.5: "1,234",
	} {
		if got := dollars(amount); got != want {
			t.Errorf("%g dollars are written %q, want %q", amount, got, want)
		}
	}
}

func TestMemoryOf(t *testing.T) {
	t.Parallel()
	template := "Globals:\n    MemorySize: 256\n\n  A:\n      CodeUri: build/get-thing/\n\n  B:\n" +
		"      CodeUri: build/hash-thing/\n      MemorySize: 1769 # for the hash\n\n"
	for operation, want := range map[string]float64{"getThing": 256, "hashThing": 1769} {
		if got, err := memoryOf(template, operation); err != nil || got != want {
			t.Errorf("%s has %g MB, %v, want %g", operation, got, err, want)
		}
	}
	if _, err := memoryOf(template, "noThing"); err == nil {
		t.Error("no error for an operation without a function")
	}
}
