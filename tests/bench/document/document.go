// Package document writes docs/figures.md, of which every section is written by a command of its own.
package document

import (
	"errors"
	"io/fs"
	"os"
	"strings"
)

// Path is where the figures are, from the root of the repository.
const Path = "docs/figures.md"

const preface = `# Figures

Each section is written by the command that it names, which leaves the others as they are.
`

// Write puts a section into a document, in place of the one with the same heading or at the end.
func Write(path, heading, section string) error {
	old, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.WriteFile(path, []byte(With(string(old), heading, section)), 0o600)
}

// With returns a document with a section in it.
func With(document, heading, section string) string {
	const mark = "\n## "
	_, rest, _ := strings.Cut(document, mark)
	made, placed := preface, false
	for part := range strings.SplitSeq(rest, mark) {
		title, text, _ := strings.Cut(part, "\n")
		switch title {
		case heading:
			text, placed = "\n"+section, true
		case "":
			continue
		}
		made += mark + title + "\n" + strings.TrimRight(text, "\n") + "\n"
	}
	if !placed {
		made += mark + heading + "\n\n" + strings.TrimRight(section, "\n") + "\n"
	}
	return made
}
