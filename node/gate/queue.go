package gate

// priority says which domain is asked first.
type priority int

const (
	notQueued priority = iota
	background
	firstAsk // a request waits for a domain that the node does not know
	urgent   // a request waits for a domain whose known state may be outdated
)

// queue holds the domains that are to be asked, by priority. Background and first questions take turns.
type queue struct {
	lists [urgent + 1][]*record
	turn  bool
	ready chan struct{} // has an element if the queue may be non-empty
}

func newQueue() *queue { return &queue{ready: make(chan struct{}, 1)} }

// push adds a record, or raises its priority. A record in two lists is taken from the higher one.
func (q *queue) push(r *record, p priority) {
	if r.queued >= p {
		return
	}
	r.queued = p
	q.lists[p] = append(q.lists[p], r)
	q.signal()
}

func (q *queue) signal() {
	select {
	case q.ready <- struct{}{}:
	default:
	}
}

// pop takes the next record, or returns nil.
func (q *queue) pop() *record {
	order := [...]priority{urgent, firstAsk, background}
	if q.turn {
		order[1], order[2] = background, firstAsk
	}
	for _, p := range order {
		for len(q.lists[p]) > 0 {
			r := q.lists[p][0]
			q.lists[p][0] = nil
			q.lists[p] = q.lists[p][1:]
			if r.queued != p { // its priority was raised
				continue
			}
			r.queued = notQueued
			if p != urgent {
				q.turn = p == firstAsk
			}
			return r
		}
	}
	return nil
}

// remove takes a record out of the queue.
func (q *queue) remove(r *record) { r.queued = notQueued }

func (q *queue) length(p priority) int { return len(q.lists[p]) }

// has reports whether a record with this priority may be waiting.
func (q *queue) has(p priority) bool { return len(q.lists[p]) > 0 }

func (q *queue) isEmpty() bool {
	for p := range q.lists {
		if len(q.lists[p]) > 0 {
			return false
		}
	}
	return true
}
