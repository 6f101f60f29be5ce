package search

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"tenantry/shared/account"
	"tenantry/shared/idgen"
)

// pageSearch finds one page.
type pageSearch struct {
	store   Reader
	query   Query
	words   []string
	limit   int
	objects Objects

	exact    []Candidate // whose login or domain is the query
	walk     *walk
	at       cursor
	examined int
	found    []Candidate
	best     map[string]*Position // of each subject that was met; nil if its document has no matching row
}

// begin reads whose login or domain is the query, and the first rows of a word. On the first page it selects the word.
func (p *pageSearch) begin(ctx context.Context, isFirst bool, rows int) error {
	var reads errgroup.Group
	reads.Go(func() error { return p.findExact(ctx) })
	return errors.Join(p.beginWalk(ctx, isFirst, rows), reads.Wait())
}

func (p *pageSearch) beginWalk(ctx context.Context, isFirst bool, rows int) error {
	if !isFirst {
		p.at.Driver = min(max(0, p.at.Driver), len(p.words)-1)
		p.walk = newWalk(p.store, &p.query, p.words[p.at.Driver], p.at.After)
		return p.walk.begin(ctx, rows)
	}
	walks, err := probe(ctx, p.store, &p.query, p.words, rows)
	if err != nil {
		return err
	}
	p.at.Driver = mostSelective(walks)
	p.walk = walks[p.at.Driver]
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

// runNewest fills the page from the first rows, the newest ones first in each section.
func (p *pageSearch) runNewest(ctx context.Context) error {
	if isCut, err := p.takeExact(ctx); err != nil || isCut {
		return err
	}
	rows, err := p.walk.take(ctx, maxBatch)
	if err != nil {
		return err
	}
	slices.SortStableFunc(rows, func(a, b locatedRow) int {
		return cmp.Or(cmp.Compare(a.at.Section, b.at.Section), strings.Compare(idgen.ULIDOf(b.ID), idgen.ULIDOf(a.ID)))
	})
	for batch := range slices.Chunk(rows, p.limit+1) {
		if isCut, err := p.addRows(ctx, batch); err != nil || isCut {
			return err
		}
	}
	return nil
}

// read reads the documents and the objects of candidates. The rows of one word nearly always fit, so both are read at
// the same time. Of several words few rows may fit, so only the objects of those are read.
func (p *pageSearch) read(ctx context.Context, candidates []Candidate, rows []locatedRow) (fit []bool, err error) {
	var reads errgroup.Group
	if len(p.words) == 1 {
		withoutDocuments := slices.Clone(candidates)
		reads.Go(func() error { return p.objects.Read(ctx, withoutDocuments) })
	}
	if err := errors.Join(p.addDocuments(ctx, candidates), reads.Wait()); err != nil {
		return nil, err
	}
	fit = make([]bool, len(rows))
	var fitting []Candidate
	for i := range candidates {
		if fit[i] = p.shows(&candidates[i], rows[i].at); fit[i] {
			fitting = append(fitting, candidates[i])
		}
	}
	if len(p.words) > 1 && len(fitting) > 0 {
		err = p.objects.Read(ctx, fitting)
	}
	return fit, err
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
	fit, err := p.read(ctx, candidates, rows)
	if err != nil {
		return false, err
	}
	for i := range rows {
		p.at.After = rows[i].at
		if fit[i] && p.objects.Accepts(&candidates[i]) {
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
