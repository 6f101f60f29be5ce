package gate

import (
	"slices"
	"sync/atomic"
	"time"
)

// record is what the cache has about one domain. Its fields are guarded by Cache.mu, except the atomic ones, which are
// read without it.
type record struct {
	domain string
	known  atomic.Pointer[Known] // nil until the service has answered
	fresh  atomic.Bool           // known is the service's present answer

	ids       []string // the ids under which the record is in the index
	queued    priority
	asking    bool
	postponed bool          // waits for its next attempt
	failures  int           // attempts that failed since the last answer
	unsettled bool          // what is stored may be older than the feed's cursor
	unsaved   bool          // the known state could not be stored
	answered  chan struct{} // closed when the present question has ended
	checked   time.Time     // when the service answered last
	sequence  uint64        // sequence at which the last question began
	scheduled time.Time     // when, by the service's clock, the answer changes by itself
}

// waiter returns a channel that is closed when the present or next question about the domain has ended.
func (r *record) waiter() <-chan struct{} {
	if r.answered == nil {
		r.answered = make(chan struct{})
	}
	return r.answered
}

// wake ends the waiting of all requests for the record.
func (r *record) wake() {
	if r.answered != nil {
		close(r.answered)
		r.answered = nil
	}
}

// index finds records by the ids in their answers.
type index map[string][]*record

// put makes the record findable by exactly these ids.
func (x index) put(r *record, ids []string) {
	for _, id := range r.ids {
		if !slices.Contains(ids, id) {
			x.drop(r, id)
		}
	}
	for _, id := range ids {
		if !slices.Contains(r.ids, id) {
			x[id] = append(x[id], r)
		}
	}
	r.ids = ids
}

func (x index) drop(r *record, id string) {
	records := x[id]
	at := slices.Index(records, r)
	if at < 0 {
		return
	}
	last := len(records) - 1
	records[at], records[last] = records[last], nil
	if last == 0 {
		delete(x, id)
		return
	}
	x[id] = records[:last]
}

// recents remembers the sequence of each id's last entry for at least one rotation. A question that takes less than a
// rotation can thus be compared with all entries that came meanwhile.
type recents struct{ current, previous map[string]uint64 }

func newRecents() recents {
	return recents{current: map[string]uint64{}, previous: map[string]uint64{}}
}

func (e *recents) put(id string, sequence uint64) { e.current[id] = sequence }

func (e *recents) last(id string) uint64 { return max(e.current[id], e.previous[id]) }

func (e *recents) rotate() { e.current, e.previous = map[string]uint64{}, e.current }
