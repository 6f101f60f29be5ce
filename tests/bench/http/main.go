// Command http measures the operations over HTTP, as a client of the local stack sees them, with different numbers of
// customers. It writes a section of docs/figures.md, and JSON. `make bench` runs it against its own local stack.
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

func main() {
	customers := report.Sizes{1000, 100_000}
	flag.Var(&customers, "customers", "numbers of customers, in ascending order")
	rounds := flag.Int("rounds", 100, "number of requests of each figure; slow requests are fewer")
	lists := flag.Int("lists", 3000, "number of lists one after the other")
	into := flag.String("into", document.Path, "file to write the figures to")
	jsonFile := flag.String("json", ".local/bench.json", "file to write the figures to as JSON")
	flag.Parse()
	if err := run(context.Background(), customers, *rounds, *lists, *into, *jsonFile); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, customers report.Sizes, rounds, lists int, into, jsonFile string) error {
	figures, err := measure(ctx, customers, rounds, lists)
	if err != nil {
		return err
	}
	table := report.Table(customers, figures)
	text := fmt.Sprintf(section, runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), rounds, pauseTime.Milliseconds(),
		report.MinimumSize, table)
	fmt.Print(text)
	json := report.Section{Heading: heading, At: time.Now().UTC(), Customers: customers, Figures: figures}
	return errors.Join(document.Write(into, heading, text), report.WriteJSON(jsonFile, json))
}

// measure measures all actions with each number of customers, and then the many lists.
func measure(ctx context.Context, customers report.Sizes, rounds, lists int) ([]report.Figure, error) {
	s, err := openStack(ctx)
	if err != nil {
		return nil, err
	}
	all := actions(rounds)
	measured := make([][]sample, len(all))
	figures := []report.Figure{}
	progress := report.NewProgress(os.Stderr, len(customers)*(len(all)+2)+2)
	var crowds []float64
	for _, size := range customers {
		progress.Begin("filling the table up to %d customers", size)
		if err := s.fill(ctx, size); err != nil {
			return nil, err
		}
		for i, a := range all {
			progress.Begin("%s with %d customers", a.name, size)
			sample, err := s.sample(ctx, a)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", a.name, err)
			}
			measured[i] = append(measured[i], sample)
		}
		progress.Begin("%d clients with %d customers", crowd, size)
		each, err := s.crowd(ctx)
		if err != nil {
			return nil, err
		}
		crowds = append(crowds, each)
	}
	hashes := measured[slices.IndexFunc(all, func(a action) bool { return a.name == hashName })]
	for i, a := range all {
		figures = append(figures, a.figure(measured[i], measured[0], hashes))
	}
	figures = append(figures, crowdFigure(crowds))
	progress.Begin("%d lists, one after the other", lists)
	outliers, err := s.manyLists(ctx, lists)
	if err != nil {
		return nil, err
	}
	progress.Begin("the idle stack, after %s", settleTime)
	idle, err := s.idle(ctx)
	return append(figures, outliers, idle), err
}

const heading = "Over HTTP"

const section = `Written by ` + "`make bench`" + ` (%s/%s, %d processors, which the client, the functions and the emulators share). All
figures are from one run against the local stack. Compare them within the run, not with other machines.

- A value is the median and the 99th percentile in ms of %d requests, one after the other over one connection, and the ratio of
  the median to that of health. Health reads one row: this is the time of the local path, with the front door and a function.
  Suspending and activating have half of the requests, what creates something or signs in a fifth, a move a tenth.
- **Before each change** %d ms pass, so that the consumers of the change before do not share the processors with it.
- **Before** is the median, or the three medians with 1,000, 10,000 and 100,000 customers, of the version whose front door passed
  every request to an emulator of Lambda, on another machine of the same kind. Health took 10.5 ms there.
- **Goals** are for the median, or where it says so for the ratio. A goal is met if it is met with each number of customers.
  From one run to the next, the speed of the machine differs by up to a half; the time of a password's hash shows it. So a figure near
  its goal may meet it in one run and miss it in another.
- Most customers are copies of the rows of %d, in the list and the account's own row. They have no search rows, and the owner's
  counters do not contain them.
- **Move** is the time from the request to the end of its operation, as its client sees it: workflow, queues and polling included.
- **Suspending in bulk** spends half of its time in the local DynamoDB, which executes one transaction after the other.
- **The idle stack** is the supervisor, the emulators and the functions that the schedules start, in a minute without requests.
- **A password's hash** is computed in this process, without a request.

%s`
