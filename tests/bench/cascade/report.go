package cascade

import (
	"fmt"
	"runtime"
	"strings"
	"time"

	"tenantry/shared/operation"
	"tenantry/tests/bench/emulator"
)

// Heading is the heading of the section in docs/figures.md.
const Heading = "Cascades"

// The goals.
const (
	maxTransitions = 0.05 // for each object
	maxTime        = 2 * time.Minute
	maxPrice       = 1.0 // dollars for a million customers
	maxRatio       = 1.5 // of the actual cost to the least
)

// Report returns the section of docs/figures.md about the measured flows.
func Report(flows []Measured) string {
	var b strings.Builder
	fmt.Fprintf(
		&b,
		introduction,
		runtime.GOOS,
		runtime.GOARCH,
		runtime.NumCPU(),
		emulator.CallLatency.Milliseconds(),
		emulator.TransactionLatency.Milliseconds(),
		StartTime.Milliseconds(),
		StateTime.Milliseconds(),
		ChildTime.Milliseconds(),
		RunTime.Seconds(),
		StreamDelay.Milliseconds(),
		int(functionMemory),
		int(functionMemory),
		int(fullProcessor),
	)
	for _, m := range flows {
		b.WriteString(m.table())
	}
	for _, m := range flows {
		if m.All {
			b.WriteString(m.priceTable())
		}
	}
	return b.String()
}

const introduction = `Written by ` + "`make figures-cascade`" + ` (%s/%s, %d processors). It runs the real use cases
on the real store in the emulator. They are called as the real state machines say, with their retries and waits, in
virtual time.

- **Calls** are requests to the storage. **Units** are the capacity units that its responses report. Both cover the
  whole operation: accepting, planning, batches and finishing.
- **Least** is the cost of the smallest set of writes with the same result. Each row that is created, changed or
  deleted is written once, one unit for each started KB, and once more in each index that contains it. **In
  transactions** a write to the table costs twice as much. Everything is written in transactions, except deletions of
  events. **By stages** adds the least of each stage of the operation: an account is first closed, or held for its
  move or conversion. The least **reads** are those of the deleted rows. Changed rows are read too, since a change
  is written only if the row is still as it was checked, but the result does not need these reads.
- **Transitions** are the states that the standard workflow enters, including retries, plus one for each child of a
  Distributed Map, as AWS charges them. The children are Express workflows: their states cost nothing, but their
  requests and seconds do.
- **Time** is modelled. Virtual time passes for each call of the storage (%d ms, or %d ms for a transaction: DynamoDB
  publishes single-digit milliseconds, and a transaction has two phases), for each invocation of a function (%d ms: a
  cold start of 46 ms and the creation of clients), for each state (%d ms), each child (%d ms) and each Map Run (%g
  s), and from the acceptance to the start of the workflow (%d ms). AWS publishes no times for workflows; these are
  long estimates. The processor time that was measured here is added as if it never overlapped with waiting for the
  storage, at the speed of a function of %d MB (%d/%d of a processor). Transaction conflicts are not included.
`

