package cascade

import (
	"fmt"
	"math"
	"strings"
	"time"

	"tenantry/shared/operation"
	"tenantry/tests/bench/emulator"
	"tenantry/tests/bench/price"
)

// Lambda gives a function processor time in proportion to its memory.
const (
	functionMemory = 256.0  // MB, of functions that process batches, see template.yaml
	fullProcessor  = 1769.0 // MB, with which a function gets one full processor
	expressMemory  = 64.0   // MB, of an Express workflow
)

// lambdaTime returns the time that a function needs for work that takes this machine's processor the given time.
func lambdaTime(work time.Duration) time.Duration {
	return time.Duration(float64(work) * fullProcessor / functionMemory)
}

// Modelled returns an upper bound of the time that the operation takes on AWS. It adds the measured latencies and the
// computing time, although they overlap in part.
func (m Measured) Modelled() time.Duration {
	return m.Took + lambdaTime(m.Processor)/time.Duration(m.parallelism())
}

// parallelism returns the number of functions that compute in parallel.
func (m Measured) parallelism() int {
	batches := int((m.Operation.Total + operation.BatchSize - 1) / operation.BatchSize)
	return max(1, min(batches, mapConcurrency))
}

// mapConcurrency is the number of batches that the state machines process in parallel: the default of LongBulkConcurrency.
const mapConcurrency = 5

// bulk is the cost of orchestration and compute for a million customers.
type bulk struct {
	transitions, children, invocations float64
	expressSeconds, seconds            float64
}

const million = 1e6

// million extrapolates from the measured batches to a million customers.
func (m Measured) million() (b bulk) {
	measured, total := math.Ceil(float64(m.Objects())/operation.BatchSize), million/operation.BatchSize
	factor := total / measured
	const (
		groupStates = 2 // Numbers and Batches, for each 1,000 batches
		planStates  = 2 // Plan and IsPlanned, for each 40 chunks of the item list
	)
	groups := math.Ceil(total/1000) - math.Ceil(measured/1000)
	plans := math.Ceil(million/operation.ChunkSize/40) - 1
	rounds := float64(m.Workflow.Rounds)
	b.children = factor * float64(m.Workflow.Children)
	b.transitions = float64(m.Workflow.States) + rounds*groups*groupStates + plans*planStates + b.children
	b.invocations = factor*float64(m.Workflow.Invocations[batchFunction]) + plans + 2*rounds
	batchSeconds := factor * (m.Workflow.Busy[batchFunction] + lambdaTime(m.Processor)).Seconds()
	planSeconds := float64(million/operation.ChunkSize) * (3*emulator.CallLatency + emulator.TransactionLatency).Seconds()
	b.seconds = batchSeconds + planSeconds
	b.expressSeconds = factor * (m.Workflow.ChildTime + lambdaTime(m.Processor)).Seconds()
	return b
}

// price returns the price in dollars, and a table with its parts.
func (b bulk) price() (sum float64, table string) {
	var rows strings.Builder
	add := func(name string, count, units float64, p price.Price) {
		sum += p.Of(units)
		fmt.Fprintf(&rows, "| %s: %s | %s | $%.4f |\n", name, p, format(count), p.Of(units))
	}
	add("transitions, including one for each child of a Distributed Map", b.transitions, b.transitions, price.Transition)
	add("Express requests", b.children, b.children, price.Express)
	add("Express duration, seconds of 64 MB", b.expressSeconds, b.expressSeconds*expressMemory/1024, price.Running)
	add("invocations of functions", b.invocations, b.invocations, price.Invocation)
	add("duration of functions, seconds of 256 MB", b.seconds, b.seconds*functionMemory/1024, price.Duration)
	return sum, rows.String()
}

// computePrice returns the part of the price, for a million customers, that is for computing and not for waiting.
func (m Measured) computePrice() float64 {
	seconds := lambdaTime(m.Processor).Seconds() * million / float64(m.Objects())
	return price.Running.Of(seconds*expressMemory/1024) + price.Duration.Of(seconds*functionMemory/1024)
}

// storagePrice returns the price of the storage for a million customers, given the units of the measured ones.
func (m Measured) storagePrice(reads, writes float64) float64 {
	return (price.ReadUnit.Of(reads) + price.WriteUnit.Of(writes)) * million / float64(m.Objects())
}

// format formats a number for the tables.
func format(n float64) string {
	if n >= 100 || n == math.Trunc(n) {
		return fmt.Sprintf("%.0f", n)
	}
	return fmt.Sprintf("%.3g", n)
}
