// Package document writes sections of docs/figures.md. Each section is written by its own command.
package document

import (
	"errors"
	"io/fs"
	"os"
	"strings"
)

// Path is the path of the figures, relative to the root of the repository.
const Path = "docs/figures.md"

const preface = `# Figures

Each section names the command that writes it. The command does not change the other sections.
`

// Write writes a section into a document. It replaces the section with the same heading, or appends a new section.
func Write(path, heading, section string) error {
	old, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.WriteFile(path, []byte(With(string(old), heading, section)), 0o600)
}

// With returns the document with the section.
func With(document, heading, section string) string {
	const mark = "\n## "
	_, rest, _ := strings.Cut(document, mark)
	result, replaced := preface, false
	for part := range strings.SplitSeq(rest, mark) {
		title, text, _ := strings.Cut(part, "\n")
		switch title {
		case heading:
			text, replaced = "\n"+section, true
		case "":
			continue
		}
		result += mark + title + "\n" + strings.TrimRight(text, "\n") + "\n"
	}
	if !replaced {
		result += mark + heading + "\n\n" + strings.TrimRight(section, "\n") + "\n"
	}
	return result
}
