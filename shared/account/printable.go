package account

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Printable tells whether a text is free of control characters, of characters that reorder or hide text around them or show
// nothing, and of U+FFFD, which gateways put where they found a byte that is no text. Line breaks and tabs are allowed where
// breaks is true. Joiners are where scripts and emoji need them.
func Printable(text string, breaks bool) bool {
	if !utf8.ValidString(text) {
		return false
	}
	runes := []rune(text)
	for i, r := range runes {
		switch {
		case breaks && (r == '\n' || r == '\r' || r == '\t'):
		case r == zeroWidthJoiner || r == zeroWidthNonJoiner:
			if !joins(runes, i) {
				return false
			}
		case unicode.Is(unicode.Variation_Selector, r):
			if i == 0 || !isVisible(runes[i-1]) {
				return false
			}
		case misleads(r):
			return false
		}
	}
	return true
}

// HasVisible tells whether a text shows anything: a letter, digit, symbol or punctuation mark.
func HasVisible(text string) bool {
	for _, r := range text {
		if isVisible(r) {
			return true
		}
	}
	return false
}

const (
	zeroWidthNonJoiner  = '\u200c'
	zeroWidthJoiner     = '\u200d'
	emojiPresentation   = '\ufe0f'
	blankBraille        = '\u2800'
	leftRightArrow      = '\u2194' // an emoji by emojiPresentation, though Unicode calls it a mathematical symbol
	firstSkin, lastSkin = '\U0001f3fb', '\U0001f3ff'
)

// misleads tells of a character that shows nothing or changes how its neighbours are read.
func misleads(r rune) bool {
	return r == utf8.RuneError || r == blankBraille ||
		unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Noncharacter_Code_Point, unicode.Other_Default_Ignorable_Code_Point)
}

func isVisible(r rune) bool {
	return !misleads(r) && unicode.In(r, unicode.L, unicode.N, unicode.S, unicode.P)
}

// joining are the scripts in which a joiner between two characters changes how they are written.
var joining = []*unicode.RangeTable{
	unicode.Arabic, unicode.Syriac, unicode.Mongolian, unicode.Nko, unicode.Adlam,
	unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya, unicode.Tamil, unicode.Telugu,
	unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Khmer, unicode.Myanmar,
}

// virama is the combining class of signs that take a consonant's vowel away.
const virama = 9

// joins tells whether the joiner at a place does something: behind a virama, between characters of a joining script, or
// between emoji.
func joins(text []rune, at int) bool {
	if at == 0 {
		return false
	}
	before, after := text[at-1], rune(0)
	if at+1 < len(text) {
		after = text[at+1]
	}
	if norm.NFC.PropertiesString(string(before)).CCC() == virama {
		return true
	}
	base := baseOf(text[:at])
	if unicode.In(base, joining...) && unicode.In(after, joining...) {
		return true
	}
	return text[at] == zeroWidthJoiner && isEmoji(base) && isEmoji(after)
}

// baseOf returns the last character of a text that is neither a mark on another one nor chooses its form.
func baseOf(text []rune) rune {
	for _, r := range slices.Backward(text) {
		if r != emojiPresentation && !unicode.Is(unicode.Inherited, r) {
			return r
		}
	}
	return 0
}

func isEmoji(r rune) bool {
	return unicode.Is(unicode.So, r) || r == leftRightArrow || r >= firstSkin && r <= lastSkin
}
