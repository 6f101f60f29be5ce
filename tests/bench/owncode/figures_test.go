package owncode

import (
	"flag"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"tenantry/tests/bench/document"
)

var writesFigures = flag.Bool("figures", false, "measure each action and write the section into docs/figures.md")

// before has the figures of each action before its code was made cheaper: processor time in µs, allocations and KB. They
// were measured by the same benchmark, with the collector's settings of that version, by turns with the version after it.
var before = map[string][3]int{
	"get a customer":              {358, 1141, 95},
	"list of a reseller, 25 rows": {1126, 3480, 325},
	"list of all, 25 rows":        {3133, 11143, 914},
	"suspend a customer":          {749, 2394, 214},
	"create a customer":           {838, 2656, 235},
	"suspend one of a batch":      {349, 1296, 113},
}

// runs is how often each action is measured. The quickest run counts.
const runs = 4

// TestFigures writes the section of this package into docs/figures.md. `make figures-owncode` runs it.
func TestFigures(t *testing.T) {
	if !*writesFigures {
		t.Skip("without -figures, nothing is measured")
	}
	debug.SetGCPercent(400) // as platform.Open does (ADR 58)
	var rows strings.Builder
	for _, a := range actions() {
		var best map[string]float64
		for range runs {
			measured := testing.Benchmark(a.benchmark).Extra
			if best == nil || measured[processorTime] < best[processorTime] {
				best = measured
			}
		}
		old, found := before[a.name]
		if !found {
			t.Errorf("there are no earlier figures of %q", a.name)
		}
		fmt.Fprintf(&rows, "| %s | %d µs | %.0f µs | %.2f × | %d | %.0f | %d | %.0f |\n", a.name,
			old[0], best[processorTime], best[processorTime]/float64(old[0]), old[1], best[allocations], old[2], best[allocated])
	}
	text := fmt.Sprintf(section, runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runs, rows.String())
	if err := document.Write("../../../"+document.Path, "Own code", text); err != nil {
		t.Fatal(err)
	}
}

const section = "Written by `make figures-owncode` (%s/%s, %d processors). " + `The quickest of %d runs counts. **Before** is the version whose
list of all read eight shards, on another day.

Each action goes from the event of the Lambda runtime through the handler to the response. The responses of the storage are recorded
bytes, so the SDK's work is included, and the storage's and the network's is not. Processor time includes the garbage collector. A new
customer's password is not hashed. One of a batch is a hundredth of a batch of 100.

| action | processor time before | after | ratio | allocations before | after | KB allocated before | after |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
%s
- **What helped**: the collector runs less often ([ADR 58](adr/0058-collector.md)); the list of all reads fewer shards
  ([ADR 44](adr/0044-lists-get-more-shards.md)); a batch reads the customers of a group with one call instead of one or two for each. A
  list includes its compression, 0.05 ms ([ADR 62](adr/0062-compressed-lists.md)).
- **What is the SDK's**: two thirds of the allocations, 67 %% of a get and 71 %% of a list. Each call builds its middleware, signs the request and
  decodes the response: 0.1 ms and about 370 allocations before the first attribute. Fewer calls help; faster calls need another client.
- **Tried without success**: keeping the resolved endpoint (not measurable); a writer of our own for DynamoDB's expressions (5 %% fewer
  allocations in a suspension and 8 %% in a batch, for 200 lines: the library stays); a collector percentage of 800 (5 to 10 %% in lists,
  for twice the memory).
`
