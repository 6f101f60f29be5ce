package main

import (
	"bytes"
	"compress/flate"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Goals of the start-up, as a multiple of that of a plain baseline, and of the size of a zip.
const (
	maxStartUpRatio = 1.15
	maxZipMegabytes = 4
)

// startUpRatios are the start-ups of the functions in names, as multiples of a baseline's.
type startUpRatios struct {
	baseline baseline
	goal     float64 // 0 if there is none
	names    []string
	ratios   []float64
}

// figures returns the slowest and the median start-up.
func (r *startUpRatios) figures() []figure {
	slowest, above := slices.Index(r.ratios, slices.Max(r.ratios)), 0
	for _, ratio := range r.ratios {
		if r.goal > 0 && ratio > r.goal {
			above++
		}
	}
	of := fmt.Sprintf(" of %d functions, to %s", len(r.names), r.baseline.name)
	goal, suffix := "none", ""
	if r.goal > 0 {
		goal, suffix = fmt.Sprintf("≤ %g ×", r.goal), fmt.Sprintf(", %d above the goal", above)
	}
	return []figure{
		{name: "start-up, slowest" + of, result: fmt.Sprintf("%.2f × (%s)", r.ratios[slowest], r.names[slowest]), goal: goal},
		{name: "start-up, median" + of, result: fmt.Sprintf("%.2f ×", median(r.ratios)) + suffix, goal: goal},
	}
}

// subject is a function whose start-up is measured.
type subject struct {
	name     string
	folder   string   // the function's package
	programs []string // the function's own, and then one for each baseline
}

// measureStartUp compares the start-up of each function with those of the baselines: Lambdas with the same SDK clients.
func measureStartUp(ctx context.Context, rounds int) ([]figure, error) {
	folder, err := os.MkdirTemp("", "tenantry-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	measured := []*startUpRatios{{baseline: plain, goal: maxStartUpRatio}, {baseline: light}}
	subjects, err := prepare(ctx, folder, measured)
	if err != nil {
		return nil, err
	}
	durations, err := compareStartUp(ctx, subjects, rounds)
	if err != nil {
		return nil, err
	}
	for i, s := range subjects {
		for j, m := range measured {
			m.names, m.ratios = append(m.names, s.name), append(m.ratios, durations[i][0]/durations[i][j+1])
		}
	}
	zip, err := largestZip(subjects)
	return append(append(measured[0].figures(), measured[1].figures()...), zip), err
}

// prepare builds the baselines of all functions and copies the functions' programs beside them.
func prepare(ctx context.Context, folder string, measured []*startUpRatios) ([]subject, error) {
	clientsByFunction, err := sdkClients(ctx)
	if err != nil {
		return nil, err
	}
	var subjects []subject
	for name, clients := range clientsByFunction {
		s := subject{name: name, folder: filepath.Join("build", name)}
		program, err := copyProgram(filepath.Join(s.folder, "bootstrap"), filepath.Join(folder, name))
		if err != nil {
			return nil, err
		}
		s.programs = append(s.programs, program)
		for _, m := range measured {
			program, err := m.baseline.build(ctx, folder, clients)
			if err != nil {
				return nil, err
			}
			s.programs = append(s.programs, program)
		}
		subjects = append(subjects, s)
	}
	return subjects, nil
}

// copyProgram copies a program and returns the path of the copy. All measured programs are copies: a copy starts in 0.84
// of the time of a file that the linker has just written, because the kernel maps more of it at each page fault.
func copyProgram(path, copyPath string) (string, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	return copyPath, os.WriteFile(copyPath, content, 0o700) //nolint:gosec // a program
}

// compareStartUp starts the programs of all subjects in each round, those of one subject one after the other. It returns
// the quickest start-up of each program, in seconds. Of 102 comparisons of a baseline with its own copy, the slowest was
// 1.16 × with 20 rounds and 1.13 × with 60.
func compareStartUp(ctx context.Context, subjects []subject, rounds int) ([][]float64, error) {
	quickest := make([][]float64, len(subjects))
	for round := range rounds {
		for i, s := range subjects {
			for j, path := range s.programs {
				duration, err := startUpTime(ctx, path, s.folder)
				if err != nil {
					return nil, err
				}
				if round == 0 {
					quickest[i] = append(quickest[i], duration.Seconds())
				}
				quickest[i][j] = min(quickest[i][j], duration.Seconds())
			}
		}
	}
	return quickest, nil
}

// startUpTime returns the time from the start of a program to its first poll of the Runtime API. The folder is the
// function's package.
func startUpTime(ctx context.Context, path, folder string) (time.Duration, error) {
	polled := make(chan time.Time, 1)
	runtimeAPI := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		polled <- time.Now()
		<-r.Context().Done()
	}))
	defer runtimeAPI.Close()
	cmd := exec.CommandContext(ctx, path)
	cmd.Env = []string{
		"AWS_LAMBDA_RUNTIME_API=" + strings.TrimPrefix(runtimeAPI.URL, "http://"), "AWS_REGION=us-east-1",
		"AWS_ACCESS_KEY_ID=x", "AWS_SECRET_ACCESS_KEY=x", "TABLE_NAME=tenantry-table", "BUS_NAME=tenantry",
		"PUBLIC_URL=https://tenantry.example", "BACKUP_BUCKET=tenantry-backups",
		"PROBE_SECRET=arn:secret", "METRICS_NAMESPACE=tenantry", "LAMBDA_TASK_ROOT=" + folder,
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()
	select {
	case at := <-polled:
		return at.Sub(began), nil
	case <-time.After(time.Minute):
		return 0, fmt.Errorf("%s does not poll the Runtime API", path)
	}
}

// largestZip returns the figure of the largest zip.
func largestZip(subjects []subject) (figure, error) {
	var sizes []float64
	for _, s := range subjects {
		size, err := zippedSize(s.programs[0])
		if err != nil {
			return figure{}, err
		}
		sizes = append(sizes, float64(size)/(1<<20))
	}
	largest := slices.Index(sizes, slices.Max(sizes))
	return figure{
		name:   fmt.Sprintf("zip, largest of %d functions", len(sizes)),
		result: fmt.Sprintf("%.1f MB (%s)", sizes[largest], subjects[largest].name),
		goal:   fmt.Sprintf("≤ %d MB", maxZipMegabytes),
	}, nil
}

// zippedSize returns the size of a file in a zip, in bytes.
func zippedSize(path string) (int, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	var compressed bytes.Buffer
	writer, err := flate.NewWriter(&compressed, flate.DefaultCompression)
	if err != nil {
		return 0, err
	}
	if _, err := writer.Write(content); err != nil {
		return 0, err
	}
	err = writer.Close()
	return compressed.Len(), err
}
