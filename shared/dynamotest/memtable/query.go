package memtable

import (
	"cmp"
	"context"
	"slices"
	"sort"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// maxPage is how many bytes a query reads.
const maxPage = 1 << 20

// Query implements dynamo.Client.
func (t *Table) Query(
	ctx context.Context,
	input *dynamodb.QueryInput,
	_ ...func(*dynamodb.Options),
) (*dynamodb.QueryOutput, error) {
	return t.query(ctx, input, func(p *partition) []row { return p.rows })
}

// Lagging is a table whose secondary indexes lag behind, as those of DynamoDB may.
type Lagging struct {
	*Table
	choose func(states int) int
}

// Lagging returns a view of the table. Its queries of a secondary index see any state that the index had in the longest
// time before now: choose gets the number of states and returns which one the query sees, 0 for the oldest.
func (t *Table) Lagging(longest time.Duration, now func() time.Time, choose func(states int) int) *Lagging {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lag = &lag{longest, now}
	return &Lagging{t, choose}
}

// Query implements dynamo.Client.
func (l *Lagging) Query(
	ctx context.Context,
	input *dynamodb.QueryInput,
	_ ...func(*dynamodb.Options),
) (*dynamodb.QueryOutput, error) {
	if input.IndexName == nil {
		return l.Table.Query(ctx, input)
	}
	return l.query(ctx, input, func(p *partition) []row {
		recent := p.recent(l.lag)
		if at := l.choose(len(recent) + 1); at < len(recent) {
			return recent[at].rows
		}
		return p.rows
	})
}

// query reads a page of a partition, of the rows that see returns.
func (t *Table) query(
	ctx context.Context,
	input *dynamodb.QueryInput,
	see func(p *partition) []row,
) (*dynamodb.QueryOutput, error) {
	if input.FilterExpression != nil || input.Select != "" {
		unsupported("FilterExpression and Select in Query")
	}
	if err := t.begin(ctx, input.TableName); err != nil {
		return nil, err
	}
	defer t.mu.Unlock()
	ix, err := t.queried(input)
	if err != nil {
		return nil, err
	}
	with := placeholders{input.ExpressionAttributeNames, input.ExpressionAttributeValues}
	key := parseCondition(aws.ToString(input.KeyConditionExpression))
	shown := parseProjection(aws.ToString(input.ProjectionExpression))
	if err := with.check(slices.Concat(key.used, shown)...); err != nil {
		return nil, err
	}
	wanted, err := rangeOf(key.root, ix, with)
	if err != nil {
		return nil, err
	}
	var rows []row
	if p := ix.partitions[wanted.partition]; p != nil {
		rows = wanted.cut(see(p))
	}
	if rows, err = t.following(rows, ix, wanted.partition, input); err != nil {
		return nil, err
	}
	var names []string
	for _, name := range shown {
		names = append(names, with.names[name])
	}
	return t.page(input, ix, rows, names), nil
}

// queried returns the index that a query reads.
func (t *Table) queried(input *dynamodb.QueryInput) (*index, error) {
	if input.Limit != nil && *input.Limit < 1 {
		return nil, invalid("Limit must be at least 1")
	}
	if input.IndexName == nil {
		return t.items, nil
	}
	ix := t.indexes[*input.IndexName]
	switch {
	case ix == nil:
		return nil, invalid("The table does not have the specified index: %s", *input.IndexName)
	case aws.ToBool(input.ConsistentRead):
		return nil, invalid("Consistent reads are not supported on global secondary indexes")
	}
	return ix, nil
}

// keyRange is what a key condition selects: a partition, or a part of it.
type keyRange struct {
	partition string
	from, to  *string // bounds of the sort key; nil for none
	fromOpen  bool    // from itself is not selected
	toOpen    bool
}

// rangeOf reads a key condition: an equality of the partition key, and at most one condition on the sort key.
func rangeOf(root node, ix *index, with placeholders) (keyRange, error) {
	parts, several := root.(allOf)
	if !several {
		parts = allOf{root}
	}
	selected, seen := keyRange{}, map[string]bool{}
	for _, part := range parts {
		name, err := selected.add(part, ix, with)
		if err != nil || seen[name] {
			return selected, cmp.Or(err, invalid("KeyConditionExpressions must only contain one condition per key"))
		}
		seen[name] = true
	}
	if !seen[ix.partitionAttribute] {
		return selected, invalid("Query condition missed key schema element: %s", ix.partitionAttribute)
	}
	return selected, nil
}

// add narrows the range to a condition. It returns the attribute that the condition is about.
func (r *keyRange) add(part node, ix *index, with placeholders) (attribute string, err error) {
	text := func(word string) *string {
		value, textErr := keyText(item{attribute: with.values[word]}, attribute, maxPartitionKey)
		err = cmp.Or(err, textErr)
		return &value
	}
	switch c := part.(type) {
	case comparison:
		attribute = with.names[c.left]
		switch value := text(c.right); {
		case attribute == ix.partitionAttribute && c.sign == "=":
			r.partition = *value
		case attribute != ix.sortAttribute:
			return "", invalid("Query key condition not supported")
		case c.sign == "=":
			r.from, r.to = value, value
		case c.sign == "<", c.sign == "<=":
			r.to, r.toOpen = value, c.sign == "<"
		default:
			r.from, r.fromOpen = value, c.sign == ">"
		}
	case between:
		if attribute = with.names[c.operand]; attribute != ix.sortAttribute {
			return "", invalid("Query key condition not supported")
		}
		if r.from, r.to = text(c.low), text(c.high); *r.from > *r.to {
			return "", invalid("The BETWEEN operator requires upper bound to be greater than or equal to lower bound")
		}
	default:
		return "", invalid("Invalid operator used in KeyConditionExpression")
	}
	return attribute, err
}

// cut returns the rows of a partition that are in the range.
func (r *keyRange) cut(rows []row) []row {
	if r.to != nil {
		rows = rows[:sort.Search(len(rows), func(i int) bool { return rows[i].sort > *r.to || r.toOpen && rows[i].sort == *r.to })]
	}
	if r.from != nil {
		rows = rows[sort.Search(len(rows), func(i int) bool { return rows[i].sort > *r.from || !r.fromOpen && rows[i].sort == *r.from }):]
	}
	return rows
}

// following returns the rows behind the query's start.
func (t *Table) following(rows []row, ix *index, partitionKey string, input *dynamodb.QueryInput) ([]row, error) {
	start := input.ExclusiveStartKey
	if len(start) == 0 {
		return rows, nil
	}
	key, err := t.keyOf(start)
	if err != nil {
		return nil, err
	}
	startPartition, sortKey, complete := ix.place(start)
	if !complete || startPartition != partitionKey {
		return nil, invalid("The provided starting key is invalid")
	}
	at, found := position(rows, sortKey, key)
	switch {
	case isBackward(input):
		return rows[:at], nil
	case found:
		at++
	}
	return rows[at:], nil
}

func isBackward(input *dynamodb.QueryInput) bool {
	return input.ScanIndexForward != nil && !*input.ScanIndexForward
}

// page returns the first rows of many, up to the query's limit and a megabyte. Names are the attributes to show; nil
// for all.
func (t *Table) page(input *dynamodb.QueryInput, ix *index, rows []row, names []string) *dynamodb.QueryOutput {
	output, size := &dynamodb.QueryOutput{}, 0
	for i := range rows {
		at := i
		if isBackward(input) {
			at = len(rows) - 1 - i
		}
		output.Items = append(output.Items, ix.show(rows[at], names))
		output.Count++
		size += sizeOf(rows[at].item)
		if output.Count == aws.ToInt32(input.Limit) || size > maxPage && i < len(rows)-1 {
			output.LastEvaluatedKey = item{}
			for _, name := range []string{t.items.partitionAttribute, t.items.sortAttribute, ix.partitionAttribute, ix.sortAttribute} {
				output.LastEvaluatedKey[name] = rows[at].item[name]
			}
			break
		}
	}
	output.ScannedCount = output.Count
	return output
}

var projections parsed[[]string]

// parseProjection reads a ProjectionExpression of names.
func parseProjection(expression string) []string {
	if expression == "" {
		return nil
	}
	return projections.of(expression, func(p *parser) []string {
		names := []string{p.placeholder(isName)}
		for p.accept(",") {
			names = append(names, p.placeholder(isName))
		}
		return names
	})
}
