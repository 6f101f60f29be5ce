package flowtest

import (
	"math/rand/v2"
	"sync"

	"tenantry/shared/dynamotest"
)

// schedule is whose turn it is to call the storage.
type schedule struct {
	mu    sync.Mutex
	taken *sync.Cond
	order *rand.Rand
	going []int
	turn  int
}

// Interleave runs flows at the same time, each on its own view of the scene. Before each call of the storage the seed chooses whose turn
// it is.
func (s *Scene) Interleave(seed uint64, flows ...func(view *Scene)) {
	t := &schedule{order: rand.New(rand.NewPCG(seed, 1))} //nolint:gosec // the same seed gives the same order
	t.taken = sync.NewCond(&t.mu)
	for i := range flows {
		t.going = append(t.going, i)
	}
	t.next()
	var all sync.WaitGroup
	for i, flow := range flows {
		all.Go(func() {
			defer t.leave(i)
			view := *s
			view.Store = s.Store.View(func(_ dynamotest.Call, send func() error) error {
				done := t.take(i)
				defer done()
				return send()
			})
			flow(&view)
		})
	}
	all.Wait()
}

func (t *schedule) next() {
	if len(t.going) > 0 {
		t.turn = t.going[t.order.IntN(len(t.going))]
	}
}

// take waits for a flow's turn, and returns what ends it.
func (t *schedule) take(flow int) func() {
	t.mu.Lock()
	for t.turn != flow {
		t.taken.Wait()
	}
	return func() {
		t.next()
		t.mu.Unlock()
		t.taken.Broadcast()
	}
}

func (t *schedule) leave(flow int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, going := range t.going {
		if going == flow {
			t.going = append(t.going[:i:i], t.going[i+1:]...)
			break
		}
	}
	t.next()
	t.taken.Broadcast()
}
