package hosting

import (
	"context"
	"errors"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/page"
	"tenantry/shared/plan"
	"tenantry/shared/search"
)

// SearchStore reads the search index, and the objects that it names.
type SearchStore interface {
	search.Reader
	// ReadAccountsNow returns the accounts that exist, with strong consistency, in any order.
	ReadAccountsNow(ctx context.Context, ids []account.ID) ([]account.Account, error)
	// ReadSubscriptions reads subscriptions consistently. Those that do not exist are left out.
	ReadSubscriptions(ctx context.Context, ids []string) ([]Subscription, error)
	// ReadWebsites reads websites consistently. Those that do not exist are left out.
	ReadWebsites(ctx context.Context, ids []string) ([]Website, error)
	// ReadPlans reads plans by id. Those that do not exist are left out.
	ReadPlans(ctx context.Context, ids []plan.ID) ([]plan.Plan, error)
}

// Search finds subscriptions and websites by domain.
type Search struct {
	Store   SearchStore
	Cursors *page.Sealer
	Now     func() time.Time
}

// SearchInput is what a search looks for, and the page of its results.
type SearchInput struct {
	Text   string // a part of a domain
	Limit  int
	Cursor string
}

// searchResult is what a search has found: the candidates, the objects that they name, and the cursor of the next page.
type searchResult struct {
	*searchReading

	found      []search.Candidate
	nextCursor string
}

// find returns a page of the subscriptions or websites in the caller's view whose domain contains the text. It returns
// fault.InvalidRequest if the text has no visible character or the cursor is invalid.
func (s Search) find(
	ctx context.Context, caller access.Caller, list string, subject search.Subject, input SearchInput,
) (result searchResult, err error) {
	if len(search.Words(input.Text)) == 0 {
		return result, fault.Invalid(fault.Field{
			Pointer: "search", Code: "blank", Detail: "Enter a part of a domain.",
		})
	}
	after, binding := "", caller.Binding(list, "search", input.Text)
	if input.Cursor != "" {
		if err := s.Cursors.Open(ctx, input.Cursor, &after, binding...); err != nil {
			return result, err
		}
	}
	query := searchQuery(caller, subject, input.Text)
	result.searchReading = newSearchReading(s.Store, caller)
	finder := search.Finder{Store: s.Store}
	found, next, err := finder.Find(ctx, query, limitOrDefault(input.Limit), after, result.searchReading)
	if err != nil {
		return result, err
	}
	result.found = found
	if next != "" {
		result.nextCursor, err = s.Cursors.Seal(ctx, next, binding...)
	}
	return result, err
}

// Subscriptions returns a page of the subscriptions in the caller's view that have a website whose domain contains the
// text. It returns fault.InvalidRequest if the text has no visible character or the cursor is invalid.
func (s Search) Subscriptions(
	ctx context.Context, caller access.Caller, input SearchInput,
) (result page.Page[SubscriptionView], err error) {
	reading, err := s.find(ctx, caller, "subscriptions", search.Subscriptions, input)
	if err != nil {
		return result, err
	}
	plans := map[plan.ID]*plan.Plan{}
	if err := AddPlans(ctx, s.Store, reading.rows(reading.found), plans); err != nil {
		return result, err
	}
	result.NextCursor = reading.nextCursor
	result.Items = make([]SubscriptionView, len(reading.found))
	for i, candidate := range reading.found {
		subscription := reading.subscriptions[candidate.Subscription]
		chain := reading.chain(subscription.Customer)
		result.Items[i] = viewSubscription(caller, subscription, chain, plans[subscription.Plan], s.Now())
	}
	return result, nil
}

// Websites returns a page of the websites in the caller's view whose domain contains the text. It returns
// fault.InvalidRequest if the text has no visible character or the cursor is invalid.
func (s Search) Websites(
	ctx context.Context, caller access.Caller, input SearchInput,
) (result page.Page[WebsiteView], err error) {
	reading, err := s.find(ctx, caller, "websites", search.Websites, input)
	if err != nil {
		return result, err
	}
	result.NextCursor = reading.nextCursor
	result.Items = make([]WebsiteView, len(reading.found))
	for i, candidate := range reading.found {
		site, subscription := reading.websites[candidate.Website], reading.subscriptions[candidate.Subscription]
		result.Items[i] = viewWebsite(caller, site, subscription, reading.chain(subscription.Customer), s.Now())
	}
	return result, nil
}

