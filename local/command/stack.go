// Package command is what people and scripts ask of the local stack: up, down, reset, status, logs, run.
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
	Root string // of the checkout
	Dir  state.Dir
	Port int // of the front door; 0 takes any free one
	Out  io.Writer
}

func (s *Stack) toolsFolder() string { return filepath.Join(s.Root, ".local", "tools") }

// Tools returns where the pinned tools are installed.
func (s *Stack) Tools() emulator.Tools { return emulator.Tools(s.toolsFolder()) }

func (s *Stack) say(format string, arguments ...any) {
	fmt.Fprintf(s.Out, format+"\n", arguments...)
}

// step does one part of a command and says how long it took. What it did is a few words, or nothing worth a line.
func (s *Stack) step(name string, do func() (string, error)) error {
	began := time.Now()
	fmt.Fprintf(s.Out, "  %-14s ", name)
	did, err := do()
	if err != nil {
		s.say("failed")
		return fmt.Errorf("%s: %w", name, err)
	}
	s.say("%-58s %6.1f s", did, time.Since(began).Seconds())
	return nil
}

// program identifies this version of the local stack: a running one of another version is replaced.
func (s *Stack) program() (string, error) {
	executable, err := os.Executable()
	if err != nil {
		return "", err
	}
	return hashFiles(executable, filepath.Join(s.Root, "local", "emulator", "launch.py"),
		filepath.Join(s.Root, "local", "emulator", "requirements.txt"))
}

// running returns the supervisor's word on itself, or nothing when it does not run.
func (s *Stack) running() (state.Running, bool, error) {
	running, err := s.Dir.Running().Load()
	return running, running.Supervisor.Alive(), err
}

// recover ends what a crashed supervisor left behind.
func (s *Stack) recover() (int, error) {
	running, alive, err := s.running()
	if err != nil || alive {
		return 0, err
	}
	left := 0
	for _, child := range running.Children {
		if child.Alive() {
			left++
			child.Stop(stopPatience)
		}
		process.EndSession(child.PID, s.Dir.Marker())
	}
	return left, s.Dir.Running().Remove()
}

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

func waitUntil(ctx context.Context, patience time.Duration, done func() (bool, error)) error {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		if finished, err := done(); finished || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
	return fmt.Errorf("not within %s", patience)
}
