package command

import (
	"context"
	"errors"
	"os"
	"os/exec"
)

// Run starts an empty stack, runs a program against it, and stops the stack when the program ends. The program finds
// the stack's addresses and files in its environment.
func (s *Stack) Run(ctx context.Context, program []string) (err error) {
	if len(program) == 0 {
		return errors.New("usage: run <program> [arguments]")
	}
	if err := s.Reset(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Down()) }()
	if err := s.Up(ctx); err != nil {
		return err
	}
	running, _, err := s.running()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, program[0], program[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Dir = s.Root
	cmd.Env = append(os.Environ(),
		"TENANTRY_URL="+running.URL,
		"TENANTRY_CREDENTIALS="+string(s.Dir.Credentials()),
		"TENANTRY_EMULATOR="+running.Emulator,
		"TENANTRY_DYNAMODB="+running.DynamoDB,
		"TENANTRY_FUNCTION_LOG="+s.Dir.Log("functions"),
	)
	return cmd.Run()
}
