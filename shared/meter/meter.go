// Package meter counts the storage calls of one request and the capacity that they consume. The log line of the request
// shows the result.
package meter

import (
	"context"
	"log/slog"
	"slices"
	"sync"
)

// Meter adds up the calls of one request. It is safe for concurrent use. A nil Meter counts nothing.
type Meter struct {
	mu      sync.Mutex
	figures Figures
}

// Figures are the totals of a meter.
type Figures struct {
	Trips      int      // requests to AWS services
	ReadUnits  float64  // capacity consumed by reads
	WriteUnits float64  // capacity consumed by writes
	Rows       int      // items that reads examined, whether or not they returned them
	Calls      []string // such as "dynamodb:Query index/accounts-by-owner-name", in the order in which they ended
}

// maxRepeatedCalls is the number of calls after which Figures.Calls lists only calls that it does not contain yet. It
// keeps the log line of a request short.
const maxRepeatedCalls = 200

type contextKey struct{}

// With returns a context with a new meter, and the meter.
func With(ctx context.Context) (context.Context, *Meter) {
	m := new(Meter)
	return context.WithValue(ctx, contextKey{}, m), m
}

// From returns the meter of the context, or nil if it has none.
func From(ctx context.Context) *Meter {
	m, _ := ctx.Value(contextKey{}).(*Meter)
	return m
}

// Add counts one call and the capacity that it consumed.
func (m *Meter) Add(call string, readUnits, writeUnits float64) {
	m.AddTrip(readUnits, writeUnits, call)
}

// AddTrip counts one request that contains several calls, such as a transaction, and the capacity that it consumed.
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
		if len(m.figures.Calls) < maxRepeatedCalls || !slices.Contains(m.figures.Calls, call) {
			m.figures.Calls = append(m.figures.Calls, call)
		}
	}
}

// AddRows counts items that a read examined.
func (m *Meter) AddRows(rows int) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.figures.Rows += rows
}

// Figures returns the current totals.
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

// LogAttr returns the member "storage" of a log line, without figures that are zero. The calls are the greatest part of a
// line, and CloudWatch charges for each byte: only loggers of the level DEBUG get them. `make storage-calls` reads them
// from the log of a local stack.
func (f Figures) LogAttr(ctx context.Context, logger *slog.Logger) slog.Attr {
	var members []any
	if f.Trips > 0 {
		members = append(members, slog.Int("trips", f.Trips))
	}
	if f.ReadUnits > 0 {
		members = append(members, slog.Float64("readUnits", f.ReadUnits))
	}
	if f.WriteUnits > 0 {
		members = append(members, slog.Float64("writeUnits", f.WriteUnits))
	}
	if f.Rows > 0 {
		members = append(members, slog.Int("rows", f.Rows))
	}
	if len(f.Calls) > 0 && logger.Enabled(ctx, slog.LevelDebug) {
		members = append(members, slog.Any("calls", f.Calls))
	}
	return slog.Group("storage", members...) // without members, handlers leave it out
}
