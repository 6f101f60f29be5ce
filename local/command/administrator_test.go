package command

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"tenantry/local/state"
)

// stackAnswering returns a stack in a new folder whose function that creates the administrator answers so.
func stackAnswering(t *testing.T, answer http.HandlerFunc) *Stack {
	t.Helper()
	server := httptest.NewServer(answer)
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

// However often it is tried: no password is the one of an administrator whose password is lost.
func TestLostPasswordIsNotMadeUp(t *testing.T) {
	s := stackAnswering(t, conflict)
	for range 3 {
		if _, err := s.createAdministrator(t.Context()); !errors.Is(err, errAdministratorExists) {
			t.Fatalf("said %v", err)
		}
		if credentials, err := s.Dir.Credentials().Load(); err != nil || credentials.Password != "" {
			t.Fatalf("wrote down %+v, %v", credentials, err)
		}
	}
}

// An answer that was lost leaves the password that the administrator may have.
func TestPasswordOfAnInterruptedCreation(t *testing.T) {
	calls := 0
	s := stackAnswering(t, func(w http.ResponseWriter, r *http.Request) {
		if calls++; calls == 1 {
			panic(http.ErrAbortHandler)
		}
		conflict(w, r)
	})
	if _, err := s.createAdministrator(t.Context()); err == nil {
		t.Fatal("no answer is no error")
	}
	pending, err := state.File[state.Credentials](s.Dir.Path("credentials.pending.json")).Load()
	if err != nil || pending.Password == "" {
		t.Fatalf("forgot the password: %v", err)
	}
	if _, err := s.createAdministrator(t.Context()); err != nil {
		t.Fatal(err)
	}
	if credentials, err := s.Dir.Credentials().Load(); err != nil || credentials.Password != pending.Password {
		t.Errorf("wrote down another password, %v", err)
	}
}
