package search

import (
	"context"
	"slices"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/deadline"
	"tenantry/shared/fault"
)

// update makes the rows of an account those of its document. The document is written before the rows, so that an
// interrupted update can be continued: the document names every row that may exist.
type update struct {
	Indexer

	document *Document
}

// chunkReserve is how much time must be left to write the rows of another chunk.
const chunkReserve = 15 * time.Second

// run writes the document with its changed chunks, then the rows, then the settled document. It returns
// fault.Unavailable if it runs out of time. The next run continues.
func (u update) run(ctx context.Context, changed []int) error {
	d := u.document
	pending := d.pending()
	if d.Settled && len(pending) == 0 {
		return nil
	}
	if err := u.Store.WriteDocument(ctx, d, changed); err != nil {
		return err
	}
	if !d.Settled {
		if err := u.writeTexts(ctx); err != nil {
			return err
		}
	}
	for i, n := range pending {
		if i > 0 {
			if err := u.Store.WriteDocument(ctx, d, pending[i-1:i]); err != nil {
				return err
			}
			if deadline.Near(ctx, u.Now(), chunkReserve) {
				return fault.New(fault.Unavailable, "More domains remain to be indexed.")
			}
		}
		if err := u.writeChunk(ctx, n); err != nil {
			return err
		}
	}
	if d.Current == nil {
		return u.Store.DeleteDocument(ctx, d)
	}
	d.Settled, d.Partial, d.Earlier = true, false, nil
	return u.Store.WriteDocument(ctx, d, pending[max(0, len(pending)-1):])
}

// writeTexts writes the rows of the account's texts.
func (u update) writeTexts(ctx context.Context) error {
	d := u.document
	difference := newDifference()
	difference.addState(d, !d.Partial && len(d.Earlier) == 1, func(state *State) []Row {
		return state.textRows(d.Account)
	})
	return u.write(ctx, difference)
}

// writeChunk writes the rows of the domains in a chunk. In the document, they are settled then.
func (u update) writeChunk(ctx context.Context, n int) error {
	d := u.document
	difference := newDifference()
	for _, site := range d.Chunks[n] {
		rows := func(state *State) []Row { return state.domainRows(d.Account, site) }
		switch {
		case site.Removed:
			difference.remove(d, rows)
		case site.Generation != d.Generation:
			wasSettled := !d.Partial && len(d.Earlier) == 1 && site.Generation == d.Generation-1
			difference.addState(d, wasSettled && site.Generation > 0, rows)
		}
	}
	if err := u.write(ctx, difference); err != nil {
		return err
	}
	d.Chunks[n] = slices.DeleteFunc(d.Chunks[n], func(site Website) bool { return site.Removed })
	for i := range d.Chunks[n] {
		d.Chunks[n][i].Generation = d.Generation
	}
	return nil
}

// write writes rows. It records the shared endings that they use first.
func (u update) write(ctx context.Context, rows *difference) error {
	endings := map[account.ID][]string{}
	for _, row := range rows.added {
		if row.IsEnding() && !slices.Contains(endings[row.Scope], row.Text) {
			endings[row.Scope] = append(endings[row.Scope], row.Text)
		}
	}
	for scope, used := range endings {
		if err := u.Store.AddEndings(ctx, scope, used); err != nil {
			return err
		}
	}
	return u.Store.WriteRows(ctx, rows.added, rows.deleted)
}

// difference is the rows to write and to delete.
type difference struct {
	added, deleted []Row
	wanted         map[Row]bool
}

func newDifference() *difference { return &difference{wanted: map[Row]bool{}} }

// addState adds what makes the rows of the earlier states those of the current one. If the rows of the earlier state
// exist, those that stay the same are not written.
func (f *difference) addState(d *Document, exist bool, rowsOf func(*State) []Row) {
	if d.Current == nil {
		f.remove(d, rowsOf)
		return
	}
	kept := map[Row]bool{}
	if exist {
		for _, row := range rowsOf(&d.Earlier[0]) {
			kept[row] = true
		}
	}
	for _, row := range rowsOf(d.Current) {
		f.wanted[row] = true
		if !kept[row] {
			f.added = append(f.added, row)
		}
	}
	for i := range d.Earlier {
		f.deleteRows(rowsOf(&d.Earlier[i]))
	}
}

// remove adds the deletion of all rows that may exist.
func (f *difference) remove(d *Document, rowsOf func(*State) []Row) {
	for i := range d.Earlier {
		f.deleteRows(rowsOf(&d.Earlier[i]))
	}
	if d.Current != nil {
		f.deleteRows(rowsOf(d.Current))
	}
}

func (f *difference) deleteRows(rows []Row) {
	for _, row := range rows {
		if !f.wanted[row] {
			f.wanted[row] = true // deleted only once
			f.deleted = append(f.deleted, row)
		}
	}
}
