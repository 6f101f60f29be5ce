package api_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/api"
	"tenantry/shared/changefeed"
	"tenantry/shared/dynamotest"
	"tenantry/shared/httpapi"
	"tenantry/shared/page"
)

// A node follows the feed over HTTP: the statuses and headers are part of its contract.
func TestGateChangesOverHTTP(t *testing.T) {
	clock := time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)
	now := func() time.Time { return clock }
	store := dynamotest.New(now)
	key := func(context.Context) ([]byte, error) { return make([]byte, 32), nil }
	token, err := access.NewToken(rand.Reader, []account.ID{account.Nobody})
	if err != nil {
		t.Fatal(err)
	}
	administrator := access.Caller{Account: account.Account{ID: account.Nobody, Kind: account.Administrator}}
	feed := changefeed.Reader{Store: store, Cursors: page.NewSealer(key, rand.Reader), Now: now}
	handler := httpapi.Handler(httpapi.Config{
		Authenticator: signedIn{administrator}, PublicURL: "https://panel.example.com", Logger: slog.New(slog.DiscardHandler),
	}, api.Operations{}.GetGateChanges(feed))
	type answer struct {
		Items            []changefeed.GateChange
		NextCursor, Code string
	}
	get := func(cursor, tag string, wantStatus int) (got answer, response events.APIGatewayV2HTTPResponse) {
		t.Helper()
		request := events.APIGatewayV2HTTPRequest{
			RawPath: "/v1/gate-changes", Headers: map[string]string{"authorization": "Bearer " + token.Text()},
		}
		request.RequestContext.HTTP.Method = http.MethodGet
		if cursor != "" {
			request.RawQueryString = "cursor=" + cursor
		}
		if tag != "" {
			request.Headers["if-none-match"] = tag
		}
		response, err := handler(t.Context(), request)
		if err != nil || response.StatusCode != wantStatus {
			t.Fatalf("got %d %s, error %v; want %d", response.StatusCode, response.Body, err, wantStatus)
		}
		if wantStatus == http.StatusNotModified && response.Body != "" {
			t.Errorf("the response 304 has the body %q, want none", response.Body)
		}
		if response.Body != "" {
			if err := json.Unmarshal([]byte(response.Body), &got); err != nil {
				t.Fatal(err)
			}
		}
		return got, response
	}
	start, response := get("", "", http.StatusOK)
	if start.Items == nil || len(start.Items) != 0 || response.Headers["Cache-Control"] != "no-cache" {
		t.Errorf("got %s with Cache-Control %q, want no items and no-cache", response.Body, response.Headers["Cache-Control"])
	}
	get(start.NextCursor, "", http.StatusNotModified)
	change := changefeed.GateChange{ID: "cus_1", Kind: "customer", At: clock}
	if err := store.AppendFeed(t.Context(), 4, []changefeed.GateChange{change}); err != nil {
		t.Fatal(err)
	}
	changed, response := get(start.NextCursor, "", http.StatusOK)
	if len(changed.Items) != 1 || changed.Items[0] != change {
		t.Errorf("got %s, want one customer", response.Body)
	}
	get(start.NextCursor, response.Headers["Etag"], http.StatusNotModified)
	get(changed.NextCursor, "", http.StatusNotModified)
	if bad, _ := get("x", "", http.StatusUnprocessableEntity); bad.Code != "invalid-request" {
		t.Errorf("a forged cursor has the code %q, want invalid-request", bad.Code)
	}
	clock = clock.Add(changefeed.Retention + time.Second)
	if old, _ := get(start.NextCursor, "", http.StatusGone); old.Code != "cursor-expired" {
		t.Errorf("an old cursor has the code %q, want cursor-expired", old.Code)
	}
}
