package search

import (
	"context"
	"errors"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"tenantry/shared/account"
	"tenantry/shared/event"
)

// Source is what an account's rows are made of, read with strong consistency.
type Source struct {
	Account  *account.Account // nil if the account does not exist
	Document *Document        // nil if nothing is indexed
	Websites []SourceWebsite  // those of the requested ones that exist
}

// SourceWebsite is a website as it is stored.
type SourceWebsite struct{ ID, Subscription, Domain string }

// IndexStore keeps the index.
type IndexStore interface {
	// ReadSource returns an account, its document and the websites with the ids.
	ReadSource(ctx context.Context, id account.ID, websites []string) (Source, error)
	// ListWebsiteIDs returns the ids of all websites of an account, eventually consistent.
	ListWebsiteIDs(ctx context.Context, id account.ID) ([]string, error)
	// ReadAccount returns an account, or nil if it does not exist.
	ReadAccount(ctx context.Context, id account.ID) (*account.Account, error)
	// WriteDocument writes a document, and of its chunks only those with the numbers.
	WriteDocument(ctx context.Context, document *Document, chunks []int) error
	// DeleteDocument deletes a document with all its chunks, and the endings of the account's scope.
	DeleteDocument(ctx context.Context, document *Document) error
	// WriteRows writes and deletes rows, in any order.
	WriteRows(ctx context.Context, added, deleted []Row) error
	// AddEndings records that a scope uses shared endings.
	AddEndings(ctx context.Context, scope account.ID, endings []string) error
}

// Indexer keeps the rows of accounts. The stream delivers the events of one account in order and one batch at a time,
// so no two calls work on the same account.
type Indexer struct {
	Store  IndexStore
	Shared []string // domains of the hosting company, in ASCII; customers have names below them
	Now    func() time.Time
}

// maxConcurrentAccounts is the number of accounts that are indexed concurrently.
const maxConcurrentAccounts = 8

// Handle implements stream.Handler. All events of an account are handled at once: its present state counts.
func (x Indexer) Handle(ctx context.Context, events []event.Event) (handled int, err error) {
	var ids []account.ID
	first, todo := map[account.ID]int{}, map[account.ID]*work{}
	for i := range events {
		id := events[i].Account
		if !slices.Contains(Events, events[i].Name) || id == "" {
			continue
		}
		if todo[id] == nil {
			ids, first[id], todo[id] = append(ids, id), i, &work{}
		}
		todo[id].add(&events[i])
	}
	errs := make([]error, len(ids))
	var accounts errgroup.Group
	accounts.SetLimit(maxConcurrentAccounts)
	for i, id := range ids {
		accounts.Go(func() error {
			errs[i] = x.apply(ctx, id, *todo[id])
			return nil
		})
	}
	_ = accounts.Wait()
	for i, id := range ids {
		if errs[i] != nil {
			return first[id], errors.Join(errs...)
		}
	}
	return len(events), nil
}

// RebuildOrdered is the name under which the indexer gets the order to write all rows of an account again. It is not an
// event: it is in no trail and on no bus. It comes through the stream, so that it does not overtake events.
const RebuildOrdered event.Name = "search.rebuild-ordered"

// work is what has to be done for an account.
type work struct {
	websites []string // that were created or removed
	rebuild  bool     // whether all rows are written again
}

// add adds what follows from an event.
func (w *work) add(e *event.Event) {
	switch e.Name {
	case event.WebsiteCreated, event.WebsiteRemoved:
		w.websites = append(w.websites, e.Subject)
	case event.SubscriptionCreated:
		w.websites = append(w.websites, e.Website)
	case RebuildOrdered:
		w.rebuild = true
	default:
	}
}

// Events are the events that may change rows. A suspension is none of them. The stream delivers no other events to the
// indexer (template.yaml).
var Events = []event.Name{
	event.CustomerCreated, event.ResellerCreated, event.ContactChanged, event.LoginChanged, event.LimitsChanged,
	event.CustomerMoved, event.CustomerConverted, event.CustomerRemoved, event.ResellerRemoved,
	event.SubscriptionCreated, event.WebsiteCreated, event.WebsiteRemoved, RebuildOrdered,
}

