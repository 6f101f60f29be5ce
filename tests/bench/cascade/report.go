package cascade

import (
	"fmt"
	"runtime"
	"strings"
	"time"

	"tenantry/shared/operation"
)

// Heading is that of the section in docs/figures.md.
const Heading = "Cascades"

// The goals.
const (
	mostTransitions = 0.05 // for an object
	mostTime        = 2 * time.Minute
	mostPrice       = 1.0 // dollars for a million
	mostOverLeast   = 1.5
)

// Report tells what flows cost.
func Report(flows []Measured) string {
	var b strings.Builder
	fmt.Fprintf(&b, introduction, runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), CallLatency.Milliseconds(), TransactionLatency.Milliseconds(),
		StartTime.Milliseconds(), StateTime.Milliseconds(), ChildTime.Milliseconds(), RunTime.Seconds(), Handover.Milliseconds(),
		int(functionMemory), int(functionMemory), int(wholeProcessor))
	for _, m := range flows {
		b.WriteString(m.table())
	}
	for _, m := range flows {
		if m.All {
			b.WriteString(m.priced())
		}
	}
	return b.String()
}

const introduction = `Written by ` + "`make figures-cascade`" + ` (%s/%s, %d processors): the real work on the real store in the emulator, driven by the real state
machines, whose states, retries and waits are followed one by one.

- **Calls** are requests to the storage; **units** are what its answers say they consumed, of the whole flow: accepting, planning, batches, finishing.
- **The least of its bytes**: every row that came, went or is another afterwards is written once, one unit for each begun KB, and once more in
  each index that has it. In **transactions**, as everything here is written but for what is erased of trails, a row of the table costs twice that. **By
  rounds** counts the change of each round of the workflow by itself: of a removal the first closes the accounts, which the second removes. Of **reads**
  only what goes is in the least: what is only changed need not be read for it, though here it is, to be changed only as it was judged.
- **Transitions** are the states that the standard workflow enters, retries included, and one for each child of a Distributed Map, as AWS charges them.
  The children are Express, so their own states are none; they cost requests and seconds besides.
- **Time** is modelled: virtual time passes by %d ms for a call of the storage and %d ms for a transaction (published: single-digit milliseconds, and two
  phases), %d ms for the start of a function (46 ms and its clients, at every call), %d ms for a state, %d ms for a child, %g s for a Map Run (taken on the
  long side; AWS publishes none), %d ms from the acceptance to the workflow's start. Computing is added as if nothing were computed while the storage
  is waited for: what the processor did here, at the part of one that a function of %d MB has (%d/%d). Conflicts of transactions on one item are not in it.
`

// table is the table of one flow.
func (m Measured) table() string {
	var b strings.Builder
	objects := float64(m.Objects())
	fmt.Fprintf(&b, "\n### %s\n\n| what | all | per object | goal |\n|---|---|---|---|\n", m.Name)
	line := func(what string, all float64, goal string) {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", what, rounded(all), rounded(all/objects), goal)
	}
	line("objects", objects, "")
	line("calls of the storage", float64(m.Storage.Trips), "")
	line("read units", m.Storage.ReadUnits, "")
	line("— least, eventually consistent in full pages", m.Least.Reads, "")
	line("write units", m.Storage.WriteUnits, "")
	line("— least of its bytes", m.Least.Writes, "")
	line("— least in transactions", m.Least.Transactional, "")
	line("— least in transactions, by rounds", m.Rounds.Transactional, "")
	ratio := m.Storage.WriteUnits / m.Rounds.Transactional
	fmt.Fprintf(&b, "| — against that least | %.2f × | | ≤ %g ×: %s |\n", ratio, mostOverLeast, met(ratio <= mostOverLeast))
	fmt.Fprintf(&b, "| — against the least before and after: in transactions, of its bytes | %.2f ×, %.2f × | | |\n",
		m.Storage.WriteUnits/m.Least.Transactional, m.Storage.WriteUnits/m.Least.Writes)
	line("rounds of the workflow", float64(m.Workflow.Rounds), "")
	line("calls of the function that does batches", float64(m.Workflow.Invocations[batchFunction]), "")
	line("states of the standard workflow", float64(m.Workflow.States), "")
	line("Express requests", float64(m.Workflow.Children), "")
	transitions := float64(m.Workflow.Transitions())
	line("transitions", transitions, fmt.Sprintf("≤ %g: %s", mostTransitions, met(transitions/objects <= mostTransitions)))
	goal := ""
	if !m.All {
		goal = fmt.Sprintf("≤ %.0f s: %s", mostTime.Seconds(), met(m.Modelled() <= mostTime))
	}
	fmt.Fprintf(&b, "| time on AWS: %.1f s of latencies and waits, %.1f s of computing | %.1f s | %.1f ms | %s |\n", m.Took.Seconds(),
		(m.Modelled() - m.Took).Seconds(), m.Modelled().Seconds(), m.Modelled().Seconds()*1000/objects, goal)
	return b.String()
}

// priced is what a million customers cost, by those that were measured.
func (m Measured) priced() string {
	price, lines := m.million().lines()
	actual, least := m.storagePrice(m.Storage.ReadUnits, m.Storage.WriteUnits), m.storagePrice(m.Rounds.Reads, m.Rounds.Transactional)
	batches := float64(m.Objects()) / operation.BatchSize
	return fmt.Sprintf(`
### A million: %s

By the %s batches that were measured; 1,000,000 customers are %d batches of %d, in 10 groups.

| what | count | price |
|---|---|---|
%s| **orchestration and compute** | ≤ $%.0f: %s | **$%.3f** |
| — of it, computing, as if none went on while the storage is waited for | | $%.3f |
| storage: %.4g write units at $0.625 and %.4g read units at $0.125 a million, for each customer | ≤ %g × the least: %s | $%.2f |
| — least in transactions, by rounds | %.2f × | $%.2f |

%s
`, m.Name, rounded(batches), int(customersOfMillion/operation.BatchSize), operation.BatchSize, lines, mostPrice, met(price <= mostPrice), price, m.computing(),
		m.Storage.WriteUnits/float64(m.Objects()), m.Storage.ReadUnits/float64(m.Objects()), mostOverLeast, met(actual <= mostOverLeast*least), actual,
		actual/least, least, beyond[m.Kind])
}

// beyond is what a kind of work costs more than the least, and why.
var beyond = map[operation.Kind]string{
	operation.Remove: `Beyond that least, each customer by itself has its share given back to its owner's usage and to its plan, once with its subscriptions and once with
itself, and is counted down in its own row, which is in four indexes. One strongly consistent read each is spent on what must not be stale: the operation with its
originator, the account before and after, the subscription, the owner's usage, the trail, and the event that tells whether it was done before.`,
	operation.Move: `Beyond that least, each customer by itself has what it brings taken from its new owner's usage, and its share given back to its old owner's and to the plan
that it leaves, two units each. One strongly consistent read each is spent on what must not be stale: the operation with its originator, the account, the
transfer that may be kept with it, the subscription, and its plan, its old owner and its new one as they were judged.`,
}

func met(is bool) string {
	if is {
		return "met"
	}
	return "**missed**"
}
