// Package report shows the progress of measurements, and writes their results as a table and as JSON.
package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Figure is one row of a table.
type Figure struct {
	Name   string   `json:"name"`
	Before string   `json:"before,omitempty"` // the value that an earlier version had
	Values []string `json:"values,omitempty"` // one for each size
	Result string   `json:"result,omitempty"` // of all sizes together
	Goal   string   `json:"goal,omitempty"`
}

// Verdict returns the goal and whether the figure meets it.
func Verdict(goal string, isMet bool) string {
	if isMet {
		return goal + ": met"
	}
	return goal + ": **missed**"
}

// Sizes are numbers of customers.
type Sizes []int

// String implements flag.Value.
func (s *Sizes) String() string { return fmt.Sprint(*s) }

// MinimumSize is the smallest number of customers: the ones that are not copies.
const MinimumSize = 64

// Set implements flag.Value.
func (s *Sizes) Set(list string) error {
	*s = nil
	for part := range strings.SplitSeq(list, ",") {
		size, err := strconv.Atoi(part)
		if err != nil || size < MinimumSize {
			return fmt.Errorf("%q is no number from %d on", part, MinimumSize)
		}
		*s = append(*s, size)
	}
	return nil
}

// Table returns the figures as a table in Markdown. It has a column of earlier values if a figure has one.
func Table(sizes Sizes, figures []Figure) string {
	hasBefore := false
	for _, f := range figures {
		hasBefore = hasBefore || f.Before != ""
	}
	var table strings.Builder
	row := func(name, before string, values []string, result, goal string) {
		fmt.Fprintf(&table, "| %s |", name)
		if hasBefore {
			fmt.Fprintf(&table, " %s |", before)
		}
		for i := range sizes {
			value := ""
			if i < len(values) {
				value = values[i]
			}
			fmt.Fprintf(&table, " %s |", value)
		}
		fmt.Fprintf(&table, " %s | %s |\n", result, goal)
	}
	heads, lines := make([]string, len(sizes)), make([]string, len(sizes))
	for i, size := range sizes {
		heads[i], lines[i] = strconv.Itoa(size), "---:"
	}
	row("figure, with this number of customers", "before", heads, "largest / smallest", "goal")
	row("---", "---", lines, "---", "---")
	for _, f := range figures {
		row(f.Name, f.Before, f.Values, f.Result, f.Goal)
	}
	return table.String()
}

// Section is a section of the JSON file.
type Section struct {
	Heading   string    `json:"heading"`
	At        time.Time `json:"at"`
	Customers Sizes     `json:"customers"`
	Figures   []Figure  `json:"figures"`
}

// WriteJSON writes a section into a JSON file. It replaces the section with the same heading, or appends a new section.
func WriteJSON(path string, section Section) error {
	var sections []Section
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &sections)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w", path, err)
	}
	replaced := false
	for i := range sections {
		if sections[i].Heading == section.Heading {
			sections[i], replaced = section, true
		}
	}
	if !replaced {
		sections = append(sections, section)
	}
	if text, err = json.MarshalIndent(sections, "", "  "); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o600)
}

// Progress prints what is measured. A nil Progress prints nothing.
type Progress struct {
	out   io.Writer
	total int
	done  int
	began time.Time
}

// NewProgress returns the progress of a number of measurements.
func NewProgress(out io.Writer, total int) *Progress {
	return &Progress{out: out, total: total, began: time.Now()}
}

// Begin prints that the next measurement begins.
func (p *Progress) Begin(format string, arguments ...any) {
	if p == nil {
		return
	}
	p.done++
	elapsed := time.Since(p.began).Round(time.Second)
	fmt.Fprintf(p.out, "bench: %d of %d, after %s: %s\n", p.done, p.total, elapsed, fmt.Sprintf(format, arguments...))
}
