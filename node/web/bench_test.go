package web_test

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tenantry/node/gate"
	"tenantry/node/web"
)

// BenchmarkCheck asks the handler over a unix socket, on one connection. With -cpu 1, the client shares the processor.
func BenchmarkCheck(b *testing.B) {
	listener, err := net.Listen("unix", filepath.Join(b.TempDir(), "s"))
	if err != nil {
		b.Fatal(err)
	}
	cache := gate.NewCache(&gate.Cache{Clock: &gate.ServiceClock{}}, map[string]*gate.Known{
		"a.example": {Answer: gate.Answer{Open: true}},
	})
	cache.SetSynced()
	handler := web.Handler{
		Decider: &gate.Decider{Cache: cache},
		Now:     func() (time.Time, bool) { return time.Time{}, false },
	}
	server := &http.Server{Handler: handler.Routes(), ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }()
	defer server.Close()
	var dialer net.Dialer
	connection, err := dialer.DialContext(context.Background(), "unix", listener.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	defer connection.Close()
	reader := bufio.NewReader(connection)
	for b.Loop() {
		if _, err := connection.Write([]byte("GET /check?domain=a.example HTTP/1.1\r\nHost: x\r\n\r\n")); err != nil {
			b.Fatal(err)
		}
		status, err := reader.ReadString('\n')
		if err != nil || !strings.Contains(status, " 204 ") {
			b.Fatalf("got %q, %v", status, err)
		}
		for line := status; line != "\r\n"; {
			if line, err = reader.ReadString('\n'); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
}
