package cascade

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// Latencies of the storage: DynamoDB is published to answer in single-digit milliseconds. A transaction takes two phases.
const (
	CallLatency        = 10 * time.Millisecond
	TransactionLatency = 20 * time.Millisecond
)

// wire is an HTTP client for a bubble of virtual time (testing/synctest). What a call really takes passes no time in the bubble; then
// the latency does, if the wire is slow. Its channels are made outside of the bubble, so that who waits for one stops the clock.
type wire struct {
	slow    atomic.Bool
	carried atomic.Int64 // calls, while it is slow
	idle    chan *exchange
	calls   chan *exchange
}

type exchange struct {
	request  *http.Request
	response *http.Response // with its body read
	body     []byte
	err      error
	done     chan struct{}
}

// callsAtOnce is how many calls the wire carries at once.
const callsAtOnce = 64

func newWire() *wire {
	w := &wire{idle: make(chan *exchange, callsAtOnce), calls: make(chan *exchange)}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: callsAtOnce}}
	for range callsAtOnce {
		w.idle <- &exchange{done: make(chan struct{})}
	}
	for range 8 {
		go func() {
			for e := range w.calls {
				e.carry(client)
				e.done <- struct{}{}
			}
		}()
	}
	return w
}

func (e *exchange) carry(client *http.Client) {
	response, err := client.Do(e.request)
	if e.err = err; err != nil {
		return
	}
	e.response = response
	e.body, err = io.ReadAll(response.Body)
	e.err = errors.Join(err, response.Body.Close())
}

// Do sends a request as an HTTP client does.
func (w *wire) Do(request *http.Request) (*http.Response, error) {
	var body []byte
	if request.Body != nil {
		var err error
		if body, err = io.ReadAll(request.Body); err != nil {
			return nil, err
		}
	}
	sent, err := http.NewRequestWithContext(context.Background(), request.Method, request.URL.String(), bytes.NewReader(body)) //nolint:contextcheck // the request's belongs to the bubble
	if err != nil {
		return nil, err
	}
	sent.Header = request.Header.Clone()
	e := <-w.idle
	e.request = sent
	w.calls <- e
	<-e.done
	response, answer, err := e.response, e.body, e.err
	w.idle <- e
	if err != nil {
		return nil, err
	}
	if w.slow.Load() {
		w.carried.Add(1)
		time.Sleep(latencyOf(request))
	}
	if err := request.Context().Err(); err != nil {
		return nil, err
	}
	response.Request, response.Body = request, io.NopCloser(bytes.NewReader(answer))
	return response, nil
}

func latencyOf(request *http.Request) time.Duration {
	if strings.HasSuffix(request.Header.Get("X-Amz-Target"), ".TransactWriteItems") {
		return TransactionLatency
	}
	return CallLatency
}

// start starts the storage emulator of the local stack for a test. DYNOXIDE says where it is; `make tools` installs it.
func start(tb testing.TB) (endpoint string) {
	tb.Helper()
	path := os.Getenv("DYNOXIDE")
	if path == "" {
		path = filepath.Join("..", "..", "..", ".local", "tools", "node_modules", "@dynoxide", "linux-x64", "dynoxide")
	}
	if _, err := os.Stat(path); err != nil && testing.Short() {
		tb.Skip("short, and the storage emulator is not installed")
	} else if err != nil {
		tb.Fatal("the storage emulator is not installed: run `make tools`")
	}
	port, err := freePort()
	if err != nil {
		tb.Fatal(err)
	}
	command := exec.CommandContext(tb.Context(), path, "--host", "127.0.0.1", "--port", strconv.Itoa(port), "--db-path", filepath.Join(tb.TempDir(), "table.db"))
	command.Stderr = os.Stderr
	if err := command.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	for range 500 {
		connection, err := net.Dial("tcp", address)
		if err == nil {
			_ = connection.Close()
			return fmt.Sprintf("http://%s", address)
		}
		time.Sleep(20 * time.Millisecond)
	}
	tb.Fatal("the storage emulator does not start")
	return ""
}

func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}
