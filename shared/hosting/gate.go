package hosting

import (
	"context"
	"slices"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/clock"
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
	Domain        string     `json:"domain"`
	Open          bool       `json:"open" doc:"Whether to serve web, FTP and mail for this domain."`
	Since         time.Time  `json:"since" doc:"Time since which the domain has been open or closed."`
	PublicMessage string     `json:"publicMessage,omitempty" doc:"Message to show instead of the website, if there is one."`
	Until         *time.Time `json:"until,omitempty" doc:"Time at which a closed domain opens by itself. Absent if the domain is open, or stays closed until somebody opens it."`
	ChangesAt     *time.Time `json:"changesAt,omitempty" doc:"Next time at which this answer may change by itself: a hold begins or ends, or the subscription expires. Ask again at this time. Absent if no such time is set."`
	IDs           ServingIDs `json:"ids"`
}

// ServingIDs are the objects that an answer of the gate depends on. A change of one of them voids the answer.
type ServingIDs struct {
	Website      string     `json:"website"`
	Subscription string     `json:"subscription"`
	Customer     account.ID `json:"customer" doc:"The account that has the subscription: a customer, or a reseller with subscriptions of its own."`
	Reseller     account.ID `json:"reseller,omitempty" doc:"The reseller that owns the customer, or that has the subscription itself. Absent if the administrator owns the customer."`
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
	future := newForecast(w, s, chain)
	serving := Serving{
		Domain: DisplayDomain(domain), Open: len(holds) == 0, Since: openSince(w, s, chain, now),
		Until: future.closedUntil(now), ChangesAt: future.next(now), IDs: servingIDs(w, chain),
	}
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

// servingIDs returns the ids of a website and of everything above it.
func servingIDs(w *Website, chain Chain) ServingIDs {
	ids := ServingIDs{Website: w.ID, Subscription: w.Subscription, Customer: chain[0].ID}
	for i := range chain {
		if chain[i].Kind == account.Reseller {
			ids.Reseller = chain[i].ID
		}
	}
	return ids
}

// forecast is what is known about the future of a domain: the holds on it and above it that are present or begin
// later, and the expiry of its subscription.
type forecast struct {
	holds     account.Holds
	expiresAt *time.Time // nil if the subscription never expires, or if its expiry is among the holds
}

func newForecast(w *Website, s *Subscription, chain Chain) forecast {
	future := forecast{holds: slices.Concat(w.Holds, s.Holds.WithoutVoid(chain[0].LiftMarks))}
	for i := range chain {
		future.holds = append(future.holds, chain[i].Holds...)
	}
	if !s.hasExpiryHold() {
		future.expiresAt = s.ExpiresAt
	}
	return future
}

// next returns the first time after now at which a hold begins or ends, or the subscription expires, or nil if nothing
// changes by itself.
func (f forecast) next(now time.Time) *time.Time {
	next := f.holds.Next(now)
	if f.expiresAt != nil && f.expiresAt.After(now) && (next == nil || f.expiresAt.Before(*next)) {
		next = clock.TruncateOptional(f.expiresAt)
	}
	return next
}

// closedUntil returns the time at which a domain that is closed now opens by itself. It returns nil if the domain is
// open, or if it does not open by itself. A hold that begins before the others end keeps the domain closed.
func (f forecast) closedUntil(now time.Time) *time.Time {
	end := now
	for f.expiresAt == nil || end.Before(*f.expiresAt) {
		present := f.holds.Present(end)
		if len(present) == 0 {
			break
		}
		for _, hold := range present {
			if hold.Until == nil {
				return nil
			}
			end = *clock.Later(&end, hold.Until)
		}
	}
	if end.Equal(now) || f.expiresAt != nil && !end.Before(*f.expiresAt) {
		return nil
	}
	return clock.TruncateOptional(&end)
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
