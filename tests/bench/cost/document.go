package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"tenantry/tests/bench/counts"
	"tenantry/tests/bench/emulator"
	"tenantry/tests/bench/price"
)

// sizes are the numbers of customers for which a month is computed.
var sizes = []float64{1000, 100_000, 1_000_000}

const introduction = `# Cost

Written by ` + "`make cost`" + ` from the counts in [storage-calls.json](storage-calls.json), the memory of the functions in
` + "`template.yaml`" + ` and the prices below. A test compares this page with them, so a change that costs more shows in review.

- **Counts** come from a fixed scene (` + "`tests/bench/counts`" + `), in which each operation runs once on the real store. A page
  of customers has 25 of 1,000. They resemble each other, so their page compresses to a ninth; a page of real names to about a fifth.
- **Duration** is modelled: a call of AWS takes %d ms and a transaction %d ms, one after the other where the code waits for
  one before the next. An invocation computes %g ms, and %g ms more for each call, on a whole processor; a function of 256 MB has
  a seventh of one. A password hash takes %g ms more. Cold starts are not counted.
- **Logs** are the line of the request, that of the gateway (%d bytes), and Lambda's own lines (%s).
- **Prices** are list prices of us-east-1 on %s, without the free tier and without discounts.

`

// document returns the content of docs/cost.md.
func (m model) document(monitoring string) string {
	var b strings.Builder
	own := fmt.Sprintf("%d bytes", platformBytes)
	if m.quiet {
		own = "none: their level is WARN"
	}
	fmt.Fprintf(&b, introduction, emulator.CallLatency.Milliseconds(), emulator.TransactionLatency.Milliseconds(),
		baseWork, tripWork, hashWork, accessBytes, own, price.Date)
	m.writeMonths(&b, monitoring)
	m.writeWorkload(&b)
	m.writeOperations(&b)
	writePrices(&b)
	return b.String()
}

// writeMonths writes the bill of a month for each size.
func (m model) writeMonths(b *strings.Builder, monitoring string) {
	b.WriteString("## A month, in dollars\n\n| | idle |")
	for _, size := range sizes {
		fmt.Fprintf(b, " %s customers |", thousands(size))
	}
	b.WriteString("\n|---|" + strings.Repeat("---:|", len(sizes)+1) + "\n")
	var idleSum float64
	sums := make([]float64, len(sizes))
	row := func(name string, idle, customer float64) {
		fmt.Fprintf(b, "| %s | %s |", name, dollars(idle))
		idleSum += idle
		for i, size := range sizes {
			sums[i] += idle + customer*size
			fmt.Fprintf(b, " %s |", dollars(idle+customer*size))
		}
		b.WriteString("\n")
	}
	for _, e := range m.idle(monitoring) {
		row(e.name, e.dollars, 0)
	}
	for _, g := range workload {
		row(g.name, 0, m.group(g))
	}
	for _, e := range m.others() {
		row(e.name, 0, e.dollars)
	}
	fmt.Fprintf(b, "| **total** | **%s** |", dollars(idleSum))
	for _, sum := range sums {
		fmt.Fprintf(b, " **%s** |", dollars(sum))
	}
	b.WriteString("\n| per 1,000 customers | |")
	for i, size := range sizes {
		fmt.Fprintf(b, " %s |", dollars(sums[i]/size*1000))
	}
	b.WriteString(
		"\n\nIdle, the table, the buckets, the bus, the queues and the workflows cost nothing: they are paid by use. " +
			"The keys are AWS's own. Not included are\nthe edge stack (a firewall at $8 a month and what CloudFront transfers), " +
			"the storage of backups in S3, and support.\n\n",
	)
}

// group returns the price of a part of the workload, for a customer and month.
func (m model) group(g group) (sum float64) {
	for _, w := range g.works {
		sum += m.million(w.operation, w.request).sum() * w.times / 1e6
	}
	return sum
}

