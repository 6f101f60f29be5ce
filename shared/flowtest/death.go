package flowtest

import (
	"errors"
	"sync"

	"tenantry/shared/dynamotest"
)

// ErrCrashed is the error of every call of a process that has died.
var ErrCrashed = errors.New("the process has died")

// Process counts the calls of a process and ends it at one of them.
type Process struct {
	// BeforeCall is called before each call, with its number; it may do what others do at that moment.
	BeforeCall func(call int)

	mu     sync.Mutex
	calls  int
	at     int  // the call at which it dies; 0 for never
	lost   bool // it is made, and only its answer is lost
	dead   bool
	paused int
}

// CrashAt has the process die at a call, which is not made, or whose answer is lost.
func (d *Process) CrashAt(at int, lost bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.calls, d.at, d.lost, d.dead = 0, at, lost, false
}

// Calls is how many calls have been made since the plan.
func (d *Process) Calls() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.calls
}

// Kill ends the process now: the next call is not made.
func (d *Process) Kill() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.dead = true
}

// Restart starts a process anew, which does not die.
func (d *Process) Restart() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at, d.dead = 0, false
}

// pause has calls go by unseen until what it returns is called.
func (d *Process) pause() func() {
	d.addPause(1)
	return func() { d.addPause(-1) }
}

func (d *Process) addPause(by int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.paused += by
}

// before is run before each call of the storage.
func (d *Process) before(dynamotest.Call) error {
	d.mu.Lock()
	if d.paused > 0 {
		d.mu.Unlock()
		return nil // another process
	}
	d.calls++
	call, between := d.calls, d.BeforeCall
	if d.calls == d.at && !d.lost {
		d.dead = true
	}
	d.mu.Unlock()
	if between != nil {
		resume := d.pause()
		between(call)
		resume()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead {
		return dynamotest.Final(ErrCrashed)
	}
	return nil
}

// after is run after each call of the storage.
func (d *Process) after(dynamotest.Call) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.paused > 0 {
		return nil
	}
	if d.calls == d.at && d.lost {
		d.dead = true
	}
	if d.dead {
		return dynamotest.Final(ErrCrashed)
	}
	return nil
}
