// Command bench measures how fast functions start, and whether the cost of lists, searches and changes depends on the
// number of customers. It compares alternating measurements of one run, because absolute times depend on the machine. It
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
	"time"

	"tenantry/tests/bench/document"
	"tenantry/tests/bench/report"
)

// figure is one row of the table: a value for each size, or none.
type figure struct {
	name         string
	values       []string
	result, goal string
}

func main() {
	customers := report.Sizes{1000, 100_000}
	flag.Var(&customers, "customers", "numbers of customers, one for each table")
	rounds := flag.Int("rounds", 20, "number of measurements of each figure")
	starts := flag.Int("starts", 60, "number of measured starts of each program")
	into := flag.String("into", document.Path, "file to write the figures to")
	jsonFile := flag.String("json", ".local/bench.json", "file to write the figures to as JSON")
	flag.Parse()
	figures, err := measure(context.Background(), customers, *rounds, *starts)
	if err == nil {
		rows := make([]report.Figure, len(figures))
		for i, f := range figures {
			rows[i] = report.Figure{
				Name: f.name, Before: valueBefore(f.name), Values: f.values, Result: f.result, Goal: f.goal,
			}
		}
		table := report.Table(customers, rows)
		text := fmt.Sprintf(section, runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), *starts, *rounds, table)
		fmt.Print(text)
		json := report.Section{Heading: heading, At: time.Now().UTC(), Customers: customers, Figures: rows}
		err = errors.Join(document.Write(*into, heading, text), report.WriteJSON(*jsonFile, json))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func measure(ctx context.Context, customers report.Sizes, rounds, starts int) ([]figure, error) {
	endpoint := os.Getenv("TENANTRY_DYNAMODB")
	if endpoint == "" {
		return nil, errors.New("TENANTRY_DYNAMODB is not set: run `make bench`")
	}
	progress := report.NewProgress(os.Stderr, 1+len(customers)+len(actionsOfStorage()))
	progress.Begin("the start-up of all functions")
	startUpFigures, startUpErr := measureStartUp(ctx, starts)
	storageFigures, storageErr := measureStorage(ctx, endpoint, customers, rounds, progress)
	return append(startUpFigures, storageFigures...), errors.Join(startUpErr, storageErr)
}

const heading = "Start-up, lists, searches and suspending"

const section = `Written by ` + "`make bench`" + ` (%s/%s, %d processors). All figures are from one run.

- **Start-up** is the time from the start of a function's process to its first poll of the Runtime API. It is given as
  a multiple of the start-up of a baseline: a Lambda that loads the AWS configuration, creates the same SDK clients
  and does nothing else, built with the same flags. One baseline loads the SDK's configuration. The light one reads the
  few variables that the functions read (ADR 57). All functions are measured. In each of %d rounds every function
  starts once, beside its baselines. The quickest start of each counts.
- **Before** is the counted figure of an earlier version, which was the same with every number of customers.
- **Zip** is the size of the bootstrap, compressed as for a deployment.
- **The other figures** are of the use cases on the real store, in tables with different numbers of customers of one
  reseller, in %d rounds. *Trips* are requests to the storage, parallel requests included. *Units* are the read and
  write units that the storage reports. *Rows* are the items that reads examine. Authenticating the caller is not
  included: it always takes one trip.
- **Searches and quick navigation** look for a word that all customers contain. The newest rows are copies without an
  account, so quick navigation reads all of its hundred rows: this is its worst case.
- **Search index** is what the consumer of the stream does after a change of one customer. It writes no units after a
  suspension, for which it is not even invoked.

%s`

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