// others returns the prices of a customer and month that belong to no operation.
func (m model) others() []expense {
	var logs float64
	for _, g := range workload {
		for _, w := range g.works {
			logs += m.million(w.operation, w.request).logs * w.times / 1e6
		}
	}
	stored := storedBytes / 1e9
	transitions := (8 + 1) * 0.13 * bulk // of a workflow with one batch, for the operations on many customers above
	return []expense{
		{"the panel's bytes", price.Transfer.Of(panelBytes / 1e9)},
		{"SES and the mail queue", price.Mail.Of(mails) + price.Message.Of(2*mails)},
		{"notices on the event bus", price.Event.Of(notices)},
		{"workflows", price.Transition.Of(transitions) + price.Express.Of(0.13*bulk)},
		{"the table's storage and its recovery", price.Storage.Of(stored) + price.Recovery.Of(stored)},
		{"logs that are stored", price.Archive.Of(logs/price.Logging.Dollars) * logRetention},
	}
}

func (m model) writeWorkload(b *strings.Builder) {
	b.WriteString("## The workload\n\nWhat happens for each customer in a month, with its panel users and its owner. " +
		fmt.Sprintf(
			"A hosting server has %s customers with\n%g domains each; it asks for changes every two seconds, and again for "+
				"each domain once a day. A customer has %g mails and %g notices on the bus\na month, and %s bytes in the table, ",
			thousands(customersOfNode),
			domainsOfAccount,
			mails,
			notices,
			thousands(storedBytes),
		) +
		fmt.Sprintf(
			"with its indexes. Logs are kept for %g months. Operations on many customers are\nbatches of 100; a part of a batch "+
				"counts for each customer.\nA browser loads the %d files of the panel (%d kB) once a month from the function. With "+
				"the edge stack, CloudFront would answer.\n\n",
			logRetention,
			panelFiles,
			panelBytes/1000,
		))
	b.WriteString("| part | operation | times | dollars for 1,000 customers |\n|---|---|---:|---:|\n")
	for _, g := range workload {
		for _, w := range g.works {
			fmt.Fprintf(b, "| %s | %s | %.4g | %s |\n", g.name, nameOf(w.operation, w.request), w.times,
				dollars(m.million(w.operation, w.request).sum()*w.times/1000))
		}
	}
	b.WriteString("\n")
}

func (m model) writeOperations(b *strings.Builder) {
	b.WriteString("## A million of each operation, in dollars\n\n" +
		"Functions without a route are given for a million invocations. A change also invokes consumeStream, and a new name or\n" +
		"domain indexSearch. A batch has 100 customers. getPanelPage and getResetPage are given for one file, without its bytes.\n\n" +
		"| operation | calls | read units | write units | ms | gateway and invocation | duration | reads | writes | logs | " +
		"transfer | total |\n|---|" + strings.Repeat("---:|", 11) + "\n")
	row := func(operation, request string, cost counts.Cost) {
		p := m.million(operation, request)
		fmt.Fprintf(
			b,
			"| %s | %d | %g | %g | %.0f |",
			nameOf(operation, request),
			cost.Trips,
			cost.ReadUnits,
			cost.WriteUnits,
			m.seconds(operation, cost)*1000,
		)
		for _, part := range []float64{p.requests, p.duration, p.reads, p.writes, p.logs, p.transfer} {
			fmt.Fprintf(b, " %s |", dollars(part))
		}
		fmt.Fprintf(b, " **%s** |\n", dollars(p.sum()))
	}
	for _, operation := range slices.Sorted(maps.Keys(m.operations)) {
		row(operation, "", m.cost(operation, ""))
		for _, request := range slices.Sorted(maps.Keys(m.operations[operation].OtherCosts)) {
			row(operation, request, m.cost(operation, request))
		}
	}
	b.WriteString("\n")
}

func writePrices(b *strings.Builder) {
	b.WriteString("## Prices\n\n| | price | source |\n|---|---|---|\n")
	for _, p := range price.All() {
		fmt.Fprintf(b, "| %s | %s | %s |\n", p.Name, p, p.Source)
	}
}

func nameOf(operation, request string) string {
	if request == "" {
		return operation
	}
	return operation + ", " + request
}

// dollars formats an amount.
func dollars(amount float64) string {
	switch {
	case amount == 0:
		return "0"
	case amount < 0.0005:
		return "< 0.001"
	case amount < 1:
		return fmt.Sprintf("%.3f", amount)
	case amount < 1000:
		return fmt.Sprintf("%.2f", amount)
	}
	return thousands(amount)
}

// thousands formats a number with separators.
func thousands(n float64) string {
	digits := fmt.Sprintf("%.0f", n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
