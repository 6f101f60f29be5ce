package platform

import (
	"math"
	"runtime/debug"
	"testing"
)

func TestHeapLimitIsAShareOfTheMemory(t *testing.T) {
	for memory, want := range map[string]int64{"256": 192 << 20, "1769": 1769 << 20 * 75 / 100, "": 0, "-1": 0, "much": 0} {
		if got := heapLimit(memory); got != want {
			t.Errorf("the limit of a function with %q MB is %d, want %d", memory, got, want)
		}
	}
}

func TestTuneCollectorSetsPercentAndLimit(t *testing.T) {
	t.Setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
	percent, limit := debug.SetGCPercent(100), debug.SetMemoryLimit(math.MaxInt64)
	t.Cleanup(func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	})
	tuneCollector()
	if got := debug.SetGCPercent(100); got != 400 {
		t.Errorf("the collector's percentage is %d, want 400", got)
	}
	if got := debug.SetMemoryLimit(-1); got != 192<<20 {
		t.Errorf("the memory limit is %d, want 192 MB", got)
	}
}
