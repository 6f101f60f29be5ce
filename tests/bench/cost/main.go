// Command cost computes docs/cost.md: what a stage costs on AWS. It reads the costs of the operations in
// docs/storage-calls.json, the functions' memory in template.yaml, and the table of prices. `make cost` runs it.
//
//	go run ./tests/bench/cost [-check]
//
// With -check it writes nothing, and exits with status 1 if docs/cost.md is out of date.
package main

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"

	"tenantry/shared/api"
	"tenantry/tests/bench/counts"
)

const file = "docs/cost.md"

func main() {
	check := flag.Bool("check", false, "write nothing; exit with status 1 if "+file+" is out of date")
	flag.Parse()
	if err := run(*check); err != nil {
		fmt.Fprintln(os.Stderr, "cost:", err)
		os.Exit(1)
	}
}

func run(check bool) error {
	m, monitoring, err := load()
	if err != nil {
		return err
	}
	text := m.document(monitoring)
	if !check {
		return os.WriteFile(file, []byte(text), 0o600)
	}
	if current, err := os.ReadFile(file); err != nil || string(current) != text {
		return fmt.Errorf("%s is out of date: run `make cost`, and review what costs more", file)
	}
	return nil
}

// load reads the project in the current folder. It returns the model and the text of infra/monitoring.yaml.
func load() (m model, monitoring string, err error) {
	if m.operations, err = counts.Read(counts.File); err != nil {
		return m, "", err
	}
	template, err := os.ReadFile("template.yaml")
	if err != nil {
		return m, "", err
	}
	monitor, err := os.ReadFile("infra/monitoring.yaml")
	if err != nil {
		return m, "", err
	}
	m.quiet = strings.Contains(string(template), "SystemLogLevel: WARN")
	// The pages and the response to unknown routes have routes, but are no operations of the API.
	m.routed = map[string]bool{"getPanelPage": true, "getResetPage": true, "unknownRoute": true}
	for _, operation := range api.All() {
		m.routed[operation.ID] = true
	}
	m.memory = map[string]float64{}
	for operation := range m.operations {
		if m.memory[operation], err = memoryOf(string(template), operation); err != nil {
			return m, "", err
		}
	}
	return m, string(monitor), nil
}

var (
	capital    = regexp.MustCompile(`[A-Z]`)
	memorySize = regexp.MustCompile(`(?m)^ +MemorySize: (\d+)`)
)

// memoryOf returns the memory of an operation's function in MB: its own in the template, or that of all functions.
func memoryOf(template, operation string) (float64, error) {
	folder := strings.ToLower(capital.ReplaceAllString(operation, "-$0"))
	_, function, found := strings.Cut(template, "CodeUri: build/"+folder+"/")
	if !found {
		return 0, fmt.Errorf("template.yaml has no function of %s", operation)
	}
	function, _, _ = strings.Cut(function, "\n\n")
	match := memorySize.FindStringSubmatch(function)
	if match == nil {
		match = memorySize.FindStringSubmatch(template) // the first one is that of Globals
	}
	return strconv.ParseFloat(match[1], 64)
}
