package changefeed

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"time"

	"golang.org/x/sync/errgroup"

	"tenantry/shared/fault"
	"tenantry/shared/page"
)

// Store has the rows of the feed.
type Store interface {
	// ReadFeedPositions returns the positions of now. The read is strongly consistent and costs one read unit. All rows
	// up to the positions have been written.
	ReadFeedPositions(ctx context.Context) (Positions, error)
	// ReadFeedRows returns a shard's rows with the numbers from first to last, in their order and at most limit of them.
	// The read is strongly consistent. Deleted rows are left out. It may return fewer rows if they are large, but at
	// least one.
	ReadFeedRows(ctx context.Context, shard int, first, last int64, limit int) ([]Row, error)
}

// Reader reads the feed. Nodes call it every few seconds.
type Reader struct {
	Store   Store
	Cursors *page.Sealer
	Now     func() time.Time
}

// Answer has the changes since a cursor.
type Answer struct {
	Entries    []GateChange
	NextCursor string
	Tag        string // names the positions of NextCursor
	IsNew      bool   // false if nothing has changed since the cursor; then there is no NextCursor
}

// The limits of one answer. The reader reads rows until it has enough entries.
const (
	enoughEntries = 1000
	rowsAtOnce    = 4 * Shards // in all shards together; a row has up to a hundred entries
)

// cursorBinding binds cursors to the feed, and not to a caller. All nodes may read the whole feed, and a node keeps its
// place when it gets another token.
const cursorBinding = "gate-changes"

// Read returns the changes since a cursor. Without a cursor there are no changes, and NextCursor starts at now. If
// the answer is long, NextCursor says how far it goes. It returns fault.InvalidRequest if the cursor is not one of
// the feed, and fault.CursorExpired if changes since the cursor are not kept any more.
func (r Reader) Read(ctx context.Context, cursor string) (Answer, error) {
	head, err := r.Store.ReadFeedPositions(ctx)
	if err != nil {
		return Answer{}, err
	}
	from := head
	if cursor != "" {
		if err := r.Cursors.Open(ctx, cursor, &from, cursorBinding); err != nil {
			return Answer{}, err
		}
		if from == head {
			return Answer{Tag: head.tag()}, nil
		}
	}
	entries, reached, err := r.collect(ctx, from, head)
	if err != nil {
		return Answer{}, err
	}
	next, err := r.Cursors.Seal(ctx, reached, cursorBinding)
	return Answer{Entries: Distinct(entries), NextCursor: next, Tag: reached.tag(), IsNew: true}, err
}

// collect reads the rows between two positions until it has enough entries. It returns the positions that it has
// reached.
func (r Reader) collect(
	ctx context.Context, from, head Positions,
) (entries []GateChange, reached Positions, err error) {
	reached = from
	for len(entries) < enoughEntries && reached != head {
		rows, err := r.readNext(ctx, reached, head)
		if err != nil {
			return nil, from, err
		}
		for shard := range rows {
			for _, row := range rows[shard] {
				if row.Number != reached[shard]+1 || r.Now().Sub(row.WrittenAt) > Retention {
					return nil, from, cursorExpired()
				}
				entries, reached[shard] = append(entries, row.Entries...), row.Number
			}
		}
	}
	return entries, reached, nil
}

// readNext reads the next rows of all shards that have some, concurrently. It returns fault.CursorExpired if a shard
// has none of them any more, or if the positions are ahead of the head: the table was restored from a backup.
func (r Reader) readNext(ctx context.Context, reached, head Positions) (rows [Shards][]Row, err error) {
	var behind []int
	for shard := range head {
		switch {
		case reached[shard] > head[shard]:
			return rows, cursorExpired()
		case reached[shard] < head[shard]:
			behind = append(behind, shard)
		}
	}
	limit := rowsAtOnce / len(behind)
	reads, ctx := errgroup.WithContext(ctx)
	for _, shard := range behind {
		reads.Go(func() (err error) {
			rows[shard], err = r.Store.ReadFeedRows(ctx, shard, reached[shard]+1, head[shard], limit)
			if err == nil && len(rows[shard]) == 0 {
				err = cursorExpired()
			}
			return err
		})
	}
	return rows, reads.Wait()
}

func cursorExpired() error {
	return fault.New(fault.CursorExpired,
		"Changes since this cursor are not kept any more. Forget all answers of the gate and start again without a cursor.")
}

// tag returns a text that is the same for the same positions only.
func (p Positions) tag() string {
	text, err := binary.Append(nil, binary.BigEndian, p)
	if err != nil {
		panic(err) // an array of integers can always be encoded
	}
	sum := sha256.Sum256(text)
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}
