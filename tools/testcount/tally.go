package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// event is one line of the output of `go test -json` (see `go doc test2json`).
type event struct {
	Action  string  `json:"Action"`
	Package string  `json:"Package"`
	Test    string  `json:"Test"`
	Output  string  `json:"Output"`
	Elapsed float64 `json:"Elapsed"`
}

// suite holds the results of one package.
type suite struct {
	name   string
	result string              // pass, fail or skip; "" while the package runs
	tests  map[string]string   // the result of each test and subtest
	output map[string][]string // the output of each test and subtest that has not passed
}

// tally holds the results of all packages.
type tally struct {
	progress io.Writer
	suites   map[string]*suite
}

// counts are numbers of tests.
type counts struct{ passed, failed, skipped int }

func (c counts) String() string {
	return fmt.Sprintf("%d passed, %d failed, %d skipped", c.passed, c.failed, c.skipped)
}

func newTally(progress io.Writer) *tally {
	return &tally{progress: progress, suites: map[string]*suite{}}
}

// read reads events. It prints lines that are not events, such as errors of the go command.
func (t *tally) read(input io.Reader) error {
	reader := bufio.NewReader(input)
	for {
		text, err := reader.ReadBytes('\n')
		var e event
		switch {
		case len(text) == 0:
		case json.Unmarshal(text, &e) != nil:
			fmt.Fprint(t.progress, string(text))
		case e.Action == "build-output":
			fmt.Fprint(t.progress, e.Output)
		case e.Package != "":
			t.add(e)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (t *tally) add(e event) {
	s := t.suites[e.Package]
	if s == nil {
		s = &suite{name: e.Package, tests: map[string]string{}, output: map[string][]string{}}
		t.suites[e.Package] = s
	}
	switch e.Action {
	case "run":
		s.tests[e.Test] = ""
	case "output":
		s.output[e.Test] = append(s.output[e.Test], e.Output)
	case "pass", "fail", "skip":
		if e.Test == "" {
			s.result = e.Action
			t.print(s, e.Elapsed)
			return
		}
		s.tests[e.Test] = e.Action
		if e.Action != "fail" {
			delete(s.output, e.Test)
		}
	}
}

// print prints the result of a package, after the output of its failed tests.
func (t *tally) print(s *suite, seconds float64) {
	if s.result == "fail" {
		for _, name := range slices.Sorted(maps.Keys(s.output)) {
			fmt.Fprint(t.progress, strings.Join(s.output[name], ""))
		}
	}
	if len(s.tests) > 0 || s.result == "fail" {
		fmt.Fprintf(t.progress, "%-4s %s (%s) %.1fs\n", s.result, s.name, s.count(), seconds)
	}
}

// finish marks packages without a result as failed. They have none if the tests were stopped.
func (t *tally) finish() {
	for _, s := range t.suites {
		if s.result == "" {
			s.result = "fail"
			t.print(s, 0)
		}
	}
}

func (t *tally) count() counts {
	var total counts
	for _, s := range t.suites {
		c := s.count()
		total.passed += c.passed
		total.failed += c.failed
		total.skipped += c.skipped
	}
	return total
}

// count counts the tests of a package. Of a test with subtests, only the subtests are counted. The test itself counts
// as one failure if it failed and none of its subtests did. In the same way a package counts as one failure if it
// failed and none of its tests did.
func (s *suite) count() counts {
	var c counts
	for name, result := range s.tests {
		hasSubtests, subtestFailed := s.subtests(name)
		switch {
		case result == "pass" && !hasSubtests:
			c.passed++
		case result == "skip" && !hasSubtests:
			c.skipped++
		case result != "pass" && result != "skip" && !subtestFailed:
			c.failed++
		}
	}
	if s.result == "fail" && c.failed == 0 {
		c.failed = 1
	}
	return c
}

// subtests reports whether a test has subtests, and whether one of them failed or has no result.
func (s *suite) subtests(name string) (exist, failed bool) {
	for other, result := range s.tests {
		if strings.HasPrefix(other, name+"/") {
			exist = true
			failed = failed || result == "fail" || result == ""
		}
	}
	return exist, failed
}
