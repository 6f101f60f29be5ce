// Command demo serves the website of one customer of the running stack with nginx and the agent, so that one can see it
// close when the customer is suspended in the panel. `make node-demo` runs it; Ctrl-C stops it.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"

	"tenantry/tests/node/provider"
	"tenantry/tests/node/server"
)

func main() {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	err := run(ctx)
	cancel()
	if err != nil {
		fmt.Fprintln(os.Stderr, "node-demo:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	repository, err := os.Getwd()
	if err != nil {
		return err
	}
	port := 8090
	if given := os.Getenv("NODE_PORT"); given != "" {
		if port, err = strconv.Atoi(given); err != nil {
			return fmt.Errorf("NODE_PORT: %w", err)
		}
	}
	p, err := provider.SignIn(ctx, os.Getenv("TENANTRY_CREDENTIALS"))
	if err != nil {
		return fmt.Errorf("is the stack running? Run `make up` and `make demo`: %w", err)
	}
	customer, login, domain, err := p.AnyWebsite(ctx)
	if err != nil {
		return err
	}
	s, err := start(ctx, p, repository, domain, port)
	if err != nil {
		return err
	}
	defer os.RemoveAll(s.Root)
	defer s.Close()
	fmt.Printf(`
The website %s is served at  http://localhost:%d
Its customer is %s:  %s/customers/%s

Suspend the customer in the panel, and reload the website: it closes within five seconds. Activate the customer, and it
is back. Ctrl-C stops the web server and the agent.
`, domain, s.Ports.Nginx, login, p.URL, customer)
	<-ctx.Done()
	fmt.Println("\nstopped")
	return nil
}

// start starts the server with one website, which answers under any name.
func start(ctx context.Context, p *provider.Provider, repository, domain string, port int) (*server.Server, error) {
	fmt.Println("Installing nginx into .local, and building the agent")
	daemons, err := server.Install(repository)
	if err != nil {
		return nil, err
	}
	agent := filepath.Join(repository, ".local", "node", "demo-agent")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-o", agent, "./node")
	build.Env, build.Stderr = append(os.Environ(), "CGO_ENABLED=0"), os.Stderr
	if err := build.Run(); err != nil {
		return nil, err
	}
	token, _, err := p.NodeToken(ctx)
	if err != nil {
		return nil, err
	}
	root, err := os.MkdirTemp("", "tenantry-node-")
	if err != nil {
		return nil, err
	}
	s, err := server.Start(server.Options{ //nolint:contextcheck // the server ends with Close
		Repository: repository, Daemons: daemons, Agent: agent, Root: root, ServiceURL: p.URL, Token: token,
		Sites: []server.Site{{Domain: domain, Login: "demo"}}, Nginx: port, AnyName: true,
	}, "nginx")
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(root))
	}
	return s, nil
}
