package search_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
	"tenantry/shared/flowtest"
	"tenantry/shared/hosting"
	"tenantry/shared/operation"
	"tenantry/shared/plan"
	"tenantry/shared/request"
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

func (m *model) contact() account.Contact {
	m.number++
	c := account.Contact{
		Name:  pick(m, firstNames) + " " + pick(m, lastNames),
		Email: fmt.Sprintf("%s%d@%s", pick(m, []string{"anna", "info", "m.muller", "x"}), m.number, pick(m, hosts)),
	}
	if m.random.IntN(2) == 0 {
		c.Company = pick(m, lastNames) + " " + pick(m, []string{"GmbH", "A.Ş.", "株式会社", "Sp. z o.o.", "& Söhne"})
	}
	return c
}

func (m *model) login() string {
	m.number++
	return fmt.Sprintf("%s%d%s", pick(m, []string{"a", "muller", "shop-", "kunde."}), m.number, pick(m, []string{"", "x", "@web.de"}))
}

func (m *model) create(owner account.ID) {
	m.t.Helper()
	creator := directory.Create{
		Store: m.Store, Mails: m.Store.Mails(), NewID: m.IDs.New, Passwords: plainHasher{}, Policy: noPolicy{}, Now: m.Now,
	}
	secret := "a secret"
	input := directory.NewAccount{Login: m.login(), Password: &secret, Contact: m.contact()}
	if m.random.IntN(3) == 0 {
		input.ExternalID = fmt.Sprintf("C-%d", m.number)
	}
	by := owner
	if owner == account.AdministratorOwner {
		by = m.Admin
	}
	created, err := creator.Customer(m.t.Context(), m.Caller(by), request.Metadata{}, input)
	m.must(err)
	m.customers = append(m.customers, created.ID)
}

type noPolicy struct{}

func (noPolicy) Check(string, string, ...string) *fault.Field { return nil }

// host creates a website of a customer, in a new subscription if it has none.
func (m *model) host(id account.ID) {
	m.t.Helper()
	m.number++
	domain := fmt.Sprintf("%s.%s-%d.%s", pick(m, domains), pick(m, domains), m.number, pick(m, zones))
	ctx, admin := m.t.Context(), m.Caller(m.Admin)
	subscriptions := hosting.Subscriptions{
		Store: m.Store, NewID: m.IDs.New, Now: m.Now, Domains: hosting.DomainRules{Shared: []string{"hosting.example"}},
	}
	if m.subs[id] == "" || m.random.IntN(3) == 0 {
		created, err := subscriptions.Create(ctx, admin, request.Metadata{}, string(id), hosting.NewSubscription{
			Domain: domain, ServicePlan: plan.Custom,
		})
		m.must(err)
		m.subs[id] = created.ID
	} else {
		_, err := hosting.Websites{Subscriptions: subscriptions}.Add(ctx, admin, request.Metadata{}, m.subs[id], domain)
		m.must(err)
	}
	m.readWebsites(id)
}

// readWebsites reads the websites of a customer for the model.
func (m *model) readWebsites(id account.ID) {
	m.t.Helper()
	ids, err := m.Store.ListWebsiteIDs(m.t.Context(), id)
	m.must(err)
	m.websites[id] = nil
	sites, err := m.Store.ReadWebsites(m.t.Context(), ids)
	m.must(err)
	for _, site := range sites {
		m.websites[id] = append(m.websites[id], hosting.WebsiteView{
			ID: site.ID, Domain: hosting.DisplayDomain(site.Domain), Subscription: site.Subscription,
		})
	}
}

func (m *model) unhost(id account.ID) {
	m.t.Helper()
	if len(m.websites[id]) == 0 {
		return
	}
	subscriptions := hosting.Subscriptions{Store: m.Store, NewID: m.IDs.New, Now: m.Now}
	site := pick(m, m.websites[id])
	if m.random.IntN(2) == 0 {
		m.must(subscriptions.Remove(m.t.Context(), m.Caller(m.Admin), request.Metadata{}, site.Subscription))
		if m.subs[id] == site.Subscription {
			delete(m.subs, id)
		}
	} else {
		m.must(hosting.Websites{Subscriptions: subscriptions}.Remove(
			m.t.Context(), m.Caller(m.Admin), request.Metadata{}, site.ID))
	}
	m.readWebsites(id)
}

