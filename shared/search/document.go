// Package search finds accounts and subscriptions by a part of their texts (docs/adr/0042-search.md).
//
// The index has a row for each end of a text, so that a range of rows answers which texts contain a word. A row belongs
// to a scope: the owner whose view it is, or Everything. The Indexer keeps the rows of an account, following the events
// of the account. It records in a Document what it has indexed. The Finder reads rows, and shows an account only after
// it has read the account itself.
package search

import (
	"cmp"
	"slices"

	"golang.org/x/net/idna"

	"tenantry/shared/account"
)

// Document records what the index has of an account. Only the consumer of the account's events writes it.
type Document struct {
	Account    account.ID
	Current    *State      // nil while the rows of a removed account are deleted
	Earlier    []State     // whose rows may still exist
	Settled    bool        // whether the rows of the account's texts are those of Current
	Partial    bool        // whether rows of the Earlier states may be missing
	Generation int64       // grows when the rows of all domains change
	Chunks     [][]Website // the websites; each chunk is stored in an item of its own
}

// State is what the rows of an account depend on, except for its websites.
type State struct {
	Kind    account.Kind
	Owner   account.ID
	Login   string
	Texts   []string // folded, with the login
	Endings []string // shared endings in the scope of the owner, besides the common ones
	Shared  []string // shared endings in all scopes, besides the common ones
}

// Website is a website in the index.
type Website struct {
	ID           string
	Subscription string
	Domain       string // folded, as it is displayed
	ASCII        string // in ASCII, in which domains are unique; "" if Domain is
	Removed      bool   // its rows are deleted, and then the website
	Generation   int64  // of the document when the rows of the website were written; 0 before
}

// chunkSize is the number of websites in a chunk: some 10 KB.
const chunkSize = 100

// TextsOf returns the folded texts by which an account is found, besides its domains.
func TextsOf(a *account.Account) []string {
	var texts []string
	for _, text := range []string{a.Contact.Name, a.Contact.Company, string(a.Login), a.Contact.Email, a.ExternalID} {
		if folded := Fold(text); folded != "" && !slices.Contains(texts, folded) {
			texts = append(texts, folded)
		}
	}
	return texts
}

// hasDomain reports whether the website has a domain, which is in ASCII.
func (w *Website) hasDomain(ascii string) bool {
	return ascii != "" && cmp.Or(w.ASCII, w.Domain) == ascii
}

// FoldDomain returns a domain in ASCII as it is compared.
func FoldDomain(ascii string) string {
	unicode, err := idna.Display.ToUnicode(ascii)
	if err != nil {
		unicode = ascii
	}
	return Fold(unicode)
}

// Domains returns the folded domains of the account's websites.
func (d *Document) Domains() []string {
	var domains []string
	for _, site := range d.websites() {
		domains = append(domains, site.Domain)
	}
	return domains
}

// websites returns the websites that are not removed.
func (d *Document) websites() []Website {
	var all []Website
	for _, chunk := range d.Chunks {
		for _, site := range chunk {
			if !site.Removed {
				all = append(all, site)
			}
		}
	}
	return all
}

// find returns the website with the id, or nil.
func (d *Document) find(id string) *Website {
	for _, chunk := range d.Chunks {
		for i := range chunk {
			if chunk[i].ID == id {
				return &chunk[i]
			}
		}
	}
	return nil
}

// add adds a website to the first chunk that has room. It returns the number of the chunk.
func (d *Document) add(site Website) int {
	for n := range d.Chunks {
		if len(d.Chunks[n]) < chunkSize {
			d.Chunks[n] = append(d.Chunks[n], site)
			return n
		}
	}
	d.Chunks = append(d.Chunks, []Website{site})
	return len(d.Chunks) - 1
}

// isSettled reports whether the rows of all websites in a chunk are as they must be.
func (d *Document) isSettled(chunk int) bool {
	return !slices.ContainsFunc(d.Chunks[chunk], func(site Website) bool {
		return site.Removed || site.Generation != d.Generation
	})
}

// sameDomainRows reports whether the rows of domains are the same in both states.
func (s *State) sameDomainRows(other *State) bool {
	return s.Kind == other.Kind && s.Owner == other.Owner && slices.Equal(s.Endings, other.Endings) &&
		slices.Equal(s.Shared, other.Shared)
}

func (s *State) equal(other *State) bool {
	return s.sameDomainRows(other) && s.Login == other.Login && slices.Equal(s.Texts, other.Texts)
}

// scopedEndings are the shared endings of a scope, besides the common ones.
type scopedEndings struct {
	scope   account.ID
	endings []string
}

// scopes returns the scopes in which the rows of an account's domains are, and those of its texts.
func (s *State) scopes(id account.ID) (domains, texts []scopedEndings) {
	all := scopedEndings{Everything, s.Shared}
	owned := slices.Concat(s.Endings, s.Shared)
	if s.Kind == account.Reseller {
		return []scopedEndings{all, {id, s.Shared}}, []scopedEndings{all}
	}
	domains = []scopedEndings{all, {s.Owner, owned}}
	return domains, domains
}

// textRows returns the rows of an account's texts, in all scopes.
func (s *State) textRows(id account.ID) (rows []Row) {
	_, scopes := s.scopes(id)
	for _, scope := range scopes {
		rows = append(rows, s.textRowsIn(scope, id)...)
	}
	return rows
}

// textRowsIn returns the rows of an account's texts in one scope.
func (s *State) textRowsIn(scope scopedEndings, id account.ID) (rows []Row) {
	kind := CustomerText
	if s.Kind == account.Reseller {
		kind = ResellerText
	}
	for _, e := range entriesOf(s.Texts, scope.endings) {
		rows = append(rows, Row{
			Scope: scope.scope, Kind: kind, Section: e.section, Text: e.text, ID: string(id), Account: id,
		})
	}
	return rows
}

// domainRows returns the rows of a website's domain, in all scopes.
func (s *State) domainRows(id account.ID, site Website) (rows []Row) {
	scopes, _ := s.scopes(id)
	for _, scope := range scopes {
		rows = append(rows, s.domainRowsIn(scope, id, site)...)
	}
	return rows
}

// domainRowsIn returns the rows of a website's domain in one scope.
func (s *State) domainRowsIn(scope scopedEndings, id account.ID, site Website) (rows []Row) {
	kind := CustomerDomain
	if s.Kind == account.Reseller {
		kind = ResellersDomain
	}
	for _, e := range entriesOf([]string{site.Domain}, scope.endings) {
		rows = append(rows, Row{
			Scope: scope.scope, Kind: kind, Section: e.section, Text: e.text, ID: site.ID, Account: id,
			Subscription: site.Subscription,
		})
	}
	return rows
}
