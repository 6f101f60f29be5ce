package account

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// IsPrintable reports whether the text is valid UTF-8 without control characters, characters that reorder or hide the
// text around them, invisible characters, and U+FFFD, which gateways put in place of invalid bytes. Line breaks and
// tabs are allowed if lineBreaks is true. Joiners are allowed where scripts and emoji need them.
func IsPrintable(text string, lineBreaks bool) bool {
	if !utf8.ValidString(text) {
		return false
	}
	runes := []rune(text)
	for i, r := range runes {
		switch {
		case lineBreaks && (r == '\n' || r == '\r' || r == '\t'):
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

// HasVisible reports whether the text has a visible character: a letter, digit, symbol or punctuation mark.
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

// misleads reports whether the character is invisible or changes how its neighbours are read.
func misleads(r rune) bool {
	return r == utf8.RuneError || r == blankBraille ||
		unicode.In(
			r,
			unicode.Cc,
			unicode.Cf,
			unicode.Zl,
			unicode.Zp,
			unicode.Noncharacter_Code_Point,
			unicode.Other_Default_Ignorable_Code_Point,
		)
}

func isVisible(r rune) bool {
	return !misleads(r) && unicode.In(r, unicode.L, unicode.N, unicode.S, unicode.P)
}

// joiningScripts are the scripts in which a joiner between two characters changes how they are written.
var joiningScripts = []*unicode.RangeTable{
	unicode.Arabic, unicode.Syriac, unicode.Mongolian, unicode.Nko, unicode.Adlam,
	unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya, unicode.Tamil, unicode.Telugu,
	unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Khmer, unicode.Myanmar,
}

// virama is the combining class of the signs that remove the vowel of a consonant.
const virama = 9

// joins reports whether the joiner at an index has an effect: it follows a virama, or stands between characters of a
// joining script or between emoji.
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
	if unicode.In(base, joiningScripts...) && unicode.In(after, joiningScripts...) {
		return true
	}
	return text[at] == zeroWidthJoiner && isEmoji(base) && isEmoji(after)
}

// baseOf returns the last character of the text that is neither a combining mark nor a variation selector.
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
