package dynamo

import (
	"context"

	"tenantry/shared/account"
)

// accountRow is an account in a list.
type accountRow struct {
	position position
	item     item
}

// listRange is a part of a list: the accounts of one status in one partition of an index. It is read from one end, as
// far as it is needed.
type listRange struct {
	store      *Store
	index      index
	partition  partition
	status     account.Status
	descending bool
	after      position // the position before the first row; "" for the beginning of the list
	readAhead  int      // the greatest number of rows in the first read

	rows    []accountRow // rows that were read and not taken
	hasMore bool         // there may be rows that were not read
	lastKey item         // the key of the last row that was read
}

// precedes reports whether the next row of the range comes before the next row of another range.
func (r *listRange) precedes(other *listRange) bool {
	return r.rows[0].position < other.rows[0].position != r.descending
}

// read reads up to limit more rows.
func (r *listRange) read(ctx context.Context, limit int) error {
	if r.lastKey == nil {
		limit = min(limit, r.readAhead)
	}
	first, last := r.bounds()
	found, lastKey, err := r.store.query(ctx, query{
		index: r.index, partition: r.partition, sort: between(first, last), descending: r.descending,
		limit: limit, after: r.lastKey,
	})
	if err != nil {
		return err
	}
	for _, row := range found {
		r.rows = append(r.rows, accountRow{positionOf(sortKey(textOf(row[r.index.sort]))), row})
	}
	r.lastKey = lastKey
	r.hasMore = len(lastKey) > 0
	return nil
}

// bounds returns the lowest and the highest sort key of the range, in both directions of reading.
func (r *listRange) bounds() (first, last sortKey) {
	first, last = position("").sortKey(r.status), listEnd(r.status)
	switch {
	case r.after == "":
	case r.descending:
		last = r.after.previous().sortKey(r.status)
	default:
		first = r.after.next().sortKey(r.status)
	}
	return first, last
}
