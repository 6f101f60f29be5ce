package ftp_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"tenantry/node/ftp"
)

func TestDomainOfALogin(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "map")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("# logins\n\nalice  Shop.example\nbob@other.example b.example\n")
	logins := &ftp.Logins{Path: path}
	for login, want := range map[string]string{
		"alice": "shop.example", "bob@other.example": "b.example", "carol@c.example": "c.example",
		"dora%d.example": "d.example", "e.example": "e.example", "root": "",
	} {
		if got, err := logins.Domain(login); err != nil || got != want {
			t.Errorf("%s: got %q, %v; want %q", login, got, err, want)
		}
	}
	write("alice new.example # changed\n")
	if _, err := logins.Domain("alice"); err == nil {
		t.Error("a line with too many words was accepted")
	}
	write("alice new.example\n")
	if got, err := logins.Domain("alice"); err != nil || got != "new.example" {
		t.Errorf("got %q, %v after a change of the file, want new.example", got, err)
	}
}

func TestSessionsAreFoundByTheirTitle(t *testing.T) {
	t.Parallel()
	proc := t.TempDir()
	for i, process := range []struct{ comm, cmdline string }{
		{"vsftpd", "vsftpd: 127.0.0.1/alice: IDLE\x00\x00"},
		{"vsftpd", "vsftpd: 127.0.0.1/alice@a.example: RETR x/y: z\x00"},
		{"vsftpd", "vsftpd: 127.0.0.1: connected\x00"},
		{"vsftpd", "vsftpd: LISTENER\x00"},
		{"proftpd", "proftpd: bob - 127.0.0.1: IDLE\x00"},
		{"proftpd", "proftpd: (accepting connections)\x00"},
		{"bash", "vsftpd: 127.0.0.1/mallory: IDLE\x00"},
	} {
		folder := filepath.Join(proc, strconv.Itoa(100+i))
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		for name, text := range map[string]string{"comm": process.comm + "\n", "cmdline": process.cmdline} {
			if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for daemon, want := range map[string][]string{"vsftpd": {"alice", "alice@a.example"}, "proftpd": {"bob"}} {
		got, err := ftp.Processes{Daemon: daemon, Proc: proc}.Logins(t.Context())
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: got %v, %v; want %v", daemon, got, err, want)
		}
	}
}

// A shell that carries the title of a session stands for the daemon's process.
func TestEndTerminatesOnlyTheSessionsOfTheLogin(t *testing.T) {
	t.Parallel()
	proc := t.TempDir()
	session := func(login string) *exec.Cmd {
		command := exec.Command("sleep", "60")
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		folder := filepath.Join(proc, strconv.Itoa(command.Process.Pid))
		title := "proftpd: " + login + " - 127.0.0.1: IDLE\x00"
		for name, text := range map[string]string{"comm": "proftpd\n", "cmdline": title} {
			_ = os.MkdirAll(folder, 0o700)
			if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return command
	}
	alice, alicia := session("alice"), session("alicia")
	if err := (ftp.Processes{Daemon: "proftpd", Proc: proc}).End(t.Context(), "alice"); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = alice.Wait() // it was ended by a signal
	}()
	select {
	case <-ended:
	case <-time.After(30 * time.Second):
		t.Error("the session of alice was not ended")
	}
	if err := alicia.Process.Signal(syscall.Signal(0)); err != nil {
		t.Errorf("the session of alicia was ended: %v", err)
	}
	_ = alicia.Process.Kill()
	_ = alicia.Wait()
}
