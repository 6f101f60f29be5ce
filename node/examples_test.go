package main_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"tenantry/node/config"
)

var write = flag.Bool("write", false, "write the examples into docs/node.md")

// example is a mark in docs/node.md, with the code block that may follow.
var example = regexp.MustCompile("(?s)<!-- example: ([^ ]+) -->\n(?:\n```[a-z]*\n.*?\n```\n)?")

const document = "../docs/node.md"

// The daemons of the tests run with these files. `go test ./node -write` copies them into the document.
func TestDocumentHasTheExamples(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	want := example.ReplaceAllFunc(text, func(mark []byte) []byte {
		name := example.FindSubmatch(mark)[1]
		content, err := os.ReadFile(filepath.Join("examples", string(name)))
		if err != nil {
			t.Fatal(err)
		}
		line, _, _ := bytes.Cut(mark, []byte("\n"))
		return []byte(string(line) + "\n\n```" + language(string(name)) + "\n" + string(content) + "```\n")
	})
	if bytes.Equal(text, want) {
		return
	}
	if *write {
		if err := os.WriteFile(document, want, 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Error("docs/node.md does not have the examples as they are: run `go test ./node -write`")
}

func language(name string) string {
	switch {
	case strings.HasSuffix(name, ".yaml"):
		return "yaml"
	case strings.HasPrefix(name, "nginx/"):
		return "nginx"
	}
	return "ini"
}

func TestExampleConfigurationIsValid(t *testing.T) {
	t.Parallel()
	if _, err := config.Read("examples/config.yaml"); err != nil {
		t.Error(err)
	}
}
