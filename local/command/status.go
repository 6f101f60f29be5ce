package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Status prints the stack's addresses and processes. It returns an error if the stack is not running.
func (s *Stack) Status(ctx context.Context) error {
	running, alive, err := s.running()
	if err != nil {
		return err
	}
	if !alive {
		return fmt.Errorf("the stack in %s is not running: start it with `make up`", s.Dir)
	}
	health := "healthy"
	if err := s.awaitHealth(ctx, running.URL+"/v1/health", time.Second); err != nil {
		health = "not healthy: " + err.Error()
	}
	s.printf("address      %s   %s", running.URL, health)
	s.printf("supervisor   process %d", running.Supervisor.PID)
	emulators := []string{"ministack    " + running.Emulator, "dynoxide     " + running.DynamoDB}
	for i, emulator := range emulators { // in the order of state.Running.Children
		status := ""
		if !running.Children[i].Alive() {
			status = " (not running)"
		}
		s.printf("%s   process %d%s", emulator, running.Children[i].PID, status)
	}
	return nil
}

// tailSize is the number of bytes that Logs prints of each log, about 200 lines.
const tailSize = 64 << 10

// Logs prints the end of each log. The functions' log comes last.
func (s *Stack) Logs() error {
	paths, err := filepath.Glob(s.Dir.Log("[^f]*"))
	if err != nil {
		return err
	}
	for _, path := range append(paths, s.Dir.Log("functions")) {
		s.printf("==> %s", path)
		if err := s.printTail(path); err != nil {
			return err
		}
	}
	return nil
}

func (s *Stack) printTail(path string) error {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	start := max(0, info.Size()-tailSize)
	_, err = io.Copy(s.Out, io.NewSectionReader(file, start, info.Size()-start))
	return err
}
