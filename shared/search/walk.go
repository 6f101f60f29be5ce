package search

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"
)

// locatedRow is a row with its place in the result.
type locatedRow struct {
	Row

	at Position
}

func (r *locatedRow) candidate() Candidate {
	c := Candidate{Account: r.Account, Subscription: r.Subscription}
	if r.Subscription != "" {
		c.Website = r.ID
	}
	return c
}

// walk reads the rows that a word finds, in the order of the result.
type walk struct {
	store  Reader
	query  *Query
	word   string
	after  Position // of the last row of the previous page
	groups []*group // that are not read to their end; the first one is next
}

// group is ranges that are read together, merged by text and id.
type group struct {
	section Section
	text    string // the ending; "" for other rows
	ranges  []*rangeReader
}

// rangeReader reads a range.
type rangeReader struct {
	store   Reader
	rows    Range
	section Section // of the rows in the result
	last    Position
	ahead   []locatedRow // rows that were read and not taken
	more    bool         // there may be rows that were not read
}

func newWalk(store Reader, q *Query, word string, after Position) *walk {
	w := &walk{store: store, query: q, word: word, after: after}
	w.add(Prefix, "")
	if len([]rune(word)) >= minSubstring {
		w.add(Inside, "")
	}
	return w
}

// add adds the group of a section, or of an ending in a section, unless the previous pages have shown it.
func (w *walk) add(section Section, ending string) {
	if section < w.after.Section || section == w.after.Section && ending != "" && ending < w.after.Text {
		return
	}
	g := &group{section: section, text: ending}
	last := Position{}
	if section == w.after.Section && (ending == "" || ending == w.after.Text) {
		last = w.after
	}
	for _, kind := range w.query.Kinds {
		rows := Range{Scope: w.query.Scope, Kind: kind, Section: section, Text: truncate(w.word, maxRowCharacters)}
		shards := 1
		if ending != "" {
			rows.Section, rows.Text, shards = PrefixEnding, ending, Shards
		}
		for shard := range shards {
			rows.Shard = shard
			g.ranges = append(g.ranges, &rangeReader{store: w.store, rows: rows, section: section, last: last, more: true})
		}
	}
	w.groups = append(w.groups, g)
}

// begin reads the first rows of the sections of texts, and which shared endings the scope uses: concurrently.
func (w *walk) begin(ctx context.Context, limit int) error {
	var reads errgroup.Group
	for _, g := range w.groups {
		reads.Go(func() error { return g.fill(ctx, limit) })
	}
	endings, err := w.store.ReadEndings(ctx, w.query.Scope)
	if err := reads.Wait(); err != nil {
		return err
	}
	for _, ending := range endings {
		if section, found := endingPlace(ending, w.word); found {
			w.add(section, ending)
		}
	}
	slices.SortStableFunc(w.groups, func(a, b *group) int {
		return Position{Section: a.section, Text: a.text}.Compare(Position{Section: b.section, Text: b.text})
	})
	return err
}

// take returns up to limit rows. It returns none at the end.
func (w *walk) take(ctx context.Context, limit int) (rows []locatedRow, err error) {
	for len(rows) < limit && len(w.groups) > 0 {
		taken, err := w.groups[0].take(ctx, limit-len(rows))
		if err != nil {
			return nil, err
		}
		rows = append(rows, taken...)
		if !w.groups[0].hasMore() {
			w.groups = w.groups[1:]
		}
	}
	return rows, nil
}

// hasMore reports whether there may be more rows.
func (w *walk) hasMore() bool {
	return slices.ContainsFunc(w.groups, (*group).hasMore)
}

// known returns the number of rows that were read ahead, and whether these are all.
func (w *walk) known() (rows int, isAll bool) {
	isAll = true
	for _, g := range w.groups {
		for _, r := range g.ranges {
			rows += len(r.ahead)
			isAll = isAll && !r.more
		}
	}
	return rows, isAll
}

func (g *group) hasMore() bool {
	return slices.ContainsFunc(g.ranges, func(r *rangeReader) bool { return r.more || len(r.ahead) > 0 })
}

// fill reads rows of the ranges that have none left, concurrently.
func (g *group) fill(ctx context.Context, limit int) error {
	var reads errgroup.Group
	for _, r := range g.ranges {
		if len(r.ahead) == 0 && r.more {
			reads.Go(func() error { return r.read(ctx, limit) })
		}
	}
	return reads.Wait()
}

// take returns up to limit rows of the group.
func (g *group) take(ctx context.Context, limit int) (rows []locatedRow, err error) {
	for len(rows) < limit {
		if err := g.fill(ctx, limit-len(rows)); err != nil {
			return nil, err
		}
		merged := g.merge(limit - len(rows))
		if len(merged) == 0 {
			break
		}
		rows = append(rows, merged...)
	}
	return rows, nil
}

// merge takes rows that were read ahead, in order. It stops at a range that must be read.
func (g *group) merge(limit int) (rows []locatedRow) {
	for len(rows) < limit {
		var first *rangeReader
		for _, r := range g.ranges {
			switch {
			case len(r.ahead) == 0 && r.more:
				return rows
			case len(r.ahead) > 0 && (first == nil || r.ahead[0].at.Compare(first.ahead[0].at) < 0):
				first = r
			}
		}
		if first == nil {
			return rows
		}
		rows = append(rows, first.ahead[0])
		first.ahead = first.ahead[1:]
	}
	return rows
}

// read reads up to limit more rows.
func (r *rangeReader) read(ctx context.Context, limit int) error {
	rows, more, err := r.store.ReadRows(ctx, r.rows, r.last, limit)
	if err != nil {
		return err
	}
	for _, row := range rows {
		r.last = Position{Section: r.section, Text: row.Text, ID: row.ID}
		r.ahead = append(r.ahead, locatedRow{row, r.last})
	}
	r.more = more
	return nil
}

// probe begins a walk for each word, concurrently.
func probe(ctx context.Context, store Reader, q *Query, words []string, limit int) ([]*walk, error) {
	walks := make([]*walk, len(words))
	if len(words) > 1 {
		limit = max(limit, maxBatch)
	}
	var reads errgroup.Group
	for i, word := range words {
		walks[i] = newWalk(store, q, word, Position{})
		reads.Go(func() error { return walks[i].begin(ctx, limit) })
	}
	return walks, reads.Wait()
}

// mostSelective returns the index of the walk with the fewest rows. If more rows may follow in all of them, it is that
// of the longest word.
func mostSelective(walks []*walk) int {
	best, fewest := 0, -1
	for i, w := range walks {
		rows, isAll := w.known()
		switch {
		case isAll && (fewest < 0 || rows < fewest):
			best, fewest = i, rows
		case fewest < 0 && len([]rune(w.word)) > len([]rune(walks[best].word)):
			best = i
		}
	}
	return best
}
