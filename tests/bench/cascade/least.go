package cascade

import (
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tenantry/shared/dynamo"
)

// Cost is the cost of a change of the table, in capacity units.
type Cost struct {
	Writes        float64 // one write for each changed row, and one for each of its rows in indexes
	Transactional float64 // like Writes, but writes to the table are in transactions, except deletions of events
	Reads         float64 // each deleted row is read once, in full pages, eventually consistent
	Deleted       int     // the number of deleted rows
}

func (c *Cost) add(other Cost) {
	c.Writes += other.Writes
	c.Transactional += other.Transactional
	c.Reads += other.Reads
	c.Deleted += other.Deleted
}

// leastCost returns the least cost of changing the table from one state to the other.
func leastCost(before, after map[string]row) (least Cost) {
	keys := maps.Clone(before)
	maps.Copy(keys, after)
	var bytesRead float64
	for key := range keys {
		old, current := before[key], after[key]
		if reflect.DeepEqual(old, current) {
			continue
		}
		base := writeUnits(max(size(old), size(current)))
		total := base
		for _, x := range indexes {
			total += x.writeUnits(old, current)
		}
		least.Writes += total
		least.Transactional += total
		if isDeletedEvent := current == nil && strings.HasPrefix(stringValue(old["sk"]), "EVENT#"); !isDeletedEvent {
			least.Transactional += base // a transaction doubles the units of a write
		}
		if current == nil {
			least.Deleted++
			bytesRead += size(old)
		}
	}
	least.Reads = math.Ceil(bytesRead/4096) / 2
	return least
}

// indexes are the indexes of the table.
var indexes = func() (all []index) {
	schema := dynamo.Schema("")
	for _, s := range schema.GlobalSecondaryIndexes {
		x := index{all: s.Projection.ProjectionType == types.ProjectionTypeAll, attributes: []string{"pk", "sk"}}
		for _, k := range s.KeySchema {
			x.keys = append(x.keys, *k.AttributeName)
		}
		x.attributes = append(append(x.attributes, x.keys...), s.Projection.NonKeyAttributes...)
		all = append(all, x)
	}
	return all
}()

// index is an index of the table.
type index struct {
	keys       []string
	attributes []string // the projected attributes
	all        bool     // all attributes are projected
}

// project returns the row that the index has for a row of the table, or nil if it has none.
func (x index) project(tableRow row) row {
	for _, k := range x.keys {
		if tableRow[k] == nil {
			return nil
		}
	}
	if x.all {
		return tableRow
	}
	projected := row{}
	for _, name := range x.attributes {
		if tableRow[name] != nil {
			projected[name] = tableRow[name]
		}
	}
	return projected
}

// writeUnits returns the units that the index consumes when a row of the table changes. If the key in the index
// changes, one row is deleted and another is written.
func (x index) writeUnits(before, after row) float64 {
	old, current := x.project(before), x.project(after)
	moved := slices.ContainsFunc(x.keys, func(k string) bool { return stringValue(old[k]) != stringValue(current[k]) })
	switch {
	case reflect.DeepEqual(old, current):
		return 0
	case old != nil && current != nil && moved:
		return writeUnits(size(old)) + writeUnits(size(current))
	}
	return writeUnits(max(size(old), size(current)))
}

// writeUnits returns the units of one write.
func writeUnits(bytes float64) float64 { return math.Ceil(bytes / 1024) }

// size returns the size of a row in bytes, as DynamoDB counts them.
func size(r row) (sum float64) {
	for name, value := range r {
		sum += float64(len(name)) + valueSize(value)
	}
	return sum
}

func valueSize(value types.AttributeValue) float64 {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return float64(len(v.Value))
	case *types.AttributeValueMemberN:
		return float64((len(v.Value)+1)/2 + 1)
	case *types.AttributeValueMemberB:
		return float64(len(v.Value))
	case *types.AttributeValueMemberM:
		return 3 + float64(len(v.Value)) + size(v.Value)
	case *types.AttributeValueMemberL:
		sum := 3 + float64(len(v.Value))
		for _, element := range v.Value {
			sum += valueSize(element)
		}
		return sum
	}
	return 1 // a boolean or null
}
