package account_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"tenantry/shared/account"
)

func TestSortNameOrder(t *testing.T) {
	for name, inOrder := range map[string][]string{
		"accents":        {"Eduard", "Émile", "Emma", "Zoe"},
		"umlauts":        {"Muller", "Müllerin", "Mulligan", "Österle", "Otto", "Zander"},
		"marks apart":    {"Edgar", "E\u0301mile", "Emma"},
		"Polish":         {"Lukas", "Łukasz", "Lukova", "Mazur", "Żak", "Zzz"},
		"Nordic":         {"Oda", "Ødegård", "Odell"},
		"ligatures":      {"Adler", "Ægir", "Afra"},
		"sharp s":        {"Strasburg", "Straße", "Strassen", "Strauss"},
		"Icelandic":      {"Thor", "Þorn", "Thorvald"},
		"Turkish":        {"Ilgaz", "Işık", "İsmail", "Izmir", "Japan"},
		"Vietnamese":     {"Nguyen", "Nguyễn B", "Nguyen C"},
		"width and case": {"ada", "ＡＤＡ a", "Ada b"},
		"Russian":        {"Ёлкин", "Жуков", "Игорь", "Ирина", "Йозеф", "Кира"},
		"Greek":          {"Άννα", "Βασίλης"},
		"Japanese":       {"かとう", "がとう x", "かなた"},
		"Korean":         {"가나", "각", "나", "박", "하"},
		"Hindi vowels":   {"कमल", "किरण", "कुमार"},
		"spaces":         {" ada  b", "ada c", "Adab"},
	} {
		var keys []string
		for _, person := range inOrder {
			keys = append(keys, account.SortName(person))
		}
		if !slices.IsSorted(keys) || len(slices.Compact(slices.Clone(keys))) != len(keys) {
			t.Errorf("%s: %q sorts by %q, want ascending keys", name, inOrder, keys)
		}
	}
	for _, same := range [][2]string{{"Émile", "EMILE"}, {"Zoë  Ångström", "zoe angstrom"}, {"Straße", "STRASSE"}, {"علی\u200cرضا", "علیرضا"}} {
		if a, b := account.SortName(same[0]), account.SortName(same[1]); a != b {
			t.Errorf("%q sorts by %q and %q by %q, want equal keys", same[0], a, same[1], b)
		}
	}
	if got := utf8.RuneCountInString(account.SortName(strings.Repeat("각", 60))); got != 60 {
		t.Errorf("a key of 60 syllables has %d code points, want 60", got)
	}
}

// A name has the same key whether its accents are composed or not.
func TestSortNameIgnoresComposition(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		name := rapid.String().Draw(r, "name")
		if got, want := account.SortName(norm.NFD.String(name)), account.SortName(norm.NFC.String(name)); got != want {
			r.Fatalf("decomposed %q, composed %q, want equal keys", got, want)
		}
	})
}
