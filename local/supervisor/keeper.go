package supervisor

import (
	"log/slog"
	"os/exec"
	"sync"
	"time"

	"tenantry/local/process"
	"tenantry/local/state"
)

const (
	restartDelay = time.Second
	stopTimeout  = 30 * time.Second
)

// keeper runs one emulator, and restarts the emulator if it exits. An emulator restarts with the state that it has
// saved.
type keeper struct {
	name      string
	dir       state.Dir
	log       *slog.Logger
	command   func() *exec.Cmd
	onRestart func()

	mu      sync.Mutex
	current process.ID
	stopped bool
	done    chan struct{} // closed when the emulator has exited and will not be restarted
}

func (k *keeper) start() error {
	exited, err := k.launch()
	if err != nil {
		return err
	}
	k.done = make(chan struct{})
	go k.keep(exited)
	return nil
}

// launch starts the emulator. It returns a channel that receives the result of the process when it exits, or nil if the
// keeper has been stopped.
func (k *keeper) launch() (<-chan error, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.stopped {
		return nil, nil
	}
	cmd := k.command()
	id, err := process.Start(cmd, k.dir.Log(k.name))
	if err != nil {
		return nil, err
	}
	k.current = id
	exited := make(chan error, 1)
	go func() { exited <- cmd.Wait() }()
	return exited, nil
}

// keep restarts the emulator each time it exits, until the keeper is stopped.
func (k *keeper) keep(exited <-chan error) {
	defer close(k.done)
	for exited != nil {
		exitErr := <-exited
		process.EndSession(k.id().PID, k.dir.Marker())
		if k.isStopped() {
			return
		}
		k.log.Error("emulator exited, restarting it", "emulator", k.name, "error", exitErr)
		time.Sleep(restartDelay)
		var err error
		if exited, err = k.launch(); err != nil {
			k.log.Error("emulator failed to start", "emulator", k.name, "error", err)
			return
		}
		k.onRestart()
	}
}

func (k *keeper) id() process.ID {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.current
}

func (k *keeper) isStopped() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.stopped
}

// stop asks the emulator to exit, which makes it save its state, and waits until it has exited.
func (k *keeper) stop() {
	k.mu.Lock()
	k.stopped = true
	id := k.current
	k.mu.Unlock()
	if k.done == nil {
		return
	}
	if !id.Stop(stopTimeout) {
		k.log.Error("emulator did not stop in time and was killed", "emulator", k.name)
	}
	<-k.done
}
