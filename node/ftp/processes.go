package ftp

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Processes ends sessions by ending the daemon's processes for them. The daemons write the login of a session into the
// title of its process: vsftpd with setproctitle_enable, ProFTPD always.
type Processes struct {
	Daemon string // vsftpd or proftpd
	Proc   string // /proc
}

// patience is how long a session may take to end.
const patience = time.Second

// Logins returns the logins that have open sessions.
func (p Processes) Logins(context.Context) ([]string, error) {
	entries, err := os.ReadDir(p.Proc)
	if err != nil {
		return nil, err
	}
	var logins []string
	for _, entry := range entries {
		if pid, err := strconv.Atoi(entry.Name()); err == nil {
			if login := p.login(pid); login != "" {
				logins = append(logins, login)
			}
		}
	}
	slices.Sort(logins)
	return slices.Compact(logins), nil
}

// End ends all sessions of a login.
func (p Processes) End(ctx context.Context, login string) error {
	entries, err := os.ReadDir(p.Proc)
	if err != nil {
		return err
	}
	var failures []error
	for _, entry := range entries {
		if pid, err := strconv.Atoi(entry.Name()); err == nil && p.login(pid) == login {
			failures = append(failures, p.terminate(ctx, pid, login))
		}
	}
	return errors.Join(failures...)
}

// terminate ends a process: with SIGTERM, and after a second with SIGKILL, because vsftpd notices SIGTERM only at the
// next command. It holds the process by its descriptor before it looks again whose session it is, so that the signals
// cannot hit another process with the same number.
func (p Processes) terminate(ctx context.Context, pid int, login string) error {
	process, err := os.FindProcess(pid)
	if err != nil {
		return err
	}
	defer func() { _ = process.Release() }()
	if p.login(pid) != login {
		return nil
	}
	err = process.Signal(syscall.SIGTERM)
	for range 10 {
		if err != nil {
			break
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(patience / 10):
		}
		err = process.Signal(syscall.Signal(0))
	}
	if err == nil && p.login(pid) == login {
		err = process.Signal(syscall.SIGKILL)
	}
	if errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	return err
}

// login returns the login of the session that a process serves, or "".
func (p Processes) login(pid int) string {
	folder := filepath.Join(p.Proc, strconv.Itoa(pid))
	name, err := os.ReadFile(filepath.Join(folder, "comm")) //nolint:gosec // the kernel's files
	if err != nil || strings.TrimSuffix(string(name), "\n") != p.Daemon {
		return ""
	}
	title, err := os.ReadFile(filepath.Join(folder, "cmdline")) //nolint:gosec // the kernel's files
	if err != nil {
		return ""
	}
	return loginInTitle(p.Daemon, strings.TrimRight(string(title), "\x00"))
}

// loginInTitle returns the login in the title of a session's process. The titles are `vsftpd: 192.0.2.1/login: IDLE` and
// `proftpd: login - 192.0.2.1: IDLE`.
func loginInTitle(daemon, title string) string {
	text, isSession := strings.CutPrefix(title, daemon+": ")
	if !isSession {
		return ""
	}
	switch daemon {
	case "vsftpd":
		_, rest, found := strings.Cut(text, "/")
		if !found {
			return ""
		}
		login, _, _ := strings.Cut(rest, ": ")
		return login
	case "proftpd":
		login, _, found := strings.Cut(text, " - ")
		if !found || strings.HasPrefix(text, "(") {
			return ""
		}
		return login
	}
	return ""
}
