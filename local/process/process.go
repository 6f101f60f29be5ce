// Package process starts, identifies and stops programs that outlive the command that started them.
package process

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// ID identifies one process. The PID alone does not: the system may give it to another process later.
type ID struct {
	PID     int    `json:"pid"`
	Started string `json:"started"` // see startTime
}

// Start starts a command in its own session. The command's output goes to the log file. It inherits no open files.
func Start(cmd *exec.Cmd, logFile string) (ID, error) {
	log, err := os.OpenFile(logFile, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return ID{}, err
	}
	defer log.Close()
	closeDescriptorsOnExec()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = nil, log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return ID{}, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	return Identify(cmd.Process.Pid), nil
}

// closeDescriptorsOnExec keeps the command from inheriting files that this process has inherited, such as make's pipes.
func closeDescriptorsOnExec() {
	for fd := 3; fd < 64; fd++ {
		syscall.CloseOnExec(fd)
	}
}

// Identify returns the ID of the process that has the PID now.
func Identify(pid int) ID {
	return ID{PID: pid, Started: startTime(pid)}
}

// Alive reports whether this process still runs.
func (id ID) Alive() bool {
	return id.PID > 0 && id.Started != "" && startTime(id.PID) == id.Started
}

// Stop sends SIGTERM to the process, and SIGKILL if it has not exited within the timeout. It reports whether the
// process exited without SIGKILL.
func (id ID) Stop(timeout time.Duration) bool {
	if !id.Alive() {
		return true
	}
	_ = syscall.Kill(id.PID, syscall.SIGTERM)
	for deadline := time.Now().Add(timeout); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if !id.Alive() {
			return true
		}
	}
	if id.Alive() {
		_ = syscall.Kill(id.PID, syscall.SIGKILL)
	}
	return false
}
