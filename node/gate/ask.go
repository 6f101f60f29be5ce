package gate

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	tickEvery    = 500 * time.Millisecond
	refreshEvery = time.Minute // must be longer than a question can take
)

// Run asks the service about domains until the context ends.
func (c *Cache) Run(ctx context.Context) {
	var running sync.WaitGroup
	running.Go(func() { c.runTimes(ctx) })
	limit := rate.NewLimiter(rate.Limit(c.RequestsPerSecond), max(1, c.Concurrency))
	slots := make(chan struct{}, c.Concurrency)
	for c.nextTurn(ctx, slots) {
		r, begin := c.take(limit)
		if r == nil {
			<-slots
			continue
		}
		running.Go(func() {
			defer func() { <-slots }()
			c.ask(ctx, r, begin)
		})
	}
	running.Wait()
}

// nextTurn waits until a question may be asked, and takes a slot for it. It reports false when the context has ended.
func (c *Cache) nextTurn(ctx context.Context, slots chan struct{}) bool {
	select {
	case <-c.queue.ready:
	case <-ctx.Done():
		return false
	}
	for {
		wait, failing := c.breaker.pause(time.Now())
		if !failing || wait <= 0 && len(slots) == 0 { // one at a time while the service fails
			break
		}
		if !sleep(ctx, min(max(wait, 20*time.Millisecond), 200*time.Millisecond)) {
			return false
		}
	}
	select {
	case slots <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

// take takes the next record from the queue. Records that no request waits for are taken only as fast as the limit
// allows.
func (c *Cache) take(limit *rate.Limiter) (*record, uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	isAllowed := limit.Allow()
	if !isAllowed && !c.queue.has(urgent) {
		if !c.queue.isEmpty() && !c.isPacing {
			c.isPacing = true
			time.AfterFunc(time.Duration(float64(time.Second)/c.RequestsPerSecond), c.endPace)
		}
		return nil, 0
	}
	r := c.queue.pop()
	if !c.queue.isEmpty() {
		c.queue.signal()
	}
	if r == nil {
		return nil, 0
	}
	r.asking = true
	c.counters.Asked++
	return r, c.sequence
}

func (c *Cache) endPace() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.isPacing = false
	c.queue.signal()
}

// ask asks the service about a domain, and settles what it says.
func (c *Cache) ask(ctx context.Context, r *record, begin uint64) {
	previous := r.known.Load()
	etag := ""
	if previous != nil && !previous.Removed {
		etag = previous.ETag
	}
	reply, err := c.Asker.Ask(ctx, r.domain, etag)
	if err == nil && reply.NotModified && etag == "" {
		err = &Unavailable{Reason: "the service answered 304 to a question without an ETag"}
	}
	if err != nil {
		if ctx.Err() == nil {
			c.postpone(r, err)
		}
		return
	}
	c.breaker.succeed()
	c.settle(r, begin, previous, reply)
}

// settle stores and publishes the service's reply.
func (c *Cache) settle(r *record, begin uint64, previous *Known, reply Reply) {
	if reply.Missing && previous == nil {
		c.settleAbsent(r, begin)
		return
	}
	next := nextKnown(previous, reply)
	c.mu.Lock()
	// The ids go into the index before the answer is stored, so that an entry that comes meanwhile finds the record.
	ids := next.IDs.all()
	if next.Removed {
		ids = nil
	}
	isOutdated := c.changedSince(begin, ids)
	if isOutdated && previous == nil {
		c.finish(r)
		c.queue.push(r, firstAsk)
		c.mu.Unlock()
		return
	}
	c.index.put(r, ids)
	c.setUnsettled(r, true)
	mustSave := r.unsaved || next != previous
	if reply.NotModified {
		c.counters.Unchanged++
	}
	c.mu.Unlock()

	var err error
	if mustSave {
		err = c.Keeper.Save(r.domain, next)
	}
	c.publish(r, begin, next, err)
	if wasClosed := previous != nil && previous.IsClosed(); next.IsClosed() != wasClosed && c.OnChange != nil {
		c.OnChange(r.domain)
	}
}

// nextKnown returns the state after a reply. It returns the previous state if nothing has changed.
func nextKnown(previous *Known, reply Reply) *Known {
	switch {
	case reply.NotModified:
		return previous
	case reply.Missing && previous.Removed:
		return previous
	case reply.Missing:
		return &Known{Answer: previous.Answer, Removed: true}
	default:
		return &Known{Answer: reply.Answer, ETag: reply.ETag}
	}
}

// publish lets the state take effect. If an entry has come since the question began, it is asked again.
func (c *Cache) publish(r *record, begin uint64, next *Known, saveErr error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r.known.Store(next)
	r.failures, r.checked, r.sequence, r.unsaved = 0, time.Now(), begin, saveErr != nil
	isOutdated := c.changedSince(begin, r.ids)
	r.fresh.Store(!isOutdated && !next.Removed)
	c.setUnsettled(r, isOutdated || r.unsaved)
	c.plan(r, next)
	hadWaiters := r.answered != nil
	c.finish(r)
	switch {
	case isOutdated && hadWaiters:
		c.queue.push(r, urgent)
	case isOutdated:
		c.queue.push(r, background)
	case saveErr != nil:
		if c.counters.SaveErrors++; c.counters.SaveErrors%100 == 1 { // there may be many domains
			c.Log.Error("cannot store the state of a domain; after a restart it will be asked again",
				slog.String("domain", r.domain), slog.String("error", saveErr.Error()))
		}
		c.retryLater(r, maxPause)
	}
}

// plan sets when the answer changes by itself. A time that has passed is tried again after a second: the service's
// clock is known only to the second.
func (c *Cache) plan(r *record, next *Known) {
	at := next.ChangesAt
	if next.Removed {
		at = nil
	}
	if now, isKnown := c.Clock.Now(time.Now()); at != nil && isKnown && !at.After(now) {
		soon := now.Add(time.Second)
		at = &soon
	}
	c.schedule.put(r, at)
}

// settleAbsent remembers for a while that no website has the domain.
func (c *Cache) settleAbsent(r *record, begin uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.finish(r)
	if c.absentVoid > begin {
		c.queue.push(r, firstAsk)
		return
	}
	if len(c.absent) >= maxAbsent {
		clear(c.absent)
	}
	c.absent[r.domain] = absence{sequence: begin, until: time.Now().Add(c.AbsentLife)}
	c.queue.remove(r)
	delete(c.records, r.domain)
}

// postpone keeps the last known state and asks again later. A domain that was never known is forgotten: the next
// request asks again.
func (c *Cache) postpone(r *record, cause error) {
	c.breaker.fail(cause, time.Now())
	c.mu.Lock()
	defer c.mu.Unlock()
	c.counters.Failed++
	if errors.Is(cause, ErrDenied) {
		c.counters.Denied++
	}
	c.finish(r)
	if r.known.Load() == nil {
		c.queue.remove(r)
		delete(c.records, r.domain)
		return
	}
	r.failures++
	c.retryLater(r, backoff(r.failures, c.Random()))
}

// retryLater asks again after a pause.
func (c *Cache) retryLater(r *record, pause time.Duration) {
	r.postponed = true
	time.AfterFunc(pause, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		r.postponed = false
		c.enqueue(r, background)
	})
}

// finish ends the present question and wakes the requests that wait for it.
func (c *Cache) finish(r *record) {
	r.asking = false
	r.wake()
}

// runTimes does what is due by time.
func (c *Cache) runTimes(ctx context.Context) {
	ticks, refreshes := time.NewTicker(tickEvery), time.NewTicker(refreshEvery)
	defer ticks.Stop()
	defer refreshes.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticks.C:
			c.tick(now)
		case now := <-refreshes.C:
			c.refresh(now)
		}
	}
}

// sleep waits, and reports whether the context is still valid.
func sleep(ctx context.Context, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
