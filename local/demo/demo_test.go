package demo

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tenantry/local/state"
)

func TestSignInSaysThatThePasswordHasChanged(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, `{"code":"unauthenticated"}`)
	}))
	defer server.Close()
	err := (&client{url: server.URL}).signIn(t.Context(), state.Credentials{Login: "admin", Password: "the first one"})
	if err == nil || !strings.Contains(err.Error(), "password of admin has been changed") {
		t.Errorf("said %v", err)
	}
}

func TestFillSaysThatTheStackIsDown(t *testing.T) {
	dir := state.Dir(t.TempDir())
	if err := dir.Credentials().Save(state.Credentials{URL: "http://localhost:1", Login: "admin", Password: "left from an earlier run"}); err != nil {
		t.Fatal(err)
	}
	if err := Fill(t.Context(), dir, io.Discard); err == nil || !strings.Contains(err.Error(), "is down: `make up` starts it") {
		t.Errorf("said %v", err)
	}
}
