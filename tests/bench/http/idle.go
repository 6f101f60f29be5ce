package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"tenantry/tests/bench/report"
)

const (
	settleTime  = 75 * time.Second // idle functions end after a minute
	idleTime    = time.Minute      // the sweep runs once in it
	clockTicks  = 100              // of a second, in /proc (Linux: sysconf(_SC_CLK_TCK))
	ticksOffset = 11               // of the processor time in /proc/<pid>/stat, after the name
)

// idle returns the row of what the stack uses while nobody uses it: the supervisor, the emulators and the functions.
func (s *stack) idle(ctx context.Context) (report.Figure, error) {
	figure := report.Figure{Name: "the idle stack: part of a processor, memory"}
	text, err := os.ReadFile(filepath.Join(filepath.Dir(os.Getenv("TENANTRY_CREDENTIALS")), "running.json"))
	if err != nil {
		return figure, err
	}
	var running struct{ Supervisor struct{ PID int } }
	if err := json.Unmarshal(text, &running); err != nil {
		return figure, err
	}
	time.Sleep(settleTime)
	before := useOf(running.Supervisor.PID)
	time.Sleep(idleTime)
	after := useOf(running.Supervisor.PID)
	part := float64(after.ticks-before.ticks) / clockTicks / idleTime.Seconds()
	const mostPart, mostMegabytes = 0.01, 300
	megabytes := after.bytes / 1_000_000
	figure.Result = fmt.Sprintf("%.2f %%, %d MB", 100*part, megabytes)
	figure.Goal = report.Verdict("< 1 %, < 300 MB", part < mostPart && megabytes < mostMegabytes)
	return figure, ctx.Err()
}

// use is what processes have used. Its ticks include those of children that have ended.
type use struct{ ticks, bytes int }

// useOf returns what a process and all its descendants have used.
func useOf(process int) (sum use) {
	folders, _ := filepath.Glob("/proc/[0-9]*")
	stats := map[int][]string{} // by process: the fields of /proc/<pid>/stat after the name
	for _, folder := range folders {
		id, _ := strconv.Atoi(filepath.Base(folder))
		text, err := os.ReadFile(filepath.Join(folder, "stat"))
		if _, fields, found := strings.Cut(string(text), ") "); err == nil && found {
			stats[id] = strings.Fields(fields)
		}
	}
	family := []int{process}
	for n := 0; n < len(family); n++ {
		for id, fields := range stats {
			if parent, _ := strconv.Atoi(fields[1]); parent == family[n] && !slices.Contains(family, id) {
				family = append(family, id)
			}
		}
	}
	for _, id := range family {
		if fields := stats[id]; len(fields) > 21 {
			for _, field := range fields[ticksOffset : ticksOffset+4] { // user and system, own and of ended children
				ticks, _ := strconv.Atoi(field)
				sum.ticks += ticks
			}
			pages, _ := strconv.Atoi(fields[21])
			sum.bytes += pages * os.Getpagesize()
		}
	}
	return sum
}
