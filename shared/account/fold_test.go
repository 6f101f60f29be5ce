package account

import (
	"testing"
	"unicode/utf8"

	"golang.org/x/text/cases"
)

// Logins and the order of lists are stored with this folding, so it must never change.
func TestFoldCaseEqualsFullCaseFolding(t *testing.T) {
	reference := cases.Fold()
	for r := rune(0); r <= utf8.MaxRune; r++ {
		if got, want := foldCase(string(r)), reference.String(string(r)); got != want {
			t.Errorf("%U is folded to %+q, want %+q", r, got, want)
		}
	}
}

func FuzzFoldCase(f *testing.F) {
	reference := cases.Fold()
	for _, text := range []string{"", "Straße", "ΣΊΣΥΦΟΣ", "ı İ", "\xff", "ﬃ", "ᏸꭰ", "ᾷ"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if got, want := foldCase(text), reference.String(text); got != want {
			t.Errorf("%+q is folded to %+q, want %+q", text, got, want)
		}
	})
}
