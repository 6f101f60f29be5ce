// Package client calls a running Tenantry over HTTP for the black-box tests.
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

// Stack is a running service and its first administrator.
type Stack struct {
	URL      string `json:"url"`
	Login    string `json:"login"`
	Password string `json:"password"`
	Emulator string `json:"emulator"`
}

// Running returns the service that TENANTRY_CREDENTIALS names (the credentials.json of `make up`). Without one the test is skipped: `make test`
// brings a stack of its own up and names it.
func Running(t testing.TB) Stack {
	t.Helper()
	path := os.Getenv("TENANTRY_CREDENTIALS")
	if path == "" {
		t.Skip("TENANTRY_CREDENTIALS names no running stack; run make test")
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

// Caller sends requests with one credential, or none.
type Caller struct {
	Name  string
	URL   string
	Token string
	ID    string // of its account
}

// address is where this run calls a local service from: attempts are counted by address, and no run is to use up those of
// another.
var address = net.IPv4(127, byte(1+rand.IntN(254)), byte(rand.IntN(256)), byte(1+rand.IntN(254))) //nolint:gosec // nothing is secret about it

var httpClient = &http.Client{
	Timeout: 60 * time.Second,
	Transport: &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         dial,
		MaxIdleConnsPerHost: 16,
	},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func dial(ctx context.Context, network, to string) (net.Conn, error) {
	var d net.Dialer
	if host, _, err := net.SplitHostPort(to); err == nil && (host == "localhost" || host == "127.0.0.1") {
		d.LocalAddr, network = &net.TCPAddr{IP: address}, "tcp4"
	}
	return d.DialContext(ctx, network, to)
}

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Text   string

	asked string
	t     testing.TB
}

// Header is a request header to send: name and value.
type Header [2]string

// Do sends a request. A body that is no string, []byte or nil is sent as JSON.
func (c Caller) Do(t testing.TB, method, path string, body any, headers ...Header) Answer {
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
	return Answer{Status: response.StatusCode, Header: response.Header, Text: string(text), asked: c.Name + ": " + method + " " + path, t: t}
}

// Get sends a GET.
func (c Caller) Get(t testing.TB, path string, headers ...Header) Answer {
	t.Helper()
	return c.Do(t, http.MethodGet, path, nil, headers...)
}

// Post sends a POST.
func (c Caller) Post(t testing.TB, path string, body any, headers ...Header) Answer {
	t.Helper()
	return c.Do(t, http.MethodPost, path, body, headers...)
}

// Want fails the test unless the answer has the status.
func (a Answer) Want(status int) Answer {
	a.t.Helper()
	if a.Status != status {
		a.t.Fatalf("%s answered %d, want %d: %s", a.asked, a.Status, status, a.Text)
	}
	return a
}

// Problem is a problem document.
type Problem struct {
	Type, Title, Detail, Code, RequestID string
	Status                               int
	Errors                               []struct{ Pointer, Code, Detail string }
}

// WantProblem fails the test unless the answer is one whole problem document with the status and code.
func (a Answer) WantProblem(status int, code string) Problem {
	a.t.Helper()
	a.Want(status)
	var p Problem
	if err := json.Unmarshal([]byte(a.Text), &p); err != nil {
		a.t.Fatalf("%s: not a problem document: %v: %s", a.asked, err, a.Text)
	}
	if kind := a.Header.Get("Content-Type"); !strings.HasPrefix(kind, "application/problem+json") {
		a.t.Errorf("%s: a problem as %q", a.asked, kind)
	}
	if p.Code != code || p.Status != status || p.Type == "" || p.Title == "" || p.Detail == "" || p.RequestID == "" {
		a.t.Fatalf("%s: want a whole problem with code %s: %s", a.asked, code, a.Text)
	}
	return p
}

// Into decodes the answer's JSON.
func (a Answer) Into(target any) Answer {
	a.t.Helper()
	if err := json.Unmarshal([]byte(a.Text), target); err != nil {
		a.t.Fatalf("%s: %v: %s", a.asked, err, a.Text)
	}
	return a
}

// JSON returns the answer's object.
func (a Answer) JSON() map[string]any {
	a.t.Helper()
	var object map[string]any
	a.Into(&object)
	return object
}

// SignIn returns a caller with a new session.
func (s Stack) SignIn(t testing.TB, name, login, password string) Caller {
	t.Helper()
	var begun struct {
		Token   string
		Account struct{ ID string }
	}
	anonymous := Caller{Name: name, URL: s.URL}
	anonymous.Post(t, "/v1/sessions", map[string]any{"login": login, "password": password}).Want(http.StatusCreated).Into(&begun)
	return Caller{Name: name, URL: s.URL, Token: begun.Token, ID: begun.Account.ID}
}

// Administrator signs in as the first administrator.
func (s Stack) Administrator(t testing.TB) Caller {
	t.Helper()
	return s.SignIn(t, "administrator", s.Login, s.Password)
}

// Anonymous has no credential.
func (s Stack) Anonymous() Caller { return Caller{Name: "anonymous", URL: s.URL} }
