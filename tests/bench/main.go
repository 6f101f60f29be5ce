// Command bench measures, side by side in one run, what the design promises: how fast functions start, and that lists and
// suspensions cost the same however many customers there are. It prints one table, and writes it into docs/figures.md.
//
// `make bench` runs it against a local stack of its own. It compares; no test depends on how long anything takes.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"

	"tenantry/tests/bench/document"
)

// figure is one line of the table.
type figure struct{ what, few, many, result, goal string }

func main() {
	few := flag.Int("few", 1000, "customers of the smaller table")
	many := flag.Int("many", 10_000, "customers of the larger table, up to 100000")
	rounds := flag.Int("rounds", 20, "how often each thing is measured")
	into := flag.String("into", document.Path, "file for the figures")
	flag.Parse()
	figures, err := measure(context.Background(), *few, *many, *rounds)
	if err == nil {
		var table strings.Builder
		for _, f := range figures {
			fmt.Fprintf(&table, "| %-60s | %6s | %6s | %-29s | %-9s |\n", f.what, f.few, f.many, f.result, f.goal)
		}
		fmt.Print(table.String())
		section := fmt.Sprintf(section, runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), *few, *many, *rounds, table.String())
		err = document.Write(*into, heading, section)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func measure(ctx context.Context, few, many, rounds int) ([]figure, error) {
	endpoint := os.Getenv("TENANTRY_DYNAMODB")
	if endpoint == "" || few < templates || many <= few {
		return nil, fmt.Errorf("run `make bench`; tables have at least %d customers, the larger one more", templates)
	}
	started, startErr := startUp(ctx, rounds)
	stored, err := storage(ctx, endpoint, few, many, rounds)
	return append(started, stored...), errors.Join(startErr, err)
}

const heading = "Start-up, lists and suspending"

const section = `Written by ` + "`make bench`" + ` (%s/%s, %d processors), which measures all of it side by side in one run.

- **Start-up** is from the start of a function's process to its first poll of the Runtime API, here one that has nothing to do, against a
  Lambda that loads the AWS configuration, makes the same SDK clients and does nothing else, built with the same flags. The quickest of
  the turns counts. All functions are measured.
- **Zip** is the bootstrap, compressed as for a deployment.
- **Lists and suspending** are the use cases with the real store, in tables of their own with %d (few) and %d (many) customers of one
  reseller, in %d turns. Trips are requests to the storage, those side by side included; units are of reads and writes. Proving the caller
  is not included: one trip, the same for all.

| what | few | many | result | goal |
|---|---|---|---|---|
%s`

func median(of []float64) float64 {
	of = slices.Sorted(slices.Values(of))
	return of[len(of)/2]
}
