// Command node measures the agent of hosting servers: how many requests it answers, what it adds to nginx, its memory,
// and how long a suspension takes to close a website. It writes a section of docs/figures.md. `make figures-node` runs it
// against its own local stack, as root on Debian.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"tenantry/tests/bench/document"
	"tenantry/tests/node/provider"
	"tenantry/tests/node/server"
)

const heading = "Hosting nodes"

// recoveries is the number of failures of each kind.
const recoveries = 8

func main() {
	into := flag.String("into", document.Path, "file to write the figures to")
	rounds := flag.Int("rounds", 50, "number of suspensions, and of activations")
	flag.Parse()
	text, err := measure(context.Background(), *rounds)
	if err == nil {
		fmt.Print(text)
		err = document.Write(*into, heading, text)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench is what all measurements need.
type bench struct {
	provider *provider.Provider
	folder   string // for files
	agent    string // the program
	customer string
	domain   string
	server   *server.Server
	line     *line
	token    string
}

func measure(ctx context.Context, rounds int) (string, error) {
	b, err := prepare(ctx)
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(b.folder)
	defer b.line.stop()
	defer b.server.Close()
	memory, err := b.measureMemory(ctx)
	if err != nil {
		return "", err
	}
	throughput, err := b.measureThroughput(ctx)
	if err != nil {
		return "", err
	}
	latency, err := b.measureLatency(ctx, rounds)
	if err != nil {
		return "", err
	}
	recovery, err := b.measureRecovery(ctx, recoveries)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf(
		section,
		runtime.GOOS,
		runtime.GOARCH,
		runtime.NumCPU(),
		memory+throughput+latency+recovery+costs(),
	), nil
}

// prepare starts a hosting server with one customer's website.
func prepare(ctx context.Context) (*bench, error) {
	repository, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	daemons, err := server.Install(repository)
	if err != nil {
		return nil, err
	}
	b := &bench{agent: filepath.Join(repository, ".local", "node", "bench-agent")}
	build := exec.CommandContext(
		ctx,
		"go",
		"build",
		"-trimpath",
		"-buildvcs=false",
		"-ldflags",
		"-s -w",
		"-o",
		b.agent,
		"./node",
	)
	build.Env, build.Stderr = append(os.Environ(), "CGO_ENABLED=0"), os.Stderr
	if err := build.Run(); err != nil {
		return nil, err
	}
	if b.provider, err = provider.SignIn(ctx, os.Getenv("TENANTRY_CREDENTIALS")); err != nil {
		return nil, err
	}
	b.domain = b.provider.Domain("bench")
	if b.customer, err = b.provider.AddCustomer(ctx, "bench"); err != nil {
		return nil, err
	}
	if _, err = b.provider.AddSubscription(ctx, b.customer, b.domain); err != nil {
		return nil, err
	}
	if b.token, _, err = b.provider.NodeToken(ctx); err != nil {
		return nil, err
	}
	if b.line, err = newLine(b.provider.URL); err != nil {
		return nil, err
	}
	if b.folder, err = os.MkdirTemp("", "tenantry-bench-"); err != nil {
		return nil, err
	}
	root := filepath.Join(b.folder, "server")
	if err := os.Mkdir(root, 0o755); err != nil { //nolint:gosec // daemons of other users read it
		return nil, err
	}
	if err := os.Chmod(b.folder, 0o755); err != nil { //nolint:gosec // daemons of other users read it
		return nil, err
	}
	b.server, err = server.Start(server.Options{ //nolint:contextcheck // the server ends with Close
		Repository: repository, Daemons: daemons, Agent: b.agent, Root: root, ServiceURL: b.line.url, Token: b.token,
		Sites: []server.Site{{Domain: b.domain, Login: "bench"}},
	}, "nginx")
	return b, err
}

// costs returns the price of the feed, from the figures of ADR 47.
func costs() string {
	const (
		month       = 30 * 24 * time.Hour
		every       = 2 * time.Second
		perRequest  = 1.0 + 0.2 + 0.105 // dollars a million: the API, the invocation, 25 ms of 256 MB
		perReadUnit = 0.125
		feedUnits   = 3 // 304, with authentication
		gateUnits   = 6 // an answer about a domain, with authentication
		domains     = 10_000
	)
	polls := month.Seconds() / every.Seconds()
	feed := polls / 1e6 * (perRequest + feedUnits*perReadUnit)
	refreshed := 30.0 * domains
	refresh := refreshed / 1e6 * (perRequest + gateUnits*perReadUnit)
	return row("feed, a node and month: %.1f million requests, mostly 304", "", fmt.Sprintf("$%.2f", feed), polls/1e6) +
		row("asking %d known domains again once a day, a node and month", "", fmt.Sprintf("$%.2f", refresh), domains)
}

// row returns a row of the table.
func row(format, goal, result string, values ...any) string {
	return fmt.Sprintf("| %s | %s | %s |\n", fmt.Sprintf(format, values...), result, goal)
}

const section = `Written by ` + "`make figures-node`" + ` (%s/%s, %d processors, which the load generator, nginx, the agent and the whole stack
share). All figures are from one run.

- **The agent alone** is asked over its unix socket, with its Go runtime limited to one processor. The figure is for each second of
  processor time that its process uses.
- **nginx** serves a small file of one website with one worker, over 8 connections that are kept open. *With the agent* is the configuration
  of [node.md](node.md). *Without a cache* asks the agent at each request. The rounds alternate; the median counts.
- **Latency** is the time from the API's answer to the first request that nginx answers otherwise; it includes the poll of the
  feed (every 2 seconds), the question to the gate, and the second for which nginx keeps an answer. Failures last five seconds.
- **Prices** are those of us-east-1, without logs, from the figures of [ADR 47](adr/0047-change-feed.md).

| figure | result | goal |
|---|---|---|
%s`
