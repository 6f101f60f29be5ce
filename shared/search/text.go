package search

import (
	"slices"
	"strings"
	"unicode"

	"tenantry/shared/account"
)

// Fold returns a text as it is compared: case, width and accents are folded, and white space is one space
// (account.SortName).
func Fold(text string) string { return account.SortName(text) }

// maxWords limits the words of a query. The rest of a query is ignored.
const maxWords = 8

// Words returns the distinct folded words of a query.
func Words(query string) []string {
	var words []string
	for word := range strings.FieldsSeq(Fold(strings.ToValidUTF8(query, " "))) {
		if !slices.Contains(words, word) && len(words) < maxWords {
			words = append(words, word)
		}
	}
	return words
}

// minSubstring is the number of characters from which on a word is found inside other words. A shorter word is found
// only at the beginning of a word.
const minSubstring = 3

// glyph is the role of a character in words.
type glyph int

const (
	separator glyph = iota // not part of a word
	letter                 // continues the word of the letter before it
	ownWord                // may begin a word anywhere: a symbol, or a letter of a script without spaces
)

// unspaced are the scripts that put no spaces between words, so every character may begin one.
var unspaced = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar,
}

func glyphOf(r rune) glyph {
	switch {
	case unicode.In(r, unspaced...), unicode.Is(unicode.S, r):
		return ownWord
	case unicode.In(r, unicode.L, unicode.N, unicode.M):
		return letter
	}
	return separator
}

// beginsWord reports whether a word begins at an index of a text.
func beginsWord(text []rune, at int) bool {
	here := glyphOf(text[at])
	return here == ownWord || here == letter && (at == 0 || glyphOf(text[at-1]) != letter)
}

// Matches reports whether a folded text contains a folded word. A word of fewer than three characters must be at the
// beginning of a word.
func Matches(text, word string) bool {
	_, found := Place(text, word)
	return found
}

// Place returns where a word is found in a text: Prefix if any occurrence is at the beginning of a word.
func Place(text, word string) (section Section, found bool) {
	if !strings.Contains(text, word) {
		return 0, false
	}
	characters, wanted := []rune(text), []rune(word)
	for at := 0; at+len(wanted) <= len(characters); at++ {
		switch {
		case !slices.Equal(characters[at:at+len(wanted)], wanted):
		case beginsWord(characters, at):
			return Prefix, true
		case len(wanted) >= minSubstring:
			section, found = Inside, true
		}
	}
	return section, found
}

// MatchesAll reports whether each word is found in one of the folded texts.
func MatchesAll(texts, words []string) bool {
	for _, word := range words {
		if !slices.ContainsFunc(texts, func(text string) bool { return Matches(text, word) }) {
			return false
		}
	}
	return true
}

// truncate returns at most the first n characters of a text.
func truncate(text string, n int) string {
	count := 0
	for i := range text {
		if count == n {
			return text[:i]
		}
		count++
	}
	return text
}
