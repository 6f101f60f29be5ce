package flowtest

import (
	"math/rand/v2"
	"sync/atomic"
	"time"
)

// MakeListsStale lets the lists of the scene's store show older states at random, up to a maximum age. It returns the
// number of lists that were stale. The same seed makes the same lists stale.
func (s *Scene) MakeListsStale(seed uint64, maxAge time.Duration) (stale *atomic.Int64) {
	random := rand.New(rand.NewPCG(seed, seed)) //nolint:gosec // the same seed must give the same numbers
	stale = new(atomic.Int64)
	s.Store = s.Store.Lagging(maxAge, func(states int) int {
		state := states - 1
		for state > 0 && random.IntN(3) > 0 {
			state--
		}
		if state < states-1 {
			stale.Add(1)
		}
		return state
	})
	return stale
}
