package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"tenantry/shared/account"
)

// row is an account in a list.
type row struct {
	position position
	item     item
}

// indexRange is what one partition of an index holds of one status, read from one end as far as it is needed.
type indexRange struct {
	store     *Store
	index     index
	partition partition
	status    account.Status
	down      bool
	after     position // where to begin, exclusive; "" at the end
	ahead     int      // how many rows to read at first

	rows []row // read and not yet taken
	more bool  // there may be rows that were not read
	last item  // key of the last one that was
}

// before tells whether the next row of a range comes before that of another.
func (r *indexRange) before(other *indexRange) bool {
	return r.rows[0].position < other.rows[0].position != r.down
}

// read reads on.
func (r *indexRange) read(ctx context.Context, need int) error {
	limit := need
	if r.last == nil {
		limit = min(need, r.ahead)
	}
	from, to := r.bounds()
	output, err := r.store.client.Query(ctx, &dynamodb.QueryInput{
		TableName: &r.store.table, IndexName: &r.index.name,
		KeyConditionExpression:   aws.String("#partition = :partition AND #sort BETWEEN :from AND :to"),
		ExpressionAttributeNames: map[string]string{"#partition": r.index.partition, "#sort": r.index.sort},
		ExpressionAttributeValues: item{
			":partition": text(string(r.partition)), ":from": text(string(from)), ":to": text(string(to)),
		},
		ScanIndexForward: aws.Bool(!r.down), Limit: aws.Int32(int32(limit)), ExclusiveStartKey: r.last, //nolint:gosec // a page's limit is small
	})
	if err != nil {
		return failed(err, "list")
	}
	for _, one := range output.Items {
		r.rows = append(r.rows, row{positionOf(sortKey(textOf(one[r.index.sort]))), one})
	}
	r.last = output.LastEvaluatedKey
	r.more = len(r.last) > 0
	return nil
}

// bounds are the first and the last sort key of the range, inclusive, whichever way it is read.
func (r *indexRange) bounds() (from, to sortKey) {
	from, to = position("").listed(r.status), listEnd(r.status)
	switch {
	case r.after == "":
	case r.down:
		to = r.after.previous().listed(r.status)
	default:
		from = r.after.next().listed(r.status)
	}
	return from, to
}
