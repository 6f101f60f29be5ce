package cascade

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// newRow returns a row with attributes, given as names and values in turn.
func newRow(attributes ...string) row {
	r := row{}
	for i := 0; i < len(attributes); i += 2 {
		r[attributes[i]] = &types.AttributeValueMemberS{Value: attributes[i+1]}
	}
	return r
}

func TestLeastCost(t *testing.T) {
	t.Parallel()
	site := newRow("pk", "WEBSITE#1", "sk", "WEBSITE", "parent", "sub_1#website", "parentOrder", "1")
	long := newRow("pk", "WEBSITE#1", "sk", "WEBSITE", "parent", "sub_1#website", "parentOrder", "1",
		"text", strings.Repeat("x", 1024))
	event := newRow("pk", "ACCOUNT#1", "sk", "EVENT#1", "text", strings.Repeat("x", 8192))
	moved := newRow("pk", "WEBSITE#1", "sk", "WEBSITE", "parent", "sub_2#website", "parentOrder", "1")
	for name, c := range map[string]struct {
		before, after row
		want          Cost
	}{
		"unchanged":                   {site, site, Cost{}},
		"deleted, also from an index": {site, nil, Cost{Writes: 2, Transactional: 3, Reads: 0.5, Deleted: 1}},
		"created":                     {nil, site, Cost{Writes: 2, Transactional: 3}},
		"grown beyond 1 KB":           {site, long, Cost{Writes: 4, Transactional: 6}},
		"moved within an index":       {site, moved, Cost{Writes: 3, Transactional: 4}},
		"event of 9 KB, deleted":      {event, nil, Cost{Writes: 9, Transactional: 9, Reads: 1.5, Deleted: 1}},
	} {
		before, after := map[string]row{}, map[string]row{}
		if c.before != nil {
			before["1"] = c.before
		}
		if c.after != nil {
			after["1"] = c.after
		}
		if got := leastCost(before, after); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}
