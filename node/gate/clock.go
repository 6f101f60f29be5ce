package gate

import (
	"sync"
	"time"
)

// ServiceClock is the service's clock, as its responses say. The node's own clock only measures how much time has
// passed, so it may be wrong.
type ServiceClock struct {
	mu      sync.Mutex
	service time.Time // the service's time at the moment `local`
	local   time.Time // has a monotonic reading
}

// Set tells the time of the service at the local moment `received`.
func (c *ServiceClock) Set(service, received time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.service, c.local = service, received
}

// Now returns the service's time at the local moment. It reports false if no response has told the time yet.
func (c *ServiceClock) Now(local time.Time) (time.Time, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.service.IsZero() {
		return time.Time{}, false
	}
	return c.service.Add(local.Sub(c.local)), true
}
