package kill

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"tenantry/tests/client"
)

// stack is a local stack whose processes the tests kill.
type stack struct {
	client.Stack

	folder string // of the stack's files
	admin  client.Caller
}

// running is the part of the stack's running.json that the tests need.
type running struct {
	Supervisor struct{ PID int }
	Children   []struct{ PID int } // ministack, dynoxide
}

// openStack returns the stack that run.sh has started. It skips the test on any other stack, which might be somebody's
// own.
func openStack(t *testing.T) *stack {
	t.Helper()
	if os.Getenv("TENANTRY_KILL") == "" {
		t.Skip("TENANTRY_KILL is not set; run make test-kill")
	}
	s := &stack{Stack: client.Running(t), folder: filepath.Dir(os.Getenv("TENANTRY_CREDENTIALS"))}
	s.admin = s.Administrator(t)
	return s
}

// processes returns the stack's processes.
func (s *stack) processes(t *testing.T) (processes running) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(s.folder, "running.json"))
	if err == nil {
		err = json.Unmarshal(text, &processes)
	}
	if err != nil || len(processes.Children) != 2 {
		t.Fatalf("running.json has %d children, error %v; want 2", len(processes.Children), err)
	}
	return processes
}

// kill kills a process of the stack with SIGKILL, unless it has just ended. It fails the test if the process is not the
// stack's.
func (s *stack) kill(t *testing.T, pid int) {
	t.Helper()
	command, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(command) == 0 { // gone, or a zombie
		return
	}
	environment, _ := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
	if pid <= 1 || !strings.Contains(string(command)+string(environment), s.folder+"\x00") {
		t.Fatalf("process %d does not belong to the stack in %s", pid, s.folder)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		t.Fatal(err)
	}
}

func (s *stack) killMinistack(t *testing.T) { s.kill(t, s.processes(t).Children[0].PID) }

func (s *stack) killDynoxide(t *testing.T) { s.kill(t, s.processes(t).Children[1].PID) }

// killFunctions kills the processes of all functions.
func (s *stack) killFunctions(t *testing.T) {
	t.Helper()
	functions := s.functions(t)
	if len(functions) == 0 {
		t.Fatal("no function was running")
	}
	for _, pid := range functions {
		s.kill(t, pid)
	}
}

// functions returns the processes of all functions: those in the supervisor's session, except for the supervisor itself.
func (s *stack) functions(t *testing.T) (pids []int) {
	t.Helper()
	const fieldSession = 3 // counted from the field after the name (proc_pid_stat(5))
	supervisor := s.processes(t).Supervisor.PID
	paths, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		stat, _ := os.ReadFile(path)
		fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
		if pid != supervisor && len(fields) > fieldSession && fields[fieldSession] == strconv.Itoa(supervisor) &&
			fields[0] != "Z" {
			pids = append(pids, pid)
		}
	}
	return pids
}

// killSupervisor kills the supervisor, and starts the stack again with the same data. Until then the emulators run on; the
// functions exit when they find that the supervisor is gone.
func (s *stack) killSupervisor(t *testing.T) {
	t.Helper()
	s.kill(t, s.processes(t).Supervisor.PID)
	s.startAgain(t)
}

// killAll kills the whole stack, as a power failure does, and starts it again with the same data.
func (s *stack) killAll(t *testing.T) {
	t.Helper()
	processes, functions := s.processes(t), s.functions(t)
	s.kill(t, processes.Supervisor.PID) // first, so that it restarts nothing
	for _, pid := range functions {
		s.kill(t, pid)
	}
	s.kill(t, processes.Children[0].PID)
	s.kill(t, processes.Children[1].PID)
	s.startAgain(t)
}

// startAgain starts the stack again, as a developer does with `make up`.
func (s *stack) startAgain(t *testing.T) {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(root, ".local/tools/stack")
	up := exec.CommandContext(t.Context(), program, "-state", s.folder, "-port", "0", "up")
	up.Dir = root
	if output, err := up.CombinedOutput(); err != nil {
		t.Fatalf("starting the stack again: %v\n%s", err, output)
	}
}

// patience is far more than a recovery takes, even on a slow machine.
const patience = 5 * time.Minute

// eventually waits until the condition holds. The condition is false while the stack does not answer.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	within(t, patience, what, condition)
}

// within waits until the condition holds, as eventually does with another patience.
func within(t *testing.T, patience time.Duration, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(25 * time.Millisecond) {
		if condition() {
			return
		}
	}
	t.Fatalf("waited %s in vain until %s", patience, what)
}
