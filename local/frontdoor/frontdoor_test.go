package frontdoor

import (
	"bufio"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// open starts a front door, and returns the front door's URL. Either handler may be nil: it then gets no requests.
func open(t *testing.T, api, emulator http.HandlerFunc) string {
	t.Helper()
	unexpected := func(_ http.ResponseWriter, r *http.Request) { t.Errorf("%s %s arrived", r.Method, r.RequestURI) }
	if api == nil {
		api = unexpected
	}
	if emulator == nil {
		emulator = unexpected
	}
	server := httptest.NewServer(emulator)
	t.Cleanup(server.Close)
	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	door := New(slog.New(slog.DiscardHandler))
	door.SetTarget(Target{API: api, Emulator: address, Buckets: []string{"tenantry-backups"}, Secret: secret})
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
	front := open(t, func(_ http.ResponseWriter, r *http.Request) { got = r }, nil)
	for method, target := range map[string]string{
		http.MethodPatch:   "//v1//a%2Fb?x=1;y=%zz",
		http.MethodOptions: "/v1/health",
		http.MethodPost:    "/tenantry-backups/b?X-Amz-Signature=0",
	} {
		send(t, method, front+target, nil)
		if got.Method != method || got.RequestURI != target {
			t.Errorf("%s %s arrived as %s %s", method, target, got.Method, got.RequestURI)
		}
	}
}

// secret is the key with which the functions sign URLs.
const secret = "a secret"

// presign returns the path and the query of a presigned URL.
func presign(t *testing.T, method, address, service, key string, signed time.Time) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.ContentLength = int64(len("body"))
	presigned, _, err := v4.NewSigner().PresignHTTP(t.Context(),
		aws.Credentials{AccessKeyID: "test", SecretAccessKey: key}, request, "UNSIGNED-PAYLOAD", service, "us-east-1", signed)
	if err != nil {
		t.Fatal(err)
	}
	_, path, _ := strings.Cut(strings.TrimPrefix(presigned, "http://"), "/")
	return "/" + path
}

func TestOnlyPresignedRequestsReachBuckets(t *testing.T) {
	const (
		bucket    = "http://localhost:8080/tenantry-backups/cus_1/b"
		object    = bucket + "?X-Amz-Expires=600"
		signature = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0a"
	)
	now := time.Now()
	sign := func(address, service, key string, signed time.Time) string {
		return presign(t, http.MethodPut, address, service, key, signed)
	}
	presigned := sign(object, "s3", secret, now)
	forged := regexp.MustCompile("X-Amz-Signature=[0-9a-f]+").ReplaceAllString(presigned, "X-Amz-Signature=0a")
	for name, c := range map[string]struct {
		path   string
		header http.Header
		passes bool
	}{
		"presigned":               {path: presigned, passes: true},
		"with an IP address":      {path: sign(strings.Replace(object, "localhost", "127.0.0.1", 1), "s3", secret, now), passes: true},
		"unsigned":                {path: "/tenantry-backups/cus_1/b"},
		"signed in a header":      {path: "/tenantry-backups/cus_1/b", header: http.Header{"Authorization": {signature}}},
		"with a token":            {path: presigned, header: http.Header{"Authorization": {"Bearer tny_x"}}},
		"with a target":           {path: presigned, header: http.Header{"X-Amz-Target": {"AmazonSQS.SendMessage"}}},
		"with another source":     {path: presigned, header: http.Header{"X-Amz-Copy-Source": {"/tenantry-backups/cus_2/b"}}},
		"with an action":          {path: sign(object+"&Action=SendMessage", "s3", secret, now)},
		"for another service":     {path: sign(object, "lambda", secret, now)},
		"for another method":      {path: presign(t, http.MethodDelete, object, "s3", secret, now)},
		"at a service's host":     {path: sign(strings.Replace(object, "localhost", "sqs.localhost", 1), "s3", secret, now)},
		"for another bucket":      {path: strings.Replace(presigned, "backups", "code", 1)},
		"for another object":      {path: strings.Replace(presigned, "cus_1", "cus_2", 1)},
		"with another key":        {path: sign(object, "s3", "test", now)},
		"with a forged signature": {path: forged},
		"expired":                 {path: sign(object, "s3", secret, now.Add(-time.Hour))},
		"without an expiry":       {path: sign(bucket, "s3", secret, now)},
	} {
		t.Run(name, func(t *testing.T) {
			var atAPI, atEmulator *http.Request
			front := open(t,
				func(_ http.ResponseWriter, r *http.Request) { atAPI = r },
				func(_ http.ResponseWriter, r *http.Request) { atEmulator = r },
			)
			host := "localhost:8080"
			switch name {
			case "with an IP address":
				host = "127.0.0.1:8080"
			case "at a service's host":
				host = "sqs.localhost:8080"
			}
			send(t, http.MethodPut, front+c.path, func(r *http.Request) {
				r.Host = host
				maps.Copy(r.Header, c.header)
			})
			if (atEmulator != nil) != c.passes || (atAPI != nil) == c.passes {
				t.Fatalf("the request reached the emulator: %t, want %t", atEmulator != nil, c.passes)
			}
			if c.passes && (atEmulator.RequestURI != c.path || atEmulator.Host != host) {
				t.Errorf("the request arrived as %s %s", atEmulator.Host, atEmulator.RequestURI)
			}
		})
	}
}