// operate runs an operation on some customers.
func (m *model) operate(kind operation.Kind, parameters operation.Parameters, ids ...account.ID) {
	m.t.Helper()
	input := operation.NewOperation{Parameters: parameters}
	for _, id := range ids {
		input.Items = append(input.Items, operation.Item{Customer: id, Plan: map[operation.Kind]string{
			operation.Move: plan.Custom, operation.Convert: plan.Custom,
		}[kind]})
	}
	acceptor := operation.Acceptor{Store: m.Store, Processors: m.Processors(), NewID: m.IDs.New, Now: m.Now}
	accepted, err := acceptor.Accept(m.t.Context(), m.Caller(m.Admin), request.Metadata{}, kind, input)
	m.must(err)
	if !(flowtest.Engine{Scene: m.Scene}).Run(accepted.ID) {
		m.t.Fatalf("%s has not ended", kind)
	}
	for _, id := range ids {
		a, err := m.Store.ReadAccount(m.t.Context(), id)
		m.must(err)
		if a != nil && a.Kind == account.Customer {
			continue
		}
		m.customers = slices.DeleteFunc(m.customers, func(customer account.ID) bool { return customer == id })
		if a != nil {
			m.resellers = append(m.resellers, id)
		}
	}
}

// change makes a random change, and returns how many it was.
func (m *model) change() int {
	m.t.Helper()
	id, admin := pick(m, m.customers), m.Caller(m.Admin)
	changer := m.AccountChanger()
	switch n := m.random.IntN(100); {
	case n < 30:
		c := m.contact()
		patch := account.ContactPatch{Name: &c.Name, Email: &c.Email}
		if m.random.IntN(2) == 0 {
			patch = account.ContactPatch{Company: &c.Company}
		}
		_, err := changer.Contact(m.t.Context(), admin, request.Metadata{}, string(id), patch)
		m.must(err)
	case n < 40:
		login := m.login()
		_, err := changer.Login(m.t.Context(), admin, request.Metadata{}, string(id), directory.NewLogin{Login: &login})
		m.must(err)
	case n < 55:
		_, err := changer.Suspend(m.t.Context(), admin, request.Metadata{}, string(id), account.HoldInput{})
		m.must(err)
	case n < 60:
		_, err := changer.Activate(m.t.Context(), admin, request.Metadata{}, string(id), "all")
		m.must(err)
	case n < 80:
		m.host(id)
	case n < 88:
		m.unhost(id)
	case n < 92:
		ids := m.some(4)
		m.operate(operation.Move, operation.Parameters{
			NewOwner: pick(m, []account.ID{m.North, m.South, account.AdministratorOwner}),
		}, ids...)
		return len(ids)
	case n < 93:
		m.operate(operation.Convert, operation.Parameters{}, m.some(1)...)
	case n < 96:
		ids := m.some(3)
		m.operate(operation.Remove, operation.Parameters{}, ids...)
		return len(ids)
	default:
		m.create(pick(m, []account.ID{m.North, m.South, account.AdministratorOwner}))
	}
	return 1
}

// some returns some different customers.
func (m *model) some(n int) []account.ID {
	ids := map[account.ID]bool{}
	for len(ids) < n {
		ids[pick(m, m.customers)] = true
	}
	return slices.Sorted(maps.Keys(ids))
}

// accounts returns the accounts of the test that exist, by id.
func (m *model) accounts() map[account.ID]account.Account {
	m.t.Helper()
	found, err := m.Store.ReadAccountsNow(m.t.Context(), slices.Concat(m.customers, m.resellers, []account.ID{m.North, m.South}))
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
	texts := []string{a.Contact.Name, a.Contact.Company + "anna", string(a.Login), a.Contact.Email, pick(m, hosts), pick(m, zones)}
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
	customers, changes, queries := 5000, 2000, 400
	if testing.Short() {
		customers, changes, queries = 300, 200, 100
	}
	m := &model{scene: newScene(t, 7), websites: map[account.ID][]hosting.WebsiteView{}, subs: map[account.ID]string{}}
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
