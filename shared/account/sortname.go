package account

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// SortName is the name as lists order it, by code point: folded, so that neither case, width nor accents separate
// neighbours. It is no language's own order.
func SortName(name string) string {
	folded := cases.Fold().String(norm.NFKD.String(name))
	plain := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) && unicode.Is(unicode.Inherited, r) || unicode.Is(unicode.Cf, r) {
			return -1 // an accent; marks that belong to one script are letters of it
		}
		return r
	}, ownLetters.Replace(norm.NFKD.String(folded)))
	// Composed again, Korean syllables take one code point, as in the names that lists keep of limited length.
	return norm.NFC.String(strings.Join(strings.Fields(plain), " "))
}

// ownLetters are letters that Unicode does not decompose, by what people look for them under, and one that it does though it is
// a letter of its own, right behind another.
var ownLetters = strings.NewReplacer(
	"æ", "ae", "œ", "oe", "ø", "o", "ł", "l", "đ", "d", "ð", "d", "þ", "th", "ħ", "h", "ŧ", "t", "ŋ", "n", "ı", "i", "ə", "e",
	"и\u0306", "й",
)
