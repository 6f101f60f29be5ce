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

// write writes the costs into the file. The calls of an operation that is new are recorded later.
func write(path string, costs map[string]Cost) error {
	recorded, err := Read(path)
	if err != nil {
		return err
	}
	for operation, cost := range costs {
		recorded[operation] = Operation{append([]string{}, recorded[operation].Calls...), &cost}
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(recorded); err != nil {
		return err
	}
	return os.WriteFile(path, text.Bytes(), 0o600)
}

// differences returns a line for each operation whose cost differs from that in the file.
func differences(recorded map[string]Operation, costs map[string]Cost) (lines []string) {
	names := maps.Clone(recorded)
	for operation := range costs {
		names[operation] = recorded[operation]
	}
	for _, operation := range slices.Sorted(maps.Keys(names)) {
		counted, isCounted := costs[operation]
		before := recorded[operation].Cost
		switch {
		case !isCounted:
			lines = append(lines, operation+": the scene of tests/bench/counts does not measure it")
		case before == nil:
			lines = append(lines, fmt.Sprintf("%s: the file has no cost, counted %+v", operation, counted))
		case *before != counted:
			lines = append(lines, fmt.Sprintf("%s: the file has %+v, counted %+v", operation, *before, counted))
		}
	}
	return lines
}
