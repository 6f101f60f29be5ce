package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tenantry/shared/dynamo"
)

// pages is a table of five pages, which are read in their order. One page fails the first time.
type pages struct {
	read  []int
	fails int
}

func (p *pages) FillPage(
	_ context.Context, _ []string, after map[string]types.AttributeValue, _ int32,
) (result dynamo.FillResult, err error) {
	page := 0
	if previous, isText := after["pk"].(*types.AttributeValueMemberS); isText {
		n, _ := strconv.Atoi(previous.Value)
		page = n + 1
	}
	if page == p.fails {
		p.fails = -1
		return result, errors.New("the process was killed")
	}
	p.read = append(p.read, page)
	if page < 4 {
		result.Next = map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: strconv.Itoa(page)}, "sk": &types.AttributeValueMemberS{Value: "ACCOUNT"},
		}
	}
	return result, nil
}

func TestFillContinuesWhereItWasInterrupted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.json")
	table := &pages{fails: 3}
	if err := fill(t.Context(), table, []string{"a", "b"}, path); err == nil {
		t.Fatal("the first fill succeeded, want it interrupted")
	}
	if err := fill(t.Context(), table, []string{"a"}, path); err == nil {
		t.Error("a fill of other attributes continued at the position of this one")
	}
	if err := fill(t.Context(), table, []string{"a", "b"}, path); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(table.read, []int{0, 1, 2, 3, 4}) {
		t.Errorf("the pages %v were read, want each once", table.read)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("the position remains after the last page")
	}
}

// comparedIndexes returns one result for each comparison, and the last one again.
type comparedIndexes struct{ results []map[string]string }

func (c *comparedIndexes) Compare(context.Context, string, string) (map[string]string, error) {
	found := c.results[0]
	if len(c.results) > 1 {
		c.results = c.results[1:]
	}
	return found, nil
}

func TestCompareIgnoresItemsThatChange(t *testing.T) {
	for name, c := range map[string]struct {
		results []map[string]string
		want    error
	}{
		"equal":              {[]map[string]string{{}}, nil},
		"changing items":     {[]map[string]string{{"a": "old"}, {"b": "next"}}, nil},
		"a missing item":     {[]map[string]string{{"a": "old", "b": "old"}, {"a": "old"}}, errDifferent},
		"an item that moves": {[]map[string]string{{"a": "old"}, {"a": "next"}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if err := compare(t.Context(), &comparedIndexes{c.results}, "old", "next", 0); !errors.Is(err, c.want) {
				t.Errorf("the comparison ended with %v, want %v", err, c.want)
			}
		})
	}
}
