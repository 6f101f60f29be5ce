package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"tenantry/node/gate"
	"tenantry/node/state"
	"tenantry/tests/node/server"
)

const (
	connections = 8
	roundTime   = 3 * time.Second
	rounds      = 5
)

// sample is the outcome of one round of requests.
type sample struct{ perSecond, p99 float64 } // requests; milliseconds

// load sends requests over several connections for a while.
func load(ctx context.Context, client *http.Client, url, host string, wantStatus int) (sample, error) {
	var mu sync.Mutex
	var durations []time.Duration
	var failure error
	var workers sync.WaitGroup
	began := time.Now()
	for range connections {
		workers.Go(func() {
			var own []time.Duration
			var err error
			for err == nil && time.Since(began) < roundTime {
				at := time.Now()
				err = request(ctx, client, url, host, wantStatus)
				own = append(own, time.Since(at))
			}
			mu.Lock()
			defer mu.Unlock()
			durations, failure = append(durations, own...), errors.Join(failure, err)
		})
	}
	workers.Wait()
	took := time.Since(began)
	slices.Sort(durations)
	p99 := durations[len(durations)*99/100]
	return sample{float64(len(durations)) / took.Seconds(), float64(p99.Microseconds()) / 1000}, failure
}

func request(ctx context.Context, client *http.Client, url, host string, wantStatus int) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	request.Host = host
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	if err == nil && response.StatusCode != wantStatus {
		err = fmt.Errorf("%s: got status %d, want %d", host, response.StatusCode, wantStatus)
	}
	return err
}

// newClient returns a client that keeps its connections. The socket may be "".
func newClient(socket string) *http.Client {
	transport := &http.Transport{MaxIdleConnsPerHost: connections, MaxConnsPerHost: connections}
	if socket != "" {
		transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
			var dialer net.Dialer
			return dialer.DialContext(ctx, "unix", socket)
		}
	}
	return &http.Client{Timeout: 10 * time.Second, Transport: transport}
}

// measureThroughput compares nginx with and without the agent.
func (b *bench) measureThroughput(ctx context.Context) (string, error) {
	url, client := fmt.Sprintf("http://127.0.0.1:%d/", b.server.Ports.Nginx), newClient("")
	hosts := []string{server.WithoutAgent, b.domain, server.WithoutCache}
	samples := map[string][]sample{}
	for range rounds {
		for _, host := range hosts {
			s, err := load(ctx, client, url, host, http.StatusOK)
			if err != nil {
				return "", err
			}
			samples[host] = append(samples[host], s)
		}
	}
	var text strings.Builder
	for i, name := range []string{"nginx without the agent", "nginx with the agent", "nginx with the agent, without a cache"} {
		perSecond, p99 := medians(samples[hosts[i]])
		result := fmt.Sprintf("%.0f; %.2f ms", perSecond, p99)
		text.WriteString(row("%s: requests a second; p99", "", result, name))
	}
	return text.String(), nil
}

func medians(samples []sample) (perSecond, p99 float64) {
	var speeds, delays []float64
	for _, s := range samples {
		speeds, delays = append(speeds, s.perSecond), append(delays, s.p99)
	}
	slices.Sort(speeds)
	slices.Sort(delays)
	return speeds[len(speeds)/2], delays[len(delays)/2]
}

const manyDomains = 100_000

// nowhere is a service that cannot be reached: the made-up domains keep their stored state.
const nowhere = "http://127.0.0.1:1"

// measureMemory starts an agent that knows many domains. It measures its memory, and its speed on one processor.
func (b *bench) measureMemory(ctx context.Context) (string, error) {
	folder := filepath.Join(b.folder, "agent")
	if err := storeDomains(filepath.Join(folder, "state")); err != nil {
		return "", err
	}
	socket := filepath.Join(folder, "http.sock")
	configuration := fmt.Sprintf(
		"service:\n  url: %s\n  tokenFile: %s\nstate: %s/state\nlisten:\n  http: unix:%s\n  admin: \"\"\n",
		nowhere,
		filepath.Join(b.server.Root, "etc/tenantry-node/token"),
		folder,
		socket,
	)
	path := filepath.Join(folder, "config.yaml")
	if err := os.WriteFile(path, []byte(configuration), 0o600); err != nil {
		return "", err
	}
	agent := exec.CommandContext(ctx, b.agent, "run", "-config", path)
	agent.Env = append(os.Environ(), "GOMAXPROCS=1")
	agent.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := agent.Start(); err != nil {
		return "", err
	}
	defer func() {
		_ = agent.Process.Kill()
		_ = agent.Wait()
	}()
	client := newClient(socket)
	const url, domain = "http://agent/check", "d50000.example"
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		err := request(ctx, client, url, domain, http.StatusNoContent)
		if err == nil {
			break
		}
		if time.Now().After(deadline) {
			return "", err
		}
	}
	var perSecond []float64
	for range rounds {
		before := processorTime(agent.Process.Pid)
		s, err := load(ctx, client, url, domain, http.StatusNoContent)
		if err != nil {
			return "", err
		}
		used := processorTime(agent.Process.Pid) - before
		perSecond = append(perSecond, s.perSecond*roundTime.Seconds()/used.Seconds())
	}
	slices.Sort(perSecond)
	return row(
		"the agent alone: requests a second of one processor",
		"≥ 10,000",
		fmt.Sprintf("%.0f", perSecond[rounds/2]),
	) +
		row(
			"the agent's memory with %d domains, resident",
			"",
			fmt.Sprintf("%.0f MB", residentMB(agent.Process.Pid)),
			manyDomains,
		), nil
}

// storeDomains writes the state of an agent that knows many domains of many customers.
func storeDomains(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	store, _, err := state.Open(folder)
	if err != nil {
		return err
	}
	var writers sync.WaitGroup
	failures := make(chan error, manyDomains)
	const atOnce = 500 // concurrent writes share one sync of the disk
	for first := range atOnce {
		writers.Go(func() {
			for i := first; i < manyDomains; i += atOnce {
				failures <- store.Save(fmt.Sprintf("d%d.example", i), &gate.Known{
					ETag: fmt.Sprintf("%q", fmt.Sprintf("etag-of-%08d", i)),
					Answer: gate.Answer{Open: true, Since: time.Now(), IDs: gate.IDs{
						Website:      fmt.Sprintf("web_01M8KYZC73MFBFSMR4%08d", i),
						Subscription: fmt.Sprintf("sub_01M8KYZC73MFBFSMR4%08d", i),
						Customer:     fmt.Sprintf("cus_01M8KYZC73MFBFSMR4%08d", i/10),
						Reseller:     fmt.Sprintf("res_01M8KYZC73MFBFSMR4%08d", i/10_000),
					}},
				})
			}
		})
	}
	writers.Wait()
	close(failures)
	for failure := range failures {
		err = errors.Join(err, failure)
	}
	return errors.Join(err, store.Close())
}

// ticks is how often a second the kernel counts processor time in /proc.
const ticks = 100

// processorTime returns the processor time that a process has used.
func processorTime(pid int) time.Duration {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * time.Second / ticks
}

// residentMB returns the resident memory of a process.
func residentMB(pid int) float64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	fields := strings.Fields(string(text))
	if len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.Atoi(fields[1])
	return float64(pages*os.Getpagesize()) / 1e6
}
