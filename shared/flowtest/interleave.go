package flowtest

import (
	"math/rand/v2"
	"sync"

	"tenantry/shared/dynamotest"
)

// schedule decides which flow may call the storage next.
type schedule struct {
	mu      sync.Mutex
	changed *sync.Cond
	random  *rand.Rand
	running []int // the numbers of the flows that have not ended
	next    int   // the number of the flow that makes the next call
}

// Interleave runs flows at the same time, each on its own view of the scene. The seed decides which flow makes each
// call of the storage.
func (s *Scene) Interleave(seed uint64, flows ...func(view *Scene)) {
	turns := &schedule{random: rand.New(rand.NewPCG(seed, 1))} //nolint:gosec // the same seed must give the same numbers
	turns.changed = sync.NewCond(&turns.mu)
	for flow := range flows {
		turns.running = append(turns.running, flow)
	}
	turns.chooseNext()
	var all sync.WaitGroup
	for number, flow := range flows {
		all.Go(func() {
			defer turns.end(number)
			view := *s
			view.Store = s.Store.View(func(_ dynamotest.Call, send func() error) error {
				done := turns.wait(number)
				defer done()
				return send()
			})
			flow(&view)
		})
	}
	all.Wait()
}

// chooseNext chooses the flow that makes the next call.
func (s *schedule) chooseNext() {
	if len(s.running) > 0 {
		s.next = s.running[s.random.IntN(len(s.running))]
	}
}

// wait waits until a flow may make a call. The flow calls the returned function after its call.
func (s *schedule) wait(flow int) (done func()) {
	s.mu.Lock()
	for s.next != flow {
		s.changed.Wait()
	}
	return func() {
		s.chooseNext()
		s.mu.Unlock()
		s.changed.Broadcast()
	}
}

// end removes a flow that has ended.
func (s *schedule) end(flow int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, running := range s.running {
		if running == flow {
			s.running = append(s.running[:i:i], s.running[i+1:]...)
			break
		}
	}
	s.chooseNext()
	s.changed.Broadcast()
}
