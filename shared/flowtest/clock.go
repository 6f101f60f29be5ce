package flowtest

import (
	"io"
	"sync"
	"time"
)

// clock is a clock that several flows go by.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) pass(by time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(by)
	return c.at
}

func (c *clock) tick() time.Time { return c.pass(time.Millisecond) }

// lockedReader is randomness that several flows draw on.
type lockedReader struct {
	mu     sync.Mutex
	random io.Reader
}

// Read reads.
func (o *lockedReader) Read(into []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.random.Read(into)
}
