// Package pump passes the records of a table's stream to functions, with the semantics of Lambda's event source
// mappings.
//
// Each mapping has one worker. The worker reads the stream in order, filters and batches its records, invokes the
// function, retries, splits failing batches, and sends a dead letter to the on-failure queue for records that it gives
// up. It saves a checkpoint to disk, so that each record is delivered at least once.
package pump

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Mapping is an event source mapping of the deployed template. Its fields have CloudFormation's names.
type Mapping struct {
	Name         string // logical id
	FunctionName string
	TableName    string
	Destination  string // ARN of the on-failure queue; may be ""

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

// unlimited is CloudFormation's value for no limit of retries or age.
const unlimited = -1

// UnmarshalJSON decodes a mapping. Missing properties get Lambda's defaults.
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
