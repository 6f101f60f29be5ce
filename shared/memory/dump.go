package memory

import (
	"fmt"
	"slices"
)

// Dump tells of everything that is kept, a line each, in a fixed order: what must be the same however it has come about. Versions,
// times and the ids of events are left out.
func (s *Store) Dump() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var lines []string
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	for id, a := range s.accounts {
		add("account %s: %s %s of %s, %s, %d holds, %d subscriptions", id, a.Kind, a.Login, a.Owner, a.Lifecycle, len(a.Holds), a.Subscriptions)
	}
	for login, hints := range s.logins {
		add("login %s of %s", login, hints[0])
	}
	for name, id := range s.externals {
		add("external id %s of %s: %s", name.id, name.owner, id)
	}
	for id, u := range s.usages {
		add("usage of %s: %d customers, %d subscriptions, %v, %v", id, u.used.Customers, u.used.Subscriptions, u.used.Given, u.used.Unlimited)
	}
	for id, of := range s.plans {
		add("plan %s of %s: %d on it, %d follow it", id, of.Owner, of.Uses, of.Synced)
	}
	for id, of := range s.subscriptions {
		add("subscription %s of %s: %s, %d websites", id, of.Customer, of.Plan, of.Websites)
	}
	for id, w := range s.websites {
		add("website %s of %s of %s: %s", id, w.Subscription, w.Customer, w.Domain)
	}
	for domain, id := range s.domains {
		add("domain %s of %s", domain, id)
	}
	for id, b := range s.backups {
		add("backup %s of %s of %s by %s", id, b.Subscription, b.Customer, b.Creator)
	}
	for id, pending := range s.transfers {
		add("transfer of %s from %s to %s: %d of %d", id, pending.From, pending.To, pending.Moved, pending.Total)
	}
	for name := range s.notes {
		add("note on %s by %s", name.about, name.author)
	}
	for name := range s.sessions {
		add("session of %s", name.of)
	}
	for name := range s.tokens {
		add("token of %s", name.of)
	}
	counts := map[string]int{}
	for i := range s.events {
		counts[fmt.Sprintf("event %s of %s about %s", s.events[i].Name, s.events[i].Account, s.events[i].Subject)]++
	}
	for what, n := range counts {
		add("%s, %d times", what, n)
	}
	slices.Sort(lines)
	return lines
}
