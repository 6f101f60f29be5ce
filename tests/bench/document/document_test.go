package document_test

import (
	"testing"

	"tenantry/tests/bench/document"
)

func TestASectionLeavesTheOthers(t *testing.T) {
	t.Parallel()
	one := document.With("", "One", "first\n")
	both := document.With(one, "Two", "second\n")
	again := document.With(both, "One", "third\n\n### Part\n\n| table |\n")
	const want = "# Figures\n\nEach section is written by the command that it names, which leaves the others as they are.\n" +
		"\n## One\n\nthird\n\n### Part\n\n| table |\n\n## Two\n\nsecond\n"
	if again != want || document.With(again, "Two", "second\n") != want {
		t.Errorf("the document is\n%s\nwant\n%s", again, want)
	}
}
