package flowtest

import (
	"errors"
	"sync"

	"tenantry/shared/dynamotest"
)

// ErrCrashed is the error of every call of a process that has crashed.
var ErrCrashed = errors.New("the process has crashed")

// Process is the process that runs the flow. It counts its calls of the storage, and can crash at one of them.
type Process struct {
	// BeforeCall is called before each call, with the number of the call. Its own calls are not counted.
	BeforeCall func(call int)

	mu         sync.Mutex
	calls      int
	crashCall  int  // the number of the call at which the process crashes; 0 for none
	loseAnswer bool // the process crashes after that call and not before it
	crashed    bool
	paused     int
}

// CrashAt starts to count calls, and lets the process crash at a call: before the call, or after it, so that only its
// answer is lost. If the number is 0, the process does not crash.
func (p *Process) CrashAt(call int, loseAnswer bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls, p.crashCall, p.loseAnswer, p.crashed = 0, call, loseAnswer, false
}

// Calls returns the number of calls since CrashAt.
func (p *Process) Calls() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls
}

// Kill crashes the process before its next call.
func (p *Process) Kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.crashed = true
}

// Restart starts a new process, which does not crash.
func (p *Process) Restart() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.crashCall, p.crashed = 0, false
}

// pause stops counting calls until the returned function is called. Paused calls do not fail.
func (p *Process) pause() (resume func()) {
	p.addPauses(1)
	return func() { p.addPauses(-1) }
}

func (p *Process) addPauses(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.paused += n
}

// before runs before each call of the storage.
func (p *Process) before(dynamotest.Call) error {
	p.mu.Lock()
	if p.paused > 0 {
		p.mu.Unlock()
		return nil
	}
	p.calls++
	call, beforeCall := p.calls, p.BeforeCall
	if p.calls == p.crashCall && !p.loseAnswer {
		p.crashed = true
	}
	p.mu.Unlock()
	if beforeCall != nil {
		resume := p.pause()
		beforeCall(call)
		resume()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.crashed {
		return dynamotest.Final(ErrCrashed)
	}
	return nil
}

// after runs after each call of the storage.
func (p *Process) after(dynamotest.Call) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.paused > 0 {
		return nil
	}
	if p.calls == p.crashCall && p.loseAnswer {
		p.crashed = true
	}
	if p.crashed {
		return dynamotest.Final(ErrCrashed)
	}
	return nil
}
