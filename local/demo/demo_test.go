package demo

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tenantry/local/state"
)

func TestSignInReportsAChangedPassword(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, `{"code":"unauthenticated"}`)
	}))
	defer server.Close()
	err := (&client{url: server.URL}).signIn(t.Context(), state.Credentials{Login: "admin", Password: "the first one"})
	if err == nil || !strings.Contains(err.Error(), "password of admin has changed") {
		t.Errorf("error %v, want one that says that the password has changed", err)
	}
}

func TestFillReportsAStoppedStack(t *testing.T) {
	dir := state.Dir(t.TempDir())
	credentials := state.Credentials{URL: "http://localhost:1", Login: "admin", Password: "from an earlier run"}
	if err := dir.Credentials().Save(credentials); err != nil {
		t.Fatal(err)
	}
	err := Fill(t.Context(), dir, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "is not running: start it with `make up`") {
		t.Errorf("error %v, want one that says that the stack is not running", err)
	}
}
