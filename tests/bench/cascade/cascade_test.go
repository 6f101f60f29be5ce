package cascade_test

import (
	"flag"
	"fmt"
	"path/filepath"
	"testing"

	"tenantry/shared/operation"
	"tenantry/tests/bench/cascade"
	"tenantry/tests/bench/document"
)

var (
	figures       = flag.Bool("figures", false, "measure flows, and write the figures into "+document.Path)
	subscriptions = flag.Int("subscriptions", 10_000, "of the one customer that is measured")
	customers     = flag.Int("customers", 2000, "that are measured in bulk")
)

const (
	remove  = "remove-customers.asl.json"
	move    = "move-customers.asl.json"
	convert = "convert-customers.asl.json"
)

// flows are what is measured: a kind of long work is a line.
func flows(subscriptions, customers int) []cascade.Flow {
	one, bulk := fmt.Sprintf("one customer of %d subscriptions, a website each", subscriptions), fmt.Sprintf("%d customers of a subscription with a website", customers)
	return []cascade.Flow{
		{Name: "Removing " + one, Kind: operation.Remove, Machine: remove, Width: 5, Customers: 1, Subscriptions: subscriptions},
		{Name: "Moving " + one, Kind: operation.Move, Machine: move, Width: 5, Customers: 1, Subscriptions: subscriptions},
		{Name: "Moving " + one + ", onto a plan", Kind: operation.Move, Machine: move, Width: 5, Customers: 1, Subscriptions: subscriptions, OnPlan: true},
		{Name: "Converting " + one, Kind: operation.Convert, Machine: convert, Width: 5, Customers: 1, Subscriptions: subscriptions},
		{Name: "Removing " + bulk, Kind: operation.Remove, Machine: remove, Width: 5, Customers: customers, Subscriptions: 1, All: true},
		{Name: "Moving " + bulk, Kind: operation.Move, Machine: move, Width: 5, Customers: customers, Subscriptions: 1, All: true},
	}
}

// TestFigures is the command of `make figures-cascade`. It is a test because virtual time passes in tests only.
func TestFigures(t *testing.T) {
	if !*figures {
		t.Skip("measures for minutes: run `make figures-cascade`")
	}
	var measured []cascade.Measured
	for _, f := range flows(*subscriptions, *customers) {
		measured = append(measured, cascade.Measure(t, f))
	}
	section := cascade.Report(measured)
	fmt.Println(section)
	if err := document.Write(filepath.Join("..", "..", "..", document.Path), cascade.Heading, section); err != nil {
		t.Fatal(err)
	}
}

// What is counted is what can be counted by hand: rounds of seven states each with pauses between them and an end, in which a batch is done.
func TestCounts(t *testing.T) {
	t.Parallel()
	for _, f := range flows(5, 3) {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			rounds, gone, closed := 1, 0, 0
			if f.Kind == operation.Remove {
				// account, login, event of its creation; and of each subscription: it, a website, a domain, an event
				rounds, gone, closed = 2, f.Customers*(3+4*f.Subscriptions), f.Customers
			}
			m := cascade.Measure(t, f)
			if w := m.Workflow; w.States != 8*rounds || w.Children != rounds || w.Transitions() != 9*rounds || w.Rounds != rounds || w.Invocations["RunBatch"] != rounds {
				t.Errorf("the workflow counts %+v", w)
			}
			if m.Least.Gone != gone || m.Rounds.Gone != gone+closed {
				t.Errorf("%d rows are gone, %d by rounds, want %d", m.Least.Gone, m.Rounds.Gone, gone)
			}
			if m.Storage.Trips != m.Requests || m.Storage.ReadUnits == 0 {
				t.Errorf("%d calls are metered, %d were made: %+v", m.Storage.Trips, m.Requests, m.Storage)
			}
			if one := m.Rounds == m.Least; m.Storage.WriteUnits < m.Rounds.Transactional || one != (rounds == 1) ||
				m.Rounds.Transactional < m.Least.Transactional || m.Least.Transactional <= m.Least.Writes {
				t.Errorf("%g write units, %+v, by rounds %+v", m.Storage.WriteUnits, m.Least, m.Rounds)
			}
			if m.Took <= 0 || cascade.Report([]cascade.Measured{m}) == "" {
				t.Error("no time has passed")
			}
		})
	}
}
