package flowtest

import (
	"io"
	"sync"
	"time"
)

// clock is a clock that concurrent flows may use.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

// advance moves the clock and returns its time.
func (c *clock) advance(duration time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(duration)
	return c.now
}

func (c *clock) tick() time.Time { return c.advance(time.Millisecond) }

// lockedReader is a source of randomness that concurrent flows may use.
type lockedReader struct {
	mu     sync.Mutex
	random io.Reader
}

// Read implements io.Reader.
func (r *lockedReader) Read(buffer []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.random.Read(buffer)
}
