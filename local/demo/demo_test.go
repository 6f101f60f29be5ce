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
	err := Fill(t.Context(), dir, 0, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "is not running: start it with `make up`") {
		t.Errorf("error %v, want one that says that the stack is not running", err)
	}
}

func TestGeneratedCustomersDiffer(t *testing.T) {
	owners := []string{"", "res_1"}
	logins, names := map[string]bool{}, map[string]bool{}
	for n := range 600 {
		customer := generated(n, owners)
		logins[customer.Login], names[customer.Contact.Name] = true, true
		if customer.Owner != owners[n%2] {
			t.Errorf("customer %d has the owner %q, want %q", n, customer.Owner, owners[n%2])
		}
	}
	if len(logins) != 600 || len(names) != 600 {
		t.Errorf("600 customers have %d logins and %d names, want 600 of each", len(logins), len(names))
	}
}

func TestTemporaryFailuresAreRepeated(t *testing.T) {
	var keys []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		keys = append(keys, r.Header.Get("Idempotency-Key"))
		if len(keys) < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = io.WriteString(w, `{"code":"unavailable"}`)
			return
		}
		w.WriteHeader(http.StatusCreated)
	}))
	defer server.Close()
	if err := (&client{url: server.URL}).create(t.Context(), "/v1/customers", generated(0, []string{""})); err != nil {
		t.Error(err)
	}
	if len(keys) != 3 || keys[0] == "" || keys[0] != keys[2] {
		t.Errorf("requests with the keys %q, want three with the same", keys)
	}
}
