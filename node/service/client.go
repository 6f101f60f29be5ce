// Package service asks the Tenantry service over its API.
package service

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tenantry/node/gate"
)

const (
	timeout     = 5 * time.Second
	maxResponse = 4 << 20
)

// Client asks the service.
type Client struct {
	URL   string                 // of the service, without a slash at the end
	Token func() (string, error) // returns the API token; it is read again for each request, so that it can be replaced
	Clock *gate.ServiceClock
	Agent string // value of User-Agent
	HTTP  *http.Client
}

// NewHTTP returns an HTTP client for the service. It takes a proxy from the environment, and follows no redirects.
func NewHTTP(connections int) *http.Client {
	dialer := &net.Dialer{Timeout: timeout, KeepAlive: 15 * time.Second}
	return &http.Client{
		Timeout: timeout,
		Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           dialer.DialContext,
			MaxIdleConns:          connections + 1,
			MaxIdleConnsPerHost:   connections + 1,
			IdleConnTimeout:       90 * time.Second,
			TLSHandshakeTimeout:   timeout,
			ResponseHeaderTimeout: timeout,
			ForceAttemptHTTP2:     true,
			TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12},
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Ask implements gate.Asker.
func (c *Client) Ask(ctx context.Context, domain, etag string) (gate.Reply, error) {
	var answer gate.Answer
	r, err := c.get(ctx, "/v1/gate/"+url.PathEscape(domain), etag, &answer)
	if err != nil {
		return gate.Reply{}, err
	}
	switch r.status {
	case http.StatusOK:
		if answer.IDs.Website == "" {
			return gate.Reply{}, &gate.Unavailable{Reason: "the answer about a domain has no ids: the service is too old"}
		}
		return gate.Reply{Answer: answer, ETag: r.header.Get("ETag")}, nil
	case http.StatusNotModified:
		return gate.Reply{NotModified: true}, nil
	case http.StatusNotFound:
		return gate.Reply{Missing: true}, nil
	default:
		return gate.Reply{}, unexpected(r)
	}
}

type feedPage struct {
	Items      []gate.Entry `json:"items"`
	NextCursor string       `json:"nextCursor"`
}

// Start implements gate.Feed.
func (c *Client) Start(ctx context.Context) (string, error) {
	var page feedPage
	r, err := c.get(ctx, "/v1/gate-changes", "", &page)
	if err != nil {
		return "", err
	}
	if r.status != http.StatusOK || page.NextCursor == "" {
		return "", unexpected(r)
	}
	return page.NextCursor, nil
}

// Changes implements gate.Feed.
func (c *Client) Changes(ctx context.Context, cursor string) (gate.Page, error) {
	var page feedPage
	r, err := c.get(ctx, "/v1/gate-changes?cursor="+url.QueryEscape(cursor), "", &page)
	if err != nil {
		return gate.Page{}, err
	}
	switch r.status {
	case http.StatusOK:
		return gate.Page{Entries: page.Items, Cursor: page.NextCursor}, nil
	case http.StatusNotModified:
		return gate.Page{}, nil
	case http.StatusGone, http.StatusBadRequest, http.StatusUnprocessableEntity:
		// A cursor that the service does not understand is as useless as an expired one.
		return gate.Page{}, gate.ErrCursorExpired
	default:
		return gate.Page{}, unexpected(r)
	}
}

// response is what counts of a response, besides its body.
type response struct {
	status int
	header http.Header
}

// get sends a request. It decodes the body of a response with the status 200 into the target.
func (c *Client) get(ctx context.Context, path, etag string, target any) (response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.URL+path, http.NoBody)
	if err != nil {
		return response{}, &gate.Unavailable{Reason: err.Error()}
	}
	token, err := c.Token()
	if err != nil {
		return response{}, fmt.Errorf("%w: cannot read it: %w", gate.ErrDenied, err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("User-Agent", c.Agent)
	if etag != "" {
		request.Header.Set("If-None-Match", etag)
	}
	received, err := c.HTTP.Do(request)
	if err != nil {
		return response{}, &gate.Unavailable{Reason: reason(err)}
	}
	defer received.Body.Close()
	c.readClock(received)
	body, err := io.ReadAll(io.LimitReader(received.Body, maxResponse))
	if err != nil {
		return response{}, &gate.Unavailable{Reason: reason(err)}
	}
	switch received.StatusCode {
	case http.StatusOK:
		if err := json.Unmarshal(body, target); err != nil {
			return response{}, &gate.Unavailable{Reason: "the service's response is not the agreed JSON"}
		}
	case http.StatusNotFound:
		// Only the service's own problem document says that a website is missing. A proxy's page or a wrong URL does not.
		if !strings.HasPrefix(received.Header.Get("Content-Type"), "application/problem+json") {
			return response{}, &gate.Unavailable{Reason: "404 without a problem document: is the service's URL right?"}
		}
	case http.StatusUnauthorized, http.StatusForbidden:
		return response{}, fmt.Errorf("%w: status %d", gate.ErrDenied, received.StatusCode)
	}
	return response{status: received.StatusCode, header: received.Header}, nil
}

// readClock sets the service's clock by the header Date, which has whole seconds.
func (c *Client) readClock(response *http.Response) {
	if at, err := http.ParseTime(response.Header.Get("Date")); err == nil {
		c.Clock.Set(at.Add(500*time.Millisecond), time.Now())
	}
}

func unexpected(r response) error {
	return &gate.Unavailable{
		Reason:     "the service answered with the status " + strconv.Itoa(r.status),
		RetryAfter: retryAfter(r.header),
	}
}

func retryAfter(header http.Header) time.Duration {
	seconds, err := strconv.Atoi(header.Get("Retry-After"))
	if err != nil || seconds < 0 {
		return 0
	}
	return time.Duration(seconds) * time.Second
}

// reason returns an error's text without the URL, in which the cursor is.
func reason(err error) string {
	if wrapped, isWrapped := errors.AsType[*url.Error](err); isWrapped {
		return wrapped.Err.Error()
	}
	return err.Error()
}
