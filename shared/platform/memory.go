package platform

import (
	"os"
	"runtime/debug"
	"strconv"
)

// A function keeps a few megabytes between requests, and a request allocates about one. With Go's default of 100 the
// collector runs every few requests and takes a quarter of the processor time; the memory that Lambda bills is there
// anyway (ADR 58).
const (
	collectorPercent = 400 // of the live heap, which the heap may grow by before a collection
	heapShare        = 75  // percent of the function's memory from which the collector runs more often
)

// tuneCollector lets the collector use the memory that the function has.
func tuneCollector() {
	debug.SetGCPercent(collectorPercent)
	if limit := heapLimit(os.Getenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")); limit > 0 {
		debug.SetMemoryLimit(limit)
	}
}

// heapLimit returns the soft limit of the process in bytes. The function's memory is in MB. Returns 0 if the memory is
// unknown.
func heapLimit(functionMemory string) int64 {
	megabytes, err := strconv.ParseInt(functionMemory, 10, 32)
	if err != nil || megabytes <= 0 {
		return 0
	}
	return megabytes << 20 * heapShare / 100
}
