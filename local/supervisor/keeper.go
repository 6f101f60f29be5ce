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
	restartDelay    = time.Second // before the first restart; it doubles with each restart that follows soon
	maxRestartDelay = 30 * time.Second
	stableAfter     = time.Minute // an emulator that has run for so long is restarted with the first delay again
	stopTimeout     = 30 * time.Second
)

// keeper runs one emulator, and restarts the emulator if it exits, until it is stopped. An emulator restarts with the
// state that it has saved.
type keeper struct {
	name      string
	dir       state.Dir
	log       *slog.Logger
	command   func() *exec.Cmd
	onRestart func()

	mu       sync.Mutex
	current  process.ID
	stopped  bool
	stopping chan struct{} // closed when the keeper is stopped
	done     chan struct{} // closed when the emulator has exited and will not be restarted
}

func (k *keeper) start() error {
	k.stopping = make(chan struct{})
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
	delay := restartDelay
	for exited != nil {
		launched := time.Now()
		exitErr := <-exited
		process.EndSession(k.id().PID, k.dir.Marker())
		if k.isStopped() {
			return
		}
		if time.Since(launched) >= stableAfter {
			delay = restartDelay
		}
		k.log.Error("emulator exited, restarting it", "emulator", k.name, "error", exitErr, "delay", delay)
		exited = k.relaunch(&delay)
	}
}

// relaunch starts the emulator again after the delay, and repeats this until it starts. Each delay is twice the one
// before. It returns nil if the keeper has been stopped.
func (k *keeper) relaunch(delay *time.Duration) <-chan error {
	for {
		select {
		case <-k.stopping:
			return nil
		case <-time.After(*delay):
		}
		*delay = min(2**delay, maxRestartDelay)
		exited, err := k.launch()
		if err == nil {
			k.onRestart()
			return exited
		}
		k.log.Error("emulator failed to start", "emulator", k.name, "error", err, "delay", *delay)
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
	if !k.stopped && k.stopping != nil {
		close(k.stopping)
	}
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
