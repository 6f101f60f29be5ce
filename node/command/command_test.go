package command_test

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tenantry/node/command"
	"tenantry/node/gate"
	"tenantry/node/state"
)

// setting is a configuration file in a folder of its own.
type setting struct {
	t      *testing.T
	folder string
}

func newSetting(t *testing.T, more string) *setting {
	t.Helper()
	//nolint:usetesting // t.TempDir is too long for the path of a unix socket
	folder, err := os.MkdirTemp("", "tenantry-command-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	text := strings.ReplaceAll(`service:
  url: http://127.0.0.1:1
  tokenFile: FOLDER/token
state: FOLDER/state
listen:
  http: unix:FOLDER/http.sock
  admin: unix:FOLDER/admin.sock
`+more, "FOLDER", folder)
	for name, content := range map[string]string{"config.yaml": text, "token": "tny_x\n", "map": "alice a.example\nbob b.example\n"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return &setting{t: t, folder: folder}
}

// store stores a closed and an open domain.
func (s *setting) store() {
	s.t.Helper()
	folder := filepath.Join(s.folder, "state")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		s.t.Fatal(err)
	}
	store, _, err := state.Open(folder)
	if err != nil {
		s.t.Fatal(err)
	}
	open := &gate.Known{Answer: gate.Answer{Open: true, IDs: gate.IDs{Website: "web_b"}}}
	for domain, known := range map[string]*gate.Known{"a.example": {}, "b.example": open} {
		if err := store.Save(domain, known); err != nil {
			s.t.Fatal(err)
		}
	}
	if err := store.Close(); err != nil {
		s.t.Fatal(err)
	}
}

// run runs a command to its end. It returns its status and what it has printed.
func (s *setting) run(ctx context.Context, environment map[string]string, arguments ...string) (int, string) {
	var output bytes.Buffer
	arguments = append([]string{arguments[0], "-config", filepath.Join(s.folder, "config.yaml")}, arguments[1:]...)
	p := command.Program{
		Version: "1.2", Out: &output, Err: &output, Log: slog.New(slog.DiscardHandler), Arguments: arguments,
		Getenv: func(name string) string { return environment[name] },
	}
	return p.Main(ctx), output.String()
}

// start runs the agent until the test ends, and waits until it answers.
func (s *setting) start() { s.startIn(nil) }

// startIn is start with environment variables.
func (s *setting) startIn(environment map[string]string) {
	s.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if status, output := s.run(ctx, environment, "run"); status != command.ExitOK {
			s.t.Errorf("run: got status %d: %s", status, output)
		}
	}()
	s.t.Cleanup(func() {
		cancel()
		<-ended
	})
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		connection, err := net.Dial("unix", filepath.Join(s.folder, "admin.sock"))
		if err == nil {
			_ = connection.Close()
			return
		}
		if time.Now().After(deadline) {
			s.t.Fatal(err)
		}
	}
}

func TestCommandsAskTheAgent(t *testing.T) {
	t.Parallel()
	s := newSetting(t, "ftp:\n  map: FOLDER/map\n")
	s.store()
	s.start()
	for _, test := range []struct {
		arguments []string
		user      string
		status    int
		output    string
	}{
		{[]string{"check", "b.example"}, "", command.ExitOK, "b.example is open: served"},
		{[]string{"check", "www.a.example"}, "", command.ExitClosed, "www.a.example is closed: not served"},
		{[]string{"check", "c.example"}, "", command.ExitOK, "c.example is unknown: served"},
		{[]string{"check"}, "", command.ExitUsage, "usage"},
		{[]string{"status"}, "", command.ExitClosed, "2 known: 1 open, 1 closed"},
		{[]string{"status", "json"}, "", command.ExitClosed, `"healthy": false`},
		{[]string{"pam"}, "alice", command.ExitClosed, "suspended"},
		{[]string{"pam"}, "bob", command.ExitOK, ""},
		{[]string{"pam"}, "root", command.ExitOK, ""},
		{[]string{"pam"}, "", command.ExitUsage, "PAM_USER"},
		{[]string{"test-config"}, "", command.ExitClosed, "FAIL service"},
		{[]string{"run"}, "", command.ExitClosed, ""}, // a second agent does not disturb the first
		{[]string{"pam"}, "alice", command.ExitClosed, "suspended"},
	} {
		status, output := s.run(t.Context(), map[string]string{"PAM_USER": test.user}, test.arguments...)
		if status != test.status || !strings.Contains(output, test.output) {
			t.Errorf("%v %s: got status %d and %q, want %d and %q",
				test.arguments, test.user, status, output, test.status, test.output)
		}
	}
}

func TestPAMReadsTheStoredStateWithoutTheAgent(t *testing.T) {
	t.Parallel()
	s := newSetting(t, "ftp:\n  map: FOLDER/map\n")
	pam := func(user string) int {
		status, _ := s.run(t.Context(), map[string]string{"PAM_USER": user}, "pam")
		return status
	}
	if pam("bob") != command.ExitClosed {
		t.Error("bob was let in without an agent and a stored state; the default is to refuse")
	}
	s.store()
	if pam("alice") != command.ExitClosed || pam("bob") != command.ExitOK {
		t.Error("the stored state does not decide: alice's domain is closed, bob's is open")
	}
}

func TestMetricsAreServed(t *testing.T) {
	t.Parallel()
	s := newSetting(t, "")
	s.store()
	s.start()
	client := http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var dialer net.Dialer
			return dialer.DialContext(ctx, "unix", filepath.Join(s.folder, "admin.sock"))
		},
	}}
	response, err := client.Get("http://agent/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var text bytes.Buffer
	if _, err := text.ReadFrom(response.Body); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`tenantry_node_domains{state="closed"} 1`, `tenantry_node_domains{state="open"} 1`, "tenantry_node_healthy 0",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the metrics do not have %s", want)
		}
	}
}

func TestHelpAndUnknownCommands(t *testing.T) {
	t.Parallel()
	for argument, want := range map[string]int{"--help": command.ExitOK, "version": command.ExitOK, "open": command.ExitUsage} {
		var output bytes.Buffer
		p := command.Program{Version: "1.2", Out: &output, Err: &output, Arguments: []string{argument}}
		if got := p.Main(t.Context()); got != want || output.Len() == 0 {
			t.Errorf("%s: got status %d and %q, want %d", argument, got, output.String(), want)
		}
	}
}

func TestSystemdIsTold(t *testing.T) {
	t.Parallel()
	s := newSetting(t, "")
	s.store()
	path := filepath.Join(s.folder, "notify")
	socket, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	s.startIn(map[string]string{"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "60000000"})
	if err := socket.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	buffer, received := make([]byte, 1000), ""
	for !strings.Contains(received, "READY=1") || !strings.Contains(received, "WATCHDOG=1") {
		n, err := socket.Read(buffer)
		if err != nil {
			t.Fatalf("got only %q: %v", received, err)
		}
		received += string(buffer[:n]) + "\n"
	}
}