// NewestWebsites returns websites in the caller's view whose domain contains the text. Those in which a word of the text
// begins a word come first, and among equals the newest.
func (s Search) NewestWebsites(ctx context.Context, caller access.Caller, text string, limit int) ([]Website, error) {
	query := searchQuery(caller, search.Websites, text)
	reading := newSearchReading(s.Store, caller)
	found, err := search.Finder{Store: s.Store}.FindNewest(ctx, query, limit, reading)
	websites := make([]Website, len(found))
	for i, candidate := range found {
		websites[i] = *reading.websites[candidate.Website]
	}
	return websites, err
}

// searchQuery returns the search for subscriptions or websites in the caller's view.
func searchQuery(caller access.Caller, subject search.Subject, text string) search.Query {
	query := search.Query{
		Scope: search.Everything, Kinds: []search.Kind{search.CustomerDomain, search.ResellersDomain}, Subject: subject,
		Text: text,
	}
	if !caller.IsAdministrator() {
		query.Scope = caller.OwnerID()
	}
	return query
}

// searchReading reads the subscriptions that a search finds.
type searchReading struct {
	store         SearchStore
	caller        access.Caller
	accounts      map[account.ID]*account.Account
	subscriptions map[string]*Subscription
	websites      map[string]*Website
}

func newSearchReading(store SearchStore, caller access.Caller) *searchReading {
	r := &searchReading{
		store: store, caller: caller, accounts: map[account.ID]*account.Account{},
		subscriptions: map[string]*Subscription{}, websites: map[string]*Website{},
	}
	r.accounts[caller.Account.ID] = &r.caller.Account // was read with the credential
	return r
}

// Read implements search.Objects.
func (r *searchReading) Read(ctx context.Context, candidates []search.Candidate) error {
	var subscriptions, websites []string
	var customers []account.ID
	for _, c := range candidates {
		subscriptions, websites = append(subscriptions, c.Subscription), append(websites, c.Website)
		customers = append(customers, c.Account)
	}
	var reads errgroup.Group
	reads.Go(func() error { return r.readSubscriptions(ctx, distinct(subscriptions)) })
	reads.Go(func() error { return r.readWebsites(ctx, distinct(websites)) })
	return errors.Join(r.readAccounts(ctx, customers), reads.Wait())
}

// Accepts implements search.Objects.
func (r *searchReading) Accepts(c *search.Candidate) bool {
	subscription, site := r.subscriptions[c.Subscription], r.websites[c.Website]
	return subscription != nil && !subscription.Removing && site != nil && site.Subscription == subscription.ID &&
		Sees(r.caller, r.chain(subscription.Customer))
}

func distinct(ids []string) []string {
	slices.Sort(ids)
	return slices.Compact(ids)
}

func (r *searchReading) readSubscriptions(ctx context.Context, ids []string) error {
	rows, err := r.store.ReadSubscriptions(ctx, ids)
	for i := range rows {
		r.subscriptions[rows[i].ID] = &rows[i]
	}
	return err
}

func (r *searchReading) readWebsites(ctx context.Context, ids []string) error {
	sites, err := r.store.ReadWebsites(ctx, ids)
	for i := range sites {
		r.websites[sites[i].ID] = &sites[i]
	}
	return err
}

// readAccounts reads the accounts and then their owners, as far as they are not known.
func (r *searchReading) readAccounts(ctx context.Context, ids []account.ID) error {
	for len(ids) > 0 {
		unknown := slices.DeleteFunc(slices.Clone(ids), func(id account.ID) bool {
			return id == account.AdministratorOwner || r.accounts[id] != nil
		})
		if len(unknown) == 0 {
			return nil
		}
		accounts, err := r.store.ReadAccountsNow(ctx, unknown)
		if err != nil {
			return err
		}
		ids = nil
		for i := range accounts {
			r.accounts[accounts[i].ID] = &accounts[i]
			ids = append(ids, accounts[i].Owner)
		}
	}
	return nil
}

// chain returns a customer and the accounts above it, or nil if one of them does not exist.
func (r *searchReading) chain(id account.ID) (chain Chain) {
	for id != account.AdministratorOwner {
		a := r.accounts[id]
		if a == nil {
			return nil
		}
		chain = append(chain, *a)
		id = a.Owner
	}
	return chain
}

// rows returns the subscriptions of candidates.
func (r *searchReading) rows(candidates []search.Candidate) []Subscription {
	rows := make([]Subscription, len(candidates))
	for i, c := range candidates {
		rows[i] = *r.subscriptions[c.Subscription]
	}
	return rows
}
