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

// Least is what a change of a table costs at least.
type Least struct {
	Writes        float64 // each row that came, went or is another now is written once, and so is each of its index rows
	Transactional float64 // the same with the rows of the table, but for those of trails, in transactions: twice
	Reads         float64 // what went is read once, in pages, eventually consistent
	Gone          int     // rows of the table
}

func (l *Least) add(other Least) {
	l.Writes += other.Writes
	l.Transactional += other.Transactional
	l.Reads += other.Reads
	l.Gone += other.Gone
}

// leastOf holds a table against what it was before.
func leastOf(before, after map[string]row) (least Least) {
	keys := maps.Clone(before)
	maps.Copy(keys, after)
	var read float64
	for key := range keys {
		was, is := before[key], after[key]
		if reflect.DeepEqual(was, is) {
			continue
		}
		base := units(max(size(was), size(is)))
		written := base
		for _, of := range indexed {
			written += of.writes(was, is)
		}
		least.Writes += written
		least.Transactional += written
		if trail := is == nil && strings.HasPrefix(textOf(was["sk"]), "EVENT#"); !trail {
			least.Transactional += base
		}
		if is == nil {
			least.Gone++
			read += size(was)
		}
	}
	least.Reads = math.Ceil(read/4096) / 2
	return least
}

// indexed are the indexes of the table.
var indexed = func() (all []indexOf) {
	schema := dynamo.Schema("")
	for _, s := range schema.GlobalSecondaryIndexes {
		one := indexOf{all: s.Projection.ProjectionType == types.ProjectionTypeAll, held: []string{"pk", "sk"}}
		for _, k := range s.KeySchema {
			one.keys = append(one.keys, *k.AttributeName)
		}
		one.held = append(append(one.held, one.keys...), s.Projection.NonKeyAttributes...)
		all = append(all, one)
	}
	return all
}()

type indexOf struct {
	keys, held []string
	all        bool
}

// row is what an index has of a row; nil when it has none.
func (x indexOf) row(of row) row {
	for _, k := range x.keys {
		if of[k] == nil {
			return nil
		}
	}
	if x.all {
		return of
	}
	made := row{}
	for _, name := range x.held {
		if of[name] != nil {
			made[name] = of[name]
		}
	}
	return made
}

// writes is what an index is written when a row changes: a row of another key goes and comes.
func (x indexOf) writes(was, is row) float64 {
	was, is = x.row(was), x.row(is)
	moved := slices.ContainsFunc(x.keys, func(k string) bool { return textOf(was[k]) != textOf(is[k]) })
	switch {
	case reflect.DeepEqual(was, is):
		return 0
	case was != nil && is != nil && moved:
		return units(size(was)) + units(size(is))
	}
	return units(max(size(was), size(is)))
}

// units are those of a write of so many bytes.
func units(bytes float64) float64 { return math.Ceil(bytes / 1024) }

// size is how many bytes a row has, as DynamoDB counts them.
func size(of row) (sum float64) {
	for name, value := range of {
		sum += float64(len(name)) + sizeOf(value)
	}
	return sum
}

func sizeOf(value types.AttributeValue) float64 {
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
		for _, one := range v.Value {
			sum += sizeOf(one)
		}
		return sum
	}
	return 1 // a boolean or null
}
