// Package frontdoor is the one address of the local stack. It stands where API Gateway's and S3's addresses are on AWS.
package frontdoor

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// Target is what the front door leads to. Until there is an API, requests are answered with 503.
type Target struct {
	Emulator *url.URL
	API      string   // id of the HTTP API
	Buckets  []string // their presigned addresses start with /<bucket>/
}

// Door forwards requests to the emulator.
type Door struct {
	target atomic.Pointer[Target]
	proxy  *httputil.ReverseProxy
}

// New makes a door that leads nowhere yet.
func New(log *slog.Logger) *Door {
	d := &Door{}
	d.proxy = &httputil.ReverseProxy{
		Rewrite:       d.rewrite,
		FlushInterval: -1,
		ErrorLog:      slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		ErrorHandler:  func(w http.ResponseWriter, _ *http.Request, err error) { refuse(w, log, err) },
		Transport: &http.Transport{
			DisableCompression:  true,
			MaxIdleConnsPerHost: 256,
			IdleConnTimeout:     30 * time.Second, // the emulator closes after 75: never write to a closing connection
		},
	}
	return d
}

// LeadTo replaces the target.
func (d *Door) LeadTo(t Target) { d.target.Store(&t) }

// ServeHTTP forwards one request.
func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if t := d.target.Load(); t == nil || t.API == "" {
		problem(w, http.StatusServiceUnavailable, "Nothing is deployed yet. Has `make up` finished?")
		return
	}
	d.proxy.ServeHTTP(w, r)
}

// unrouted stands for OPTIONS on the way to the emulator, which would answer that itself. No route has it, so it goes where AWS
// leads OPTIONS as long as the API has no CORS: to $default. The emulator's launcher gives the event its method back.
const unrouted = "X-OPTIONS"

// rewrite leads a request to the API by a path that begins with the API's own, whatever was asked for: the emulator's other
// paths, such as /_ministack/reset, cannot be reached from here. Only what is signed for the storage goes to a bucket.
func (d *Door) rewrite(r *httputil.ProxyRequest) {
	target := d.target.Load()
	r.Out.URL.Scheme, r.Out.URL.Host = target.Emulator.Scheme, target.Emulator.Host
	r.Out.URL.RawQuery = r.In.URL.RawQuery // ReverseProxy drops what it cannot parse; that is the function's to judge
	r.Out.Header["X-Forwarded-For"] = r.In.Header["X-Forwarded-For"]
	r.SetXForwarded()
	bucket, _, _ := strings.Cut(strings.TrimPrefix(r.In.URL.Path, "/"), "/")
	if slices.Contains(target.Buckets, bucket) && forStorage(r.In) {
		r.Out.Host = r.In.Host // the signature covers it
		return
	}
	r.Out.Host = "localhost:" + target.Emulator.Port()
	api := "/_aws/execute-api/" + target.API + "/$default"
	r.Out.URL.Path, r.Out.URL.RawPath = api+r.In.URL.Path, api+r.In.URL.EscapedPath()
	if r.In.Method == http.MethodOptions {
		r.Out.Method = unrouted
	}
}

// scope is how a signature says that it is for the storage.
var (
	scope  = regexp.MustCompile(`^[^/,]+/\d+/[a-z0-9-]+/s3/aws4_request$`)
	header = regexp.MustCompile(`^AWS4-HMAC-SHA256 Credential=([^, ]+), ?SignedHeaders=[^, ]+, ?Signature=[0-9a-f]+$`)
)

// forStorage tells whether a request is signed for the storage, in its address or its header, and for nothing else by which
// the emulator would take it for a call of another service.
func forStorage(r *http.Request) bool {
	query, given := r.URL.Query(), r.Header.Values("Authorization")
	credential := ""
	switch {
	case len(given) == 0 && query.Get("X-Amz-Signature") != "":
		credential = query.Get("X-Amz-Credential")
	case len(given) == 1:
		if signed := header.FindStringSubmatch(given[0]); signed != nil {
			credential = signed[1]
		}
	}
	host := (&url.URL{Host: r.Host}).Hostname()
	return scope.MatchString(credential) && !query.Has("Action") && r.Header.Get("X-Amz-Target") == "" &&
		(host == "localhost" || net.ParseIP(host) != nil)
}

func refuse(w http.ResponseWriter, log *slog.Logger, err error) {
	log.Warn("front door", "error", err)
	var dial *net.OpError
	if errors.As(err, &dial) && dial.Op == "dial" {
		problem(w, http.StatusServiceUnavailable, "The emulator does not answer. `make status` and `make logs` tell more.")
		return
	}
	problem(w, http.StatusBadGateway, "The emulator broke off. `make logs` tells more.")
}

func problem(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(document(status, "local-stack", detail))
}

func document(status int, code, detail string) map[string]any {
	return map[string]any{"type": "about:blank", "title": http.StatusText(status), "status": status, "code": code, "detail": detail}
}
