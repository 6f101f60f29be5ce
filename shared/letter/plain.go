package letter

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// line makes a text one line without control characters, whatever it was.
func line(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	return strings.Join(strings.Fields(text), " ")
}

// address is found in texts that a mail program would turn into a link.
var address = regexp.MustCompile(`(?i)://|www\.|@|[\pL\pN]\.\pL{2,}`)

// greetable returns a name as a letter may say it, or "": whoever creates an account chooses its name, and must not be able to
// have an advertisement sent to somebody in the service's name.
func greetable(name string) string {
	name = line(name)
	if address.MatchString(name) {
		return ""
	}
	return name
}

// width is where the lines of a text end, for those whose mail program does not wrap them.
const width = 72

// wrap breaks a paragraph into lines.
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
