package owncode

import (
	"strings"
	"syscall"
	"testing"
	"time"
)

// BenchmarkRequest measures each action. The unit cpu-ns counts all threads, so it includes the garbage collector.
func BenchmarkRequest(b *testing.B) {
	for _, a := range actions() {
		b.Run(strings.ReplaceAll(a.name, " ", "-"), func(b *testing.B) {
			handler, event, err := a.prepare(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			b.ResetTimer()
			before := processorTime(b)
			for range b.N {
				if _, err := handler.Invoke(b.Context(), event); err != nil {
					b.Fatal(err)
				}
			}
			used := processorTime(b) - before
			b.ReportMetric(float64(used.Nanoseconds())/float64(b.N*a.parts), "cpu-ns")
		})
	}
}

func processorTime(tb testing.TB) time.Duration {
	tb.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
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
