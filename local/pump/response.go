package pump

import "encoding/json"

// Response is the response to an invocation of a function.
type Response struct {
	RequestID     string
	Status        int
	FunctionError string // "" if the function returned without an error
	Payload       []byte
}

// firstFailure returns the index of the first record that the function did not process, or len(batch) if it processed
// all. It follows Lambda's rules for partial batch responses.
func (r Response) firstFailure(batch []Record, reportsFailures bool) int {
	if r.FunctionError != "" {
		return 0
	}
	if !reportsFailures || len(r.Payload) == 0 {
		return len(batch)
	}
	var report struct {
		Failures []struct {
			Sequence string `json:"itemIdentifier"`
		} `json:"batchItemFailures"`
	}
	if json.Unmarshal(r.Payload, &report) != nil {
		return 0
	}
	index := make(map[string]int, len(batch))
	for i, record := range batch {
		index[record.Sequence] = i
	}
	first := len(batch)
	for _, f := range report.Failures {
		i, known := index[f.Sequence]
		if !known {
			return 0 // Lambda treats an empty or unknown identifier as a failure of the whole batch
		}
		first = min(first, i)
	}
	return first
}
