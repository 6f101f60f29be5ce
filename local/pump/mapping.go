// Package pump feeds functions from a table's stream the way Lambda's event source mappings do.
//
// Each mapping has one worker: it reads the stream in order, filters, batches, invokes, retries, splits batches, and
// hands what cannot be processed to the on-failure queue. A durable checkpoint makes delivery at-least-once.
package pump

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Mapping is an event source mapping as the deployed template has it. Its field names are CloudFormation's.
type Mapping struct {
	Name         string // logical id
	FunctionName string
	TableName    string
	Destination  string // ARN of the on-failure queue, or nothing

	BatchSize                      int
	MaximumBatchingWindowInSeconds int
	StartingPosition               string
	BisectBatchOnFunctionError     bool
	MaximumRetryAttempts           int
	MaximumRecordAgeInSeconds      int
	FunctionResponseTypes          []string
	FilterCriteria                 struct {
		Filters []struct{ Pattern string }
	}
}

// unlimited is how CloudFormation writes that retries or age have no limit.
const unlimited = -1

// UnmarshalJSON fills in Lambda's defaults.
func (m *Mapping) UnmarshalJSON(data []byte) error {
	type plain Mapping
	p := plain{
		BatchSize:                 100,
		StartingPosition:          "TRIM_HORIZON",
		MaximumRetryAttempts:      unlimited,
		MaximumRecordAgeInSeconds: unlimited,
	}
	if err := json.Unmarshal(data, &p); err != nil {
		return fmt.Errorf("event source mapping: %w", err)
	}
	*m = Mapping(p)
	return nil
}

func (m *Mapping) window() time.Duration {
	return time.Duration(m.MaximumBatchingWindowInSeconds) * time.Second
}

func (m *Mapping) reportsFailures() bool {
	return slices.Contains(m.FunctionResponseTypes, "ReportBatchItemFailures")
}

func (m *Mapping) filter() (Filter, error) {
	patterns := make([]string, 0, len(m.FilterCriteria.Filters))
	for _, f := range m.FilterCriteria.Filters {
		patterns = append(patterns, f.Pattern)
	}
	return ParseFilter(patterns)
}
