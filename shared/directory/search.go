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
	scope := selection.Owner
	if scope == "" || selection.Kind == account.Reseller {
		scope = search.Everything
	}
	query := search.Query{Scope: scope, Kinds: searchKinds[selection.Kind], Text: selection.Search}
	if selection.Texts {
		query.Kinds = query.Kinds[:1]
	}
	reading := accountReading{s, selection, search.Words(selection.Search), map[account.ID]*account.Account{}}
	found, next, err := search.Finder{Store: s.Store}.Find(ctx, query, selection.Limit, selection.After, reading.accept)
	rows := Rows{Next: next}
	for _, candidate := range found {
		rows.Accounts = append(rows.Accounts, *reading.accounts[candidate.Account])
	}
	return rows, err
}

// accountReading reads the accounts that a search finds.
type accountReading struct {
	Searcher

	selection Selection
	words     []string
	accounts  map[account.ID]*account.Account
}

// accept implements search.Accept.
func (r *accountReading) accept(ctx context.Context, candidates []search.Candidate) ([]bool, error) {
	ids := make([]account.ID, len(candidates))
	for i := range candidates {
		ids[i] = candidates[i].Account
	}
	accounts, err := r.Store.ReadAccountsNow(ctx, ids)
	if err != nil {
		return nil, err
	}
	for i := range accounts {
		r.accounts[accounts[i].ID] = &accounts[i]
	}
	isAccepted := make([]bool, len(candidates))
	for i := range candidates {
		isAccepted[i] = r.fits(&candidates[i])
	}
	return isAccepted, nil
}

// fits reports whether a candidate is in the selection.
func (r *accountReading) fits(candidate *search.Candidate) bool {
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
