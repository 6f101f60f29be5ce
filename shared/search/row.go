package search

import (
	"cmp"
	"slices"
	"strings"

	"tenantry/shared/account"
)

// Everything is the scope of the administrator, who sees all accounts. The other scopes are owners.
const Everything account.ID = "ALL"

// Kind is what a row belongs to.
type Kind string

// The kinds of rows.
const (
	CustomerText    Kind = "c" // a text of a customer
	ResellerText    Kind = "r" // a text of a reseller
	CustomerDomain  Kind = "d" // a domain of a customer
	ResellersDomain Kind = "e" // a domain of a reseller itself

)

// maxRowCharacters limits the text of a row. A longer word is compared with the texts themselves.
const maxRowCharacters = 32

// Section is a part of the result of a search. The sections follow one another.
type Section int

// The sections.
const (
	Exact        Section = iota // a login or a domain is the query
	Prefix                      // the word begins a word
	PrefixEnding                // the word begins a word in a shared ending
	Inside                      // the word is elsewhere in a text
	InsideEnding                // the word is elsewhere in a shared ending
)

// Row is a row of the index. The row of a text contains its end from one character on, so that the rows whose text
// begins with a word are those of the texts that contain the word. The row of a shared ending contains the ending.
type Row struct {
	Scope        account.ID
	Kind         Kind
	Section      Section // Prefix, Inside or PrefixEnding; the latter for all rows of shared endings
	Text         string
	ID           string     // of the account, or of the website of a domain
	Account      account.ID // the account itself, or the customer that has the website
	Subscription string     // of a domain
}

// IsEnding reports whether the row is that of a shared ending.
func (r Row) IsEnding() bool { return r.Section == PrefixEnding }

// Position is a place in the result of a search for one word.
type Position struct {
	Section Section
	Text    string
	ID      string
}

// Compare compares the order of positions.
func (p Position) Compare(other Position) int {
	return cmp.Or(cmp.Compare(p.Section, other.Section), cmp.Compare(p.Text, other.Text), cmp.Compare(p.ID, other.ID))
}

// entry is what a row says of a text, without its place.
type entry struct {
	section Section // as in Row
	text    string
}

// entriesOf returns the entries of folded texts. Own are the shared endings besides the common ones. An entry that
// begins a longer entry is left out: the longer one is found by the same words.
func entriesOf(texts, own []string) []entry {
	found := map[entry]bool{}
	for _, text := range texts {
		for word := range strings.FieldsSeq(text) {
			addEntries(found, word, endingOf(word, own))
		}
	}
	return withoutCovered(found)
}

// addEntries adds the entries of a word that ends with a shared ending, or with "".
func addEntries(found map[entry]bool, word, ending string) {
	characters := []rune(word)
	end := len(characters)
	if ending != "" {
		found[entry{PrefixEnding, ending}] = true
		end = max(0, end-len([]rune(ending))-1) // the sign before the ending is shared too
	}
	for at := range end {
		rest, section := characters[at:], Inside
		if beginsWord(characters, at) {
			section = Prefix
			for length := 1; length < minSubstring && length <= len(rest); length++ {
				found[entry{Prefix, string(rest[:length])}] = true
			}
		}
		if len(rest) >= minSubstring {
			found[entry{section, string(rest[:min(len(rest), maxRowCharacters)])}] = true
		}
	}
}

// withoutCovered returns the entries, without those that are found by fewer words than another one which comes before
// them in results.
func withoutCovered(found map[entry]bool) []entry {
	var short, prefixes, insides, all []entry
	for e := range found {
		switch {
		case e.section == PrefixEnding:
			all = append(all, e)
		case len([]rune(e.text)) < minSubstring:
			short = append(short, e)
		case e.section == Prefix:
			prefixes = append(prefixes, e)
		default:
			insides = append(insides, e)
		}
	}
	prefixes = longest(prefixes)
	insides = slices.DeleteFunc(longest(insides), func(inside entry) bool {
		return slices.ContainsFunc(prefixes, func(e entry) bool { return strings.HasPrefix(e.text, inside.text) })
	})
	return slices.Concat(all, short, prefixes, insides)
}

// longest returns the entries that do not begin another one.
func longest(entries []entry) []entry {
	slices.SortFunc(entries, func(a, b entry) int { return cmp.Compare(a.text, b.text) })
	var kept []entry
	for i, e := range entries {
		if i+1 == len(entries) || !strings.HasPrefix(entries[i+1].text, e.text) {
			kept = append(kept, e)
		}
	}
	return kept
}

// locate returns the place of an entry in the result of a search for a word, and whether the word finds it.
func (e entry) locate(word string) (Position, bool) {
	if e.section == PrefixEnding {
		section, found := endingPlace(e.text, word)
		return Position{Section: section, Text: e.text}, found
	}
	isShort, searchesShort := len([]rune(e.text)) < minSubstring, len([]rune(word)) < minSubstring
	found := isShort && e.text == word
	if !isShort && !searchesShort {
		found = strings.HasPrefix(e.text, truncate(word, maxRowCharacters))
	}
	return Position{Section: e.section, Text: e.text}, found
}
