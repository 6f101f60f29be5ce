// Command local runs the whole service on one machine: it deploys template.yaml into two emulators and serves the API
// at one address.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"

	"tenantry/local/command"
	"tenantry/local/demo"
	"tenantry/local/state"
	"tenantry/local/supervisor"
)

func main() {
	stateFolder := flag.String("state", ".local", "the folder of the stack's files")
	port := flag.Int("port", 8080, "the port of the front door; 0 picks a free port")
	customers := flag.Int("customers", 0, "for demo: the number of customers; the default is forty")
	program := flag.String("program", "", "for supervise: the hash of this version of the local stack")
	flag.Parse()
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	err := run(ctx, *stateFolder, *port, *customers, *program, flag.Args())
	cancel()
	var exit *exec.ExitError
	switch {
	case err == nil:
	case errors.As(err, &exit) && flag.Arg(0) == "run":
		os.Exit(max(1, exit.ExitCode()))
	default:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, stateFolder string, port, customers int, program string, arguments []string) error {
	root, err := os.Getwd()
	if err != nil {
		return err
	}
	folder, err := filepath.Abs(stateFolder)
	if err != nil {
		return err
	}
	stack := &command.Stack{Root: root, Dir: state.Dir(folder), Port: port, Out: os.Stdout}
	if len(arguments) == 0 {
		arguments = []string{"status"}
	}
	switch arguments[0] {
	case "up":
		return stack.Up(ctx)
	case "down":
		return stack.Down()
	case "reset":
		return stack.Reset()
	case "status":
		return stack.Status(ctx)
	case "logs":
		return stack.Logs()
	case "tools":
		return stack.InstallTools()
	case "dynoxide":
		fmt.Println(stack.Tools().Dynoxide())
		return nil
	case "run":
		return stack.Run(ctx, arguments[1:])
	case "demo":
		return demo.Fill(ctx, stack.Dir, customers, os.Stdout)
	case "supervise":
		return supervise(ctx, stack, program)
	}
	return fmt.Errorf("unknown command %q", arguments[0])
}

func supervise(ctx context.Context, stack *command.Stack, program string) error {
	reload := make(chan os.Signal, 1)
	signal.Notify(reload, syscall.SIGHUP)
	s := &supervisor.Supervisor{
		Dir: stack.Dir, Root: stack.Root, Port: stack.Port, Program: program,
		Tools: stack.Tools(),
		Log:   slog.New(slog.NewTextHandler(os.Stdout, nil)),
	}
	return s.Run(ctx, reload)
}
