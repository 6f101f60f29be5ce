// Package memtable is a DynamoDB table in memory, for tests. A Table answers as DynamoDB does, for the expressions that
// the store uses. It panics on all other expressions, so that no test passes on an answer that was never compared with
// DynamoDB's. The contract in shared/dynamo runs on a Table and on the storage emulator.
package memtable

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// item is the attributes of an item. Values are never changed in place, so items may share them.
type item = map[string]types.AttributeValue

// primaryKey names an item of the table.
type primaryKey struct{ partition, sort string }

// Table is a table with its secondary indexes.
type Table struct {
	name string

	mu       sync.Mutex
	items    *index
	indexes  map[string]*index
	now      func() time.Time
	writes   int                // how many there were
	requests map[string]request // committed transactions by their ClientRequestToken
	lag      *lag               // of the secondary indexes; nil for none
}

// New returns an empty table. It forgets the tokens of transactions by the clock.
func New(schema *dynamodb.CreateTableInput, now func() time.Time) *Table {
	for _, definition := range schema.AttributeDefinitions {
		if definition.AttributeType != types.ScalarAttributeTypeS {
			unsupported("a key attribute of type %s", definition.AttributeType)
		}
	}
	t := &Table{
		name: *schema.TableName, items: newIndex(schema.KeySchema, nil), indexes: map[string]*index{},
		now: now, requests: map[string]request{},
	}
	for _, secondary := range schema.GlobalSecondaryIndexes {
		projected := secondary.Projection
		if projected.ProjectionType != types.ProjectionTypeAll {
			projected.NonKeyAttributes = append(
				slices.Clone(projected.NonKeyAttributes),
				t.items.partitionAttribute,
				t.items.sortAttribute,
			)
		}
		t.indexes[*secondary.IndexName] = newIndex(secondary.KeySchema, projected)
	}
	return t
}

// Clone returns a table with the same items and another clock. Its indexes do not lag.
func (t *Table) Clone(now func() time.Time) *Table {
	t.mu.Lock()
	defer t.mu.Unlock()
	clone := &Table{
		name: t.name, items: t.items.clone(), indexes: map[string]*index{},
		now: now, writes: t.writes, requests: maps.Clone(t.requests),
	}
	for name, secondary := range t.indexes {
		clone.indexes[name] = secondary.clone()
	}
	return clone
}

// All returns all items of the table, in the order in which they came to exist. They must not be changed.
func (t *Table) All() []map[string]types.AttributeValue {
	t.mu.Lock()
	defer t.mu.Unlock()
	var all []row
	for _, p := range t.items.partitions {
		all = append(all, p.rows...)
	}
	slices.SortFunc(all, func(a, b row) int { return cmp.Compare(a.created, b.created) })
	items := make([]item, len(all))
	for i := range all {
		items[i] = all[i].item
	}
	return items
}

// find returns an item, or nil if it does not exist.
func (t *Table) find(key primaryKey) item {
	rows := t.items.rows(key.partition)
	if at, found := position(rows, key.sort, key); found {
		return rows[at].item
	}
	return nil
}

// replace writes an item into the table and its indexes. An item without attributes is deleted.
func (t *Table) replace(key primaryKey, before, after item) {
	t.writes++
	t.items.replace(before, row{key: key, item: after, created: t.writes}, nil)
	for _, secondary := range t.indexes {
		secondary.replace(before, row{key: key, item: after}, t.lag)
	}
}

// checkTable returns the error for a table that does not exist.
func (t *Table) checkTable(name *string) error {
	if aws.ToString(name) != t.name {
		return &types.ResourceNotFoundException{Message: aws.String("Requested resource not found")}
	}
	return nil
}

// keyOf reads the primary key among attributes.
func (t *Table) keyOf(attributes item) (primaryKey, error) {
	partition, err := keyText(attributes, t.items.partitionAttribute, maxPartitionKey)
	if err != nil {
		return primaryKey{}, err
	}
	sort, err := keyText(attributes, t.items.sortAttribute, maxSortKey)
	return primaryKey{partition, sort}, err
}

// onlyKey reads a primary key, which must have no other attributes.
func (t *Table) onlyKey(attributes item) (primaryKey, error) {
	if len(attributes) != 2 {
		return primaryKey{}, invalid("The provided key element does not match the schema")
	}
	return t.keyOf(attributes)
}

// checkItem returns the error for an item that the table or an index cannot hold.
func (t *Table) checkItem(stored item) error {
	if sizeOf(stored) > maxItem {
		return invalid("Item size has exceeded the maximum allowed size")
	}
	for _, secondary := range t.indexes {
		if err := cmp.Or(
			checkKey(stored, secondary.partitionAttribute, maxPartitionKey),
			checkKey(stored, secondary.sortAttribute, maxSortKey),
		); err != nil {
			return err
		}
	}
	return nil
}

// checkKey returns the error for a value of a secondary index's key that is no key. The item may lack the attribute.
func checkKey(stored item, attribute string, longest int) error {
	if stored[attribute] == nil {
		return nil
	}
	_, err := keyText(stored, attribute, longest)
	return err
}
