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

// event is one line of `go test -json`.
type event struct {
	Action  string  `json:"Action"`
	Package string  `json:"Package"`
	Test    string  `json:"Test"`
	Output  string  `json:"Output"`
	Elapsed float64 `json:"Elapsed"`
}

// suite is one package under test.
type suite struct {
	name   string
	ended  string            // how the package ended: pass, fail, skip or "" while it runs
	tests  map[string]string // how each test and subtest ended
	output map[string][]string
}

// tally holds all packages seen.
type tally struct {
	progress io.Writer
	suites   map[string]*suite
}

// sums is what is counted in the end.
type sums struct{ passed, failed, skipped int }

func (s sums) String() string {
	return fmt.Sprintf("%d passed, %d failed, %d skipped", s.passed, s.failed, s.skipped)
}

func newTally(progress io.Writer) *tally {
	return &tally{progress: progress, suites: map[string]*suite{}}
}

// read takes in events. A line that is none, such as an error of the go command itself, is passed on.
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
			t.take(e)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (t *tally) take(e event) {
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
			s.ended = e.Action
			t.show(s, e.Elapsed)
			return
		}
		s.tests[e.Test] = e.Action
		if e.Action != "fail" {
			delete(s.output, e.Test)
		}
	}
}

// show prints how a package ended, after the output of what failed in it.
func (t *tally) show(s *suite, seconds float64) {
	if s.ended == "fail" {
		for _, name := range slices.Sorted(maps.Keys(s.output)) {
			fmt.Fprint(t.progress, strings.Join(s.output[name], ""))
		}
	}
	if len(s.tests) > 0 || s.ended == "fail" {
		fmt.Fprintf(t.progress, "%-4s %s (%s) %.1fs\n", s.ended, s.name, s.sum(), seconds)
	}
}

// finish judges what never ended, because the tests were cut off.
func (t *tally) finish() {
	for _, s := range t.suites {
		if s.ended == "" {
			s.ended = "fail"
			t.show(s, 0)
		}
	}
}

func (t *tally) sum() sums {
	var total sums
	for _, s := range t.suites {
		n := s.sum()
		total.passed += n.passed
		total.failed += n.failed
		total.skipped += n.skipped
	}
	return total
}

// sum counts the tests of a package. A test with subtests counts by these alone, unless it failed and none of them did;
// so does a package that failed outside its tests.
func (s *suite) sum() sums {
	var n sums
	for name, ended := range s.tests {
		below, failed := s.below(name)
		switch {
		case ended == "pass" && !below:
			n.passed++
		case ended == "skip" && !below:
			n.skipped++
		case ended != "pass" && ended != "skip" && !failed:
			n.failed++
		}
	}
	if s.ended == "fail" && n.failed == 0 {
		n.failed = 1
	}
	return n
}

// below tells whether the test has subtests, and whether one of them failed or never ended.
func (s *suite) below(name string) (some, failed bool) {
	for other, ended := range s.tests {
		if strings.HasPrefix(other, name+"/") {
			some = true
			failed = failed || ended == "fail" || ended == ""
		}
	}
	return some, failed
}
