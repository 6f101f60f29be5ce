package search

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tenantry/shared/account"
)

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		text, word string
		want       bool
	}{
		{"Anna Müller", "MULL", true},
		{"Anna Müller", "lle", true},
		{"Anna Müller", "ll", false},
		{"Anna Müller", "mü", true},
		{"Straße", "STRASSE", true},
		{"ΑΓΓΕΛΟΣ", "άγγελος", true},
		{"Ayşe Işık", "isik", true},
		{"İbrahim", "ibra", true},
		{"Łódź", "lodz", true},
		{"王小明", "小", true},
		{"王小明", "小明", true},
		{"王小明", "明小", false},
		{"Party🎉", "🎉", true},
		{"x.mueller@gmail.com", "@gmail", true},
		{"x.mueller@gmail.com", "gm", true},
		{"x.mueller@gmail.com", "ma", false},
		{"x.mueller@gmail.com", "mu", true},
	} {
		if got := Matches(Fold(c.text), Fold(c.word)); got != c.want {
			t.Errorf("%q finds %q: %v, want %v", c.word, c.text, got, c.want)
		}
	}
}

// The rows of texts find exactly the words that the texts contain, and rank those first that begin a word.
func TestRowsFindWhatTextsContain(t *testing.T) {
	alphabet := []rune("aabbc.@-  🎉小1ß")
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.SampledFrom(alphabet), 1, 45, -1)
		texts := rapid.SliceOfN(text, 1, 3).Draw(t, "texts")
		for i := range texts {
			texts[i] = Fold(texts[i] + rapid.SampledFrom([]string{"", "@gmail.com", ".com", "com", ".ab"}).Draw(t, "ending"))
		}
		entries := entriesOf(texts, []string{"ab"})
		word := rapid.SampledFrom(Words(rapid.SampledFrom(texts).Draw(t, "source")+" x")).Draw(t, "word")
		characters := []rune(word)
		from := rapid.IntRange(0, len(characters)-1).Draw(t, "from")
		word = string(characters[from:rapid.IntRange(from+1, len(characters)).Draw(t, "to")])
		section, isContained := Section(0), false
		for _, text := range texts {
			if found, ok := Place(text, word); ok && (!isContained || found < section) {
				section, isContained = found, true
			}
		}
		best, isFound := Position{}, false
		for _, e := range entries {
			if at, ok := e.locate(word); ok && (!isFound || at.Compare(best) < 0) {
				best, isFound = at, true
			}
		}
		if isContained && !isFound {
			t.Fatalf("%q is in %q, and no row of %v finds it", word, texts, entries)
		}
		isPrefix := best.Section == Prefix || best.Section == PrefixEnding
		if isContained && len(characters) <= maxRowCharacters && isPrefix != (section == Prefix) {
			t.Fatalf("%q in %q is in section %v, its row in %v", word, texts, section, best)
		}
	})
}

func TestSharedEndingsHaveOneRow(t *testing.T) {
	state := State{
		Kind: account.Customer, Owner: "res_1", Login: "anna", Texts: []string{"anna", "anna@gmail.com"},
		Endings: []string{"hoster.de"},
	}
	for domain, want := range map[string]int{"anna.hoster.de": 7, "anna.com": 7} {
		var texts []string
		for _, row := range state.domainRows("cus_1", Website{ID: "web_1", Domain: domain}) {
			if row.Scope == "res_1" {
				texts = append(texts, row.Text)
			}
		}
		slices.Sort(texts)
		if len(texts) != want {
			t.Errorf("%s has the rows %q, want %d", domain, texts, want)
		}
	}
}
