package letter

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// singleLine returns the text as one line without control characters and invalid Unicode.
func singleLine(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	return strings.Join(strings.Fields(text), " ")
}

// linkPattern matches texts that mail programs turn into links.
var linkPattern = regexp.MustCompile(`(?i)://|www\.|@|[\pL\pN]\.\pL{2,}`)

// greetingName returns the name to greet the reader with, or "" if the name contains a link. The creator of an account
// chooses its name and must not be able to send advertisements through the service.
func greetingName(name string) string {
	name = singleLine(name)
	if linkPattern.MatchString(name) {
		return ""
	}
	return name
}

// width is the longest line of a plain text in characters, for mail programs that do not wrap lines.
const width = 72

// wrap breaks a paragraph into lines of at most width characters. A longer word gets a line of its own.
func wrap(paragraph string) string {
	var wrapped strings.Builder
	column := 0
	for i, word := range strings.Fields(paragraph) {
		length := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case column+1+length > width:
			wrapped.WriteByte('\n')
			column = 0
		default:
			wrapped.WriteByte(' ')
			column++
		}
		wrapped.WriteString(word)
		column += length
	}
	return wrapped.String()
}
