// Package meter counts what one request asks of the storage, so that its cost can be logged and held against a budget.
package meter

import (
	"context"
	"log/slog"
	"slices"
	"sync"
)

// Meter adds up the calls made on behalf of one request. It is safe for concurrent use; a nil Meter counts nothing.
type Meter struct {
	mu      sync.Mutex
	figures Figures
}

// Figures is what a meter has counted.
type Figures struct {
	Trips      int      // requests sent
	ReadUnits  float64  // capacity consumed by reads
	WriteUnits float64  // capacity consumed by writes
	Calls      []string // in the order they ended, such as "dynamodb:Query index/accounts-by-owner-name"; after mostCalls only new ones
}

// mostCalls is after how many calls those that were made before are not listed again: a log line has its limits.
const mostCalls = 200

type key struct{}

// With returns a context that carries a fresh meter, and the meter.
func With(ctx context.Context) (context.Context, *Meter) {
	m := new(Meter)
	return context.WithValue(ctx, key{}, m), m
}

// From returns the context's meter, or nil when it carries none.
func From(ctx context.Context) *Meter {
	m, _ := ctx.Value(key{}).(*Meter)
	return m
}

// Add counts one call and the capacity it consumed.
func (m *Meter) Add(call string, readUnits, writeUnits float64) {
	m.AddTrip(readUnits, writeUnits, call)
}

// AddTrip counts one trip that made several calls, as a transaction does, and the capacity they consumed.
func (m *Meter) AddTrip(readUnits, writeUnits float64, calls ...string) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.figures.Trips++
	m.figures.ReadUnits += readUnits
	m.figures.WriteUnits += writeUnits
	for _, call := range calls {
		if len(m.figures.Calls) < mostCalls || !slices.Contains(m.figures.Calls, call) {
			m.figures.Calls = append(m.figures.Calls, call)
		}
	}
}

// Figures returns what has been counted so far.
func (m *Meter) Figures() Figures {
	if m == nil {
		return Figures{}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	figures := m.figures
	figures.Calls = append([]string{}, m.figures.Calls...)
	return figures
}

// LogValue shows the figures in a log line.
func (f Figures) LogValue() slog.Value {
	calls := f.Calls
	if calls == nil {
		calls = []string{}
	}
	return slog.GroupValue(
		slog.Int("trips", f.Trips),
		slog.Float64("readUnits", f.ReadUnits),
		slog.Float64("writeUnits", f.WriteUnits),
		slog.Any("calls", calls),
	)
}
