// Package emulator runs the storage emulator of the local stack for tests in virtual time.
package emulator

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tenantry/tests/dynoxide"
)

// Latencies of the storage. DynamoDB publishes single-digit milliseconds. A transaction has two phases.
const (
	CallLatency        = 10 * time.Millisecond
	TransactionLatency = 20 * time.Millisecond
)

// Wire is an HTTP client for a bubble of virtual time (testing/synctest). The real duration of a request takes no
// virtual time, because the wire's channels are made outside of the bubble: a goroutine that waits for them stops the
// clock. If the wire is slow, each request takes the latency of the storage in virtual time.
type Wire struct {
	Slow atomic.Bool  // whether requests take virtual time
	Sent atomic.Int64 // number of requests while the wire was slow

	idle  chan *exchange
	calls chan *exchange
}

type exchange struct {
	request  *http.Request
	response *http.Response // with its body read
	body     []byte
	err      error
	done     chan struct{}
}

// maxParallelRequests is the number of requests that the wire accepts in parallel.
const maxParallelRequests = 64

// NewWire returns a wire whose requests take no virtual time. Call it outside of the bubble.
func NewWire() *Wire {
	w := &Wire{idle: make(chan *exchange, maxParallelRequests), calls: make(chan *exchange)}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: maxParallelRequests}}
	for range maxParallelRequests {
		w.idle <- &exchange{done: make(chan struct{})}
	}
	for range 8 {
		go func() {
			for e := range w.calls {
				e.send(client)
				e.done <- struct{}{}
			}
		}()
	}
	return w
}

// send sends the request and reads the response.
func (e *exchange) send(client *http.Client) {
	response, err := client.Do(e.request)
	if e.err = err; err != nil {
		return
	}
	e.response = response
	e.body, err = io.ReadAll(response.Body)
	e.err = errors.Join(err, response.Body.Close())
}

// Do sends a request and returns the response, as http.Client does.
func (w *Wire) Do(request *http.Request) (*http.Response, error) {
	var body []byte
	if request.Body != nil {
		var err error
		if body, err = io.ReadAll(request.Body); err != nil {
			return nil, err
		}
	}
	url := request.URL.String()
	ctx := context.Background()
	//nolint:contextcheck // the request's own context belongs to the bubble
	outer, err := http.NewRequestWithContext(ctx, request.Method, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	outer.Header = request.Header.Clone()
	e := <-w.idle
	e.request = outer
	w.calls <- e
	<-e.done
	response, responseBody, err := e.response, e.body, e.err
	w.idle <- e
	if err != nil {
		return nil, err
	}
	if w.Slow.Load() {
		w.Sent.Add(1)
		time.Sleep(latency(request))
	}
	if err := request.Context().Err(); err != nil {
		return nil, err
	}
	response.Request, response.Body = request, io.NopCloser(bytes.NewReader(responseBody))
	return response, nil
}

func latency(request *http.Request) time.Duration {
	if strings.HasSuffix(request.Header.Get("X-Amz-Target"), ".TransactWriteItems") {
		return TransactionLatency
	}
	return CallLatency
}

// Start starts dynoxide, the storage emulator of the local stack. It runs until the test ends. Start skips the test if
// -short is set and dynoxide is not installed.
func Start(tb testing.TB) (endpoint string) {
	tb.Helper()
	endpoint, stop, err := dynoxide.Start(filepath.Join("..", "..", ".."))
	tb.Cleanup(stop)
	if errors.Is(err, dynoxide.ErrNotInstalled) && testing.Short() {
		tb.Skip(err)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return endpoint
}
