package main

import (
	"strings"
	"testing"
)

func TestCount(t *testing.T) {
	cases := []struct {
		name   string
		events []string
		want   string
	}{
		{"one of each", []string{
			`{"Action":"run","Package":"p","Test":"A"}`, `{"Action":"pass","Package":"p","Test":"A"}`,
			`{"Action":"run","Package":"p","Test":"B"}`, `{"Action":"fail","Package":"p","Test":"B"}`,
			`{"Action":"run","Package":"p","Test":"C"}`, `{"Action":"skip","Package":"p","Test":"C"}`,
			`{"Action":"fail","Package":"p"}`,
		}, "1 passed, 1 failed, 1 skipped"},
		{"only subtests are counted", []string{
			`{"Action":"run","Package":"p","Test":"A"}`,
			`{"Action":"run","Package":"p","Test":"A/x"}`, `{"Action":"pass","Package":"p","Test":"A/x"}`,
			`{"Action":"run","Package":"p","Test":"A/y"}`, `{"Action":"fail","Package":"p","Test":"A/y"}`,
			`{"Action":"fail","Package":"p","Test":"A"}`, `{"Action":"fail","Package":"p"}`,
		}, "1 passed, 1 failed, 0 skipped"},
		{"a test that fails after its subtests", []string{
			`{"Action":"run","Package":"p","Test":"A"}`,
			`{"Action":"run","Package":"p","Test":"A/x"}`, `{"Action":"pass","Package":"p","Test":"A/x"}`,
			`{"Action":"fail","Package":"p","Test":"A"}`, `{"Action":"fail","Package":"p"}`,
		}, "1 passed, 1 failed, 0 skipped"},
		{"one name is a prefix of another", []string{
			`{"Action":"run","Package":"p","Test":"A"}`, `{"Action":"pass","Package":"p","Test":"A"}`,
			`{"Action":"run","Package":"p","Test":"AB"}`, `{"Action":"pass","Package":"p","Test":"AB"}`,
			`{"Action":"pass","Package":"p"}`,
		}, "2 passed, 0 failed, 0 skipped"},
		{"a package that does not build", []string{
			`{"ImportPath":"p","Action":"build-output","Output":"syntax error\n"}`, `{"ImportPath":"p","Action":"build-fail"}`,
			`{"Action":"start","Package":"p"}`, `{"Action":"fail","Package":"p","FailedBuild":"p"}`,
		}, "0 passed, 1 failed, 0 skipped"},
		{"cut off", []string{
			`{"Action":"run","Package":"p","Test":"A"}`, `{"Action":"pass","Package":"p","Test":"A"}`,
			`{"Action":"run","Package":"p","Test":"B"}`,
		}, "1 passed, 1 failed, 0 skipped"},
		{"no tests", []string{
			`{"Action":"start","Package":"p"}`, `{"Action":"skip","Package":"p"}`,
		}, "0 passed, 0 failed, 0 skipped"},
		{"two packages", []string{
			`{"Action":"run","Package":"p","Test":"A"}`, `{"Action":"pass","Package":"p","Test":"A"}`,
			`{"Action":"pass","Package":"p"}`,
			`{"Action":"run","Package":"q","Test":"A"}`, `{"Action":"pass","Package":"q","Test":"A"}`,
			`{"Action":"pass","Package":"q"}`,
		}, "2 passed, 0 failed, 0 skipped"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var progress strings.Builder
			results := newTally(&progress)
			if err := results.read(strings.NewReader(strings.Join(c.events, "\n"))); err != nil {
				t.Fatal(err)
			}
			results.finish()
			if got := results.count().String(); got != c.want {
				t.Errorf("counted %s, want %s; progress:\n%s", got, c.want, progress.String())
			}
		})
	}
}

func TestOnlyTheOutputOfFailedTestsIsPrinted(t *testing.T) {
	var progress strings.Builder
	results := newTally(&progress)
	events := strings.Join([]string{
		`{"Action":"run","Package":"p","Test":"A"}`,
		`{"Action":"output","Package":"p","Test":"A","Output":"output of a passed test\n"}`,
		`{"Action":"pass","Package":"p","Test":"A"}`,
		`{"Action":"run","Package":"p","Test":"B"}`,
		`{"Action":"output","Package":"p","Test":"B","Output":"the reason\n"}`,
		`{"Action":"fail","Package":"p","Test":"B"}`,
		`go: an error of the go command`, `{"Action":"fail","Package":"p","Elapsed":1.5}`,
	}, "\n")
	if err := results.read(strings.NewReader(events)); err != nil {
		t.Fatal(err)
	}
	want := "go: an error of the go command\nthe reason\nfail p (1 passed, 1 failed, 0 skipped) 1.5s\n"
	if got := progress.String(); got != want {
		t.Errorf("progress:\n%s\nwant:\n%s", got, want)
	}
}
