package flowtest

import (
	"math/rand/v2"
	"sync/atomic"
	"time"
)

// Late lets the lists of the scene's store show, by an order of the seed, what is or what was within the longest time before. It
// returns how many lists have shown what was.
func (s *Scene) Late(seed uint64, longest time.Duration) (stale *atomic.Int64) {
	order := rand.New(rand.NewPCG(seed, seed)) //nolint:gosec // the same seed gives the same order
	stale = new(atomic.Int64)
	s.Store = s.Store.Lagging(longest, func(states int) int {
		at := states - 1
		for at > 0 && order.IntN(3) > 0 {
			at--
		}
		if at < states-1 {
			stale.Add(1)
		}
		return at
	})
	return stale
}
