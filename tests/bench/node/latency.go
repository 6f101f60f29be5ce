package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"
)

// measureLatency suspends and activates the customer. It measures how long the website takes to follow.
func (b *bench) measureLatency(ctx context.Context, times int) (string, error) {
	var closings, openings []time.Duration
	for range times {
		pauseByChance()
		if err := b.provider.Suspend(ctx, b.customer, "Closed for a measurement"); err != nil {
			return "", err
		}
		closing, err := b.waitFor(ctx, http.StatusServiceUnavailable)
		if err != nil {
			return "", err
		}
		pauseByChance()
		if err := b.provider.Activate(ctx, b.customer); err != nil {
			return "", err
		}
		opening, err := b.waitFor(ctx, http.StatusOK)
		if err != nil {
			return "", err
		}
		closings, openings = append(closings, closing), append(openings, opening)
	}
	return latencyRow("suspension to closed door", closings) + latencyRow("activation to open door", openings), nil
}

// pauseByChance waits, so that the next poll of the feed is as likely at any moment.
func pauseByChance() {
	time.Sleep(time.Duration(rand.IntN(2000)) * time.Millisecond) //nolint:gosec // nothing secret
}

func latencyRow(name string, durations []time.Duration) string {
	slices.Sort(durations)
	return row("%s: p50; largest of %d", "≤ 5 s",
		fmt.Sprintf("%.1f s; %.1f s", durations[len(durations)/2].Seconds(), durations[len(durations)-1].Seconds()),
		name, len(durations))
}

// waitFor returns how long the website takes to answer with the status.
func (b *bench) waitFor(ctx context.Context, status int) (time.Duration, error) {
	began, client := time.Now(), newClient("")
	defer client.CloseIdleConnections()
	for {
		err := request(ctx, client, fmt.Sprintf("http://127.0.0.1:%d/", b.server.Ports.Nginx), b.domain, status)
		took := time.Since(began)
		if err == nil {
			return took, nil
		}
		if took > time.Minute {
			return 0, err
		}
		time.Sleep(10 * time.Millisecond)
	}
}
