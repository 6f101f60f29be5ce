package frontdoor

import (
	"bufio"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// open puts a door before an emulator and returns its address.
func open(t *testing.T, emulator http.HandlerFunc) string {
	t.Helper()
	behind := httptest.NewServer(emulator)
	t.Cleanup(behind.Close)
	address, err := url.Parse(behind.URL)
	if err != nil {
		t.Fatal(err)
	}
	door := New(slog.New(slog.DiscardHandler))
	door.LeadTo(Target{Emulator: address, API: "abcd1234", Buckets: []string{"tenantry-backups"}})
	front := httptest.NewServer(door)
	t.Cleanup(front.Close)
	return front.URL
}

func send(t *testing.T, method, url string, change func(*http.Request)) *http.Response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader("body"))
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(request)
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = response.Body.Close() })
	return response
}

func TestRequestsReachTheAPIUnchanged(t *testing.T) {
	var got *http.Request
	var body []byte
	front := open(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		w.Header().Set("Location", "/elsewhere")
		w.Header().Add("Set-Cookie", "a=1")
		w.Header().Add("Set-Cookie", "b=2")
		w.WriteHeader(http.StatusFound)
	})
	response := send(t, http.MethodPatch, front+"/v1//a%2Fb?x=1;y=%zz", func(r *http.Request) {
		r.Header.Set("X-Forwarded-For", "203.0.113.7")
		r.Header.Set("Cookie", "session=s")
	})
	if got.Method != http.MethodPatch || got.RequestURI != "/v1//a%2Fb?x=1;y=%zz" || string(body) != "body" {
		t.Errorf("forwarded %s %s %q", got.Method, got.RequestURI, body)
	}
	if host, _, _ := strings.Cut(got.Host, ":"); host != "abcd1234.execute-api.localhost" {
		t.Errorf("Host %s", got.Host)
	}
	if forwarded := got.Header.Get("X-Forwarded-For"); forwarded != "203.0.113.7, 127.0.0.1" {
		t.Errorf("X-Forwarded-For %q", forwarded)
	}
	if got.Header.Get("Cookie") != "session=s" {
		t.Errorf("Cookie %q", got.Header.Get("Cookie"))
	}
	if response.StatusCode != http.StatusFound || len(response.Header.Values("Set-Cookie")) != 2 {
		t.Errorf("answer %s, cookies %q", response.Status, response.Header.Values("Set-Cookie"))
	}
}

func TestPresignedAddressesKeepTheirHost(t *testing.T) {
	var host string
	front := open(t, func(_ http.ResponseWriter, r *http.Request) { host = r.Host })
	send(t, http.MethodPut, front+"/tenantry-backups/cus_1/b?X-Amz-Signature=s", func(r *http.Request) { r.Host = "localhost:8080" })
	if host != "localhost:8080" {
		t.Errorf("Host %s", host)
	}
}

func TestAnswersStream(t *testing.T) {
	finish := make(chan struct{})
	front := open(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "first\n")
		w.(http.Flusher).Flush()
		<-finish
	})
	response := send(t, http.MethodGet, front, nil)
	line, err := bufio.NewReader(response.Body).ReadString('\n')
	close(finish)
	if err != nil || line != "first\n" {
		t.Errorf("line %q, error %v", line, err)
	}
}

func TestClosedDoorsSayWhy(t *testing.T) {
	unreachable, _ := url.Parse("http://127.0.0.1:1")
	cases := map[string]struct {
		target *Target
		status int
	}{
		"nothing deployed": {nil, http.StatusServiceUnavailable},
		"no API":           {&Target{Emulator: unreachable}, http.StatusServiceUnavailable},
		"emulator down":    {&Target{Emulator: unreachable, API: "abcd1234"}, http.StatusServiceUnavailable},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			door := New(slog.New(slog.DiscardHandler))
			if c.target != nil {
				door.LeadTo(*c.target)
			}
			answer := httptest.NewRecorder()
			door.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/v1/health", nil))
			wantProblem(t, answer.Result(), c.status)
		})
	}
}

func TestBrokenAnswerIsABadGateway(t *testing.T) {
	front := open(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	wantProblem(t, send(t, http.MethodPost, front, nil), http.StatusBadGateway)
}

func wantProblem(t *testing.T, response *http.Response, status int) {
	t.Helper()
	var got struct{ Status int }
	err := json.NewDecoder(response.Body).Decode(&got)
	if err != nil || response.StatusCode != status || got.Status != status ||
		response.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("answer %s %+v, error %v, want a problem with status %d", response.Status, got, err, status)
	}
}
