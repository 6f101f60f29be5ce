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
	restartPause = time.Second
	stopPatience = 30 * time.Second
)

// keeper runs one emulator and starts it again should it end. Both emulators come back with the state they had saved.
type keeper struct {
	name    string
	dir     state.Dir
	log     *slog.Logger
	command func() *exec.Cmd
	changed func() // after each start

	mu      sync.Mutex
	current process.ID
	stopped bool
	ended   chan struct{} // closed when the keeper has let go
}

func (k *keeper) start() error {
	exited, err := k.launch()
	if err != nil {
		return err
	}
	k.ended = make(chan struct{})
	go k.keep(exited)
	return nil
}

// launch starts the emulator unless the keeper was told to stop; the channel it returns tells how the run ended.
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

func (k *keeper) keep(exited <-chan error) {
	defer close(k.ended)
	for exited != nil {
		how := <-exited
		process.EndSession(k.id().PID, k.dir.Marker())
		if k.isStopped() {
			return
		}
		k.log.Error("emulator ended by itself, starting it again", "emulator", k.name, "how", how)
		time.Sleep(restartPause)
		var err error
		if exited, err = k.launch(); err != nil {
			k.log.Error("emulator does not start", "emulator", k.name, "error", err)
			return
		}
		k.changed()
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

// stop ends the emulator in good order, so that it saves its state, and waits for that.
func (k *keeper) stop() {
	k.mu.Lock()
	k.stopped = true
	id := k.current
	k.mu.Unlock()
	if k.ended == nil {
		return
	}
	if !id.Stop(stopPatience) {
		k.log.Error("emulator had to be killed", "emulator", k.name)
	}
	<-k.ended
}
