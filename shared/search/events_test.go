package search_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"tenantry/shared/search"
)

// The filter of the stream in template.yaml has the events that change rows, and the orders to rebuild.
func TestStreamFilterHasEvents(t *testing.T) {
	template, err := os.ReadFile("../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, function, _ := strings.Cut(string(template), "  IndexSearchFunction:")
	_, names, _ := strings.Cut(function, `"NewImage":{"name":{"S":["`)
	names, _, _ = strings.Cut(names, `"]`)
	got := strings.Split(names, `","`)
	var want []string
	for _, name := range search.Events {
		if name != search.RebuildOrdered {
			want = append(want, string(name))
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the filter has %v, want %v", got, want)
	}
}
