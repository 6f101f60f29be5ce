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

// measureStartUp compares the start-up of each function with those of the baselines: Lambdas with the same SDK clients.
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
	measured := []*startUpRatios{{baseline: plain, goal: maxStartUpRatio}, {baseline: light}}
	var names []string
	var sizes []float64
	for name, clients := range clientsByFunction {
		programs := []string{filepath.Join("build", name, "bootstrap")}
		for _, m := range measured {
			program, err := m.baseline.build(ctx, folder, clients)
			if err != nil {
				return nil, err
			}
			programs = append(programs, program)
		}
		durations, err := compareStartUp(ctx, programs, rounds)
		if err != nil {
			return nil, err
		}
		for i, m := range measured {
			m.names, m.ratios = append(m.names, name), append(m.ratios, durations[0]/durations[i+1])
		}
		size, err := zippedSize(programs[0])
		if err != nil {
			return nil, err
		}
		names, sizes = append(names, name), append(sizes, float64(size)/(1<<20))
	}
	largest := slices.Index(sizes, slices.Max(sizes))
	return append(append(measured[0].figures(), measured[1].figures()...), figure{
		name:   fmt.Sprintf("zip, largest of %d functions", len(names)),
		result: fmt.Sprintf("%.1f MB (%s)", sizes[largest], names[largest]),
		goal:   fmt.Sprintf("≤ %d MB", maxZipMegabytes),
	}), nil
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

const services = sdk + "service/"

// configurationClients are the clients that the package of the AWS configuration imports.
var configurationClients = []string{"signin", "sso", "ssooidc", "sts"}

// baseline is a program that makes SDK clients and does nothing else.
type baseline struct {
	name    string // in the figures
	imports []string
	config  string // a function that returns the AWS configuration
}

var (
	// plain is what a program does that follows the SDK's documentation.
	plain = baseline{
		name: "the SDK's configuration", imports: []string{sdk + "aws", sdk + "config"},
		config: `func load() aws.Config {
	loaded, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		panic(err)
	}
	return loaded
}`,
	}

	// light has a configuration like that of the functions (ADR 57).
	light = baseline{
		name: "a light one", imports: []string{sdk + "aws", sdk + "credentials", "os"},
		config: `func load() aws.Config {
	return aws.Config{
		Region: os.Getenv("AWS_REGION"),
		Credentials: credentials.NewStaticCredentialsProvider(
			os.Getenv("AWS_ACCESS_KEY_ID"), os.Getenv("AWS_SECRET_ACCESS_KEY"), os.Getenv("AWS_SESSION_TOKEN")),
	}
}`,
	}
)

const sdk = "github.com/aws/aws-sdk-go-v2/"

const baselineSource = `package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
%s)

%s

func main() {
	loaded := load()
	clients := []any{%s}
	lambda.Start(func(context.Context) (int, error) { return len(clients), nil })
}
`

// build builds the baseline with the clients in the folder, unless it is already built. It returns the path.
func (b baseline) build(ctx context.Context, folder string, clients []string) (string, error) {
	path := filepath.Join(folder, strings.ReplaceAll(b.name, " ", "-")+"-"+strings.Join(clients, "-"))
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	imports, values := "", ""
	for _, name := range b.imports {
		imports += fmt.Sprintf("\t%q\n", name)
	}
	for _, client := range clients {
		imports += fmt.Sprintf("\t%q\n", services+client)
		values += fmt.Sprintf("%s.NewFromConfig(loaded), ", client)
	}
	source := fmt.Appendf(nil, baselineSource, imports, b.config, values)
	if err := os.WriteFile(path+".go", source, 0o600); err != nil {
		return "", err
	}
	build := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-trimpath",
		"-tags", "lambda.norpc,nethttpomithttp2", "-ldflags", "-s -w", "-o", path, path+".go") // as in local/build.sh
	build.Env, build.Stderr = append(os.Environ(), "CGO_ENABLED=0"), os.Stderr
	return path, build.Run()
}

// compareStartUp starts the programs alternately. It returns the quickest start-up of each, in seconds.
func compareStartUp(ctx context.Context, programs []string, rounds int) ([]float64, error) {
	quickest := make([]float64, len(programs))
	for round := range rounds {
		for i, path := range programs {
			duration, err := startUpTime(ctx, path)
			if err != nil {
				return nil, err
			}
			if round == 0 || duration.Seconds() < quickest[i] {
				quickest[i] = duration.Seconds()
			}
		}
	}
	return quickest, nil
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
		"PROBE_SECRET=arn:secret", "METRICS_NAMESPACE=tenantry", "LAMBDA_TASK_ROOT=" + filepath.Dir(path),
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
