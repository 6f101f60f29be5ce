// Package command has the commands of tenantry-node.
package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"

	"tenantry/node/config"
)

// Statuses with which the program exits.
const (
	ExitOK     = 0
	ExitClosed = 1 // refused, unhealthy, or a mistake in the configuration
	ExitUsage  = 2
)

const help = `tenantry-node makes suspensions real on a hosting server. It follows a Tenantry service and tells the
server's daemons which domains are open.

Usage:
  tenantry-node run                 start the agent
  tenantry-node status              show the agent's state; exits with 1 if something is wrong
  tenantry-node check <domain>      show whether a domain is served; exits with 1 if not
  tenantry-node test-config         check the configuration, and ask the service with its token
  tenantry-node pam                 for pam_exec: exits with 0 if PAM_USER may use FTP
  tenantry-node version             show the version
  tenantry-node help                show this text

All commands but version and help take -config <file>; the default is ` + config.Path + `.
`

// Program is the program's surroundings.
type Program struct {
	Version   string
	Out, Err  io.Writer
	Getenv    func(name string) string
	Log       *slog.Logger
	Arguments []string
}

// Main runs the command that the arguments name, and returns the status to exit with.
func (p *Program) Main(ctx context.Context) int {
	name, rest := "help", []string(nil)
	if len(p.Arguments) > 0 {
		name, rest = p.Arguments[0], p.Arguments[1:]
	}
	switch name {
	case "help", "-h", "-help", "--help":
		fmt.Fprint(p.Out, help)
		return ExitOK
	case "version", "--version":
		fmt.Fprintln(p.Out, p.Version)
		return ExitOK
	}
	commands := map[string]func(ctx context.Context, c config.Config, arguments []string) int{
		"run": p.run, "status": p.status, "check": p.check, "test-config": p.testConfig, "pam": p.pam,
	}
	command, found := commands[name]
	if !found {
		fmt.Fprintf(p.Err, "tenantry-node: unknown command %q\n\n%s", name, help)
		return ExitUsage
	}
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(p.Err)
	path := flags.String("config", config.Path, "the configuration `file`")
	if err := flags.Parse(rest); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return ExitOK
		}
		return ExitUsage
	}
	c, err := config.Read(*path)
	if err != nil {
		fmt.Fprintln(p.Err, "tenantry-node:", err)
		return ExitClosed
	}
	return command(ctx, c, flags.Args())
}
