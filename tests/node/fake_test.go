package node_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// fakeService serves the gate and its change feed, and can fail in all ways.
type fakeService struct {
	*httptest.Server

	mu         sync.Mutex
	websites   map[string]fakeWebsite // by domain
	holds      map[string]bool        // ids that are suspended
	entries    []string               // ids
	oldest     int                    // older cursors have expired
	token      string
	isDown     bool
	clockAhead time.Duration // how much the service's clock is ahead of this machine's
	repeats    bool          // each entry comes twice, and again with the next page
}

type fakeWebsite struct {
	Website      string    `json:"website"`
	Subscription string    `json:"subscription"`
	Customer     string    `json:"customer"`
	changesAt    time.Time // when the website closes by itself, or zero
}

func newFakeService(t *testing.T) *fakeService {
	t.Helper()
	f := &fakeService{websites: map[string]fakeWebsite{}, holds: map[string]bool{}, token: "tny_fake"}
	f.Server = httptest.NewServer(f)
	t.Cleanup(f.Close)
	return f
}

// change changes the service in one step, and announces the ids.
func (f *fakeService) change(change func(), ids ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
	f.entries = append(f.entries, ids...)
}

func (f *fakeService) now() time.Time { return time.Now().Add(f.clockAhead).UTC() }

func (f *fakeService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.isDown {
		panic(http.ErrAbortHandler) // closes the connection
	}
	w.Header().Set("Date", f.now().Format(http.TimeFormat))
	if r.Header.Get("Authorization") != "Bearer "+f.token {
		problem(w, http.StatusUnauthorized)
		return
	}
	if domain, isGate := strings.CutPrefix(r.URL.Path, "/v1/gate/"); isGate {
		f.serveGate(w, r, domain)
		return
	}
	f.serveFeed(w, r.URL.Query().Get("cursor"))
}

func problem(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(`{}`))
}

func (f *fakeService) serveGate(w http.ResponseWriter, r *http.Request, domain string) {
	website, found := f.websites[domain]
	if !found {
		problem(w, http.StatusNotFound)
		return
	}
	isOpen := !f.holds[website.Website] && !f.holds[website.Subscription] && !f.holds[website.Customer]
	answer := map[string]any{"domain": domain, "since": time.Unix(0, 0).UTC(), "ids": website}
	if !website.changesAt.IsZero() {
		if f.now().Before(website.changesAt) {
			answer["changesAt"] = website.changesAt
		} else {
			isOpen = false
		}
	}
	answer["open"] = isOpen
	text, _ := json.Marshal(answer)
	etag := strconv.Quote(strconv.FormatUint(hash(text), 16))
	w.Header().Set("ETag", etag)
	if r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = w.Write(text)
}

func hash(text []byte) uint64 {
	sum := uint64(14695981039346656037)
	for _, b := range text {
		sum = (sum ^ uint64(b)) * 1099511628211
	}
	return sum
}

func (f *fakeService) serveFeed(w http.ResponseWriter, cursor string) {
	at := len(f.entries)
	if cursor != "" {
		var err error
		if at, err = strconv.Atoi(cursor); err != nil || at < f.oldest {
			problem(w, http.StatusGone)
			return
		}
		if at == len(f.entries) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	items := []map[string]any{}
	from := at
	if f.repeats && cursor != "" {
		from = max(0, at-5)
	}
	for _, id := range f.entries[from:] {
		kind := map[string]string{"web": "website", "sub": "subscription", "cus": "customer"}[id[:3]]
		items = append(items, map[string]any{"id": id, "kind": kind, "at": f.now()})
	}
	if f.repeats {
		items = slices.Concat(items, items)
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"items": items, "nextCursor": strconv.Itoa(len(f.entries))})
}
