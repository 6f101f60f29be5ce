package sdkhttp

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// lateConn returns from a write only when the test has closed the request's body.
type lateConn struct {
	net.Conn

	bodyIsClosed <-chan struct{}
}

func (c lateConn) Write(data []byte) (int, error) {
	n, err := c.Conn.Write(data)
	if bytes.HasSuffix(data, []byte("end")) {
		<-c.bodyIsClosed
	}
	return n, err
}

// The server responds while net/http has not yet seen the end of the request's body, and the SDK closes the body.
func TestResponseIsNotBrokenOff(t *testing.T) {
	bodyIsClosed, bodyIsRead := make(chan struct{}), make(chan struct{})
	release := sync.OnceFunc(func() { close(bodyIsRead) })
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, "first, ")
		_ = http.NewResponseController(w).Flush()
		<-bodyIsRead
		_, _ = io.WriteString(w, "second")
	}))
	defer server.Close()
	defer release()

	client := New(nil, Settings{Timeout: time.Minute}).(*Client)
	client.client = client.client.WithTransportOptions(func(transport *http.Transport) {
		transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := new(net.Dialer).DialContext(ctx, network, address)
			return lateConn{conn, bodyIsClosed}, err
		}
	})
	body := append(bytes.Repeat([]byte("x"), 10_000), "end"...) // more than net/http buffers
	request := newRequest(t, server.URL, body)
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	_ = request.Body.Close()
	close(bodyIsClosed)
	time.AfterFunc(100*time.Millisecond, release)
	text, err := io.ReadAll(response.Body)
	if err != nil || string(text) != "first, second" {
		t.Errorf("got %q, error %v, want the whole response", text, err)
	}
}

// newRequest returns a request as the SDK makes it.
func newRequest(t *testing.T, url string, body []byte) *http.Request {
	t.Helper()
	request, err := smithyhttp.NewStackRequest().(*smithyhttp.Request).SetStream(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	built := request.Build(t.Context())
	plain, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, built.Body)
	if err != nil {
		t.Fatal(err)
	}
	plain.ContentLength = int64(len(body))
	return plain
}

func TestNewKeepsOtherClients(t *testing.T) {
	other := &http.Client{}
	if New(other, Settings{}) != aws.HTTPClient(other) {
		t.Error("the configured client is not kept")
	}
	first := New(nil, Settings{})
	if second := New(first, Settings{Timeout: time.Second}); second == first {
		t.Error("got the client without the settings")
	}
}
