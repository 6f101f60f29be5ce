package flowtest

import "sync"

// Memo remembers what was made under a key: scenes that many runs begin with are made once, and forked for each run.
type Memo[K comparable, T any] struct {
	mu   sync.Mutex
	made map[K]T
}

// Of returns what was made under the key, and makes it the first time.
func (m *Memo[K, T]) Of(key K, create func() T) T {
	m.mu.Lock()
	defer m.mu.Unlock()
	made, known := m.made[key]
	if !known {
		made = create()
		if m.made == nil {
			m.made = map[K]T{}
		}
		m.made[key] = made
	}
	return made
}
