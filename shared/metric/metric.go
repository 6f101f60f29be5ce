// Package metric collects the measurements of one invocation. The log line of the invocation passes them to CloudWatch.
package metric

import (
	"context"
	"slices"
	"sync"
)

// Metric is a metric in CloudWatch.
type Metric struct {
	Name string
	Unit string // one of CloudWatch's units
}

// The metrics of the functions. The alarms in infra/monitoring.yaml read them.
var (
	GateDelay       = Metric{"GateDelay", "Milliseconds"}     // from a change of the gate to its entry in the change feed
	GateChanges     = Metric{"GateChanges", "Count"}          // entries in the change feed
	LateGateChanges = Metric{"LateGateChanges", "Count"}      // entries that came too late for the objective
	SweepLateness   = Metric{"SweepLateness", "Seconds"}      // of the latest entry in a sweep
	SweepStuck      = Metric{"SweepStuck", "Count"}           // entries of a sweep that fail again and again
	ProbeFailures   = Metric{"ProbeFailures", "Count"}        // 1 if the probe failed, else 0
	ProbeDuration   = Metric{"ProbeDuration", "Milliseconds"} // of all steps of the probe together
)

// All returns all metrics.
func All() []Metric {
	return []Metric{GateDelay, GateChanges, LateGateChanges, SweepLateness, SweepStuck, ProbeFailures, ProbeDuration}
}

// MaxValues is the number of values of a metric in one log line (CloudWatch's embedded metric format).
const MaxValues = 100

// Measurement has the values of a metric in one invocation.
type Measurement struct {
	Metric
	Values []float64
}

// Recorder collects the measurements of one invocation. It is safe for concurrent use. A nil Recorder collects nothing.
type Recorder struct {
	mu           sync.Mutex
	measurements []Measurement
}

type contextKey struct{}

// With returns a context with a new recorder, and the recorder.
func With(ctx context.Context) (context.Context, *Recorder) {
	r := new(Recorder)
	return context.WithValue(ctx, contextKey{}, r), r
}

// Record adds a value to the recorder of the context, if it has one. Values of a metric above MaxValues are dropped.
func Record(ctx context.Context, m Metric, value float64) {
	r, _ := ctx.Value(contextKey{}).(*Recorder)
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	i := slices.IndexFunc(r.measurements, func(known Measurement) bool { return known.Metric == m })
	if i < 0 {
		r.measurements = append(r.measurements, Measurement{Metric: m, Values: []float64{value}})
		return
	}
	if len(r.measurements[i].Values) < MaxValues {
		r.measurements[i].Values = append(r.measurements[i].Values, value)
	}
}

// Measurements returns the measurements in the order of their first values.
func (r *Recorder) Measurements() []Measurement {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.measurements)
}
