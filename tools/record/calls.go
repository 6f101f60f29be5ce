package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// calls is the set of storage calls of each operation.
type calls map[string]map[string]bool

// line is what a function logs when it has finished a request.
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

// readLogs gathers the calls from files, and from all files of folders.
func readLogs(paths []string) (calls, error) {
	found := calls{}
	for _, path := range paths {
		err := filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() {
				return err
			}
			file, err := os.Open(name)
			if err != nil {
				return err
			}
			return errors.Join(readLines(file, found), file.Close())
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// readLines adds the calls in a log. Whatever runs the functions may put something in front of their lines.
func readLines(log io.Reader, found calls) error {
	reader := bufio.NewReader(log)
	for {
		text, err := reader.ReadBytes('\n')
		if start := bytes.IndexByte(text, '{'); start >= 0 && bytes.Contains(text, []byte(finished)) {
			var entry line
			if json.Unmarshal(bytes.TrimSpace(text[start:]), &entry) == nil && entry.Message == finished && entry.Operation != "" {
				found.add(calls{entry.Operation: setOf(entry.Storage.Calls)})
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

// A transaction is no permission of its own: its parts are. But its sender may look for what became of it when its answer is
// lost, which hardly a test run sees and every role must allow. So a transaction stands for that look, whether or not it was
// made; a run under load, in which answers are late, finds no more than any other.
const (
	transaction = "dynamodb:TransactWriteItems table"
	look        = "dynamodb:BatchGetItem table"
)

// setOf names an index without its table: there is one table.
func setOf(names []string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, name := range names {
		if name == transaction {
			name = look
		}
		set[strings.Replace(name, " table/index/", " index/", 1)] = true
	}
	return set
}

func readCalls(file string) (calls, error) {
	kept := calls{}
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return kept, nil
	}
	if err != nil {
		return nil, err
	}
	var lists map[string][]string
	if err := json.Unmarshal(text, &lists); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	for operation, names := range lists {
		kept[operation] = setOf(names)
	}
	return kept, nil
}

// format writes the calls in one order, a call a line, so that a change shows as a change of lines.
func (c calls) format() []byte {
	lists := make(map[string][]string, len(c))
	for operation, names := range c {
		lists[operation] = slices.AppendSeq([]string{}, maps.Keys(names))
		slices.Sort(lists[operation])
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(lists); err != nil {
		panic(err) // texts always encode
	}
	return text.Bytes()
}

// compare returns an error that lists every difference.
func compare(kept, found calls) error {
	var differences []string
	missing := func(from, in calls, problem string) {
		for operation, names := range in {
			if _, there := from[operation]; !there {
				differences = append(differences, operation+": "+problem)
				continue
			}
			for name := range names {
				if !from[operation][name] {
					differences = append(differences, operation+": "+name+": "+problem)
				}
			}
		}
	}
	missing(kept, found, "made, but not in the file")
	missing(found, kept, "in the file, but no test made it")
	if len(differences) == 0 {
		return nil
	}
	slices.Sort(differences)
	return errors.New("the recorded storage calls differ:\n  " + strings.Join(differences, "\n  "))
}
