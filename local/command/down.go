package command

import (
	"errors"
	"fmt"
	"os"

	"tenantry/local/state"
)

// Down stops the stack in good order. Its data stays.
func (s *Stack) Down() error {
	lock, err := state.Lock(string(s.Dir))
	if err != nil {
		return err
	}
	defer lock.Close()
	return s.step("stop", s.halt)
}

func (s *Stack) halt() (string, error) {
	left, err := s.recover()
	if err != nil {
		return "", err
	}
	running, alive, err := s.running()
	switch {
	case err != nil:
		return "", err
	case alive:
		return "all stopped", s.stop(running)
	case left > 0:
		return fmt.Sprintf("ended %d processes that a crash had left", left), nil
	}
	return "nothing was running", nil
}

func (s *Stack) stop(running state.Running) error {
	orderly := running.Supervisor.Stop(3 * stopPatience) // it waits for each emulator in turn
	_, err := s.recover()
	if err == nil && !orderly {
		err = errors.New("the supervisor had to be killed")
	}
	return err
}

// Reset stops the stack and forgets its data, the administrator included.
func (s *Stack) Reset() error {
	lock, err := state.Lock(string(s.Dir))
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := s.step("stop", s.halt); err != nil {
		return err
	}
	return s.step("forget", func() (string, error) {
		return "the data in " + string(s.Dir), errors.Join(
			os.RemoveAll(s.Dir.Data()), os.RemoveAll(s.Dir.Path("log")), os.RemoveAll(s.Dir.Path("tmp")),
			s.Dir.Deployed().Remove(), s.Dir.Credentials().Remove(),
			state.File[state.Credentials](s.Dir.Path("credentials.pending.json")).Remove(),
		)
	})
}
