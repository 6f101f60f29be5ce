package search

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"tenantry/shared/account"
)

// Range is the rows of one kind in one scope that a word finds in one section, or those of one shared ending.
type Range struct {
	Scope   account.ID
	Kind    Kind
	Section Section // Prefix or Inside, or PrefixEnding for the rows of an ending
	Text    string  // the beginning of the rows' texts, or the ending
	Shard   int     // of an ending
}

// Shards is the number of ranges that each shared ending has for each kind of row.
const Shards = 4

// Reader reads the index, eventually consistent.
type Reader interface {
	// ReadRows returns rows of a range in the order of their texts and ids, those after a position only, and reports
	// whether there may be more. The zero position is before all rows.
	ReadRows(ctx context.Context, rows Range, after Position, limit int) ([]Row, bool, error)
	// ReadEndings returns the shared endings that a scope uses, sorted.
	ReadEndings(ctx context.Context, scope account.ID) ([]string, error)
	// ReadDocuments returns the documents of accounts by their ids.
	ReadDocuments(ctx context.Context, ids []account.ID) (map[account.ID]*Document, error)
	// FindExact returns who has a login and a domain, with strong consistency. A login or domain of nobody has the zero
	// candidate. The domain may be "".
	FindExact(ctx context.Context, login account.Login, domain string) (byLogin, byDomain Candidate, err error)
}

// Subject is what a search finds.
type Subject int

// The subjects.
const (
	Accounts Subject = iota
	Subscriptions
	Websites
)

// Query is a search.
type Query struct {
	Scope   account.ID // an owner, or Everything
	Kinds   []Kind     // of rows
	Subject Subject
	Text    string
}

// Candidate is an account or a subscription that the index names. It may have changed since it was indexed.
type Candidate struct {
	Account      account.ID
	Subscription string    // "" if a text of the account was found
	Website      string    // whose domain was found; "" as above
	Exact        bool      // whether its login or domain is the query
	Document     *Document // nil if it is exact
}

// subject returns the id of what a query finds.
func (c *Candidate) subject(q *Query) string {
	switch q.Subject {
	case Subscriptions:
		return c.Subscription
	case Websites:
		return c.Website
	case Accounts:
	}
	return string(c.Account)
}

// findsDomains reports whether the query finds domains.
func (q *Query) findsDomains() bool {
	return slices.Contains(q.Kinds, CustomerDomain) || slices.Contains(q.Kinds, ResellersDomain)
}

// has reports whether a website belongs to a subject of the query.
func (q *Query) has(subject string, site *Website) bool {
	return q.Subject == Accounts || q.Subject == Subscriptions && site.Subscription == subject || site.ID == subject
}

// maxExamined limits the rows that are examined for a page. A page is short, or even empty, if few of them fit.
const maxExamined = 1000

// maxBatch is how many rows are examined together.
const maxBatch = 100

// Finder finds accounts and subscriptions.
type Finder struct{ Store Reader }

// Objects are what a search finds.
type Objects interface {
	// Read reads the objects of candidates with strong consistency. The candidates have no documents yet.
	Read(ctx context.Context, candidates []Candidate) error
	// Accepts reports whether the result shows a candidate, whose object was read.
	Accepts(candidate *Candidate) bool
}

// cursor is where the next page continues.
type cursor struct {
	Driver int // the index of the word whose rows are read
	After  Position
}

// Find returns up to limit candidates that objects accepts, in the order of the result: those whose login or domain is
// the query, then those in which a word of the query begins a word, then all others. After is the place that the
// previous page returned, or "". The returned place is "" after the last page.
func (f Finder) Find(
	ctx context.Context, q Query, limit int, after string, objects Objects,
) (found []Candidate, next string, err error) {
	p := f.newPage(q, limit, objects)
	if len(p.words) == 0 {
		return nil, "", nil
	}
	if after != "" {
		if err := json.Unmarshal([]byte(after), &p.at); err != nil {
			return nil, "", fmt.Errorf("the place in a search: %w", err)
		}
	}
	if err := p.begin(ctx, after == "", limit+1); err != nil {
		return nil, "", err
	}
	more, err := p.run(ctx)
	if err != nil || !more {
		return p.found, "", err
	}
	place, err := json.Marshal(p.at)
	return p.found, string(place), err
}

// FindNewest returns up to limit candidates like Find, but the newest ones first among those in which a word begins,
// and among all others. It examines the first hundred rows only.
func (f Finder) FindNewest(ctx context.Context, q Query, limit int, objects Objects) ([]Candidate, error) {
	p := f.newPage(q, limit, objects)
	if len(p.words) == 0 {
		return nil, nil
	}
	if err := p.begin(ctx, true, maxBatch); err != nil {
		return nil, err
	}
	err := p.runNewest(ctx)
	return p.found, err
}

func (f Finder) newPage(q Query, limit int, objects Objects) *pageSearch {
	return &pageSearch{
		store: f.Store, query: q, words: Words(q.Text), limit: limit, objects: objects, best: map[string]*Position{},
	}
}
