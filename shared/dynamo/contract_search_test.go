package dynamo_test

import (
	"fmt"
	"strings"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/search"
)

// rowOf returns a row of a customer.
func rowOf(section search.Section, text, id string) search.Row {
	return search.Row{
		Scope: "res_1", Kind: search.CustomerText, Section: section, Text: text, ID: id, Account: account.ID(id),
	}
}

var searches = map[string]func(*testing.T, *fixture){
	"rows are read by the beginning of their texts": func(t *testing.T, f *fixture) {
		long := strings.Repeat("ü", 32)
		rows := []search.Row{
			rowOf(search.Prefix, "anna", "cus_2"), rowOf(search.Prefix, "anna", "cus_3"), rowOf(search.Prefix, "annab", "cus_1"),
		}
		others := []search.Row{
			rowOf(search.Inside, "anna", "cus_1"),
			rowOf(search.Prefix, "ann", "cus_1"),
			rowOf(search.Prefix, "anob", "cus_1"),
			rowOf(search.Prefix, "an", "cus_1"),
			rowOf(search.Prefix, long, "cus_1"),
			rowOf(search.PrefixEnding, "anna.com", "cus_1"),
			{
				Scope: search.Everything, Kind: search.CustomerDomain, Section: search.Prefix, Text: "anna.example", ID: "web_1",
				Account: "cus_1", Subscription: "sub_1",
			},
		}
		expectNoError(t, f.WriteRows(f.ctx, append(rows, others...), nil))
		wanted := search.Range{Scope: "res_1", Kind: search.CustomerText, Section: search.Prefix, Text: "anna"}
		first, more, err := f.ReadRows(f.ctx, wanted, search.Position{}, 2)
		expectNoError(t, err)
		expectEqual(t, "first rows", first, rows[:2])
		expectEqual(t, "more rows", more, true)
		last := search.Position{Section: search.Prefix, Text: first[1].Text, ID: first[1].ID}
		rest, more, err := f.ReadRows(f.ctx, wanted, last, 2)
		expectNoError(t, err)
		expectEqual(t, "other rows", rest, rows[2:])
		expectEqual(t, "more rows", more, false)
		for _, row := range others {
			wanted := search.Range{Scope: row.Scope, Kind: row.Kind, Section: row.Section, Text: row.Text}
			found := 0
			for wanted.Shard = range search.Shards {
				got, _, err := f.ReadRows(f.ctx, wanted, search.Position{}, 9)
				expectNoError(t, err)
				for i := range got {
					if got[i] == row {
						found++
					}
				}
				if !row.IsEnding() {
					break
				}
			}
			expectEqual(t, "rows of "+row.Text, found, 1)
		}
		expectNoError(t, f.WriteRows(f.ctx, nil, rows))
		got, _, err := f.ReadRows(f.ctx, wanted, search.Position{}, 9)
		expectNoError(t, err)
		expectEqual(t, "rows after deletion", len(got), 0)
	},
	"more rows are written than one call takes": func(t *testing.T, f *fixture) {
		var rows []search.Row
		for i := range 130 {
			rows = append(rows, rowOf(search.Prefix, "many", fmt.Sprintf("cus_%03d", i)))
		}
		expectNoError(t, f.WriteRows(f.ctx, rows, nil))
		wanted := search.Range{Scope: "res_1", Kind: search.CustomerText, Section: search.Prefix, Text: "man"}
		got, _, err := f.ReadRows(f.ctx, wanted, search.Position{}, 200)
		expectNoError(t, err)
		expectEqual(t, "rows", got, rows)
	},
	"a document is written with its chunks and deleted": func(t *testing.T, f *fixture) {
		site := search.Website{
			ID: "web_1", Subscription: "sub_1", Domain: "ü.example", ASCII: "xn--tda.example", Generation: 1,
		}
		state := search.State{
			Kind: account.Customer, Owner: "res_1", Login: "anna", Texts: []string{"anna"}, Endings: []string{"a.example"},
		}
		document := &search.Document{
			Account: "cus_1", Current: &state, Earlier: []search.State{state}, Settled: true, Partial: true, Generation: 2,
			Chunks: [][]search.Website{{site}, {site, site}, {site}},
		}
		expectNoError(t, f.WriteDocument(f.ctx, document, []int{0, 1, 2}))
		expectNoError(t, f.AddEndings(f.ctx, "cus_1", []string{"com", "b.example"}))
		found, err := f.ReadDocuments(f.ctx, []account.ID{"cus_1", "cus_1", "cus_2"})
		expectNoError(t, err)
		expectEqual(t, "documents", found, map[account.ID]*search.Document{"cus_1": document})
		source, err := f.ReadSource(f.ctx, "cus_1", nil)
		expectNoError(t, err)
		expectEqual(t, "source", source, search.Source{Document: document})
		endings, err := f.ReadEndings(f.ctx, "cus_1")
		expectNoError(t, err)
		expectEqual(t, "endings", endings, []string{"b.example", "com"})
		expectNoError(t, f.DeleteDocument(f.ctx, document))
		found, err = f.ReadDocuments(f.ctx, []account.ID{"cus_1"})
		expectNoError(t, err)
		expectEqual(t, "documents after deletion", len(found), 0)
		endings, err = f.ReadEndings(f.ctx, "cus_1")
		expectNoError(t, err)
		expectEqual(t, "endings after deletion", len(endings), 0)
	},
}
