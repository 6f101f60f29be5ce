package account

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// SortName returns the name by which lists are ordered, by code point. Case, width and accents are folded. It is not
// the order of any language.
func SortName(name string) string {
	folded := foldCase(norm.NFKD.String(name))
	plain := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) && unicode.Is(unicode.Inherited, r) || unicode.Is(unicode.Cf, r) {
			return -1 // an accent; marks of a single script are letters of that script
		}
		return r
	}, ownLetters.Replace(norm.NFKD.String(folded)))
	// Composed again, a Korean syllable is one code point, so that it counts as one against the length limit of list keys.
	return norm.NFC.String(strings.Join(strings.Fields(plain), " "))
}

// ownLetters maps letters that Unicode does not decompose to what people search for. The last pair undoes the
// decomposition of a Cyrillic letter that is not an accented form.
var ownLetters = strings.NewReplacer(
	"æ", "ae",
	"œ", "oe",
	"ø", "o",
	"ł", "l",
	"đ", "d",
	"ð", "d",
	"þ", "th",
	"ħ", "h",
	"ŧ", "t",
	"ŋ", "n",
	"ı", "i",
	"ə", "e",
	"и\u0306", "й",
)
