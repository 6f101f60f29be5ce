// Package dynoxide runs dynoxide, the storage emulator of the local stack, for tests.
package dynoxide

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// ErrNotInstalled says that there is no dynoxide where it is looked for.
var ErrNotInstalled = errors.New(
	"the storage emulator is not installed: run `make tools`, or run the other tests with -short")

// Start starts dynoxide with an empty database, and waits until it accepts connections. The variable DYNOXIDE is the
// path of its program; the default is where `make tools` installs it below root, the checkout. The caller calls stop at
// the end, after an error too. Start returns ErrNotInstalled if there is no such program.
func Start(root string) (endpoint string, stop func(), err error) {
	stop = func() {}
	program := os.Getenv("DYNOXIDE")
	if program == "" {
		program = filepath.Join(root, ".local", "tools", "node_modules", "@dynoxide", "linux-x64", "dynoxide")
	}
	if _, err := os.Stat(program); err != nil {
		return "", stop, ErrNotInstalled
	}
	folder, err := os.MkdirTemp("", "tenantry-dynoxide-")
	if err != nil {
		return "", stop, err
	}
	stop = func() { _ = os.RemoveAll(folder) }
	port, err := freePort()
	if err != nil {
		return "", stop, err
	}
	database := filepath.Join(folder, "table.db")
	command := exec.Command(program, "--host", "127.0.0.1", "--port", strconv.Itoa(port), "--db-path", database)
	command.Stderr = os.Stderr
	if err := command.Start(); err != nil {
		return "", stop, err
	}
	stop = func() {
		_ = command.Process.Kill()
		_ = command.Wait()
		_ = os.RemoveAll(folder)
	}
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	return "http://" + address, stop, waitFor(address)
}

func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

// waitFor waits until something listens at the address, for at most ten seconds.
func waitFor(address string) (err error) {
	for range 500 {
		var connection net.Conn
		if connection, err = net.Dial("tcp", address); err == nil {
			return connection.Close()
		}
		time.Sleep(20 * time.Millisecond)
	}
	return fmt.Errorf("the storage emulator does not start: %w", err)
}
