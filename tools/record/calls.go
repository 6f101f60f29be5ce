package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tenantry/tools/templatecheck"
)

// calls maps the name of each operation to the set of its storage calls.
type calls map[string]map[string]bool

// line is the log line that a function prints when it has finished a request.
type line struct {
	Message   string `json:"msg"`
	Operation string `json:"operation"`
	Storage   struct {
		Calls []string `json:"calls"`
	} `json:"storage"`
}

const finished = "operation finished"

func (c calls) add(others calls) {
	for operation, names := range others {
		if c[operation] == nil {
			c[operation] = map[string]bool{}
		}
		maps.Copy(c[operation], names)
	}
}

// remove removes calls by operation.
func (c calls) remove(lists map[string][]string) {
	for operation, names := range lists {
		for _, name := range names {
			delete(c[operation], name)
		}
	}
}

// readLogs returns the calls in log files. Of a folder it reads all files.
func readLogs(paths []string) (calls, error) {
	logged := calls{}
	for _, path := range paths {
		err := filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() {
				return err
			}
			file, err := os.Open(name)
			if err != nil {
				return err
			}
			return errors.Join(readLines(file, logged), file.Close())
		})
		if err != nil {
			return nil, err
		}
	}
	return logged, nil
}

// readLines adds the calls in a log to logged. Lines may have a prefix, such as a time, that the functions did not
// print.
func readLines(log io.Reader, logged calls) error {
	reader := bufio.NewReader(log)
	for {
		text, err := reader.ReadBytes('\n')
		if start := bytes.IndexByte(text, '{'); start >= 0 && bytes.Contains(text, []byte(finished)) {
			var entry line
			err := json.Unmarshal(bytes.TrimSpace(text[start:]), &entry)
			if err == nil && entry.Message == finished && entry.Operation != "" {
				logged.add(calls{entry.Operation: callSet(entry.Storage.Calls)})
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// IAM has no permission for a transaction itself, only for its writes, which are logged as calls of their own. If the
// response to a transaction is lost, its sender reads back with BatchGetItem whether the transaction succeeded. That
// rarely happens in a test run, but every role must allow it. So each transaction is recorded as a BatchGetItem.
const (
	transaction = "dynamodb:TransactWriteItems table"
	readBack    = "dynamodb:BatchGetItem table"
)

// callSet returns a set of calls. It removes the table's name from the names of indexes, since there is one table.
func callSet(names []string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, name := range names {
		if name == transaction {
			name = readBack
		}
		set[strings.Replace(name, " table/index/", " index/", 1)] = true
	}
	return set
}

// readFile reads a file of recorded operations. It returns no operations if the file does not exist.
func readFile(file string) (map[string]templatecheck.Recorded, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return templatecheck.ReadRecorded(text)
}

// callsOf returns the calls of recorded operations.
func callsOf(recorded map[string]templatecheck.Recorded) calls {
	result := calls{}
	for operation, entry := range recorded {
		result[operation] = callSet(entry.Calls)
	}
	return result
}

// format returns the calls as JSON, sorted, with one call a line, so that diffs are easy to read. Operations keep their
// recorded costs.
func (c calls) format(recorded map[string]templatecheck.Recorded) []byte {
	lists := make(map[string]templatecheck.Recorded, len(c))
	for operation, names := range c {
		sorted := slices.AppendSeq([]string{}, maps.Keys(names))
		slices.Sort(sorted)
		entry := recorded[operation]
		entry.Calls = sorted
		lists[operation] = entry
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(lists); err != nil {
		panic(err) // strings always encode
	}
	return text.Bytes()
}

// compare returns an error that lists every difference between the file and the logs.
func compare(recorded, logged calls) error {
	differences := append(
		missing(recorded, logged, "in the logs, but not in the file"),
		missing(logged, recorded, "in the file, but not in the logs")...,
	)
	if len(differences) == 0 {
		return nil
	}
	slices.Sort(differences)
	return errors.New("the recorded storage calls are out of date; run `make storage-calls`:\n  " +
		strings.Join(differences, "\n  "))
}

// missing returns a line with the problem for each operation and each call of others that c lacks.
func missing(c, others calls, problem string) (lines []string) {
	for operation, names := range others {
		if _, found := c[operation]; !found {
			lines = append(lines, operation+": "+problem)
			continue
		}
		for name := range names {
			if !c[operation][name] {
				lines = append(lines, operation+": "+name+": "+problem)
			}
		}
	}
	return lines
}
