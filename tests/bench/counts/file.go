package counts

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
)

// File is the path of the recorded calls and costs, relative to the root of the repository.
const File = "docs/storage-calls.json"

// Cost is what an operation costs once, in the scene of this package.
type Cost struct {
	Trips         int     `json:"trips"`         // requests to AWS services
	ReadUnits     float64 `json:"readUnits"`     // of DynamoDB
	WriteUnits    float64 `json:"writeUnits"`    // of DynamoDB
	WaitMs        int64   `json:"waitMs"`        // for AWS services, with the latencies of package emulator
	LogBytes      int     `json:"logBytes"`      // the length of the log line
	ResponseBytes int     `json:"responseBytes"` // the length of the response's body
}

// Operation is the entry of an operation in the file.
type Operation struct {
	Calls []string `json:"calls"`          // written by `make storage-calls`
	Cost  *Cost    `json:"cost,omitempty"` // written by `make storage-costs`

	// OtherCosts are the costs of other requests to the operation, such as "of all, by the administrator".
	OtherCosts map[string]Cost `json:"otherCosts,omitempty"`
}

// Read reads the file.
func Read(path string) (map[string]Operation, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var recorded map[string]Operation
	if err := json.Unmarshal(text, &recorded); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return recorded, nil
}

// format returns the content of the file with the costs in place of the recorded ones. The calls of a new operation are
// recorded later.
func format(recorded, costs map[string]Operation) ([]byte, error) {
	for operation, counted := range costs {
		counted.Calls = append([]string{}, recorded[operation].Calls...)
		recorded[operation] = counted
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(recorded)
	return text.Bytes(), err
}

// differences returns a line for each cost that differs from that in the file.
func differences(recorded, costs map[string]Operation) (lines []string) {
	before, counted := flat(recorded), flat(costs)
	names := maps.Clone(before)
	maps.Copy(names, counted)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if before[name] != counted[name] {
			lines = append(lines, name+": the file has "+before[name]+", counted "+counted[name])
		}
	}
	return lines
}

// flat returns all costs as texts, by the operation and the request.
func flat(operations map[string]Operation) map[string]string {
	texts := map[string]string{}
	for name, operation := range operations {
		texts[name] = "no cost"
		if operation.Cost != nil {
			texts[name] = fmt.Sprintf("%+v", *operation.Cost)
		}
		for request, cost := range operation.OtherCosts {
			texts[name+", "+request] = fmt.Sprintf("%+v", cost)
		}
	}
	return texts
}
