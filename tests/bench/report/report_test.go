package report_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tenantry/tests/bench/report"
)

func TestTable(t *testing.T) {
	t.Parallel()
	got := report.Table(report.Sizes{64, 1000}, []report.Figure{
		{Name: "get", Before: "13", Values: []string{"3", "4"}, Result: "1.33 ×", Goal: "≤ 4"}, {Name: "zip", Result: "4 MB"},
	})
	want := `| figure, with this number of customers | before | 64 | 1000 | largest / smallest | goal |
| --- | --- | ---: | ---: | --- | --- |
| get | 13 | 3 | 4 | 1.33 × | ≤ 4 |
| zip |  |  |  | 4 MB |  |
`
	if got != want {
		t.Errorf("the table is\n%s\nwant\n%s", got, want)
	}
}

func TestWriteJSONReplacesASection(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "folder", "bench.json")
	for _, section := range []report.Section{{Heading: "a"}, {Heading: "b"}, {Heading: "a", Customers: report.Sizes{1000}}} {
		if err := report.WriteJSON(path, section); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var got []report.Section
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || len(got[0].Customers) != 1 || got[1].Heading != "b" {
		t.Errorf("the file has %+v, want the new section a and the section b", got)
	}
}

func TestProgress(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	p := report.NewProgress(&out, 2)
	p.Begin("get with %d customers", 1000)
	p.Begin("list")
	want := "bench: 1 of 2, after 0s: get with 1000 customers\nbench: 2 of 2, after 0s: list\n"
	if out.String() != want {
		t.Errorf("printed %q, want %q", out.String(), want)
	}
}

func TestSizes(t *testing.T) {
	t.Parallel()
	var sizes report.Sizes
	if err := sizes.Set("1000,100000"); err != nil || len(sizes) != 2 || sizes[1] != 100_000 {
		t.Errorf("got %v, %v, want two sizes", sizes, err)
	}
	for _, list := range []string{"", "63", "1000,", "many"} {
		if err := sizes.Set(list); err == nil {
			t.Errorf("no error for %q", list)
		}
	}
}
