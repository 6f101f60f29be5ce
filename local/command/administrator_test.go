package command

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"tenantry/local/state"
)

// newStack returns a stack in a new folder. The handler stands in for the function that creates the administrator.
func newStack(t *testing.T, createAdministrator http.HandlerFunc) *Stack {
	t.Helper()
	server := httptest.NewServer(createAdministrator)
	t.Cleanup(server.Close)
	s := &Stack{Dir: state.Dir(t.TempDir()), Out: io.Discard}
	err := errors.Join(
		s.Dir.Running().Save(state.Running{URL: "http://localhost:1", Emulator: server.URL}),
		s.Dir.Deployed().Save(state.Deployed{Outputs: map[string]string{administratorFunction: "create"}}),
	)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func conflict(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("X-Amz-Function-Error", "Unhandled")
	_, _ = io.WriteString(w, `{"errorMessage":"conflict: The first administrator already exists.","errorType":"Refusal"}`)
}

func TestCreateAdministratorNeverInventsALostPassword(t *testing.T) {
	s := newStack(t, conflict)
	for attempt := range 3 {
		if _, err := s.createAdministrator(t.Context()); !errors.Is(err, errAdministratorExists) {
			t.Fatalf("attempt %d: error %v, want %v", attempt, err, errAdministratorExists)
		}
		if credentials, err := s.Dir.Credentials().Load(); err != nil || credentials.Password != "" {
			t.Fatalf("attempt %d saved %+v, error %v, want no password", attempt, credentials, err)
		}
	}
}

// If the response is lost, the administrator may exist with the password that was sent. The retry must keep that
// password.
func TestCreateAdministratorKeepsThePasswordAfterALostResponse(t *testing.T) {
	calls := 0
	s := newStack(t, func(w http.ResponseWriter, r *http.Request) {
		if calls++; calls == 1 {
			panic(http.ErrAbortHandler)
		}
		conflict(w, r)
	})
	if _, err := s.createAdministrator(t.Context()); err == nil {
		t.Fatal("no error after a lost response")
	}
	pending, err := s.Dir.PendingCredentials().Load()
	if err != nil || pending.Password == "" {
		t.Fatalf("the pending password is lost, error %v", err)
	}
	if _, err := s.createAdministrator(t.Context()); err != nil {
		t.Fatal(err)
	}
	if credentials, err := s.Dir.Credentials().Load(); err != nil || credentials.Password != pending.Password {
		t.Errorf("saved another password than the one sent, error %v", err)
	}
}

func TestCreateAdministratorKeepsThePendingPasswordIfSavingFails(t *testing.T) {
	s := newStack(t, func(http.ResponseWriter, *http.Request) {})
	blocked := string(s.Dir.Credentials()) + ".next" // Save writes this file first
	if err := os.Mkdir(blocked, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := s.createAdministrator(t.Context()); err == nil {
		t.Fatal("no error although the credentials were not saved")
	}
	if pending, err := s.Dir.PendingCredentials().Load(); err != nil || pending.Password == "" {
		t.Errorf("the pending password is lost, error %v", err)
	}
}
