// Package process starts, recognises and stops the programs that outlive the command which started them.
package process

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// ID names one process for good: a number alone may have gone to another process since.
type ID struct {
	PID     int    `json:"pid"`
	Started string `json:"started"`
}

// Start runs a command in a session of its own, with its output in a file and none of our streams.
func Start(cmd *exec.Cmd, logFile string) (ID, error) {
	log, err := os.OpenFile(logFile, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return ID{}, err
	}
	defer log.Close()
	keepOurDescriptors()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = nil, log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return ID{}, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	return Identify(cmd.Process.Pid), nil
}

// keepOurDescriptors stops what we were handed beside the standard streams, such as make's pipes, from being inherited.
func keepOurDescriptors() {
	for fd := 3; fd < 64; fd++ {
		syscall.CloseOnExec(fd)
	}
}

// Identify names the process that has the number now.
func Identify(pid int) ID {
	return ID{PID: pid, Started: startTime(pid)}
}

// Alive reports whether this very process still runs.
func (id ID) Alive() bool {
	return id.PID > 0 && id.Started != "" && startTime(id.PID) == id.Started
}

// Stop asks the process to end, and ends it when it does not within the patience. It reports whether it ended by itself.
func (id ID) Stop(patience time.Duration) bool {
	if !id.Alive() {
		return true
	}
	_ = syscall.Kill(id.PID, syscall.SIGTERM)
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if !id.Alive() {
			return true
		}
	}
	if id.Alive() {
		_ = syscall.Kill(id.PID, syscall.SIGKILL)
	}
	return false
}
