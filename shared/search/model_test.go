package search_test

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/hosting"
	"tenantry/shared/search"
)

// plainHasher hashes passwords without work.
type plainHasher struct{}

func (plainHasher) Hash(text string) (string, error) { return "hash of " + text, nil }

// The parts of names: German, Turkish, Polish, Greek, Chinese, Japanese, Korean and emoji.
var (
	firstNames = []string{
		"Anna", "Jürgen", "Günther", "Ayşe", "Işıl", "İbrahim", "Łukasz", "Małgorzata", "Γιώργος", "Άγγελος", "小明", "太郎",
		"がく", "민준", "Zoë", "Bo", "🎉Party", "O'Neil", "Anna-Maria", "Ali",
	}
	lastNames = []string{
		"Müller", "Groß", "Strauß", "Yılmaz", "Öztürk", "Kowalski", "Wiśniewska", "Παπαδόπουλος", "Νίκος", "王", "田中",
		"김", "Muller", "von der Mühlen", "Şahin", "👍🏽", "Li", "Mannheim", "Schmidt", "Żółć",
	}
	hosts = []string{
		"gmail.com", "web.de", "north.example", "müller-hosting.de", "shop.co.uk", "mail.shop.example", "hotmail.com",
	}
	domains = []string{"shop", "müller", "blog", "anna", "straße", "ελλάδα", "test-1", "my-shop", "com", "mail"}
	zones   = []string{"com", "de", "co.uk", "example", "hosting.example", "com.tr", "net"}
)

// model is what the test knows of the accounts.
type model struct {
	*scene
	number    int
	customers []account.ID
	resellers []account.ID // that were customers
	websites  map[account.ID][]hosting.WebsiteView
	subs      map[account.ID]string // the first subscription of a customer
}

func pick[T any](m *model, values []T) T { return values[m.random.IntN(len(values))] }

// accounts returns the accounts of the test that exist, by id.
func (m *model) accounts() map[account.ID]account.Account {
	m.t.Helper()
	ids := slices.Concat(m.customers, m.resellers, []account.ID{m.North, m.South})
	found, err := m.Store.ReadAccountsNow(m.t.Context(), ids)
	m.must(err)
	byID := map[account.ID]account.Account{}
	for _, a := range found {
		byID[a.ID] = a
	}
	return byID
}

// wanted returns the accounts that a search finds by brute force, and the rank of each: 0 exact, 1 prefix, 2 other.
func (m *model) wanted(accounts map[account.ID]account.Account, selection directory.Selection) map[account.ID]int {
	words := strings.Fields(search.Fold(selection.Search))
	found := map[account.ID]int{}
	for id, a := range accounts {
		if a.Kind != selection.Kind || selection.Owner != "" && a.Owner != selection.Owner ||
			selection.Status != "" && a.Status(m.Now()) != selection.Status {
			continue
		}
		texts := []string{a.Contact.Name, a.Contact.Company, string(a.Login), a.Contact.Email, a.ExternalID}
		isExact := account.FoldLogin(selection.Search) == a.Login
		searched, _ := hosting.Domain(strings.TrimSpace(selection.Search), "")
		for _, site := range m.websites[id] {
			texts = append(texts, site.Domain)
			domain, _ := hosting.Domain(site.Domain, "")
			isExact = isExact || domain == searched
		}
		rank, all := 0, true
		for _, word := range words {
			contained, begins := false, false
			for _, text := range texts {
				folded := search.Fold(text)
				begins = begins || beginsWord(folded, word)
				contained = contained || begins || len([]rune(word)) >= 3 && strings.Contains(folded, word)
			}
			all = all && contained
			if rank = 1; !begins {
				rank = 2
			}
		}
		if isExact {
			rank = 0
		}
		if all {
			found[id] = rank
		}
	}
	return found
}

// unspaced are the scripts in which a word may begin anywhere, as far as the names of this test have them.
var unspaced = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana}

// beginsWord reports whether the folded word is at the beginning of a word of a text.
func beginsWord(text, word string) bool {
	isLetter := func(r rune) bool {
		return unicode.In(r, unicode.L, unicode.N, unicode.M) && !unicode.In(r, unspaced...)
	}
	characters, wanted := []rune(text), []rune(word)
	for at := 0; at+len(wanted) <= len(characters); at++ {
		here := characters[at]
		begins := unicode.In(here, unspaced...) || unicode.IsSymbol(here) ||
			isLetter(here) && (at == 0 || !isLetter(characters[at-1]))
		if begins && slices.Equal(characters[at:at+len(wanted)], wanted) {
			return true
		}
	}
	return false
}

