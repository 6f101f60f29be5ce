package gate

import (
	"errors"
	"sync"
	"time"
)

const (
	firstPause = 500 * time.Millisecond
	// maxPause is short, so that a state is right within five seconds after the service is back.
	maxPause = 3 * time.Second
	// maxRetryAfter limits how long the node does what the service asks.
	maxRetryAfter = time.Minute
)

// breaker says when to ask the service again after failures. While the service fails, one question at a time tries it.
type breaker struct {
	random func() float64 // from 0 to 1

	mu       sync.Mutex
	failures int
	retryAt  time.Time
	cause    error
}

// succeed tells that the service has answered.
func (b *breaker) succeed() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failures, b.cause, b.retryAt = 0, nil, time.Time{}
}

// fail tells that the service has not answered, and returns how long to wait.
func (b *breaker) fail(cause error, now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failures++
	b.cause = cause
	pause := backoff(b.failures, b.random())
	if unavailable, isUnavailable := errors.AsType[*Unavailable](cause); isUnavailable {
		pause = max(pause, min(unavailable.RetryAfter, maxRetryAfter))
	}
	b.retryAt = now.Add(pause)
	return pause
}

// pause returns how long to wait, and whether the service fails at present.
func (b *breaker) pause(now time.Time) (time.Duration, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.retryAt.Sub(now), b.failures > 0
}

func (b *breaker) isOpen() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.failures > 0
}

func (b *breaker) lastCause() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.cause
}

// backoff returns the pause after so many failures: it doubles up to maxPause, less up to half of it by chance.
func backoff(failures int, random float64) time.Duration {
	pause := maxPause
	if failures < 8 {
		pause = min(firstPause<<(failures-1), maxPause)
	}
	return pause - time.Duration(random*float64(pause)/2)
}
