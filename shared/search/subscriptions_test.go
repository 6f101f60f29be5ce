package search_test

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/hosting"
	"tenantry/shared/page"
	"tenantry/shared/search"
)

// compareSubscriptions compares a search for subscriptions with a comparison of all domains.
func (m *model) compareSubscriptions(accounts map[account.ID]account.Account) {
	m.t.Helper()
	var domains []string
	for _, sites := range m.websites {
		for _, site := range sites {
			domains = append(domains, site.Domain)
		}
	}
	slices.Sort(domains)
	text := m.part(domains)
	if m.random.IntN(3) == 0 {
		text += " " + m.part(domains)
	}
	caller := m.Caller(pick(m, []account.ID{m.Admin, m.North, m.South}))
	var want []string
	for id, sites := range m.websites {
		a, exists := accounts[id]
		if !exists || !caller.IsAdministrator() && a.Owner != caller.Account.ID {
			continue
		}
		want = append(want, matchingSubscriptions(sites, strings.Fields(search.Fold(text)))...)
	}
	m.compareWebsites(caller, text, accounts)
	slices.Sort(want)
	got := m.findSubscriptions(caller.Account.ID, text)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		m.t.Fatalf("the search of %s for %q finds the subscriptions %q, want %q", caller.Account.Login, text, got, want)
	}
}

// compareWebsites compares a search for websites with a comparison of all domains.
func (m *model) compareWebsites(caller access.Caller, text string, accounts map[account.ID]account.Account) {
	m.t.Helper()
	var want []string
	for id, sites := range m.websites {
		a, exists := accounts[id]
		if !exists || !caller.IsAdministrator() && a.Owner != caller.Account.ID {
			continue
		}
		for _, site := range sites {
			alone := []hosting.WebsiteView{{Subscription: site.ID, Domain: site.Domain}}
			want = append(want, matchingSubscriptions(alone, strings.Fields(search.Fold(text)))...)
		}
	}
	got := m.findWebsites(caller.Account.ID, text)
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		m.t.Fatalf("the search of %s for %q finds the websites %q, want %q", caller.Account.Login, text, got, want)
	}
}

// findWebsites returns the ids of all websites that a caller finds.
func (m *model) findWebsites(caller account.ID, text string) (ids []string) {
	m.t.Helper()
	key := func(context.Context) ([]byte, error) { return make([]byte, 32), nil }
	find := hosting.Search{Store: m.store, Cursors: page.NewSealer(key, rand.Reader), Now: m.Now}
	for cursor := ""; ; {
		input := hosting.SearchInput{Text: text, Limit: 7, Cursor: cursor}
		found, err := find.Websites(m.t.Context(), m.Caller(caller), input)
		m.must(err)
		for i := range found.Items {
			ids = append(ids, found.Items[i].ID)
		}
		if cursor = found.NextCursor; cursor == "" {
			return ids
		}
	}
}

// matchingSubscriptions returns the subscriptions whose domains contain all words.
func matchingSubscriptions(sites []hosting.WebsiteView, words []string) (ids []string) {
	domains := map[string][]string{}
	for _, site := range sites {
		domains[site.Subscription] = append(domains[site.Subscription], search.Fold(site.Domain))
	}
	for id, texts := range domains {
		all := true
		for _, word := range words {
			all = all && slices.ContainsFunc(texts, func(text string) bool {
				return len([]rune(word)) >= 3 && strings.Contains(text, word) || beginsWord(text, word)
			})
		}
		if all {
			ids = append(ids, id)
		}
	}
	return ids
}

// findSubscriptions returns the ids of all subscriptions that a caller finds.
func (m *model) findSubscriptions(caller account.ID, text string) (ids []string) {
	m.t.Helper()
	key := func(context.Context) ([]byte, error) { return make([]byte, 32), nil }
	find := hosting.Search{Store: m.store, Cursors: page.NewSealer(key, rand.Reader), Now: m.Now}
	for cursor := ""; ; {
		input := hosting.SearchInput{Text: text, Limit: 7, Cursor: cursor}
		found, err := find.Subscriptions(m.t.Context(), m.Caller(caller), input)
		m.must(err)
		for i := range found.Items {
			ids = append(ids, found.Items[i].ID)
		}
		if cursor = found.NextCursor; cursor == "" {
			return ids
		}
	}
}

// part returns a part of one of the texts.
func (m *model) part(texts []string) string {
	characters := []rune(pick(m, texts))
	from := m.random.IntN(len(characters))
	return strings.TrimSpace(string(characters[from:min(len(characters), from+1+m.random.IntN(9))]))
}
