package directory

import (
	"context"
	"slices"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/search"
)

// SearchStore reads the search index, and the accounts that it names.
type SearchStore interface {
	search.Reader
	// ReadAccountsNow returns the accounts that exist, with strong consistency, in any order.
	ReadAccountsNow(ctx context.Context, ids []account.ID) ([]account.Account, error)
}

// Searcher finds accounts by a part of their texts.
type Searcher struct {
	Store SearchStore
	Now   func() time.Time
}

// searchKinds are the kinds of rows that find accounts of a kind.
var searchKinds = map[account.Kind][]search.Kind{
	account.Customer: {search.CustomerText, search.CustomerDomain},
	account.Reseller: {search.ResellerText, search.ResellersDomain},
}

// Search returns a page of the selected accounts that its text finds. The accounts are read with strong consistency: no
// account is outside the selection, and each is found by its present texts. An account that has changed may be missing
// until the index has followed, within seconds.
func (s Searcher) Search(ctx context.Context, selection Selection) (Rows, error) {
	reading := s.newReading(selection)
	found, next, err := search.Finder{Store: s.Store}.Find(
		ctx, selection.searchQuery(), selection.Limit, selection.After, reading,
	)
	return Rows{Accounts: reading.shown(found), Next: next}, err
}

// SearchNewest returns the accounts of one page like Search, but among equals the newest ones first. There is no next
// page.
func (s Searcher) SearchNewest(ctx context.Context, selection Selection) ([]account.Account, error) {
	reading := s.newReading(selection)
	found, err := search.Finder{Store: s.Store}.FindNewest(
		ctx, selection.searchQuery(), selection.Limit, reading,
	)
	return reading.shown(found), err
}

// searchQuery returns the search for the selected accounts.
func (s Selection) searchQuery() search.Query {
	query := search.Query{Scope: s.Owner, Kinds: searchKinds[s.Kind], Text: s.Search}
	if s.Owner == "" || s.Kind == account.Reseller {
		query.Scope = search.Everything
	}
	if s.Texts {
		query.Kinds = query.Kinds[:1]
	}
	return query
}

// accountReading reads the accounts that a search finds.
type accountReading struct {
	Searcher

	selection Selection
	words     []string
	accounts  map[account.ID]*account.Account
}

func (s Searcher) newReading(selection Selection) *accountReading {
	return &accountReading{s, selection, search.Words(selection.Search), map[account.ID]*account.Account{}}
}

// shown returns the accounts of candidates that were accepted.
func (r *accountReading) shown(found []search.Candidate) []account.Account {
	accounts := make([]account.Account, len(found))
	for i := range found {
		accounts[i] = *r.accounts[found[i].Account]
	}
	return accounts
}

// Read implements search.Objects.
func (r *accountReading) Read(ctx context.Context, candidates []search.Candidate) error {
	var ids []account.ID
	for i := range candidates {
		if id := candidates[i].Account; !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	accounts, err := r.Store.ReadAccountsNow(ctx, ids)
	for i := range accounts {
		r.accounts[accounts[i].ID] = &accounts[i]
	}
	return err
}

// Accepts implements search.Objects. It reports whether a candidate is in the selection and contains all words now.
func (r *accountReading) Accepts(candidate *search.Candidate) bool {
	a := r.accounts[candidate.Account]
	if a == nil || a.Kind != r.selection.Kind || r.selection.Owner != "" && a.Owner != r.selection.Owner {
		return false
	}
	if r.selection.Status != "" && a.Status(r.Now()) != r.selection.Status {
		return false
	}
	if candidate.Exact {
		return true
	}
	return search.MatchesAll(slices.Concat(search.TextsOf(a), candidate.Document.Domains()), r.words)
}