// apply makes the rows of an account those of its source.
func (x Indexer) apply(ctx context.Context, id account.ID, todo work) error {
	if todo.rebuild {
		listed, err := x.Store.ListWebsiteIDs(ctx, id)
		if err != nil {
			return err
		}
		todo.websites = append(todo.websites, listed...)
	}
	slices.Sort(todo.websites)
	todo.websites = slices.Compact(todo.websites)
	source, err := x.Store.ReadSource(ctx, id, todo.websites)
	if err != nil {
		return err
	}
	next, err := x.stateOf(ctx, source.Account)
	if err != nil || next == nil && source.Document == nil {
		return err
	}
	document := source.Document
	if document == nil {
		document = &Document{Account: id, Generation: 1, Chunks: [][]Website{nil}}
	}
	chunks := document.advance(next, todo, source.Websites)
	return update{x, document}.run(ctx, chunks)
}

// stateOf returns the state of an account, or nil if it is not in the index.
func (x Indexer) stateOf(ctx context.Context, a *account.Account) (*State, error) {
	if a == nil || a.Kind != account.Customer && a.Kind != account.Reseller {
		return nil, nil
	}
	state := &State{Kind: a.Kind, Owner: a.Owner, Login: string(a.Login), Texts: TextsOf(a)}
	for _, shared := range x.Shared {
		state.Shared = append(state.Shared, FoldDomain(shared))
	}
	if a.Owner == account.AdministratorOwner {
		return state, nil
	}
	owner, err := x.Store.ReadAccount(ctx, a.Owner)
	if err != nil || owner == nil {
		return state, err
	}
	if host := HostOf(owner.Contact.Email); host != "" && !isCommon(host) {
		state.Endings = []string{host}
	}
	return state, nil
}

// advance changes the document to what has to be indexed. It returns the numbers of the chunks that it has changed.
func (d *Document) advance(next *State, todo work, existing []SourceWebsite) (chunks []int) {
	if d.Current == nil && next != nil {
		d.Current, d.Settled, d.Partial = next, false, len(d.Earlier) > 0
	} else if d.Current != nil && (next == nil || !next.equal(d.Current)) {
		d.push(next)
	}
	if todo.rebuild {
		d.Settled, d.Partial = false, true
		d.Generation++
	}
	stored := map[string]SourceWebsite{}
	for _, site := range existing {
		stored[site.ID] = site
	}
	for _, id := range todo.websites {
		site, exists := stored[id]
		known := d.find(id)
		switch {
		case exists && known == nil && next != nil:
			added := Website{ID: id, Subscription: site.Subscription, Domain: FoldDomain(site.Domain)}
			if added.Domain != site.Domain {
				added.ASCII = site.Domain
			}
			chunks = append(chunks, d.add(added))
		case !exists && known != nil && !known.Removed:
			known.Removed = true
			chunks = append(chunks, d.chunkOf(id))
		}
	}
	slices.Sort(chunks)
	return slices.Compact(chunks)
}

// push makes the current state an earlier one.
func (d *Document) push(next *State) {
	d.Partial = d.Partial || !d.Settled || len(d.pending()) > 0
	if next == nil || !next.sameDomainRows(d.Current) {
		d.Generation++
	}
	d.Earlier = append(d.Earlier, *d.Current)
	d.Current, d.Settled = next, false
}

// pending returns the numbers of the chunks whose rows are not settled.
func (d *Document) pending() (numbers []int) {
	for n := range d.Chunks {
		if !d.isSettled(n) {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

func (d *Document) chunkOf(id string) int {
	return slices.IndexFunc(d.Chunks, func(chunk []Website) bool {
		return slices.ContainsFunc(chunk, func(site Website) bool { return site.ID == id })
	})
}
