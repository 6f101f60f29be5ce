package main

import (
	"math"

	"tenantry/tests/bench/counts"
	"tenantry/tests/bench/price"
)

// The model of a function's duration. A function waits for AWS as long as docs/storage-calls.json records, and computes
// with a processor in proportion to its memory. Waiting and computing are added as if they never overlapped.
const (
	baseWork      = 1.0    // ms of a whole processor for each invocation
	tripWork      = 0.7    // ms of a whole processor for each request to AWS
	hashWork      = 60.0   // ms of a whole processor for a password hash
	fullProcessor = 1769.0 // MB, with which a function has a whole processor
)

// Bytes beyond what docs/storage-calls.json records.
const (
	headerBytes    = 600       // of the response's headers
	meteredBytes   = 512 << 10 // of a response for which the gateway counts a request
	accessBytes    = 260       // of the line in the gateway's access log
	platformBytes  = 520       // of Lambda's own lines about an invocation: its start and its report
	overheadBytes  = 26        // that CloudWatch adds to each line
	platformEvents = 2
)

// parts are the parts of a price, in dollars.
type parts struct{ requests, duration, reads, writes, logs, transfer float64 }

func (p parts) sum() float64 {
	return p.requests + p.duration + p.reads + p.writes + p.logs + p.transfer
}

// model prices operations.
type model struct {
	operations map[string]counts.Operation
	memory     map[string]float64 // of functions, in MB
	routed     map[string]bool    // whether the operation has a route
	quiet      bool               // whether Lambda writes no lines about invocations
}

// cost returns the recorded cost of an operation. The request is "" for the usual one.
func (m model) cost(operation, request string) counts.Cost {
	if request != "" {
		return m.operations[operation].OtherCosts[request]
	}
	if cost := m.operations[operation].Cost; cost != nil {
		return *cost
	}
	return counts.Cost{}
}

// seconds returns the modelled duration of an operation, in seconds.
func (m model) seconds(operation string, cost counts.Cost) float64 {
	work, memory := baseWork+tripWork*float64(cost.Trips), m.memory[operation]
	if memory >= fullProcessor {
		work += hashWork // these functions have their memory for the password hash
	}
	return (float64(cost.WaitMs) + work*fullProcessor/memory) / 1000
}

// million returns the price of a million requests to an operation, or invocations of its function.
func (m model) million(operation, request string) parts {
	cost := m.cost(operation, request)
	const million, gigabyte = 1e6, 1e9
	logBytes, transfer := float64(cost.LogBytes+overheadBytes), 0.0
	if !m.quiet {
		logBytes += platformBytes + platformEvents*overheadBytes
	}
	p := parts{
		requests: price.Invocation.Of(million),
		duration: price.Duration.Of(million * m.seconds(operation, cost) * m.memory[operation] / 1024),
		reads:    price.ReadUnit.Of(million * cost.ReadUnits),
		writes:   price.WriteUnit.Of(million * cost.WriteUnits),
	}
	if m.routed[operation] {
		logBytes += accessBytes + overheadBytes
		transfer = float64(cost.ResponseBytes + headerBytes)
		p.requests += price.Request.Of(million * math.Ceil(transfer/meteredBytes))
	}
	p.logs = price.Logging.Of(million * logBytes / gigabyte)
	p.transfer = price.Transfer.Of(million * transfer / gigabyte)
	return p
}
