package flowtest

import (
	"errors"
	"sync"

	"tenantry/shared/dynamotest"
)

// ErrDead is the error of every call of a process that has died.
var ErrDead = errors.New("the process has died")

// Death counts the calls of a process and ends it at one of them.
type Death struct {
	// Between is called before each call, with its number; it may do what others do at that moment.
	Between func(call int)

	mu     sync.Mutex
	calls  int
	at     int  // the call at which it dies; 0 for never
	lost   bool // it is made, and only its answer is lost
	dead   bool
	paused int
}

// Plan has the process die at a call, which is not made, or whose answer is lost.
func (d *Death) Plan(at int, lost bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.calls, d.at, d.lost, d.dead = 0, at, lost, false
}

// Calls is how many calls have been made since the plan.
func (d *Death) Calls() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.calls
}

// Kill ends the process now: the next call is not made.
func (d *Death) Kill() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.dead = true
}

// Revive starts a process anew, which does not die.
func (d *Death) Revive() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at, d.dead = 0, false
}

// suspend has calls go by unseen until what it returns is called.
func (d *Death) suspend() func() {
	d.pause(1)
	return func() { d.pause(-1) }
}

func (d *Death) pause(by int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.paused += by
}

// before is run before each call of the storage.
func (d *Death) before(dynamotest.Call) error {
	d.mu.Lock()
	if d.paused > 0 {
		d.mu.Unlock()
		return nil // another process
	}
	d.calls++
	call, between := d.calls, d.Between
	if d.calls == d.at && !d.lost {
		d.dead = true
	}
	d.mu.Unlock()
	if between != nil {
		resume := d.suspend()
		between(call)
		resume()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead {
		return dynamotest.Final(ErrDead)
	}
	return nil
}

// after is run after each call of the storage.
func (d *Death) after(dynamotest.Call) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.paused > 0 {
		return nil
	}
	if d.calls == d.at && d.lost {
		d.dead = true
	}
	if d.dead {
		return dynamotest.Final(ErrDead)
	}
	return nil
}
