// Package client calls a running stack over HTTP for the black-box tests.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// Stack is a running stack with the credentials of its first administrator.
type Stack struct {
	URL      string `json:"url"`
	Login    string `json:"login"`
	Password string `json:"password"`
	Emulator string `json:"emulator"`
}

// Running returns the stack whose credentials.json TENANTRY_CREDENTIALS names (`make up` writes this file). It skips
// the test if the variable is empty. `make test` starts a stack and sets the variable.
func Running(t testing.TB) Stack {
	t.Helper()
	path := os.Getenv("TENANTRY_CREDENTIALS")
	if path == "" {
		t.Skip("TENANTRY_CREDENTIALS is not set; run make test")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var s Stack
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// Caller sends requests with one credential. Without a token it sends them without a credential.
type Caller struct {
	Name  string
	URL   string
	Token string
	ID    string // id of the caller's account

	Password string // with which the caller signed in
}

// address is the network address that this run sends requests to a local stack from. The service counts sign-in
// attempts by address, so that each run needs its own.
//
//nolint:gosec // the address is not a secret
var address = net.IPv4(127, byte(1+rand.IntN(254)), byte(rand.IntN(256)), byte(1+rand.IntN(254)))

var httpClient = &http.Client{
	Timeout: 60 * time.Second,
	Transport: &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         dial,
		MaxIdleConnsPerHost: 16,
	},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func dial(ctx context.Context, network, target string) (net.Conn, error) {
	var dialer net.Dialer
	if host, _, err := net.SplitHostPort(target); err == nil && (host == "localhost" || host == "127.0.0.1") {
		dialer.LocalAddr, network = &net.TCPAddr{IP: address}, "tcp4"
	}
	return dialer.DialContext(ctx, network, target)
}

// Response is the response to a request.
type Response struct {
	Status int
	Header http.Header
	Text   string

	request string // the caller, method and path, for failure messages
	t       testing.TB
}

// Header is the name and the value of a request header.
type Header [2]string

// Do sends a request. It sends a body of type string or []byte unchanged, and any other body as JSON. A header with an
// empty value removes the header.
func (c Caller) Do(t testing.TB, method, path string, body any, headers ...Header) Response {
	t.Helper()
	var reader io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(b)
	case []byte:
		reader = bytes.NewReader(b)
	default:
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		reader = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(t.Context(), method, c.URL+path, reader)
	if err != nil {
		t.Fatal(err)
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if c.Token != "" {
		request.Header.Set("Authorization", "Bearer "+c.Token)
	}
	for _, h := range headers {
		request.Header.Del(h[0])
		if h[1] != "" {
			request.Header.Set(h[0], h[1])
		}
	}
	response, err := httpClient.Do(request)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return Response{
		Status:  response.StatusCode,
		Header:  response.Header,
		Text:    string(text),
		request: c.Name + ": " + method + " " + path,
		t:       t,
	}
}

// Get sends a GET request.
func (c Caller) Get(t testing.TB, path string, headers ...Header) Response {
	t.Helper()
	return c.Do(t, http.MethodGet, path, nil, headers...)
}

// Post sends a POST request.
func (c Caller) Post(t testing.TB, path string, body any, headers ...Header) Response {
	t.Helper()
	return c.Do(t, http.MethodPost, path, body, headers...)
}

// Want fails the test if the response does not have the status.
func (r Response) Want(status int) Response {
	r.t.Helper()
	if r.Status != status {
		r.t.Fatalf("%s: got %d, want %d: %s", r.request, r.Status, status, r.Text)
	}
	return r
}

// Problem is a problem document.
type Problem struct {
	Type, Title, Detail, Code, RequestID string
	Status                               int
	Errors                               []struct{ Pointer, Code, Detail string }
}

// WantProblem fails the test if the response is not a complete problem document with the status and the code.
func (r Response) WantProblem(status int, code string) Problem {
	r.t.Helper()
	r.Want(status)
	var p Problem
	if err := json.Unmarshal([]byte(r.Text), &p); err != nil {
		r.t.Fatalf("%s: not a problem document: %v: %s", r.request, err, r.Text)
	}
	if mediaType := r.Header.Get("Content-Type"); !strings.HasPrefix(mediaType, "application/problem+json") {
		r.t.Errorf("%s: got the content type %q, want application/problem+json", r.request, mediaType)
	}
	if p.Code != code || p.Status != status || p.Type == "" || p.Title == "" || p.Detail == "" || p.RequestID == "" {
		r.t.Fatalf("%s: got %s, want a complete problem document with the code %s", r.request, r.Text, code)
	}
	return p
}

// Into decodes the JSON of the response into the target.
func (r Response) Into(target any) Response {
	r.t.Helper()
	if err := json.Unmarshal([]byte(r.Text), target); err != nil {
		r.t.Fatalf("%s: %v: %s", r.request, err, r.Text)
	}
	return r
}

// JSON returns the JSON object of the response.
func (r Response) JSON() map[string]any {
	r.t.Helper()
	var object map[string]any
	r.Into(&object)
	return object
}

// SignIn returns a caller with a new session.
func (s Stack) SignIn(t testing.TB, name, login, password string) Caller {
	t.Helper()
	var session struct {
		Token   string
		Account struct{ ID string }
	}
	anonymous := Caller{Name: name, URL: s.URL}
	anonymous.Post(t, "/v1/sessions", map[string]any{"login": login, "password": password}).
		Want(http.StatusCreated).
		Into(&session)
	return Caller{Name: name, URL: s.URL, Token: session.Token, ID: session.Account.ID, Password: password}
}

// Administrator signs in as the first administrator.
func (s Stack) Administrator(t testing.TB) Caller {
	t.Helper()
	return s.SignIn(t, "administrator", s.Login, s.Password)
}

// Anonymous returns a caller without a credential.
func (s Stack) Anonymous() Caller { return Caller{Name: "anonymous", URL: s.URL} }
