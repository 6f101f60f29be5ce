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

func TestSortNameIsAsPeopleExpect(t *testing.T) {
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
		for _, one := range inOrder {
			keys = append(keys, account.SortName(one))
		}
		if !slices.IsSorted(keys) || len(slices.Compact(slices.Clone(keys))) != len(keys) {
			t.Errorf("%s: %q", name, keys)
		}
	}
	for _, same := range [][2]string{{"Émile", "EMILE"}, {"Zoë  Ångström", "zoe angstrom"}, {"Straße", "STRASSE"}, {"علی\u200cرضا", "علیرضا"}} {
		if a, b := account.SortName(same[0]), account.SortName(same[1]); a != b {
			t.Errorf("%q and %q are apart: %q, %q", same[0], same[1], a, b)
		}
	}
	if got := utf8.RuneCountInString(account.SortName(strings.Repeat("각", 60))); got != 60 {
		t.Errorf("sixty syllables take %d", got)
	}
}

// However a name's accents are stored, it has one place.
func TestSortNameOfOneName(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		name := rapid.String().Draw(r, "name")
		if got, want := account.SortName(norm.NFD.String(name)), account.SortName(norm.NFC.String(name)); got != want {
			r.Fatalf("%q and %q", got, want)
		}
	})
}
