package cascade

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func rowOf(fields ...string) row {
	made := row{}
	for i := 0; i < len(fields); i += 2 {
		made[fields[i]] = &types.AttributeValueMemberS{Value: fields[i+1]}
	}
	return made
}

func TestTheLeastOfAChange(t *testing.T) {
	t.Parallel()
	site := rowOf("pk", "WEBSITE#1", "sk", "WEBSITE", "parent", "sub_1#website", "parentOrder", "1")
	long := rowOf("pk", "WEBSITE#1", "sk", "WEBSITE", "parent", "sub_1#website", "parentOrder", "1", "text", strings.Repeat("x", 1024))
	happened := rowOf("pk", "ACCOUNT#1", "sk", "EVENT#1", "text", strings.Repeat("x", 8192))
	moved := rowOf("pk", "WEBSITE#1", "sk", "WEBSITE", "parent", "sub_2#website", "parentOrder", "1")
	for name, c := range map[string]struct {
		before, after row
		want          Least
	}{
		"nothing":                       {site, site, Least{}},
		"it goes, and from an index":    {site, nil, Least{Writes: 2, Transactional: 3, Reads: 0.5, Gone: 1}},
		"it comes":                      {nil, site, Least{Writes: 2, Transactional: 3}},
		"it grows beyond a KB":          {site, long, Least{Writes: 4, Transactional: 6}},
		"it moves within an index":      {site, moved, Least{Writes: 3, Transactional: 4}},
		"a row of 9 KB of a trail goes": {happened, nil, Least{Writes: 9, Transactional: 9, Reads: 1.5, Gone: 1}},
	} {
		before, after := map[string]row{}, map[string]row{}
		if c.before != nil {
			before["1"] = c.before
		}
		if c.after != nil {
			after["1"] = c.after
		}
		if got := leastOf(before, after); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}
