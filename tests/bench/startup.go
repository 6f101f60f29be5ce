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

// startUp compares the bootstraps of all functions with plain Lambdas that have the same clients.
func startUp(ctx context.Context, rounds int) ([]figure, error) {
	clients, err := clientsOf(ctx)
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
	for name, of := range clients {
		plain, bootstrap := filepath.Join(folder, strings.ReplaceAll(of, " ", "-")+"-"), filepath.Join("build", name, "bootstrap")
		if err := buildPlain(ctx, plain, strings.Fields(of)); err != nil {
			return nil, err
		}
		ratio, err := compare(ctx, bootstrap, plain, rounds)
		if err != nil {
			return nil, err
		}
		size, err := zipped(bootstrap)
		if err != nil {
			return nil, err
		}
		if ratio > 1.3 {
			above++
		}
		names, ratios, sizes = append(names, name), append(ratios, ratio), append(sizes, float64(size)/(1<<20))
	}
	slow, large := slices.Index(ratios, slices.Max(ratios)), slices.Index(sizes, slices.Max(sizes))
	all := fmt.Sprintf(" of %d functions", len(names))
	return []figure{
		{what: "start-up, slowest" + all, result: fmt.Sprintf("%.2f × (%s)", ratios[slow], names[slow]), goal: "≤ 1.3 ×"},
		{what: "start-up, median" + all, result: fmt.Sprintf("%.2f ×, %d above the goal", median(ratios), above), goal: "≤ 1.3 ×"},
		{what: "zip, largest" + all, result: fmt.Sprintf("%.1f MB (%s)", sizes[large], names[large]), goal: "≤ 6 MB"},
	}, nil
}

// clientsOf returns the SDK clients that each function imports, besides those of the AWS configuration itself.
func clientsOf(ctx context.Context) (map[string]string, error) {
	listed, err := exec.CommandContext(ctx, "go", "list", "-f", `{{.ImportPath}} {{join .Deps " "}}`, "./functions/...").Output()
	of := map[string]string{}
	for line := range strings.Lines(string(listed)) {
		var clients []string
		packages := strings.Fields(line)
		for _, dependency := range packages[1:] {
			client, found := strings.CutPrefix(dependency, services)
			if found && !strings.Contains(client, "/") && !slices.Contains([]string{"signin", "sso", "ssooidc", "sts"}, client) {
				clients = append(clients, client)
			}
		}
		of[filepath.Base(packages[0])] = strings.Join(clients, " ")
	}
	return of, err
}

const services = "github.com/aws/aws-sdk-go-v2/service/"

const plainLambda = `package main

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

// buildPlain builds the Lambda that functions are compared with, once.
func buildPlain(ctx context.Context, into string, clients []string) error {
	if _, err := os.Stat(into); err == nil {
		return nil
	}
	imports, made := "", ""
	for _, client := range clients {
		imports += fmt.Sprintf("\t%q\n", services+client)
		made += fmt.Sprintf("%s.NewFromConfig(loaded), ", client)
	}
	if err := os.WriteFile(into+".go", fmt.Appendf(nil, plainLambda, imports, made), 0o600); err != nil {
		return err
	}
	build := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-trimpath", "-tags", "lambda.norpc", "-ldflags", "-s -w", "-o", into, into+".go")
	build.Env, build.Stderr = append(os.Environ(), "CGO_ENABLED=0"), os.Stderr
	return build.Run()
}

// compare starts two programs in turns, and returns how many times as long as the second the first takes at its quickest.
func compare(ctx context.Context, program, with string, rounds int) (float64, error) {
	quickest := [2]time.Duration{time.Hour, time.Hour}
	for range rounds {
		for i, path := range []string{program, with} {
			took, err := start(ctx, path)
			if err != nil {
				return 0, err
			}
			quickest[i] = min(quickest[i], took)
		}
	}
	return float64(quickest[0]) / float64(quickest[1]), nil
}

// start returns how long a program takes to its first poll of the Runtime API.
func start(ctx context.Context, path string) (time.Duration, error) {
	polled := make(chan time.Time, 1)
	runtimeAPI := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		polled <- time.Now()
		<-r.Context().Done()
	}))
	defer runtimeAPI.Close()
	cmd := exec.CommandContext(ctx, path)
	cmd.Env = []string{
		"AWS_LAMBDA_RUNTIME_API=" + strings.TrimPrefix(runtimeAPI.URL, "http://"), "AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=x",
		"AWS_SECRET_ACCESS_KEY=x", "TABLE_NAME=tenantry-table", "BUS_NAME=tenantry", "PUBLIC_URL=https://tenantry.example",
		"BACKUP_BUCKET=tenantry-backups",
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
		return 0, fmt.Errorf("%s does not poll", path)
	}
}

// zipped returns how many bytes a file has in a zip.
func zipped(path string) (int, error) {
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
