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
	"strconv"
	"strings"

	"tenantry/tests/bench/document"
)

// figure is one row of the table: a value for each size, or none.
type figure struct {
	name         string
	values       []string
	result, goal string
}

// sizes are the numbers of customers of the tables.
type sizes []int

func (s *sizes) String() string { return fmt.Sprint(*s) }

// Set implements flag.Value.
func (s *sizes) Set(list string) error {
	*s = nil
	for part := range strings.SplitSeq(list, ",") {
		size, err := strconv.Atoi(part)
		if err != nil || size < templates {
			return fmt.Errorf("%q is no number from %d on", part, templates)
		}
		*s = append(*s, size)
	}
	return nil
}

func main() {
	customers := sizes{1000, 10_000}
	flag.Var(&customers, "customers", "numbers of customers, one for each table")
	rounds := flag.Int("rounds", 20, "number of measurements of each figure")
	into := flag.String("into", document.Path, "file to write the figures to")
	flag.Parse()
	figures, err := measure(context.Background(), customers, *rounds)
	if err == nil {
		text := fmt.Sprintf(section, runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), *rounds, tableOf(customers, figures))
		fmt.Print(text)
		err = document.Write(*into, heading, text)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func measure(ctx context.Context, customers sizes, rounds int) ([]figure, error) {
	endpoint := os.Getenv("TENANTRY_DYNAMODB")
	if endpoint == "" {
		return nil, errors.New("TENANTRY_DYNAMODB is not set: run `make bench`")
	}
	startUpFigures, startUpErr := measureStartUp(ctx, rounds)
	storageFigures, storageErr := measureStorage(ctx, endpoint, customers, rounds)
	return append(startUpFigures, storageFigures...), errors.Join(startUpErr, storageErr)
}

// tableOf returns the figures as a table in Markdown.
func tableOf(customers sizes, figures []figure) string {
	var table strings.Builder
	row := func(name string, values []string, result, goal string) {
		fmt.Fprintf(&table, "| %-60s |", name)
		for i := range customers {
			value := ""
			if i < len(values) {
				value = values[i]
			}
			fmt.Fprintf(&table, " %8s |", value)
		}
		fmt.Fprintf(&table, " %-29s | %-9s |\n", result, goal)
	}
	heads, lines := make([]string, len(customers)), make([]string, len(customers))
	for i, size := range customers {
		heads[i], lines[i] = strconv.Itoa(size), "---:"
	}
	row("figure, with this number of customers", heads, "largest / smallest", "goal")
	row("---", lines, "---", "---")
	for _, f := range figures {
		row(f.name, f.values, f.result, f.goal)
	}
	return table.String()
}

const heading = "Start-up, lists, searches and suspending"

const section = `Written by ` + "`make bench`" + ` (%s/%s, %d processors). All figures are from one run.

- **Start-up** is the time from the start of a function's process to its first poll of the Runtime API. It is given as
  a multiple of the start-up of a baseline: a Lambda that loads the AWS configuration, creates the same SDK clients
  and does nothing else, built with the same flags. One baseline loads the SDK's configuration. The light one reads the
  few variables that the functions read (ADR 57). The quickest of all rounds counts. All functions are measured.
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
