package pump

import "encoding/json"

// Answer is what an invocation gave.
type Answer struct {
	RequestID     string
	Status        int
	FunctionError string // "" when the function returned normally
	Payload       []byte
}

// firstFailure returns the index of the first record that is not dealt with, len(batch) when all are.
func (a Answer) firstFailure(batch []Record, reportsFailures bool) int {
	if a.FunctionError != "" {
		return 0
	}
	if !reportsFailures || len(a.Payload) == 0 {
		return len(batch)
	}
	var report struct {
		Failures []struct {
			Sequence string `json:"itemIdentifier"`
		} `json:"batchItemFailures"`
	}
	if json.Unmarshal(a.Payload, &report) != nil {
		return 0
	}
	index := make(map[string]int, len(batch))
	for i, r := range batch {
		index[r.Sequence] = i
	}
	first := len(batch)
	for _, f := range report.Failures {
		i, known := index[f.Sequence]
		if !known {
			return 0 // Lambda takes a missing or foreign identifier for a failure of the whole batch
		}
		first = min(first, i)
	}
	return first
}
