package hosting

import (
	"context"
	"time"

	"tenantry/shared/fault"
)

// Gate answers whether a domain may be served. Hosting nodes ask it.
type Gate struct {
	Store interface {
		// ReadDomain reads the website of a domain, its subscription and the chain of its customer: strongly
		// consistent, in at most three round trips. The website is nil if no website has the domain.
		ReadDomain(ctx context.Context, domain string) (*Website, *Subscription, Chain, error)
	}
	Now func() time.Time
}

// Serving is the gate's answer about a domain.
type Serving struct {
	Domain        string    `json:"domain"`
	Open          bool      `json:"open" doc:"Whether to serve web, FTP and mail for this domain."`
	Since         time.Time `json:"since" doc:"Time since which the domain has been open or closed."`
	PublicMessage string    `json:"publicMessage,omitempty" doc:"Message to show instead of the website, if there is one."`
}

// Check reports whether a domain is open, by the present holds at every level. It returns fault.NotFound if no website
// has the domain.
func (g Gate) Check(ctx context.Context, name string) (Serving, error) {
	domain, bad := Domain(name, "domain")
	if bad != nil {
		return Serving{}, fault.NotInView()
	}
	w, s, chain, err := g.Store.ReadDomain(ctx, domain)
	if err != nil {
		return Serving{}, err
	}
	if w == nil || s == nil || len(chain) == 0 {
		return Serving{}, fault.NotInView()
	}
	now := g.Now()
	holds := append(w.Holds.Present(now), s.OwnHolds(&chain[0], now)...)
	for i := range chain {
		holds = append(holds, chain[i].Holds.Present(now)...)
	}
	serving := Serving{Domain: DisplayDomain(domain), Open: len(holds) == 0, Since: openSince(w, s, chain, now)}
	for i, h := range holds {
		if i == 0 || h.Since.Before(serving.Since) {
			serving.Since = h.Since
		}
		if serving.PublicMessage == "" {
			serving.PublicMessage = h.PublicMessage
		}
	}
	return serving, nil
}

// openSince returns the latest of two times: when the website was created, and when the last hold on it or above it
// ended.
func openSince(w *Website, s *Subscription, chain Chain, now time.Time) time.Time {
	since := w.CreatedAt
	later := func(t *time.Time) {
		if t != nil && t.After(since) && !t.After(now) {
			since = *t
		}
	}
	later(w.LiftedAt)
	later(w.Holds.LastEnd(now))
	later(s.LiftedAt)
	later(s.Holds.LastEnd(now))
	for i := range chain {
		later(chain[i].LiftedAt)
		later(chain[i].Holds.LastEnd(now))
	}
	return since.UTC()
}
