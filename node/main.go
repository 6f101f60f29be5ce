// Command tenantry-node is the agent beside the daemons of a hosting server. It asks a Tenantry service whether domains
// are open, and answers nginx, Postfix, Dovecot and FTP servers. docs/node.md says how to configure them.
package main

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"tenantry/node/command"
)

// version is set by the build.
var version = "development"

func main() {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	program := command.Program{
		Version: version, Out: os.Stdout, Err: os.Stderr, Arguments: os.Args[1:],
		Log:    slog.New(slog.NewJSONHandler(os.Stderr, nil)),
		Getenv: os.Getenv, //nolint:forbidigo // PAM and systemd speak through the environment
	}
	status := program.Main(ctx)
	cancel()
	os.Exit(status)
}
