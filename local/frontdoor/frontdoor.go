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

// Target says who serves the requests. Without an API the front door responds with 503.
type Target struct {
	API      http.Handler
	Emulator *url.URL // serves the buckets
	Buckets  []string // names of buckets; their presigned URLs start with /<bucket>/
	Secret   string   // the secret access key with which the functions sign URLs
}

// Door passes presigned requests to the emulator, and all others to the API.
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

// ServeHTTP serves one request.
func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	target := d.target.Load()
	if target == nil || target.API == nil {
		writeProblem(w, http.StatusServiceUnavailable, "Nothing is deployed yet. Wait until `make up` has finished.")
		return
	}
	switch size := headSize(r); {
	case len(r.RequestURI) > maxHeadSize:
		writeProblem(w, http.StatusRequestURITooLong, "The address is too long.")
	case size > maxHeadSize:
		writeProblem(w, http.StatusRequestHeaderFieldsTooLarge, "The headers are too large.")
	case target.isForBucket(r):
		d.proxy.ServeHTTP(w, r)
	default:
		target.API.ServeHTTP(w, r)
	}
}

// maxHeadSize is the number of bytes that the request line and the values of the headers may have together, as in an
// HTTP API of API Gateway.
const maxHeadSize = 10_240

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

// isForBucket reports whether the request is for an object of a bucket, with a presigned URL.
func (t *Target) isForBucket(r *http.Request) bool {
	bucket, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	return slices.Contains(t.Buckets, bucket) && t.isPresigned(r)
}

// rewrite forwards a presigned request to the emulator with its host, which the signature covers. After a change of the
// protocol, requests would pass unchecked, so nothing may ask for one.
func (d *Door) rewrite(r *httputil.ProxyRequest) {
	target := d.target.Load()
	r.Out.URL.Scheme, r.Out.URL.Host = target.Emulator.Scheme, target.Emulator.Host
	r.Out.URL.RawQuery = r.In.URL.RawQuery // ReverseProxy drops malformed parameters, which the signature covers
	r.Out.Host = r.In.Host
	for _, name := range []string{"Connection", "Upgrade", "Http2-Settings"} {
		r.Out.Header.Del(name)
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
