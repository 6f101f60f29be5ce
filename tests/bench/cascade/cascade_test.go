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
	figures       = flag.Bool("figures", false, "measure all flows and write the figures into "+document.Path)
	subscriptions = flag.Int("subscriptions", 10_000, "number of subscriptions in flows of one customer")
	customers     = flag.Int("customers", 2000, "number of customers in flows of many customers")
)

// flows returns the flows that are measured. To measure another kind of operation, add a line.
func flows(subscriptions, customers int) []cascade.Flow {
	large := fmt.Sprintf("one customer with %d subscriptions, each with a website", subscriptions)
	bulk := fmt.Sprintf("%d customers, each with a subscription and a website", customers)
	base := cascade.Flow{Machine: "long-batches.asl.json", Width: 5}
	largeFlow, bulkFlow := base, base
	largeFlow.Customers, largeFlow.Subscriptions = 1, subscriptions
	bulkFlow.Customers, bulkFlow.Subscriptions, bulkFlow.All = customers, 1, true
	flow := func(f cascade.Flow, name string, kind operation.Kind) cascade.Flow {
		f.Name, f.Kind = name, kind
		return f
	}
	onPlan := largeFlow
	onPlan.OnPlan = true
	return []cascade.Flow{
		flow(largeFlow, "Removing "+large, operation.Remove),
		flow(largeFlow, "Moving "+large, operation.Move),
		flow(onPlan, "Moving "+large+", onto a plan", operation.Move),
		flow(largeFlow, "Converting "+large, operation.Convert),
		flow(bulkFlow, "Removing "+bulk, operation.Remove),
		flow(bulkFlow, "Moving "+bulk, operation.Move),
	}
}

// TestFigures writes the figures for `make figures-cascade`. It is a test because virtual time exists only in tests.
func TestFigures(t *testing.T) {
	if !*figures {
		t.Skip("takes minutes: run `make figures-cascade`")
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

// The expected counts were worked out by hand. Each workflow has one round with one batch, and enters eight states.
func TestCounts(t *testing.T) {
	t.Parallel()
	for _, f := range flows(5, 3) {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			deleted := 0
			if f.Kind == operation.Remove {
				// For each customer: its account, its login, the event of its creation, its registrable domain.
				// For each subscription: the subscription, its website, its domain, an event.
				deleted = f.Customers * (4 + 4*f.Subscriptions)
			}
			m := cascade.Measure(t, f)
			w := m.Workflow
			if w.States != 8 || w.Children != 1 || w.Transitions() != 9 || w.Rounds != 1 || w.Invocations["RunBatch"] != 1 {
				t.Errorf("the workflow counts %+v, want one round with 8 states and one child", w)
			}
			if m.Least.Deleted != deleted {
				t.Errorf("%d rows are deleted, want %d", m.Least.Deleted, deleted)
			}
			if m.Storage.Trips != m.Requests || m.Storage.ReadUnits == 0 {
				t.Errorf("the meter counts %+v, want %d trips and some read units", m.Storage, m.Requests)
			}
			if m.Storage.WriteUnits < m.LeastByStages.Transactional ||
				m.LeastByStages.Transactional <= m.Least.Transactional || m.Least.Transactional <= m.Least.Writes {
				t.Errorf("%g write units, least %+v, by stages %+v", m.Storage.WriteUnits, m.Least, m.LeastByStages)
			}
			if m.Took <= 0 || cascade.Report([]cascade.Measured{m}) == "" {
				t.Errorf("the flow took %s, want more than 0", m.Took)
			}
		})
	}
}