// find returns all accounts that a search finds, in order.
func (m *model) find(selection directory.Selection) []account.ID {
	m.t.Helper()
	var found []account.ID
	for pages := 0; ; pages++ {
		rows, err := directory.Searcher{Store: m.store, Now: m.Now}.Search(m.t.Context(), selection)
		m.must(err)
		if len(rows.Accounts) > selection.Limit {
			m.t.Fatalf("a page has %d accounts, want %d", len(rows.Accounts), selection.Limit)
		}
		for i := range rows.Accounts {
			found = append(found, rows.Accounts[i].ID)
		}
		if selection.After = rows.Next; rows.Next == "" {
			return found
		}
		if pages > 3000 {
			m.t.Fatalf("the search for %q does not end", selection.Search)
		}
	}
}

// queries returns parts of texts of accounts.
func (m *model) query(accounts []account.Account) string {
	a := pick(m, accounts)
	own := []string{a.Contact.Name, a.Contact.Company + "anna", string(a.Login), a.Contact.Email}
	texts := append(own, pick(m, hosts), pick(m, zones))
	for _, site := range m.websites[a.ID] {
		texts = append(texts, site.Domain, site.Domain)
	}
	part := func() string {
		text := pick(m, texts)
		if m.random.IntN(4) == 0 {
			return text
		}
		characters := []rune(text)
		from := m.random.IntN(len(characters))
		return string(characters[from:min(len(characters), from+1+m.random.IntN(7))])
	}
	query := part()
	if m.random.IntN(3) == 0 {
		query += " " + part()
	}
	switch m.random.IntN(3) {
	case 0:
		return strings.ToUpper(query)
	case 1:
		return search.Fold(query)
	}
	return query
}

func (m *model) selection(accounts []account.Account) directory.Selection {
	selection := directory.Selection{
		Kind: account.Customer, Limit: pick(m, []int{1, 7, 25, 100}), Search: m.query(accounts),
		Owner:  pick(m, []account.ID{"", m.North, m.South, account.AdministratorOwner}),
		Status: pick(m, []account.Status{"", "", account.Active, account.Suspended}),
	}
	if m.random.IntN(6) == 0 {
		selection.Kind, selection.Owner = account.Reseller, account.AdministratorOwner
	}
	return selection
}

// TestSearchEqualsBruteForce compares searches with a comparison of all accounts, after random changes whose events
// were delivered in random order, twice, and with interruptions.
func TestSearchEqualsBruteForce(t *testing.T) {
	customers, changes, queries := 5000, 2000, 250
	if testing.Short() {
		customers, changes, queries = 300, 200, 100
	}
	m := newModel(t, 7)
	for range customers {
		m.create(pick(m, []account.ID{m.North, m.North, m.South, account.AdministratorOwner}))
	}
	for range customers / 5 {
		m.host(pick(m, m.customers))
	}
	m.deliver(1 << 30)
	for made := 0; made < changes; {
		made += m.change()
		m.deliver(m.random.IntN(3))
		if m.random.IntN(40) == 0 {
			m.compare(m.accounts(), false)
		}
	}
	m.deliver(1 << 30)
	accounts := m.accounts()
	for range queries {
		m.compare(accounts, true)
		m.compareSubscriptions(accounts)
	}
	m.compareWithRebuilt(slices.Collect(maps.Keys(accounts)))
}

// compare compares the results of a search. If the index has not followed yet, a result may lack accounts, but must not
// show others.
func (m *model) compare(accounts map[account.ID]account.Account, isComplete bool) {
	m.t.Helper()
	all := slices.SortedFunc(maps.Values(accounts), func(a, b account.Account) int { return cmp.Compare(a.ID, b.ID) })
	selection := m.selection(all)
	want, got := m.wanted(accounts, selection), m.find(selection)
	seen, rank := map[account.ID]bool{}, 0
	for _, id := range got {
		wantRank, isWanted := want[id]
		switch {
		case !isWanted && isComplete:
			m.t.Fatalf("the search %+v shows %s: %+v", selection, id, accounts[id])
		case !isWanted:
			m.checkStale(accounts, selection, id)
		case seen[id] && isComplete:
			m.t.Fatalf("the search %+v shows %s twice", selection, id)
		case wantRank < rank && isComplete && !strings.Contains(strings.TrimSpace(selection.Search), " "):
			m.t.Fatalf("the search %+v shows %s of rank %d after rank %d: %+v", selection, id, wantRank, rank, accounts[id])
		}
		seen[id], rank = true, max(rank, wantRank)
	}
	if isComplete && len(seen) != len(want) {
		for id := range want {
			if !seen[id] {
				m.t.Fatalf("the search %+v lacks %s: %+v %+v", selection, id, accounts[id], m.websites[id])
			}
		}
	}
}

// checkStale checks that an account that is found by a domain that it has lost is in the selection otherwise.
func (m *model) checkStale(accounts map[account.ID]account.Account, selection directory.Selection, id account.ID) {
	m.t.Helper()
	selection.Search = ""
	if _, isSelected := m.wanted(accounts, selection)[id]; !isSelected {
		m.t.Fatalf("the search %+v shows %s, which is outside of it: %+v", selection, id, accounts[id])
	}
}
