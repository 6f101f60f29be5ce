// Command bench measures how fast functions start, and whether the cost of lists and suspensions depends on the number
// of customers. It compares alternating measurements of one run, because absolute times depend on the machine. It
// prints a table and writes it into docs/figures.md. `make bench` runs it against its own local stack.
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

// figure is one row of the table.
type figure struct{ name, few, many, result, goal string }

func main() {
	few := flag.Int("few", 1000, "number of customers in the smaller table")
	many := flag.Int("many", 10_000, "number of customers in the larger table, up to 100000")
	rounds := flag.Int("rounds", 20, "number of measurements of each figure")
	into := flag.String("into", document.Path, "file to write the figures to")
	flag.Parse()
	figures, err := measure(context.Background(), *few, *many, *rounds)
	if err == nil {
		var table strings.Builder
		for _, f := range figures {
			fmt.Fprintf(&table, "| %-60s | %6s | %6s | %-29s | %-9s |\n", f.name, f.few, f.many, f.result, f.goal)
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
	if endpoint == "" {
		return nil, errors.New("TENANTRY_DYNAMODB is not set: run `make bench`")
	}
	if few < templates || many <= few {
		return nil, fmt.Errorf("-few must be at least %d, and -many larger than -few", templates)
	}
	startUpFigures, startUpErr := measureStartUp(ctx, rounds)
	storageFigures, storageErr := measureStorage(ctx, endpoint, few, many, rounds)
	return append(startUpFigures, storageFigures...), errors.Join(startUpErr, storageErr)
}

const heading = "Start-up, lists and suspending"

const section = `Written by ` + "`make bench`" + ` (%s/%s, %d processors). All figures are from one run.

- **Start-up** is the time from the start of a function's process to its first poll of the Runtime API. It is given as
  a multiple of the start-up of a baseline: a Lambda that loads the AWS configuration, creates the same SDK clients
  and does nothing else, built with the same flags. The quickest of all rounds counts. All functions are measured.
- **Zip** is the size of the bootstrap, compressed as for a deployment.
- **Lists and suspending** run the use cases on the real store, in two tables with %d (few) and %d (many) customers of
  one reseller, in %d rounds. *Trips* are requests to the storage, parallel requests included. *Units* are read and
  write units. Authenticating the caller is not included: it always takes one trip.
- **Searches and quick navigation** look for a word that all customers contain. *Index a renamed customer* is what the
  consumer of the stream does after a change of the name.

| figure | few | many | result | goal |
|---|---|---|---|---|
%s`

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
