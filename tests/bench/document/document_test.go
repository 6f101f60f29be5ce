package document_test

import (
	"testing"

	"tenantry/tests/bench/document"
)

func TestWithKeepsTheOtherSections(t *testing.T) {
	t.Parallel()
	first := document.With("", "One", "first\n")
	both := document.With(first, "Two", "second\n")
	replaced := document.With(both, "One", "third\n\n### Part\n\n| table |\n")
	const preface = "# Figures\n\n" +
		"Each section names the command that writes it. The command does not change the other sections.\n"
	const want = preface + "\n## One\n\nthird\n\n### Part\n\n| table |\n\n## Two\n\nsecond\n"
	if replaced != want || document.With(replaced, "Two", "second\n") != want {
		t.Errorf("the document is\n%s\nwant\n%s", replaced, want)
	}
}
