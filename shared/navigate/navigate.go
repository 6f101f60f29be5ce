// Package navigate finds objects of all kinds by a part of their names, for quick navigation.
package navigate

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/idgen"
	"tenantry/shared/plan"
	"tenantry/shared/search"
)

// Item is an object that was found.
type Item struct {
	Kind  string `json:"kind" enum:"customer,reseller,subscription,website,service-plan,reseller-plan"`
	ID    string `json:"id"`
	Name  string `json:"name" doc:"Name of the account or the plan, or the domain."`
	Path  string `json:"path" doc:"Path of the object. A website has the path of the websites of its subscription."`
	Match Match  `json:"match"`

	rank search.Section
}

// Match is what was found in an object.
type Match struct {
	Field string `json:"field" enum:"name,company,login,email,externalId,domain"`
	Value string `json:"value"`
}

// Store reads what is found.
type Store interface {
	hosting.SearchStore
	// ListPlans returns an owner's plans whose ids have the prefix, in order of creation, those after an id only, and
	// reports whether there may be more.
	ListPlans(ctx context.Context, owner account.ID, prefix string, after plan.ID, limit int) ([]plan.Plan, bool, error)
}

// Navigator finds objects in the view of a caller.
type Navigator struct {
	Store Store
	Now   func() time.Time
}

const (
	maxOfKind = 10  // accounts of one kind, or websites, of which the best are shown
	maxItems  = 20  // of a result
	maxPlans  = 100 // of each kind, the first ones of the owner
)

// Find returns the best objects that contain all words of the text: those with exactly this login, domain or name
// first, then those in which a word begins like this; among equals the newest first. It reads a bounded number of rows:
// of more than a hundred accounts or websites in which a word begins like this, only the first hundred by this word are
// compared, and of an owner's plans the first hundred of each kind.
// Hosting is found only if the caller may read it. It returns fault.InvalidRequest if the text is blank.
func (n Navigator) Find(ctx context.Context, caller access.Caller, text string) ([]Item, error) {
	words := search.Words(text)
	if len(words) == 0 {
		return nil, fault.Invalid(fault.Field{Pointer: "q", Code: "blank", Detail: "Enter a part of a name."})
	}
	lookup := lookup{n, caller, text, words}
	finds := []func(context.Context) ([]Item, error){lookup.customers}
	if caller.IsAdministrator() {
		finds = append(finds, lookup.resellers)
	}
	if caller.CheckScope(access.HostingRead) == nil {
		finds = append(finds, lookup.websites, lookup.plans(plan.ServicePrefix))
		if caller.IsAdministrator() {
			finds = append(finds, lookup.plans(plan.ResellerPrefix))
		}
	}
	found := make([][]Item, len(finds))
	var reads errgroup.Group
	for i, find := range finds {
		reads.Go(func() (err error) {
			found[i], err = find(ctx)
			return err
		})
	}
	if err := reads.Wait(); err != nil {
		return nil, err
	}
	items := slices.Concat(found...)
	slices.SortStableFunc(items, func(a, b Item) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), strings.Compare(idgen.ULIDOf(b.ID), idgen.ULIDOf(a.ID)))
	})
	return items[:min(len(items), maxItems)], nil
}

// lookup finds objects for one request.
type lookup struct {
	Navigator

	caller access.Caller
	text   string
	words  []string
}

func (l lookup) customers(ctx context.Context) ([]Item, error) {
	selection := directory.Selection{Kind: account.Customer, Search: l.text, Texts: true, Limit: maxOfKind}
	if !l.caller.IsAdministrator() {
		selection.Owner = l.caller.OwnerID()
	}
	return l.accounts(ctx, selection, "/v1/customers/")
}

func (l lookup) resellers(ctx context.Context) ([]Item, error) {
	selection := directory.Selection{
		Kind: account.Reseller, Owner: account.AdministratorOwner, Search: l.text, Texts: true, Limit: maxOfKind,
	}
	return l.accounts(ctx, selection, "/v1/resellers/")
}

func (l lookup) accounts(ctx context.Context, selection directory.Selection, path string) ([]Item, error) {
	accounts, err := directory.Searcher{Store: l.Store, Now: l.Now}.SearchNewest(ctx, selection)
	var items []Item
	for i := range accounts {
		a := &accounts[i]
		item := Item{Kind: string(a.Kind), ID: string(a.ID), Name: a.Contact.Name, Path: path + string(a.ID)}
		item.Match, item.rank = l.match([]Match{
			{"login", string(a.Login)},
			{"name", a.Contact.Name},
			{"company", a.Contact.Company},
			{"email", a.Contact.Email},
			{"externalId", a.ExternalID},
		})
		items = append(items, item)
	}
	return items, err
}

// websites finds websites and their subscriptions. A subscription is found by its best website.
func (l lookup) websites(ctx context.Context) ([]Item, error) {
	sites, err := hosting.Search{Store: l.Store, Now: l.Now}.NewestWebsites(ctx, l.caller, l.text, maxOfKind)
	var items []Item
	subscriptions := map[string]bool{}
	for i := range sites {
		site := &sites[i]
		path := "/v1/subscriptions/" + site.Subscription
		item := Item{Kind: "website", ID: site.ID, Name: hosting.DisplayDomain(site.Domain), Path: path + "/websites"}
		item.Match, item.rank = l.match([]Match{{"domain", item.Name}})
		items = append(items, item)
		if !subscriptions[site.Subscription] {
			subscriptions[site.Subscription] = true
			item.Kind, item.ID, item.Path = "subscription", site.Subscription, path
			items = append(items, item)
		}
	}
	return items, err
}

// plans returns the search for the caller's plans whose ids have a prefix.
func (l lookup) plans(prefix string) func(context.Context) ([]Item, error) {
	kind, path := "service-plan", "/v1/service-plans/"
	if prefix == plan.ResellerPrefix {
		kind, path = "reseller-plan", "/v1/reseller-plans/"
	}
	return func(ctx context.Context) ([]Item, error) {
		plans, _, err := l.Store.ListPlans(ctx, l.caller.OwnerID(), prefix, "", maxPlans)
		var items []Item
		for i := range plans {
			p := &plans[i]
			if !search.MatchesAll([]string{search.Fold(p.Name)}, l.words) {
				continue
			}
			item := Item{Kind: kind, ID: string(p.ID), Name: p.Name, Path: path + string(p.ID)}
			item.Match, item.rank = l.match([]Match{{"name", p.Name}})
			items = append(items, item)
		}
		return items, err
	}
}

// match returns the field that contains a word of the text best.
func (l lookup) match(fields []Match) (best Match, rank search.Section) {
	rank = search.InsideEnding
	whole := search.Fold(l.text)
	for _, field := range fields {
		folded := search.Fold(field.Value)
		if folded == whole {
			return field, search.Exact
		}
		for _, word := range l.words {
			if section, found := search.Place(folded, word); found && section < rank {
				best, rank = field, section
			}
		}
	}
	return best, rank
}
