package frontdoor

import (
	"bufio"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// open starts a front door that forwards to the emulator, and returns the front door's URL.
func open(t *testing.T, emulator http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(emulator)
	t.Cleanup(server.Close)
	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	door := New(slog.New(slog.DiscardHandler))
	door.SetTarget(Target{Emulator: address, API: "abcd1234", Buckets: []string{"tenantry-backups"}})
	front := httptest.NewUnstartedServer(door)
	front.Listener = Listener{front.Listener}
	front.Start()
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
	response := send(t, http.MethodPatch, front+"//v1//a%2Fb?x=1;y=%zz", func(r *http.Request) {
		r.Header.Set("X-Forwarded-For", "203.0.113.7")
		r.Header.Set("Cookie", "session=s")
	})
	if got.Method != http.MethodPatch || got.RequestURI != api+"//v1//a%2Fb?x=1;y=%zz" || string(body) != "body" {
		t.Errorf("forwarded %s %s %q", got.Method, got.RequestURI, body)
	}
	if forwarded := got.Header.Get("X-Forwarded-For"); forwarded != "203.0.113.7, 127.0.0.1" {
		t.Errorf("X-Forwarded-For %q", forwarded)
	}
	if got.Header.Get("Cookie") != "session=s" {
		t.Errorf("Cookie %q", got.Header.Get("Cookie"))
	}
	if response.StatusCode != http.StatusFound || len(response.Header.Values("Set-Cookie")) != 2 {
		t.Errorf("response %s, cookies %q", response.Status, response.Header.Values("Set-Cookie"))
	}
}

// api is the prefix of the API's paths at the emulator.
const api = "/_aws/execute-api/abcd1234/$default"

const credential = "AKIA/20260101/us-east-1/s3/aws4_request"

func TestOnlySignedRequestsReachBuckets(t *testing.T) {
	const (
		object    = "/tenantry-backups/cus_1/b"
		presigned = object + "?X-Amz-Credential=" + credential + "&X-Amz-Signature=s"
		algorithm = "AWS4-HMAC-SHA256 Credential="
		signature = ", SignedHeaders=host, Signature=0a"

		otherCredential = "AKIA/20260101/us-east-1/lambda/aws4_request"
		second          = ", Credential=" + credential
	)
	for name, c := range map[string]struct {
		path, host, authorization, target string
		passes                            bool
	}{
		"presigned":                     {path: presigned, passes: true},
		"presigned, with an IP address": {path: presigned, host: "127.0.0.1:8080", passes: true},
		"signed":                        {path: object, authorization: algorithm + credential + signature, passes: true},
		"unsigned":                      {path: object},
		"with a token":                  {path: object, authorization: "Bearer tny_x"},
		"presigned and with a token":    {path: presigned, authorization: "Bearer tny_x"},
		"signed for another service":    {path: object, authorization: algorithm + otherCredential + signature},
		"signed for two services":       {path: object, authorization: algorithm + otherCredential + second + signature},
		"presigned for another service": {path: object + "?X-Amz-Credential=" + otherCredential + "&X-Amz-Signature=s"},
		"presigned with an action":      {path: presigned + "&Action=SendMessage"},
		"presigned with a target":       {path: presigned, target: "AmazonSQS.SendMessage"},
		"presigned at another host":     {path: presigned, host: "sqs.us-east-1.localhost:8080"},
		"another bucket":                {path: strings.Replace(presigned, "backups", "code", 1)},
	} {
		t.Run(name, func(t *testing.T) {
			var got *http.Request
			front := open(t, func(_ http.ResponseWriter, r *http.Request) { got = r })
			if c.host == "" {
				c.host = "localhost:8080"
			}
			send(t, http.MethodPut, front+c.path, func(r *http.Request) {
				r.Host = c.host
				for name, value := range map[string]string{"Authorization": c.authorization, "X-Amz-Target": c.target} {
					if value != "" {
						r.Header.Set(name, value)
					}
				}
			})
			if passed := got.RequestURI == c.path && got.Host == c.host; passed != c.passes {
				t.Errorf("forwarded %s %s", got.Host, got.RequestURI)
			}
			if !c.passes && got.RequestURI != api+c.path {
				t.Errorf("forwarded %s, not to the API", got.RequestURI)
			}
		})
	}
}

func TestTheEmulatorsOwnPathsAreUnreachable(t *testing.T) {
	var got *http.Request
	front := open(t, func(_ http.ResponseWriter, r *http.Request) { got = r })
	for _, path := range []string{
		"/_ministack/reset", "/%5Fministack/reset", "//_ministack/reset", "/_local/save", "/_aws/lambda-url/x", "/health",
		"/restapis/x/y",
		"/2015-03-31/functions/", "/v2/email/identities", "/iceberg/v1", "/oauth2/token", "/v1/../_ministack/reset",
	} {
		send(t, http.MethodPost, front+path, func(r *http.Request) {
			r.Host = "lambda.us-east-1.localhost"
			r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/lambda/aws4_request, "+
				"SignedHeaders=host, Signature=0a")
		})
		if got.RequestURI != api+path || !strings.HasPrefix(got.Host, "localhost:") {
			t.Errorf("%s is forwarded to %s %s", path, got.Host, got.RequestURI)
		}
	}
}

func TestOptionsBecomesAMethodWithoutRoutes(t *testing.T) {
	var got *http.Request
	front := open(t, func(_ http.ResponseWriter, r *http.Request) { got = r })
	send(t, http.MethodOptions, front+"/v1/health", nil)
	if got.Method != optionsMethod || got.RequestURI != api+"/v1/health" {
		t.Errorf("forwarded %s %s", got.Method, got.RequestURI)
	}
}

func TestMalformedRequestsGetAProblemDocument(t *testing.T) {
	front := open(t, func(http.ResponseWriter, *http.Request) { t.Error("forwarded") })
	for request, status := range map[string]int{
		"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n":      http.StatusBadRequest,
		"GET / HTTP/1.1\r\n\r\n":                    http.StatusBadRequest,
		"GET / HTTP/1.1\r\nHost: x\r\n : y\r\n\r\n": http.StatusBadRequest,
		"GET / HTTP/3.1\r\nHost: x\r\n\r\n":         http.StatusHTTPVersionNotSupported,
	} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(front, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		if _, err := io.WriteString(conn, request); err != nil {
			t.Fatal(err)
		}
		response, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatalf("%q: %v", request, err)
		}
		t.Cleanup(func() { _ = response.Body.Close() })
		wantProblem(t, response, status)
	}
}

func TestResponsesAreStreamed(t *testing.T) {
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

func TestUnavailableTargetGetsAProblemDocument(t *testing.T) {
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
				door.SetTarget(*c.target)
			}
			recorder := httptest.NewRecorder()
			door.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "/v1/health", nil))
			wantProblem(t, recorder.Result(), c.status)
		})
	}
}

func TestInterruptedResponseIsABadGateway(t *testing.T) {
	front := open(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	wantProblem(t, send(t, http.MethodPost, front, nil), http.StatusBadGateway)
}

func wantProblem(t *testing.T, response *http.Response, status int) {
	t.Helper()
	var got struct{ Status int }
	err := json.NewDecoder(response.Body).Decode(&got)
	if err != nil || response.StatusCode != status || got.Status != status ||
		response.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("response %s %+v, error %v, want a problem with status %d", response.Status, got, err, status)
	}
}
