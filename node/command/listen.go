package command

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

// socketMode lets every local daemon ask. What it learns is no secret: anybody sees whether a website is open.
const socketMode = 0o666

// listen opens an address of the configuration.
func listen(ctx context.Context, address string) (net.Listener, error) {
	var listener net.ListenConfig
	path, isUnix := strings.CutPrefix(address, "unix:")
	if !isUnix {
		return listener.Listen(ctx, "tcp", address)
	}
	if err := removeSocket(ctx, path); err != nil {
		return nil, err
	}
	opened, err := listener.Listen(ctx, "unix", path)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, socketMode); err != nil {
		return nil, errors.Join(err, opened.Close())
	}
	return opened, nil
}

// removeSocket removes the socket of an agent that was killed. It returns an error if an agent still answers there.
func removeSocket(ctx context.Context, path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Mode()&os.ModeSocket == 0 {
		return fmt.Errorf("%s exists and is no socket", path)
	}
	var dialer net.Dialer
	if connection, err := dialer.DialContext(ctx, "unix", path); err == nil {
		return errors.Join(fmt.Errorf("another agent answers at %s", path), connection.Close())
	}
	return os.Remove(path)
}

// newServer returns an HTTP server for local daemons.
func newServer(handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       5 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
}

// localClient returns an HTTP client for an address of the configuration. The host in its URLs does not matter.
func localClient(address string, timeout time.Duration) *http.Client {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		var dialer net.Dialer
		if path, isUnix := strings.CutPrefix(address, "unix:"); isUnix {
			return dialer.DialContext(ctx, "unix", path)
		}
		return dialer.DialContext(ctx, "tcp", address)
	}
	return &http.Client{Timeout: timeout, Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}}
}
