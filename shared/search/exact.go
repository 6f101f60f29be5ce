package search

import (
	"context"
	"slices"
	"strings"

	"golang.org/x/net/idna"

	"tenantry/shared/account"
)

// findExact reads whose login or domain is the query, unless an earlier page has shown them.
func (p *pageSearch) findExact(ctx context.Context) error {
	if len(p.words) > 1 || p.at.After.Section != Exact {
		return nil
	}
	byLogin, byDomain, err := p.store.FindExact(ctx, account.FoldLogin(p.query.Text), p.domain())
	if err != nil {
		return err
	}
	for _, c := range []Candidate{byLogin, byDomain} {
		subject := c.subject(&p.query)
		isKnown := slices.ContainsFunc(p.exact, func(other Candidate) bool { return other.subject(&p.query) == subject })
		if c.Exact = true; subject != "" && !isKnown && subject > p.at.After.ID {
			p.exact = append(p.exact, c)
		}
	}
	slices.SortFunc(p.exact, func(a, b Candidate) int {
		return strings.Compare(a.subject(&p.query), b.subject(&p.query))
	})
	return nil
}

// takeExact adds the candidates whose login or domain is the query. It reports whether the page is full before all of
// them are added.
func (p *pageSearch) takeExact(ctx context.Context) (isCut bool, err error) {
	if len(p.exact) == 0 {
		return false, nil
	}
	if err := p.objects.Read(ctx, p.exact); err != nil {
		return false, err
	}
	for _, c := range p.exact {
		if len(p.found) == p.limit {
			return true, nil
		}
		p.at.After.ID = c.subject(&p.query)
		if p.objects.Accepts(&c) {
			p.found = append(p.found, c)
		}
	}
	return false, nil
}

// domain returns the query as a domain, or "" if it cannot be one or the query finds no domains.
func (p *pageSearch) domain() string {
	if !p.query.findsDomains() {
		return ""
	}
	return asciiDomain(p.query.Text)
}

// maxDomain is the greatest length of a domain (RFC 1035).
const maxDomain = 253

// asciiDomain returns a query as a domain, or "" if it cannot be one.
func asciiDomain(query string) string {
	ascii, err := idna.Lookup.ToASCII(strings.ToLower(strings.TrimSpace(query)))
	if err != nil || !strings.Contains(ascii, ".") || len(ascii) > maxDomain {
		return ""
	}
	return ascii
}

// isExact reports whether a candidate's login or domain is the query.
func (p *pageSearch) isExact(c *Candidate) bool {
	domain := p.domain()
	for _, site := range c.Document.websites() {
		if site.hasDomain(domain) && p.query.has(c.subject(&p.query), &site) {
			return true
		}
	}
	return p.query.Subject == Accounts && c.Document.Current.Login == string(account.FoldLogin(p.query.Text))
}
