package letter

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/publicsuffix"
	"golang.org/x/text/unicode/norm"

	"tenantry/shared/account"
)

// singleLine returns the text as one line without control characters, invisible characters and invalid Unicode. An
// invisible character can turn the direction of the text around, or hide a link from linkPattern.
func singleLine(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r) || r == '\u2028' || r == '\u2029':
			return ' '
		case unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point):
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	return strings.Join(strings.Fields(text), " ")
}

// linkPattern and phonePattern match texts that mail programs turn into links.
var (
	linkPattern  = regexp.MustCompile(`(?i)://|www\.|@|[\pL\pM\pN]\.\pL{2,}|\p{Nd}(?:\.\p{Nd}{1,3}){3}`)
	phonePattern = regexp.MustCompile(`(?:\+|00)?\p{Nd}(?:[\s().\-/]*\p{Nd}){6,}`)
)

// dots are the characters besides the full stop that separate the labels of a domain (RFC 3490, 3.1).
var dots = strings.NewReplacer("\u3002", ".", "\uff0e", ".", "\uff61", ".")

// plainForm returns a text in the form that the patterns know.
func plainForm(text string) string { return dots.Replace(norm.NFKC.String(text)) }

// greetingName returns the name to greet the reader with, or "" if the name contains a link or a phone number. The
// creator of an account chooses its name and must not be able to send advertisements through the service.
func greetingName(name string) string {
	name = singleLine(name)
	if form := plainForm(name); linkPattern.MatchString(form) || phonePattern.MatchString(form) {
		return ""
	}
	return name
}

// linkBreaker puts spaces around the characters that make a link.
var linkBreaker = strings.NewReplacer(".", " . ", "@", " @ ")

// shownLogin returns a login as the letter shows it. The creator of an account chooses its login too, but the reader
// must learn it. So a login that mail programs would turn into a link is shown with spaces, unless it is the address
// of the reader.
func shownLogin(login, recipient string) string {
	login = singleLine(login)
	form := plainForm(login)
	switch {
	case account.SameEmail(login, recipient):
		return login
	case strings.Contains(form, "@") || hasDomain(form):
		return singleLine(linkBreaker.Replace(login))
	case phonePattern.MatchString(form):
		return strings.Join(strings.Split(login, ""), " ")
	}
	return login
}

// hasDomain reports whether a login contains the name of a domain. Only names under top-level domains that exist become
// links, so ada.lovelace is not one.
func hasDomain(login string) bool {
	labels := strings.Split(login, ".")
	return slices.ContainsFunc(labels[1:], func(label string) bool {
		_, isTopLevel := publicsuffix.PublicSuffix(label)
		return isTopLevel
	})
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
