package cascade

import (
	"fmt"
	"math"
	"strings"
	"time"

	"tenantry/shared/operation"
)

// Prices of us-east-1 in dollars, and what the template gives a function.
const (
	perTransition    = 25.0 / 1e6
	perRequest       = 1.0 / 1e6 // to start an Express workflow
	perExpressSecond = 0.00001667 * 64 / 1024
	perCall          = 0.20 / 1e6
	perGigabyte      = 0.0000166667 // of a function's memory, for a second
	perWriteUnit     = 0.625 / 1e6
	perReadUnit      = 0.125 / 1e6

	functionMemory = 256.0
	wholeProcessor = 1769.0 // the memory that comes with one
)

// slowed is how long a processor's work takes a function.
func slowed(work time.Duration) time.Duration {
	return time.Duration(float64(work) * wholeProcessor / functionMemory)
}

// Modelled is how long the flow takes on AWS at most: the latencies one after the other as they were, then the computing, though
// both go on side by side.
func (m Measured) Modelled() time.Duration {
	return m.Took + slowed(m.Processor)/time.Duration(m.atOnce())
}

// atOnce is how many functions compute side by side.
func (m Measured) atOnce() int {
	batches := int((m.Operation.Total + operation.BatchSize - 1) / operation.BatchSize)
	return max(1, min(batches, mapWidth))
}

// mapWidth is how many batches the machines do at once.
const mapWidth = 5

// million is what a flow of as many customers costs in orchestration and compute, by what each batch of the measured one does.
type million struct {
	transitions, children, calls float64
	expressSeconds, seconds      float64
}

const customersOfMillion = 1e6

func (m Measured) million() (made million) {
	measured, whole := math.Ceil(float64(m.Objects())/operation.BatchSize), customersOfMillion/operation.BatchSize
	times := whole / measured
	const (
		groupStates = 2 // Numbers and Batches
		planStates  = 2 // Plan and IsPlanned, for each 40 chunks of the list
	)
	groups, plans := math.Ceil(whole/1000)-math.Ceil(measured/1000), math.Ceil(customersOfMillion/operation.ChunkSize/40)-1
	rounds := float64(m.Workflow.Rounds)
	made.children = times * float64(m.Workflow.Children)
	made.transitions = float64(m.Workflow.States) + rounds*groups*groupStates + plans*planStates + made.children
	made.calls = times*float64(m.Workflow.Invocations[batchFunction]) + plans + 2*rounds
	busy := times * (m.Workflow.Busy[batchFunction] + slowed(m.Processor)).Seconds()
	planning := float64(customersOfMillion/operation.ChunkSize) * (3*CallLatency + TransactionLatency).Seconds()
	made.seconds = busy + planning
	made.expressSeconds = times * (m.Workflow.ChildTime + slowed(m.Processor)).Seconds()
	return made
}

func (b million) lines() (price float64, text string) {
	var lines strings.Builder
	add := func(what string, count, each float64) {
		price += count * each
		fmt.Fprintf(&lines, "| %s | %s | $%.4f |\n", what, rounded(count), count*each)
	}
	add("transitions, of which a child of a Distributed Map is one: $25 a million", b.transitions, perTransition)
	add("Express requests: $1 a million", b.children, perRequest)
	add("Express seconds of 64 MB: $0.00001667 a GB-second", b.expressSeconds, perExpressSecond)
	add("calls of functions: $0.20 a million", b.calls, perCall)
	add("seconds of functions of 256 MB: $0.0000166667 a GB-second", b.seconds, perGigabyte*functionMemory/1024)
	return price, lines.String()
}

// computing is what the processor's part of the time costs for a million customers.
func (m Measured) computing() float64 {
	seconds := slowed(m.Processor).Seconds() * customersOfMillion / float64(m.Objects())
	return seconds * (perExpressSecond + perGigabyte*functionMemory/1024)
}

// storagePrice is that of the units of a million customers.
func (m Measured) storagePrice(reads, writes float64) float64 {
	return (reads*perReadUnit + writes*perWriteUnit) * customersOfMillion / float64(m.Objects())
}

// rounded is a number as people read it.
func rounded(n float64) string {
	if n >= 100 || n == math.Trunc(n) {
		return fmt.Sprintf("%.0f", n)
	}
	return fmt.Sprintf("%.3g", n)
}
