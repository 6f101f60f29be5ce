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

const maxStartUpRatio = 1.3

// measureStartUp compares the start-up of each function with that of a baseline: a Lambda with the same SDK clients.
func measureStartUp(ctx context.Context, rounds int) ([]figure, error) {
	clientsByFunction, err := sdkClients(ctx)
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "tenantry-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	var names []string
	var ratios, sizes []float64
	above := 0
	for name, clients := range clientsByFunction {
		baseline := filepath.Join(folder, strings.Join(clients, "-")+"-")
		if err := buildBaseline(ctx, baseline, clients); err != nil {
			return nil, err
		}
		bootstrap := filepath.Join("build", name, "bootstrap")
		ratio, err := compareStartUp(ctx, bootstrap, baseline, rounds)
		if err != nil {
			return nil, err
		}
		size, err := zippedSize(bootstrap)
		if err != nil {
			return nil, err
		}
		if ratio > maxStartUpRatio {
			above++
		}
		names, ratios, sizes = append(names, name), append(ratios, ratio), append(sizes, float64(size)/(1<<20))
	}
	slowest, largest := slices.Index(ratios, slices.Max(ratios)), slices.Index(sizes, slices.Max(sizes))
	all := fmt.Sprintf(" of %d functions", len(names))
	goal := fmt.Sprintf("≤ %g ×", maxStartUpRatio)
	return []figure{
		{name: "start-up, slowest" + all, result: fmt.Sprintf("%.2f × (%s)", ratios[slowest], names[slowest]), goal: goal},
		{name: "start-up, median" + all, result: fmt.Sprintf("%.2f ×, %d above the goal", median(ratios), above), goal: goal},
		{name: "zip, largest" + all, result: fmt.Sprintf("%.1f MB (%s)", sizes[largest], names[largest]), goal: "≤ 6 MB"},
	}, nil
}

// sdkClients returns the SDK clients that each function imports, except those that the AWS configuration itself
// imports.
func sdkClients(ctx context.Context) (map[string][]string, error) {
	list := exec.CommandContext(ctx, "go", "list", "-f", `{{.ImportPath}} {{join .Deps " "}}`, "./functions/...")
	output, err := list.Output()
	clientsByFunction := map[string][]string{}
	for line := range strings.Lines(string(output)) {
		var clients []string
		packages := strings.Fields(line)
		for _, dependency := range packages[1:] {
			client, found := strings.CutPrefix(dependency, services)
			if found && !strings.Contains(client, "/") && !slices.Contains(configurationClients, client) {
				clients = append(clients, client)
			}
		}
		clientsByFunction[filepath.Base(packages[0])] = clients
	}
	return clientsByFunction, err
}

const services = "github.com/aws/aws-sdk-go-v2/service/"

// configurationClients are the clients that the package of the AWS configuration imports.
var configurationClients = []string{"signin", "sso", "ssooidc", "sts"}

const baselineSource = `package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"
%s)

func main() {
	loaded, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		panic(err)
	}
	clients := []any{%s}
	lambda.Start(func(context.Context) (int, error) { return len(clients), nil })
}
`

// buildBaseline builds a Lambda with the clients, unless it is already built.
func buildBaseline(ctx context.Context, path string, clients []string) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	imports, values := "", ""
	for _, client := range clients {
		imports += fmt.Sprintf("\t%q\n", services+client)
		values += fmt.Sprintf("%s.NewFromConfig(loaded), ", client)
	}
	if err := os.WriteFile(path+".go", fmt.Appendf(nil, baselineSource, imports, values), 0o600); err != nil {
		return err
	}
	build := exec.CommandContext(ctx, "go", "build",
		"-buildvcs=false", "-trimpath", "-tags", "lambda.norpc", "-ldflags", "-s -w", "-o", path, path+".go")
	build.Env, build.Stderr = append(os.Environ(), "CGO_ENABLED=0"), os.Stderr
	return build.Run()
}

// compareStartUp starts two programs alternately. It returns the quickest start-up of the program, divided by that of
// the baseline.
func compareStartUp(ctx context.Context, program, baseline string, rounds int) (float64, error) {
	quickest := [2]time.Duration{time.Hour, time.Hour}
	for range rounds {
		for i, path := range []string{program, baseline} {
			duration, err := startUpTime(ctx, path)
			if err != nil {
				return 0, err
			}
			quickest[i] = min(quickest[i], duration)
		}
	}
	return float64(quickest[0]) / float64(quickest[1]), nil
}

// startUpTime returns the time from the start of a program to its first poll of the Runtime API.
func startUpTime(ctx context.Context, path string) (time.Duration, error) {
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