// A browser must not run an object of a bucket in the service's origin.
func TestObjectsAreDownloads(t *testing.T) {
	front := open(t, nil, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Disposition", "inline")
	})
	const object = "http://localhost:8080/tenantry-backups/b?X-Amz-Expires=600"
	path := presign(t, http.MethodPut, object, "s3", secret, time.Now())
	download := send(t, http.MethodPut, front+path, func(r *http.Request) { r.Host = "localhost:8080" })
	if disposition := download.Header.Get("Content-Disposition"); disposition != "attachment" {
		t.Errorf("an object has the Content-Disposition %q, want attachment", disposition)
	}
	if policy := download.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "sandbox") {
		t.Errorf("an object has the Content-Security-Policy %q, want a sandbox", policy)
	}
}

// After a change of the protocol, further requests on the connection would reach the emulator unchecked.
func TestProtocolCannotBeChanged(t *testing.T) {
	var got *http.Request
	front := open(t, nil, func(_ http.ResponseWriter, r *http.Request) { got = r })
	const object = "http://localhost:8080/tenantry-backups/b?X-Amz-Expires=600"
	path := presign(t, http.MethodPut, object, "s3", secret, time.Now())
	for _, protocol := range []string{"h2c", "websocket", "TLS/1.3"} {
		send(t, http.MethodPut, front+path, func(r *http.Request) {
			r.Host = "localhost:8080"
			r.Header.Set("Connection", "Upgrade, HTTP2-Settings")
			r.Header.Set("Upgrade", protocol)
			r.Header.Set("HTTP2-Settings", "AAMAAABkAAQAAP__")
		})
		if got.Header.Get("Upgrade") != "" || got.Header.Get("Http2-Settings") != "" {
			t.Errorf("the emulator is asked to change to %s: %v", protocol, got.Header)
		}
	}
}

func TestTheEmulatorsOwnPathsAreUnreachable(t *testing.T) {
	var got *http.Request
	front := open(t, func(_ http.ResponseWriter, r *http.Request) { got = r }, nil)
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
		if got.RequestURI != path {
			t.Errorf("%s did not reach the API, but %s did", path, got.RequestURI)
		}
	}
}

func TestMalformedRequestsGetAProblemDocument(t *testing.T) {
	front := open(t, nil, nil)
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

func TestLargeHeadGetsAProblemDocument(t *testing.T) {
	forwarded := 0
	front := open(t, func(http.ResponseWriter, *http.Request) { forwarded++ }, nil)
	long := strings.Repeat("a", maxHeadSize)
	wantProblem(t, send(t, http.MethodGet, front+"/v1/health?x="+long, nil), http.StatusRequestURITooLong)
	addHeader := func(r *http.Request) { r.Header.Set("X-Long", long) }
	wantProblem(t, send(t, http.MethodGet, front+"/v1/health", addHeader), http.StatusRequestHeaderFieldsTooLarge)
	if forwarded != 0 {
		t.Errorf("%d requests were forwarded, want none", forwarded)
	}
	send(t, http.MethodGet, front+"/v1/health?x="+long[:9_000], nil)
	if forwarded != 1 {
		t.Error("a request of 9,000 bytes was not forwarded")
	}
}

func TestNothingDeployedGetsAProblemDocument(t *testing.T) {
	for name, target := range map[string]*Target{"no target": nil, "no API": {}} {
		t.Run(name, func(t *testing.T) {
			door := New(slog.New(slog.DiscardHandler))
			if target != nil {
				door.SetTarget(*target)
			}
			recorder := httptest.NewRecorder()
			door.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "/v1/health", nil))
			wantProblem(t, recorder.Result(), http.StatusServiceUnavailable)
		})
	}
}

func TestUnavailableEmulatorGetsAProblemDocument(t *testing.T) {
	const object = "/tenantry-backups/b"
	path := presign(t, http.MethodPut, "http://localhost:8080"+object+"?X-Amz-Expires=600", "s3", secret, time.Now())
	abort := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	aborts := httptest.NewServer(http.HandlerFunc(abort))
	t.Cleanup(aborts.Close)
	for emulator, status := range map[string]int{
		"http://127.0.0.1:1": http.StatusServiceUnavailable,
		aborts.URL:           http.StatusBadGateway,
	} {
		address, err := url.Parse(emulator)
		if err != nil {
			t.Fatal(err)
		}
		door := New(slog.New(slog.DiscardHandler))
		door.SetTarget(Target{
			API: http.NotFoundHandler(), Emulator: address, Buckets: []string{"tenantry-backups"}, Secret: secret,
		})
		front := httptest.NewServer(door)
		t.Cleanup(front.Close)
		response := send(t, http.MethodPut, front.URL+path, func(r *http.Request) { r.Host = "localhost:8080" })
		wantProblem(t, response, status)
	}
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
