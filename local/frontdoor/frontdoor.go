// Package frontdoor serves the one address of the local stack. It replaces the addresses that API Gateway and S3 have
// on AWS.
package frontdoor

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// Target says where the front door forwards requests. Without an API the front door responds with 503.
type Target struct {
	Emulator *url.URL
	API      string   // id of the HTTP API
	Buckets  []string // names of buckets; their presigned URLs start with /<bucket>/
	Secret   string   // the secret access key with which the functions sign URLs
}

// Door forwards requests to the emulator.
type Door struct {
	target atomic.Pointer[Target]
	proxy  *httputil.ReverseProxy
}

// New returns a door without a target.
func New(log *slog.Logger) *Door {
	d := &Door{}
	d.proxy = &httputil.ReverseProxy{
		Rewrite:        d.rewrite,
		ModifyResponse: protectDownload,
		FlushInterval:  -1,
		ErrorLog:       slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		ErrorHandler:   func(w http.ResponseWriter, _ *http.Request, err error) { handleProxyError(w, log, err) },
		Transport: &http.Transport{
			DisableCompression:  true,
			MaxIdleConnsPerHost: 256,
			IdleConnTimeout:     30 * time.Second, // ministack closes after 75 s; the client must close first
		},
	}
	return d
}

// SetTarget replaces the target.
func (d *Door) SetTarget(t Target) { d.target.Store(&t) }

// ServeHTTP forwards one request.
func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if t := d.target.Load(); t == nil || t.API == "" {
		writeProblem(w, http.StatusServiceUnavailable, "Nothing is deployed yet. Wait until `make up` has finished.")
		return
	}
	switch size := headSize(r); {
	case len(r.RequestURI) > maxHeadSize:
		writeProblem(w, http.StatusRequestURITooLong, "The address is too long.")
	case size > maxHeadSize || size+sizeOfNames(r) > maxWholeHead:
		writeProblem(w, http.StatusRequestHeaderFieldsTooLarge, "The headers are too large.")
	default:
		d.proxy.ServeHTTP(w, r)
	}
}

// maxHeadSize is the number of bytes that the request line and the values of the headers may have together, as in an
// HTTP API of API Gateway.
const maxHeadSize = 10_240

// maxWholeHead is the number of bytes that the head may have with the names of its headers. ministack reads heads of up
// to 16 KiB (h11), and the front door adds headers of its own.
const maxWholeHead = 15_000

// sizeOfNames returns the number of bytes of the names of the headers, with what separates them from their values.
func sizeOfNames(r *http.Request) int {
	size := 0
	for name, values := range r.Header {
		size += len(values) * (len(name) + len(": \r\n"))
	}
	return size
}

// headSize returns the number of bytes of the request line and the values of the headers.
func headSize(r *http.Request) int {
	size := len(r.Method) + len(" ") + len(r.RequestURI) + len(" HTTP/1.1") + len(r.Host)
	for _, values := range r.Header {
		for _, value := range values {
			size += len(value)
		}
	}
	return size
}

// optionsMethod replaces the method OPTIONS on the way to ministack, which would respond to OPTIONS itself. No route
// has this method, so the request goes to the $default route, as on AWS for an API without CORS. launch.py sets the
// method back to OPTIONS.
const optionsMethod = "X-OPTIONS"

// rewrite forwards presigned requests to a bucket, and all other requests to the API. It prefixes their path with the
// path of the API, so that no request reaches another path of the emulator, such as /_ministack/reset. After a change of
// the protocol, requests would pass without a rewrite, so nothing may ask for one.
func (d *Door) rewrite(r *httputil.ProxyRequest) {
	target := d.target.Load()
	r.Out.URL.Scheme, r.Out.URL.Host = target.Emulator.Scheme, target.Emulator.Host
	r.Out.URL.RawQuery = r.In.URL.RawQuery // ReverseProxy drops malformed parameters, which the function must see
	r.Out.Header["X-Forwarded-For"] = r.In.Header["X-Forwarded-For"]
	r.SetXForwarded()
	for _, name := range []string{"Connection", "Upgrade", "Http2-Settings"} {
		r.Out.Header.Del(name)
	}
	bucket, _, _ := strings.Cut(strings.TrimPrefix(r.In.URL.Path, "/"), "/")
	if slices.Contains(target.Buckets, bucket) && target.isPresigned(r.In) {
		r.Out.Host = r.In.Host // the signature covers it
		return
	}
	r.Out.Host = "localhost:" + target.Emulator.Port()
	api := "/_aws/execute-api/" + target.API + "/$default"
	r.Out.URL.Path, r.Out.URL.RawPath = api+r.In.URL.Path, api+r.In.URL.EscapedPath()
	if r.In.Method == http.MethodOptions {
		r.Out.Method = optionsMethod
	}
}

func handleProxyError(w http.ResponseWriter, log *slog.Logger, err error) {
	log.Warn("request not forwarded", "error", err)
	var network *net.OpError
	if errors.As(err, &network) && network.Op == "dial" {
		writeProblem(w, http.StatusServiceUnavailable, "The emulator does not respond. Check `make status` and `make logs`.")
		return
	}
	writeProblem(w, http.StatusBadGateway, "The emulator closed the connection. Check `make logs`.")
}

func writeProblem(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(problem(status, "local-stack", detail))
}

// problem returns a problem document (RFC 9457).
func problem(status int, code, detail string) map[string]any {
	return map[string]any{
		"type": "about:blank", "title": http.StatusText(status), "status": status, "code": code, "detail": detail,
	}
}
