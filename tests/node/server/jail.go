// Package server runs a hosting server on loopback: nginx, Postfix, Dovecot, vsftpd and ProFTPD from Debian's packages,
// with the configuration from docs/node.md, and the agent beside them. They live in a folder of their own, which is the
// root of their file system, and change nothing outside. Only root may start them.
package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// jail is a folder that programs see as the root of the file system. They have their own process ids, so that all of
// them end with the jail.
type jail struct {
	root string
	init *exec.Cmd
	pid  int // of the first process in the jail
}

// ErrUnsupported is returned if this machine cannot run the daemons.
var ErrUnsupported = errors.New("the daemons need Linux with Debian's apt-get, and root")

// Install installs the daemons into the checkout, and returns their folder.
func Install(repository string) (string, error) {
	if _, err := exec.LookPath("apt-get"); err != nil || os.Geteuid() != 0 {
		return "", ErrUnsupported
	}
	folder := filepath.Join(repository, ".local", "daemons")
	if err := os.MkdirAll(filepath.Dir(folder), 0o750); err != nil {
		return "", err
	}
	install := exec.Command(filepath.Join(repository, "tests", "node", "install-daemons.sh"), folder)
	if output, err := install.CombinedOutput(); err != nil {
		return "", fmt.Errorf("cannot install the daemons: %w: %s", err, output)
	}
	return folder, nil
}

// newJail lays out a root with the installed daemons. The programs themselves are hard links.
func newJail(daemons, root string) (*jail, error) {
	script := `set -e
		cp -a "$0/etc" "$0/var" "$1/"
		cp -al "$0/usr" "$1/usr" 2>/dev/null || { rm -rf "$1/usr"; cp -a "$0/usr" "$1/usr"; }
		for name in bin sbin lib lib64; do ln -s "usr/$name" "$1/$name"; done
		mkdir -p "$1"/{proc,dev,tmp,run,root,home,srv}
		chmod 755 "$1"
		chmod 1777 "$1/tmp"
		rm -rf "$1/var/run" && ln -s /run "$1/var/run"`
	if output, err := exec.Command("bash", "-c", script, daemons, root).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("cannot lay out %s: %w: %s", root, err, output)
	}
	j := &jail{root: root}
	return j, j.start()
}

// start starts the first process of the jail.
func (j *jail) start() error {
	const script = `mount --bind /dev "$0/dev" && mount -t proc none "$0/proc" && echo ready && exec sleep infinity`
	j.init = exec.Command("unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation", "private",
		"bash", "-c", script, j.root)
	j.init.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var failure bytes.Buffer
	j.init.Stderr = &failure
	output, err := j.init.StdoutPipe()
	if err != nil {
		return err
	}
	if err := j.init.Start(); err != nil {
		return err
	}
	if _, err := io.ReadFull(output, make([]byte, len("ready\n"))); err != nil {
		return fmt.Errorf("%w: cannot create a mount namespace: %s", ErrUnsupported, failure.String())
	}
	j.pid, err = childOf(j.init.Process.Pid)
	return err
}

// childOf returns the first child of a process.
func childOf(pid int) (int, error) {
	path := fmt.Sprintf("/proc/%d/task/%d/children", pid, pid)
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	first, _, _ := strings.Cut(strings.TrimSpace(string(text)), " ")
	return strconv.Atoi(first)
}

// command returns a command that runs a program in the jail.
func (j *jail) command(ctx context.Context, arguments ...string) *exec.Cmd {
	enter := []string{"--target", strconv.Itoa(j.pid), "--mount", "--pid", "chroot", j.root}
	command := exec.CommandContext(ctx, "nsenter", append(enter, arguments...)...)
	command.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C"}
	return command
}

// write writes a file, with its folder.
func (j *jail) write(path, text string, mode os.FileMode) error {
	full := filepath.Join(j.root, path)
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil { //nolint:gosec // daemons of other users read it
		return err
	}
	if err := os.Remove(full); err != nil && !errors.Is(err, os.ErrNotExist) { // it may be a link to the installed file
		return err
	}
	if err := os.WriteFile(full, []byte(text), mode); err != nil {
		return err
	}
	return os.Chmod(full, mode)
}

// folder creates a folder of a user.
func (j *jail) folder(path string, uid int, mode os.FileMode) error {
	full := filepath.Join(j.root, path)
	return errors.Join(os.MkdirAll(full, mode), os.Chmod(full, mode), os.Chown(full, uid, uid))
}

// close ends all programs in the jail.
func (j *jail) close() {
	_ = j.init.Process.Kill()
	_ = j.init.Wait()
	for range 50 { // the kernel ends the others
		if _, err := os.Stat(fmt.Sprintf("/proc/%d", j.pid)); err != nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}
