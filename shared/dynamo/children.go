package dynamo

import "context"

// child has the keys of an item in the index objects-by-parent.
type child struct {
	Parent      partition `dynamodbav:"parent"`
	ParentOrder sortKey   `dynamodbav:"parentOrder"`
}

// listChildren returns one page of a parent's objects of one type in the order of their creation, and whether there may
// be more. The read is eventually consistent.
func listChildren[T any](
	ctx context.Context, s *Store, parent partition, after string, limit int, read func(item) (*T, error),
) (page []T, hasMore bool, err error) {
	// The space keeps the bound of the first page from being empty, which DynamoDB rejects.
	found, lastKey, err := s.query(ctx, query{
		index: objectsByParent, partition: parent, sort: greaterThan(after + " "), limit: limit + 1,
	})
	if err != nil {
		return nil, false, err
	}
	page, err = readAll(found[:min(limit, len(found))], read)
	return page, len(found) > limit || len(lastKey) > 0 && len(found) > 0, err
}

// newest returns the last items of an index partition before a sort key, the last one first. If before is "", it begins
// with the last item.
func (s *Store) newest(ctx context.Context, ix index, p partition, before string, limit int) ([]item, error) {
	q := query{index: ix, partition: p, descending: true, limit: limit}
	if before != "" {
		q.sort = lessThan(before)
	}
	found, _, err := s.query(ctx, q)
	return found, err
}
