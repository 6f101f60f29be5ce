package gate

import (
	"context"
	"net"
	"strings"
	"time"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// State of a domain.
type State string

// The states of a domain.
const (
	Open    State = "open"
	Closed  State = "closed"
	Removed State = "removed" // the service had the domain and has it no longer; it is closed
	Unknown State = "unknown" // the service does not have the domain, or has never answered
)

// Verdict says whether to serve a domain.
type Verdict struct {
	Domain        string     `json:"domain"` // the domain that decided: the one in question or one above it
	State         State      `json:"state"`
	Serve         bool       `json:"serve"`
	Since         time.Time  `json:"since,omitzero"`
	PublicMessage string     `json:"publicMessage,omitempty"`
	Until         *time.Time `json:"until,omitempty"`
	IDs           IDs        `json:"ids,omitzero"`
}

// Decider says whether to serve a domain, by the cache and the configuration.
type Decider struct {
	Rules

	Cache *Cache
}

// Decide says whether to serve a host, such as `www.example.com:8080`. If the service does not have the name, the
// domain above it decides, up to the registrable one: nobody else's website can be there.
func (d *Decider) Decide(ctx context.Context, host string) Verdict {
	return d.decide(host, func(domain string) *Known { return d.Cache.Check(ctx, domain).Known })
}

// DecideKnown is Decide for a host that may be anywhere on the Internet: it only asks about domains that the node knows.
func (d *Decider) DecideKnown(ctx context.Context, host string) Verdict {
	return d.decide(host, func(domain string) *Known {
		if !d.Cache.Has(domain) {
			return nil
		}
		return d.Cache.Check(ctx, domain).Known
	})
}

// Last is Decide by the last known state. It asks nothing.
func (d *Decider) Last(host string) Verdict {
	return d.decide(host, func(domain string) *Known { return d.Cache.last(domain).Known })
}

func (d *Decider) decide(host string, lookup func(domain string) *Known) Verdict {
	return d.Judge(host, lookup)
}

// Rules say how domains are judged that the service does not have.
type Rules struct {
	RefuseUnknown bool // refuse domains that the service does not have
	ExactOnly     bool // do not look at the domains above an unknown one
}

// Judge says whether to serve a host, by the states that the function returns, or nil for a domain that is not known.
func (r Rules) Judge(host string, lookup func(domain string) *Known) Verdict {
	domain := ParseDomain(host)
	first := domain
	for domain != "" {
		if known := lookup(domain); known != nil {
			return verdictOf(domain, known)
		}
		if r.ExactOnly {
			break
		}
		domain = above(domain)
	}
	return Verdict{Domain: first, State: Unknown, Serve: !r.RefuseUnknown}
}

func verdictOf(domain string, known *Known) Verdict {
	verdict := Verdict{
		Domain: domain, State: Open, Serve: true, Since: known.Since, IDs: known.IDs,
	}
	switch {
	case known.Removed:
		verdict.State, verdict.Serve = Removed, false
	case !known.Open:
		verdict.State, verdict.Serve = Closed, false
		verdict.PublicMessage, verdict.Until = known.PublicMessage, known.Until
	}
	return verdict
}

// above returns the domain above, or "" if that is a public suffix.
func above(domain string) string {
	_, parent, found := strings.Cut(domain, ".")
	if !found || !strings.Contains(parent, ".") {
		return ""
	}
	if suffix, _ := publicsuffix.PublicSuffix(parent); suffix == parent {
		return ""
	}
	return parent
}

const maxDomain = 253

// ParseDomain returns the domain of a host in the form in which the service is asked, or "" if it is no domain.
func ParseDomain(host string) string {
	if strings.Contains(host, ":") {
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "" || len(host) > maxDomain || !strings.Contains(host, ".") {
		return ""
	}
	if !isPlain(host) {
		ascii, err := idna.Lookup.ToASCII(host)
		if err != nil || len(ascii) > maxDomain {
			return ""
		}
		host = ascii
	}
	if last := host[len(host)-1]; last >= '0' && last <= '9' && net.ParseIP(host) != nil {
		return ""
	}
	return host
}

// isPlain reports whether the host needs no conversion. Names with an underscore are no websites of the service, but may
// be below one.
func isPlain(host string) bool {
	for i := range len(host) {
		c := host[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '.' && c != '_' {
			return false
		}
	}
	return true
}
