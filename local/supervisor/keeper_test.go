package supervisor

import (
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"tenantry/local/process"
	"tenantry/local/state"
)

// newKeeper returns a keeper of a program, and a channel that receives the program's process after each restart.
func newKeeper(t *testing.T, command func() *exec.Cmd) (*keeper, <-chan process.ID) {
	t.Helper()
	dir := state.Dir(t.TempDir())
	if err := os.MkdirAll(filepath.Dir(dir.Log("emulator")), 0o700); err != nil {
		t.Fatal(err)
	}
	restarts := make(chan process.ID, 100)
	k := &keeper{name: "emulator", dir: dir, log: slog.New(slog.NewTextHandler(io.Discard, nil)), command: command}
	k.onRestart = func() { restarts <- k.id() }
	if err := k.start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.stop)
	return k, restarts
}

func TestKilledEmulatorIsRestarted(t *testing.T) {
	k, restarts := newKeeper(t, func() *exec.Cmd { return exec.Command("sleep", "600") })
	killed := k.id()
	if err := syscall.Kill(killed.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if restarted := <-restarts; restarted == killed || !restarted.Alive() {
		t.Errorf("restarted as %+v after %+v, want another process", restarted, killed)
	}
}

func TestEmulatorThatCannotStartIsTriedAgain(t *testing.T) {
	starts := 0 // only the keeper's own goroutine restarts
	k, restarts := newKeeper(t, func() *exec.Cmd {
		if starts++; starts == 2 {
			return exec.Command("/no/such/program")
		}
		return exec.Command("sleep", "600")
	})
	if err := syscall.Kill(k.id().PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if restarted := <-restarts; !restarted.Alive() {
		t.Errorf("process %+v, want a running one after the failed start", restarted)
	}
}

func TestStopDoesNotWaitForTheNextRestart(t *testing.T) {
	k, _ := newKeeper(t, func() *exec.Cmd { return exec.Command("sleep", "600") })
	delay := 24 * time.Hour
	stopped := make(chan (<-chan error))
	go func() { stopped <- k.relaunch(&delay) }()
	k.stop()
	if exited := <-stopped; exited != nil {
		t.Error("relaunch has started the emulator of a stopped keeper")
	}
}
