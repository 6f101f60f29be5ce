package flowtest

import "sync"

// Cache creates a value for each key once. Tests create a scene once, and fork it for each run.
type Cache[K comparable, T any] struct {
	mu     sync.Mutex
	values map[K]T
}

// Get returns the value for the key. It calls create if there is none yet.
func (c *Cache[K, T]) Get(key K, create func() T) T {
	c.mu.Lock()
	defer c.mu.Unlock()
	value, exists := c.values[key]
	if !exists {
		value = create()
		if c.values == nil {
			c.values = map[K]T{}
		}
		c.values[key] = value
	}
	return value
}
