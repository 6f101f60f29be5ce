package samlocal

import (
	"errors"
	"io"
	"net"
	"net/url"
	"os"
	"testing"
)

// exposeToContainers makes a server on a loopback address reachable from containers. It listens only on Docker's
// bridge. It returns the URL for containers.
func exposeToContainers(t *testing.T, address string) string {
	t.Helper()
	inside, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(bridgeAddress(t), "0"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			outer, err := listener.Accept()
			if err != nil {
				return
			}
			go forward(outer, inside.Host)
		}
	}()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return "http://" + hostInContainers + ":" + port
}

// bridgeAddress returns the IPv4 address of Docker's bridge.
func bridgeAddress(t *testing.T) string {
	t.Helper()
	bridge, err := net.InterfaceByName("docker0")
	if err != nil {
		t.Fatalf("Docker's bridge: %v", err)
	}
	addresses, err := bridge.Addrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range addresses {
		if network, ok := address.(*net.IPNet); ok && network.IP.To4() != nil {
			return network.IP.String()
		}
	}
	t.Fatal("Docker's bridge has no IPv4 address")
	return ""
}

// forward copies data between a connection and a new connection to the host.
func forward(outer net.Conn, host string) {
	inner, err := net.Dial("tcp", host)
	if err != nil {
		_ = outer.Close()
		return
	}
	go func() {
		_, _ = io.Copy(inner, outer)
		_ = errors.Join(inner.Close(), outer.Close())
	}()
	_, _ = io.Copy(outer, inner)
	_ = errors.Join(inner.Close(), outer.Close())
}

// environment returns a variable that `make sam-local` sets. It skips the test if the variable is not set.
func environment(t *testing.T, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Skip(name + " is not set: run `make sam-local`")
	}
	return value
}
