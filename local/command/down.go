package command

import (
	"errors"
	"fmt"
	"os"

	"tenantry/local/state"
)

// Down stops the stack and keeps its data.
func (s *Stack) Down() error {
	lock, err := state.Lock(string(s.Dir))
	if err != nil {
		return err
	}
	defer lock.Close()
	return s.step("stop", s.stop)
}

// stop stops the stack and ends the processes that a crash left running.
func (s *Stack) stop() (string, error) {
	orphans, err := s.endOrphans()
	if err != nil {
		return "", err
	}
	running, alive, err := s.running()
	switch {
	case err != nil:
		return "", err
	case alive:
		return "stopped", s.stopSupervisor(running)
	case orphans > 0:
		return fmt.Sprintf("ended %d processes left by a crash", orphans), nil
	}
	return "nothing was running", nil
}

// stopSupervisor stops the supervisor, which stops the emulators one after the other.
func (s *Stack) stopSupervisor(running state.Running) error {
	exited := running.Supervisor.Stop(3 * stopTimeout)
	_, err := s.endOrphans()
	if err == nil && !exited {
		err = errors.New("the supervisor did not stop in time and was killed")
	}
	return err
}

// Reset stops the stack and deletes its data, including the administrator.
func (s *Stack) Reset() error {
	lock, err := state.Lock(string(s.Dir))
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := s.step("stop", s.stop); err != nil {
		return err
	}
	return s.step("delete", func() (string, error) {
		return "deleted the data in " + string(s.Dir), errors.Join(
			os.RemoveAll(s.Dir.Data()), os.RemoveAll(s.Dir.Path("log")), os.RemoveAll(s.Dir.Path("tmp")),
			s.Dir.Deployed().Remove(), s.Dir.Credentials().Remove(), s.Dir.PendingCredentials().Remove(),
		)
	})
}
