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

// Status says what runs, and fails when nothing does.
func (s *Stack) Status(ctx context.Context) error {
	running, alive, err := s.running()
	if err != nil {
		return err
	}
	if !alive {
		return fmt.Errorf("the stack in %s is down: `make up` starts it", s.Dir)
	}
	health := "answers"
	if err := s.awaitHealth(ctx, running.URL+"/v1/health", time.Second); err != nil {
		health = err.Error()
	}
	s.say("address      %s   %s", running.URL, health)
	s.say("supervisor   process %d", running.Supervisor.PID)
	names := []string{"emulator     " + running.Emulator, "storage      " + running.DynamoDB}
	for i, name := range names {
		word := "process %d"
		if !running.Children[i].Alive() {
			word = "process %d has ended"
		}
		s.say("%s   "+word, name, running.Children[i].PID)
	}
	return nil
}

// tailSize is about 200 lines.
const tailSize = 64 << 10

// Logs prints the end of every log: what the functions print comes last.
func (s *Stack) Logs() error {
	paths, err := filepath.Glob(s.Dir.Log("[^f]*"))
	if err != nil {
		return err
	}
	for _, path := range append(paths, s.Dir.Log("functions")) {
		s.say("==> %s", path)
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