// table returns the table of one flow.
func (m Measured) table() string {
	var b strings.Builder
	objects := float64(m.Objects())
	fmt.Fprintf(&b, "\n### %s\n\n| figure | total | per object | goal |\n|---|---|---|---|\n", m.Name)
	row := func(name string, total float64, goal string) {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", name, format(total), format(total/objects), goal)
	}
	row("objects", objects, "")
	row("calls of the storage", float64(m.Storage.Trips), "")
	row("read units", m.Storage.ReadUnits, "")
	row("— least, eventually consistent in full pages", m.Least.Reads, "")
	row("write units", m.Storage.WriteUnits, "")
	row("— least", m.Least.Writes, "")
	row("— least in transactions", m.Least.Transactional, "")
	row("— least in transactions, by stages", m.LeastByStages.Transactional, "")
	ratio := m.Storage.WriteUnits / m.LeastByStages.Transactional
	fmt.Fprintf(&b, "| — ratio to the least in transactions, by stages | %.2f × | | ≤ %g ×: %s |\n",
		ratio, maxRatio, verdict(ratio <= maxRatio))
	fmt.Fprintf(&b, "| — ratio to the least in transactions, and to the least | %.2f ×, %.2f × | | |\n",
		m.Storage.WriteUnits/m.Least.Transactional, m.Storage.WriteUnits/m.Least.Writes)
	row("rounds of the workflow", float64(m.Workflow.Rounds), "")
	row("invocations of the batch function", float64(m.Workflow.Invocations[batchFunction]), "")
	row("states of the standard workflow", float64(m.Workflow.States), "")
	row("Express requests", float64(m.Workflow.Children), "")
	transitions := float64(m.Workflow.Transitions())
	goal := fmt.Sprintf("≤ %g: %s", maxTransitions, verdict(transitions/objects <= maxTransitions))
	row("transitions", transitions, goal)
	goal = ""
	if !m.All {
		goal = fmt.Sprintf("≤ %.0f s: %s", maxTime.Seconds(), verdict(m.Modelled() <= maxTime))
	}
	fmt.Fprintf(&b, "| time on AWS: %.1f s of waiting, %.1f s of computing | %.1f s | %.1f ms | %s |\n", m.Took.Seconds(),
		(m.Modelled() - m.Took).Seconds(), m.Modelled().Seconds(), m.Modelled().Seconds()*1000/objects, goal)
	return b.String()
}

// priceTable returns the table of the price for a million customers.
func (m Measured) priceTable() string {
	price, rows := m.million().price()
	actual := m.storagePrice(m.Storage.ReadUnits, m.Storage.WriteUnits)
	least := m.storagePrice(m.LeastByStages.Reads, m.LeastByStages.Transactional)
	objects := float64(m.Objects())
	var b strings.Builder
	fmt.Fprintf(&b, "\n### A million: %s\n\n", m.Name)
	fmt.Fprintf(&b, "Extrapolated from the %s measured batches. ", format(objects/operation.BatchSize))
	fmt.Fprintf(&b, "1,000,000 customers are %d batches of %d, in 10 groups.\n\n",
		int(million/operation.BatchSize), operation.BatchSize)
	fmt.Fprintf(&b, "| figure | count | price |\n|---|---|---|\n%s", rows)
	fmt.Fprintf(&b, "| **orchestration and compute** | ≤ $%.0f: %s | **$%.3f** |\n",
		maxPrice, verdict(price <= maxPrice), price)
	fmt.Fprintf(&b, "| — of which computing, if it never overlaps with waiting for the storage | | $%.3f |\n",
		m.computePrice())
	fmt.Fprintf(&b, "| storage: %.4g write units at $0.625 and %.4g read units at $0.125 a million, for each customer ",
		m.Storage.WriteUnits/objects, m.Storage.ReadUnits/objects)
	fmt.Fprintf(&b, "| ≤ %g × the least: %s | $%.2f |\n", maxRatio, verdict(actual <= maxRatio*least), actual)
	fmt.Fprintf(&b, "| — least in transactions, by stages | %.2f × | $%.2f |\n\n%s\n",
		actual/least, least, beyondLeast[m.Kind])
	return b.String()
}

// beyondLeast explains why a kind of operation costs more than the least.
var beyondLeast = map[operation.Kind]string{
	operation.Remove: `Beyond the least, the removal of each customer gives back its share of its owner's usage and
of its plan twice: with its subscriptions and with the customer itself. It also counts down the customer's own row,
which is in four indexes. It makes one strongly consistent read each of the operation with its originator, the account
before and after, the subscription, the owner's usage, the audit trail, and the event that shows whether the customer
is already removed.`,
	operation.Move: `Beyond the least, the move of each customer adds its usage to the new owner's, and gives back
its share of the old owner's usage and of the old plan: two units each. It makes one strongly consistent read each of
the operation with its originator, the account, the transfer that may be stored with the account, the subscription,
its plan, the old owner and the new owner.`,
}

func verdict(isMet bool) string {
	if isMet {
		return "met"
	}
	return "**missed**"
}
