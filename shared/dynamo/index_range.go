package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"tenantry/shared/account"
)

// row is an account in a list.
type accountRow struct {
	position position
	item     item
}

// indexRange is what one partition of an index holds of one status, read from one end as far as it is needed.
type indexRange struct {
	store      *Store
	index      index
	partition  partition
	status     account.Status
	descending bool
	after      position // where to begin, exclusive; "" at the end
	readAhead  int      // how many rows to read at first

	rows    []accountRow // read and not yet taken
	hasMore bool         // there may be rows that were not read
	lastKey item         // key of the last one that was
}

// before tells whether the next row of a range comes before that of another.
func (r *indexRange) precedes(other *indexRange) bool {
	return r.rows[0].position < other.rows[0].position != r.descending
}

// read reads on.
func (r *indexRange) read(ctx context.Context, need int) error {
	limit := need
	if r.lastKey == nil {
		limit = min(need, r.readAhead)
	}
	from, to := r.bounds()
	output, err := r.store.client.Query(ctx, &dynamodb.QueryInput{
		TableName: &r.store.table, IndexName: &r.index.name,
		KeyConditionExpression:   aws.String("#partition = :partition AND #sort BETWEEN :from AND :to"),
		ExpressionAttributeNames: map[string]string{"#partition": r.index.partition, "#sort": r.index.sort},
		ExpressionAttributeValues: item{
			":partition": text(string(r.partition)), ":from": text(string(from)), ":to": text(string(to)),
		},
		ScanIndexForward: aws.Bool(!r.descending), Limit: aws.Int32(int32(limit)), ExclusiveStartKey: r.lastKey, //nolint:gosec // a page's limit is small
	})
	if err != nil {
		return failed(err, "list")
	}
	for _, one := range output.Items {
		r.rows = append(r.rows, accountRow{positionOf(sortKey(textOf(one[r.index.sort]))), one})
	}
	r.lastKey = output.LastEvaluatedKey
	r.hasMore = len(r.lastKey) > 0
	return nil
}

// bounds are the first and the last sort key of the range, inclusive, whichever way it is read.
func (r *indexRange) bounds() (from, to sortKey) {
	from, to = position("").sortKey(r.status), listEnd(r.status)
	switch {
	case r.after == "":
	case r.descending:
		to = r.after.previous().sortKey(r.status)
	default:
		from = r.after.next().sortKey(r.status)
	}
	return from, to
}
