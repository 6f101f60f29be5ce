package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

// outage is how long a failure lasts. It is longer than the agent's longest pause between attempts.
const outage = 5 * time.Second

// line is the agent's way to the service, which can be cut.
type line struct {
	isCut atomic.Bool
	url   string
	stop  func()
}

// newLine returns a line to the service.
func newLine(service string) (*line, error) {
	target, err := url.Parse(service)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	l := &line{url: "http://" + listener.Addr().String()}
	proxy := httputil.NewSingleHostReverseProxy(target)
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(
		func(w http.ResponseWriter, r *http.Request) {
			if l.isCut.Load() {
				panic(http.ErrAbortHandler) // closes the connection
			}
			proxy.ServeHTTP(w, r)
		})}
	go func() { _ = server.Serve(listener) }()
	l.stop = func() { _ = server.Close() }
	return l, nil
}

// measureRecovery suspends the customer during a failure. It measures how long the website takes to close after it.
func (b *bench) measureRecovery(ctx context.Context, times int) (string, error) {
	var text strings.Builder
	for _, failure := range []struct {
		name        string
		begin, mend func() error
	}{
		{"the agent killed with SIGKILL, and started again", b.server.KillAgent, b.server.StartAgent},
		{"the service cut off, and back", b.cut(true), b.cut(false)},
		{
			"the token rejected, and replaced",
			func() error { return b.server.SetToken("tny_rejected") },
			func() error { return b.server.SetToken(b.token) },
		},
	} {
		var durations []time.Duration
		for range times {
			took, err := b.recover(ctx, failure.begin, failure.mend)
			if err != nil {
				return "", fmt.Errorf("%s: %w", failure.name, err)
			}
			durations = append(durations, took)
		}
		text.WriteString(latencyRow("suspension during a failure, from its end to closed door: "+failure.name, durations))
	}
	return text.String(), nil
}

func (b *bench) cut(isCut bool) func() error {
	return func() error {
		b.line.isCut.Store(isCut)
		return nil
	}
}

// recover returns how long the website takes to close after the end of a failure.
func (b *bench) recover(ctx context.Context, begin, mend func() error) (time.Duration, error) {
	if err := begin(); err != nil {
		return 0, err
	}
	if err := b.provider.Suspend(ctx, b.customer, "Closed for a measurement"); err != nil {
		return 0, err
	}
	time.Sleep(outage)
	if err := mend(); err != nil {
		return 0, err
	}
	took, err := b.waitFor(ctx, http.StatusServiceUnavailable)
	if err != nil {
		return 0, err
	}
	if err := b.provider.Activate(ctx, b.customer); err != nil {
		return 0, err
	}
	_, err = b.waitFor(ctx, http.StatusOK)
	return took, err
}
