// Package command implements the commands of the local stack: up, down, reset, status, logs and run.
package command

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"tenantry/local/emulator"
	"tenantry/local/process"
	"tenantry/local/state"
)

// Stack is one local stack, running or not.
type Stack struct {
	Root string // the folder of the checkout
	Dir  state.Dir
	Port int // the port of the front door; 0 picks a free port
	Out  io.Writer
}

func (s *Stack) toolsFolder() string { return filepath.Join(s.Root, ".local", "tools") }

// Tools returns the folder in which the pinned tools are installed.
func (s *Stack) Tools() emulator.Tools { return emulator.Tools(s.toolsFolder()) }

func (s *Stack) printf(format string, arguments ...any) {
	fmt.Fprintf(s.Out, format+"\n", arguments...)
}

// step runs one step of a command, and prints its result and duration on one line.
func (s *Stack) step(name string, run func() (result string, err error)) error {
	began := time.Now()
	fmt.Fprintf(s.Out, "  %-14s ", name)
	result, err := run()
	if err != nil {
		s.printf("failed")
		return fmt.Errorf("%s: %w", name, err)
	}
	s.printf("%-58s %6.1f s", result, time.Since(began).Seconds())
	return nil
}

// program returns a hash of this version of the local stack. `make up` replaces a supervisor of another version.
func (s *Stack) program() (string, error) {
	executable, err := os.Executable()
	if err != nil {
		return "", err
	}
	return hashFiles(executable, filepath.Join(s.Root, "local", "emulator", "launch.py"),
		filepath.Join(s.Root, "local", "emulator", "requirements.txt"))
}

// running returns the content of running.json, and whether the supervisor is alive.
func (s *Stack) running() (state.Running, bool, error) {
	running, err := s.Dir.Running().Load()
	return running, running.Supervisor.Alive(), err
}

// endOrphans ends the processes that a crashed supervisor left running, and returns how many emulators it stopped.
func (s *Stack) endOrphans() (int, error) {
	running, alive, err := s.running()
	if err != nil || alive {
		return 0, err
	}
	orphans := 0
	process.EndSession(running.Supervisor.PID, s.Dir.Marker()) // functions
	for _, child := range running.Children {
		if child.Alive() {
			orphans++
			child.Stop(stopTimeout)
		}
		process.EndSession(child.PID, s.Dir.Marker())
	}
	return orphans, s.Dir.Running().Remove()
}

// hashFiles returns a hash of the paths and contents of files.
func hashFiles(paths ...string) (string, error) {
	digest := sha256.New()
	for _, path := range paths {
		file, err := os.Open(path)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(digest, "%s\x00", path)
		_, err = io.Copy(digest, file)
		file.Close()
		if err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(digest.Sum(nil)), nil
}

// waitUntil calls isDone until it returns true or an error, the context ends, or the time is over.
func waitUntil(ctx context.Context, timeout time.Duration, isDone func() (bool, error)) error {
	for deadline := time.Now().Add(timeout); time.Now().Before(deadline); {
		if done, err := isDone(); done || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
	return fmt.Errorf("timed out after %s", timeout)
}
