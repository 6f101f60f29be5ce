package search

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/sync/errgroup"

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

// Accept returns which of the candidates the result shows. It reads them with strong consistency.
type Accept func(ctx context.Context, candidates []Candidate) ([]bool, error)

// cursor is where the next page continues.
type cursor struct {
	Driver int // the index of the word whose rows are read
	After  Position
}

// Find returns up to limit candidates that accept accepts, in the order of the result: those whose login or domain is
// the query, then those in which a word of the query begins a word, then all others. After is the place that the
// previous page returned, or "". The returned place is "" after the last page.
func (f Finder) Find(
	ctx context.Context, q Query, limit int, after string, accept Accept,
) (found []Candidate, next string, err error) {
	p := pageSearch{
		store: f.Store, query: q, words: Words(q.Text), limit: limit, accept: accept, best: map[string]*Position{},
	}
	if len(p.words) == 0 {
		return nil, "", nil
	}
	if after != "" {
		if err := json.Unmarshal([]byte(after), &p.at); err != nil {
			return nil, "", fmt.Errorf("the place in a search: %w", err)
		}
	}
	var reads errgroup.Group
	reads.Go(func() error { return p.findExact(ctx) })
	err = p.begin(ctx, after == "")
	if err := errors.Join(err, reads.Wait()); err != nil {
		return nil, "", err
	}
	more, err := p.run(ctx)
	if err != nil || !more {
		return p.found, "", err
	}
	place, err := json.Marshal(p.at)
	return p.found, string(place), err
}

// pageSearch finds one page.
type pageSearch struct {
	store  Reader
	query  Query
	words  []string
	limit  int
	accept Accept

	exact    []Candidate // whose login or domain is the query
	walk     *walk
	at       cursor
	examined int
	found    []Candidate
	best     map[string]*Position // of each subject that was met; nil if its document has no matching row
}

// begin starts to read the rows of a word. On the first page it selects the word.
func (p *pageSearch) begin(ctx context.Context, isFirst bool) error {
	if !isFirst {
		p.at.Driver = min(max(0, p.at.Driver), len(p.words)-1)
		p.walk = newWalk(p.store, &p.query, p.words[p.at.Driver], p.at.After)
		return p.walk.begin(ctx, p.limit+1)
	}
	walks, err := probe(ctx, p.store, &p.query, p.words, p.limit+1)
	if err != nil {
		return err
	}
	p.at.Driver = mostSelective(walks)
	p.walk = walks[p.at.Driver]
	return nil
}

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

// run fills the page. It reports whether there may be more.
func (p *pageSearch) run(ctx context.Context) (more bool, err error) {
	if p.at.After.Section == Exact {
		if more, err = p.takeExact(ctx); err != nil || more {
			return more, err
		}
	}
	for len(p.found) < p.limit && p.examined < maxExamined {
		rows, err := p.walk.take(ctx, min(maxExamined-p.examined, maxBatch, max(p.limit+1, p.examined)))
		if err != nil || len(rows) == 0 {
			return false, err
		}
		p.examined += len(rows)
		if isCut, err := p.addRows(ctx, rows); err != nil || isCut {
			return isCut, err
		}
	}
	return p.walk.hasMore(), nil
}

// takeExact adds the candidates whose login or domain is the query. It reports whether the page is full before all of
// them are added.
func (p *pageSearch) takeExact(ctx context.Context) (isCut bool, err error) {
	if len(p.exact) == 0 {
		return false, nil
	}
	isAccepted, err := p.accept(ctx, p.exact)
	if err != nil {
		return false, err
	}
	for i, c := range p.exact {
		if len(p.found) == p.limit {
			return true, nil
		}
		p.at.After.ID = c.subject(&p.query)
		if isAccepted[i] {
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

func (p *pageSearch) addDocuments(ctx context.Context, candidates []Candidate) error {
	ids := make([]account.ID, len(candidates))
	for i := range candidates {
		ids[i] = candidates[i].Account
	}
	documents, err := p.store.ReadDocuments(ctx, ids)
	for i := range candidates {
		candidates[i].Document = documents[candidates[i].Account]
	}
	return err
}

// addRows adds the candidates of rows that the result shows. It reports whether the page is full before the last row.
func (p *pageSearch) addRows(ctx context.Context, rows []locatedRow) (isCut bool, err error) {
	candidates := make([]Candidate, len(rows))
	for i := range rows {
		candidates[i] = rows[i].candidate()
	}
	if err := p.addDocuments(ctx, candidates); err != nil {
		return false, err
	}
	var checked []Candidate
	var positions []int
	for i := range candidates {
		if p.shows(&candidates[i], rows[i].at) {
			checked, positions = append(checked, candidates[i]), append(positions, i)
		}
	}
	isShown := make([]bool, len(rows))
	if len(checked) > 0 {
		isAccepted, err := p.accept(ctx, checked)
		if err != nil {
			return false, err
		}
		for i, position := range positions {
			isShown[position] = isAccepted[i]
		}
	}
	for i := range rows {
		p.at.After = rows[i].at
		if isShown[i] {
			p.found = append(p.found, candidates[i])
		}
		if len(p.found) == p.limit {
			return i+1 < len(rows), nil
		}
	}
	return false, nil
}

// shows reports whether the row at a position is the first one that finds its subject, and whether the subject is found
// by all words. A subject whose login or domain is the query was shown before.
func (p *pageSearch) shows(c *Candidate, at Position) bool {
	if c.Document == nil || c.Document.Current == nil {
		return false
	}
	subject := c.subject(&p.query)
	best, isKnown := p.best[subject]
	if !isKnown {
		if p.finds(c) {
			best = c.Document.first(&p.query, subject, p.words[p.at.Driver])
		}
		p.best[subject] = best
	}
	return best != nil && *best == at
}

// finds reports whether all words find a candidate, and it is not exact.
func (p *pageSearch) finds(c *Candidate) bool {
	texts := c.Document.texts(&p.query, c.subject(&p.query))
	if len(p.words) == 1 && p.isExact(c) {
		return false
	}
	return MatchesAll(texts, p.words)
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

// MatchesAll reports whether each word is found in one of the folded texts.
func MatchesAll(texts, words []string) bool {
	for _, word := range words {
		if !slices.ContainsFunc(texts, func(text string) bool { return Matches(text, word) }) {
			return false
		}
	}
	return true
}

// texts returns the texts by which a query finds a subject.
func (d *Document) texts(q *Query, subject string) []string {
	var texts []string
	if q.Subject == Accounts {
		texts = slices.Clone(d.Current.Texts)
	}
	for _, site := range d.websites() {
		if q.has(subject, &site) {
			texts = append(texts, site.Domain)
		}
	}
	return texts
}

// first returns the position of the first row of a subject that a word finds, or nil.
func (d *Document) first(q *Query, subject, word string) *Position {
	var first *Position
	consider := func(rows []Row) {
		for i := range rows {
			if rows[i].Scope != q.Scope || !slices.Contains(q.Kinds, rows[i].Kind) {
				continue
			}
			e := entry{rows[i].Section, rows[i].Text}
			at, found := e.locate(word)
			at.ID = rows[i].ID
			if found && (first == nil || at.Compare(*first) < 0) {
				first = &at
			}
		}
	}
	if q.Subject == Accounts {
		consider(d.Current.textRows(d.Account))
	}
	for _, site := range d.websites() {
		if q.has(subject, &site) {
			consider(d.Current.domainRows(d.Account, site))
		}
	}
	return first
}
