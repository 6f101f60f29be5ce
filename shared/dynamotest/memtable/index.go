package memtable

import (
	"cmp"
	"maps"
	"slices"
	"sort"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// index holds the rows of the table by its primary key, or those of a secondary index by its own key. A secondary index
// has only the items that have both of its key attributes.
type index struct {
	partitionAttribute, sortAttribute string
	attributes                        map[string]bool // that its rows show; nil for all
	partitions                        map[string]*partition
}

// partition is the rows with one partition key, ordered by their sort keys.
type partition struct {
	rows   []row
	former []state // what rows was, the oldest first
}

// row is an item at its place in an index.
type row struct {
	sort    string
	key     primaryKey
	item    item
	created int // the number of the write that made the item; known to the table only
}

// state is the rows that an index had until a moment.
type state struct {
	rows  []row
	until time.Time
}

func newIndex(schema []types.KeySchemaElement, projected *types.Projection) *index {
	ix := &index{partitions: map[string]*partition{}}
	for _, element := range schema {
		if element.KeyType == types.KeyTypeHash {
			ix.partitionAttribute = *element.AttributeName
		} else {
			ix.sortAttribute = *element.AttributeName
		}
	}
	if projected != nil && projected.ProjectionType != types.ProjectionTypeAll {
		ix.attributes = map[string]bool{ix.partitionAttribute: true, ix.sortAttribute: true}
		for _, name := range projected.NonKeyAttributes {
			ix.attributes[name] = true
		}
	}
	return ix
}

func (ix *index) clone() *index {
	clone := *ix
	clone.partitions = make(map[string]*partition, len(ix.partitions))
	for name, p := range ix.partitions {
		clone.partitions[name] = &partition{rows: slices.Clone(p.rows)}
	}
	return &clone
}

func (ix *index) rows(partitionKey string) []row {
	if p := ix.partitions[partitionKey]; p != nil {
		return p.rows
	}
	return nil
}

// place returns where an item belongs in the index. Reports whether the index has it.
func (ix *index) place(stored item) (partitionKey, sortKey string, indexed bool) {
	partitionKey, hasPartition := textOf(stored[ix.partitionAttribute])
	sortKey, hasSort := textOf(stored[ix.sortAttribute])
	return partitionKey, sortKey, hasPartition && hasSort
}

// replace takes an item's former row out of the index and puts its next row in, if the index has them. No state between
// the two is kept.
func (ix *index) replace(before item, next row, lag *lag) {
	oldPartition, oldSort, wasIndexed := ix.place(before)
	newPartition, newSort, isIndexed := ix.place(next.item)
	if wasIndexed {
		p := ix.partitions[oldPartition]
		p.keep(lag)
		if at, found := position(p.rows, oldSort, next.key); found {
			next.created = p.rows[at].created
			p.rows = slices.Delete(p.rows, at, at+1)
		}
	}
	if isIndexed {
		p := ix.partitions[newPartition]
		if p == nil {
			p = &partition{}
			ix.partitions[newPartition] = p
		}
		if !wasIndexed || newPartition != oldPartition {
			p.keep(lag)
		}
		next.sort = newSort
		at, _ := position(p.rows, newSort, next.key)
		p.rows = slices.Insert(p.rows, at, next)
	}
}

// lag is how long an index may show what was.
type lag struct {
	longest time.Duration
	now     func() time.Time
}

// keep remembers the rows as they are, and forgets those that are too old to be shown. Without a lag there is nothing
// to keep.
func (p *partition) keep(lag *lag) {
	if lag == nil {
		return
	}
	p.former = append(p.recent(lag), state{p.rows, lag.now()})
	p.rows = slices.Clone(p.rows)
}

// recent returns the former rows that an index may still show.
func (p *partition) recent(lag *lag) []state {
	now := lag.now()
	return slices.DeleteFunc(slices.Clone(p.former), func(s state) bool { return now.Sub(s.until) > lag.longest })
}

// show returns a row's item as the index shows it, or only the named attributes of it.
func (ix *index) show(shown row, names []string) item {
	if ix.attributes == nil && names == nil {
		return maps.Clone(shown.item)
	}
	visible := item{}
	for name, value := range shown.item {
		if (ix.attributes == nil || ix.attributes[name]) && (names == nil || slices.Contains(names, name)) {
			visible[name] = value
		}
	}
	return visible
}

// position returns where a row is, or where it belongs.
func position(rows []row, sortKey string, key primaryKey) (at int, found bool) {
	return sort.Find(len(rows), func(i int) int {
		return cmp.Or(
			cmp.Compare(sortKey, rows[i].sort),
			cmp.Compare(key.partition, rows[i].key.partition),
			cmp.Compare(key.sort, rows[i].key.sort),
		)
	})
}
