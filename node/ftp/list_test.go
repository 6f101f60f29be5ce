package ftp_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"tenantry/node/ftp"
	"tenantry/node/gate"
)

// decider has closed domains. It knows a domain only once it was asked.
type decider struct {
	mu     sync.Mutex
	closed map[string]bool
	asked  map[string]bool
}

func (d *decider) Decide(_ context.Context, host string) gate.Verdict {
	d.mu.Lock()
	d.asked[host] = true
	d.mu.Unlock()
	return d.Last(host)
}

func (d *decider) Last(host string) gate.Verdict {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case !d.asked[host]:
		return gate.Verdict{State: gate.Unknown, Serve: true}
	case d.closed[host]:
		return gate.Verdict{State: gate.Closed}
	}
	return gate.Verdict{State: gate.Open, Serve: true}
}

func (d *decider) set(closed ...string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	clear(d.closed)
	for _, domain := range closed {
		d.closed[domain] = true
	}
}

func TestListHasTheLoginsOfClosedDomains(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path, mapPath := filepath.Join(folder, "closed"), filepath.Join(folder, "map")
	writeMap := func(text string) {
		t.Helper()
		if err := os.WriteFile(mapPath, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	writeMap("alice a.example\nanna a.example\nbob b.example\n")
	d := &decider{closed: map[string]bool{"a.example": true}, asked: map[string]bool{}}
	list := ftp.NewList(&ftp.List{
		Path: path, Door: &ftp.Door{Logins: &ftp.Logins{Path: mapPath}, Decider: d}, Log: slog.New(slog.DiscardHandler),
	})
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { list.Run(ctx) })
	defer running.Wait()
	defer cancel()
	want := func(text string) {
		t.Helper()
		var got []byte
		for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
			if got, _ = os.ReadFile(path); string(got) == text {
				return
			}
		}
		t.Fatalf("got the list %q, want %q", got, text)
	}
	want("alice\nanna\n") // although nobody has signed in yet
	d.set("b.example")
	list.Want()
	want("bob\n")
	writeMap("bob b.example\nberta b.example\n")
	want("berta\nbob\n")
	d.set()
	list.Want()
	want("")
}
