package gate

import "time"

// Apply voids the answers that the entries concern. They hold until the service has answered again.
func (c *Cache) Apply(entries []Entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, entry := range entries {
		c.sequence++
		c.counters.Entries++
		c.recents.put(entry.ID, c.sequence)
		records := c.index[entry.ID]
		for _, r := range records {
			c.void(r)
		}
		// A new website may have a domain that was absent.
		if entry.Kind == "subscription" || entry.Kind == "website" && len(records) == 0 {
			c.absentVoid = c.sequence
		}
	}
}

// VoidAll voids all answers, because entries of the feed may be missing.
func (c *Cache) VoidAll() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sequence++
	c.everything, c.absentVoid = c.sequence, c.sequence
	for _, r := range c.records {
		if known := r.known.Load(); known != nil && !known.Removed {
			c.void(r)
		}
	}
}

// void lets a record be asked again. Its state holds until the answer is there.
func (c *Cache) void(r *record) {
	c.counters.Voided++
	r.fresh.Store(false)
	c.setUnsettled(r, true)
	if r.postponed {
		return
	}
	c.enqueue(r, background)
}

// IsSettled reports whether everything that was applied is answered and stored.
func (c *Cache) IsSettled() bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.unsettled == 0
}

// SetSynced tells that the feed was read, or cannot be read. Until the first call, requests wait.
func (c *Cache) SetSynced() { c.sync.Do(func() { close(c.synced) }) }

// changedSince reports whether an entry has come since the sequence that voids an answer with these ids.
func (c *Cache) changedSince(sequence uint64, ids []string) bool {
	if c.everything > sequence {
		return true
	}
	for _, id := range ids {
		if c.recents.last(id) > sequence {
			return true
		}
	}
	return false
}

// tick asks about the domains whose answers change at this moment, and about those that were not asked for long.
func (c *Cache) tick(local time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now, known := c.Clock.Now(local)
	if !known || c.breaker.isOpen() {
		return
	}
	for _, r := range c.schedule.due(now) {
		r.fresh.Store(false)
		c.setUnsettled(r, true)
		c.enqueue(r, background)
	}
}

// refresh asks about the domains that were not asked for long. It is called every few minutes.
func (c *Cache) refresh(local time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.recents.rotate()
	for domain, a := range c.absent {
		if !local.Before(a.until) {
			delete(c.absent, domain)
		}
	}
	for _, r := range c.records {
		known := r.known.Load()
		if known == nil || known.Removed {
			continue
		}
		if r.checked.IsZero() { // not since the start of the node: spread them over the whole time
			r.checked = local.Add(-time.Duration(c.Random() * float64(c.RefreshAfter)))
		}
		if local.Sub(r.checked) >= c.RefreshAfter {
			c.enqueue(r, background)
		}
	}
}
