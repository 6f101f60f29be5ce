package gate

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

const (
	// removedLife is how long the answer that a website has been removed needs no new question.
	removedLife = 5 * time.Minute
	// maxAbsent and maxFirstAsks limit what requests for made-up domains can occupy.
	maxAbsent    = 50_000
	maxFirstAsks = 1000
)

// Options of a Cache.
type Options struct {
	Wait              time.Duration // how long a request waits for an answer that is not known or may be outdated
	AbsentLife        time.Duration // how long the answer that no website has a domain holds
	RefreshAfter      time.Duration // when a known answer is asked again although no entry voided it
	RequestsPerSecond float64       // questions in the background; those that a request waits for come on top
	Concurrency       int           // questions at once
}

// Cache holds the last known state of every domain.
type Cache struct {
	Options

	Asker    Asker
	Keeper   Keeper
	Clock    *ServiceClock
	Random   func() float64
	Log      *slog.Logger
	OnChange func(domain string) // is called when a domain has closed or opened; it must not block

	breaker breaker
	synced  chan struct{} // closed after the first attempt to read the feed
	sync    sync.Once

	mu         sync.RWMutex
	records    map[string]*record
	index      index
	absent     map[string]absence
	queue      *queue
	schedule   schedule
	recents    recents
	sequence   uint64 // number of entries that were applied
	everything uint64 // sequence at which all answers were voided
	absentVoid uint64 // sequence at which all answers that a domain is absent were voided
	isPacing   bool   // the queue waits for the limit of requests
	unsettled  int    // records whose stored state may be older than the feed's cursor
	counters   Counters
}

// absence is the answer that no website has a domain.
type absence struct {
	sequence uint64
	until    time.Time
}

// Counters count what the cache has done since its start.
type Counters struct {
	Asked, Unchanged, Failed, Denied, Entries, Voided, SaveErrors uint64
}

// NewCache returns a cache with the states that were stored. Call Run to let it work.
func NewCache(c *Cache, stored map[string]*Known) *Cache {
	c.breaker.random = c.Random
	c.synced = make(chan struct{})
	c.records, c.index = make(map[string]*record, len(stored)), index{}
	c.absent, c.queue, c.recents = map[string]absence{}, newQueue(), newRecents()
	for domain, known := range stored {
		r := &record{domain: domain}
		r.known.Store(known)
		c.records[domain] = r
		if known.Removed {
			continue
		}
		r.fresh.Store(true)
		c.index.put(r, known.IDs.all())
		c.schedule.put(r, known.ChangesAt)
	}
	return c
}

// Result is what the cache has about a domain.
type Result struct {
	Known  *Known // nil if the domain was never known
	Absent bool   // the service says that no website has the domain
}

// Check returns the state of a domain. It asks the service if the domain is unknown or its state may be outdated, and
// waits a short time for the answer. If none comes, it returns the last known state.
func (c *Cache) Check(ctx context.Context, domain string) Result {
	c.mu.RLock()
	r := c.records[domain]
	c.mu.RUnlock()
	if r != nil && r.fresh.Load() && c.isSynced() {
		return Result{Known: r.known.Load()}
	}
	timeout := time.NewTimer(c.Wait)
	defer timeout.Stop()
	select {
	case <-c.synced:
	case <-timeout.C:
		return c.last(domain)
	case <-ctx.Done():
		return c.last(domain)
	}
	for {
		result, answered := c.look(domain)
		if answered == nil {
			return result
		}
		select {
		case <-answered:
		case <-timeout.C:
			return c.last(domain)
		case <-ctx.Done():
			return c.last(domain)
		}
	}
}

// Has reports whether the domain is or was one of the service's, as far as the node knows. It asks nothing.
func (c *Cache) Has(domain string) bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	r := c.records[domain]
	return r != nil && r.known.Load() != nil
}

// IsClosed reports whether the domain is closed by its last known state. It asks nothing.
func (c *Cache) IsClosed(domain string) bool {
	known := c.last(domain).Known
	return known != nil && known.IsClosed()
}

// look returns what is known, or a channel to wait for a question about the domain. While the service fails, nobody
// waits.
func (c *Cache) look(domain string) (Result, <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	r := c.records[domain]
	if r == nil {
		if c.isAbsent(domain, now) {
			return Result{Absent: true}, nil
		}
		if c.queue.length(firstAsk) >= maxFirstAsks {
			return Result{}, nil
		}
		r = &record{domain: domain}
		c.records[domain] = r
	}
	known := r.known.Load()
	isFresh := r.fresh.Load() ||
		known != nil && known.Removed && r.sequence >= c.absentVoid && now.Sub(r.checked) < removedLife
	if isFresh || r.postponed {
		return Result{Known: known}, nil
	}
	want := urgent
	if known == nil {
		want = firstAsk
	}
	c.enqueue(r, want)
	if c.breaker.isOpen() {
		return Result{Known: known}, nil
	}
	return Result{}, r.waiter()
}

// last returns what is known of a domain at this moment.
func (c *Cache) last(domain string) Result {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if r := c.records[domain]; r != nil {
		return Result{Known: r.known.Load()}
	}
	return Result{Absent: c.isAbsent(domain, time.Now())}
}

func (c *Cache) isAbsent(domain string, now time.Time) bool {
	a, found := c.absent[domain]
	return found && a.sequence >= c.absentVoid && now.Before(a.until)
}

func (c *Cache) isSynced() bool {
	select {
	case <-c.synced:
		return true
	default:
		return false
	}
}

// enqueue asks about a domain when its turn comes. If a question is under way, its end decides whether to ask again.
func (c *Cache) enqueue(r *record, p priority) {
	if !r.asking {
		c.queue.push(r, p)
	}
}

// setUnsettled notes whether the stored state of a record may be older than the feed's cursor.
func (c *Cache) setUnsettled(r *record, unsettled bool) {
	if r.unsettled == unsettled {
		return
	}
	r.unsettled = unsettled
	if unsettled {
		c.unsettled++
	} else {
		c.unsettled--
	}
}

// Stats is what status and metrics show of the cache.
type Stats struct {
	Counters

	Domains, Closed, Removed, Absent int
	Outdated                         int   // domains that are to be asked again
	Queued                           int   // questions that wait for their turn
	IsSynced                         bool  // the feed was read, or cannot be
	Failure                          error // why the service did not answer the last question, or nil
}

// Stats counts what is in the cache.
func (c *Cache) Stats() Stats {
	c.mu.RLock()
	defer c.mu.RUnlock()
	stats := Stats{
		Counters: c.counters, Absent: len(c.absent), Outdated: c.unsettled, IsSynced: c.isSynced(),
		Failure: c.breaker.lastCause(),
	}
	for p := background; p <= urgent; p++ {
		stats.Queued += c.queue.length(p)
	}
	for _, r := range c.records {
		known := r.known.Load()
		switch {
		case known == nil:
			continue
		case known.Removed:
			stats.Removed++
		case !known.Open:
			stats.Closed++
		}
		stats.Domains++
	}
	return stats
}
