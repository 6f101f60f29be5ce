package owncode

import (
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// BenchmarkRequest measures each action. Its processor time is that of all threads, so it includes the collector.
func BenchmarkRequest(b *testing.B) {
	for _, a := range actions() {
		b.Run(strings.ReplaceAll(a.name, " ", "-"), a.benchmark)
	}
}

// The figures of a benchmark, each of one action.
const (
	processorTime = "cpu-µs/op"
	allocations   = "allocations/op"
	allocated     = "KB/op"
)

func (a action) benchmark(b *testing.B) {
	handler, event, err := a.prepare(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	before := useOf(b)
	for range b.N {
		if _, err := handler.Invoke(b.Context(), event); err != nil {
			b.Fatal(err)
		}
	}
	used, parts := useOf(b).minus(before), float64(b.N*a.parts)
	b.ReportMetric(float64(used.processor.Microseconds())/parts, processorTime)
	b.ReportMetric(float64(used.allocations)/parts, allocations)
	b.ReportMetric(float64(used.bytes)/1024/parts, allocated)
}

// use is what the process has used.
type use struct {
	processor          time.Duration
	allocations, bytes uint64
}

func useOf(tb testing.TB) use {
	tb.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		tb.Fatal(err)
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return use{time.Duration(usage.Utime.Nano() + usage.Stime.Nano()), memory.Mallocs, memory.TotalAlloc}
}

func (u use) minus(earlier use) use {
	return use{u.processor - earlier.processor, u.allocations - earlier.allocations, u.bytes - earlier.bytes}
}

func TestEveryActionSucceedsOnRecordedResponses(t *testing.T) {
	for _, a := range actions() {
		t.Run(a.name, func(t *testing.T) {
			handler, event, err := a.prepare(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := run(t.Context(), handler, event); err != nil {
				t.Error(err)
			}
		})
	}
}
