package directory

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/page"
	"tenantry/shared/search"
)

// Sort is the order of a list.
type Sort string

// The orders of account lists. A minus sign means descending.
const (
	ByName        Sort = "name"
	ByNameDown    Sort = "-name"
	ByCreated     Sort = "created"
	ByCreatedDown Sort = "-created"
)

// Query selects the accounts of a list, their order and the page.
type Query struct {
	Owner  account.ID // if empty, all accounts in the caller's view
	Status account.Status
	Search string // words that all accounts of the list contain; if blank, the list has all accounts
	Sort   Sort   // must be "" if Search is not blank
	Limit  int
	Cursor string
}

// Selection is a query in the form that the store answers.
type Selection struct {
	Kind   account.Kind
	Owner  account.ID // if empty, accounts of all owners
	Status account.Status
	Search string // for Searcher; List ignores it
	Texts  bool   // Searcher finds accounts by their own texts only, and not by their domains
	Sort   Sort
	Limit  int
	After  string // position of the last row of the previous page; empty for the first page
}

// Rows is one page of a list. It is eventually consistent.
type Rows struct {
	Accounts []account.Account // with truncated notes, without the fields that only single reads need
	Next     string            // position of the last row if there may be more rows
}

// Lister reads lists of accounts.
type Lister interface {
	accountReader
	SearchStore
	// List returns the selected accounts in the order of the selection.
	List(ctx context.Context, selection Selection) (Rows, error)
	// Count returns the number of accounts of the kind that an owner has. If owner is empty, it counts those of all
	// owners.
	Count(ctx context.Context, kind account.Kind, owner account.ID) (int64, error)
	// ReadAccounts returns the accounts with the ids. Missing accounts are left out.
	ReadAccounts(ctx context.Context, ids []account.ID) ([]account.Account, error)
}

// List lists customers and resellers.
type List struct {
	Store   Lister
	Cursors *page.Sealer
	Now     func() time.Time
}

// Customers returns a page of the customers in the caller's view (guide: Suspending Accounts, the Status filter). A
// reseller lists its own customers. The administrator lists the customers of all owners or of the one that the query
// names. It returns fault.InvalidRequest if the cursor or the owner id is invalid, fault.Forbidden if a reseller names
// another owner, and fault.NotFound if the administrator names an unknown reseller.
func (l List) Customers(ctx context.Context, caller access.Caller, query Query) (page.Page[Customer], error) {
	if !caller.IsAdministrator() {
		if query.Owner != "" && query.Owner != caller.OwnerID() {
			return page.Page[Customer]{}, fault.New(
				fault.Forbidden,
				"Only the administrator can list the customers of other owners.",
			)
		}
		query.Owner = caller.OwnerID()
	}
	if query.Owner != "" {
		if invalid := query.Owner.ValidateOwner("owner"); invalid != nil {
			return page.Page[Customer]{}, fault.Invalid(*invalid)
		}
	}
	return l.list(ctx, caller, account.Customer, query)
}

// Resellers returns a page of the administrator's resellers. It returns fault.InvalidRequest if the cursor is invalid.
func (l List) Resellers(ctx context.Context, caller access.Caller, query Query) (page.Page[Customer], error) {
	query.Owner = account.AdministratorOwner
	return l.list(ctx, caller, account.Reseller, query)
}

// list returns a page of accounts of the kind, as the caller sees them.
func (l List) list(
	ctx context.Context,
	caller access.Caller,
	kind account.Kind,
	query Query,
) (result page.Page[Customer], err error) {
	if query.Limit == 0 {
		query.Limit = page.DefaultLimit
	}
	isSearch := len(search.Words(query.Search)) > 0
	switch {
	case isSearch && query.Sort != "":
		return result, fault.Invalid(fault.Field{
			Pointer: "sort", Code: "not-allowed", Detail: "Search results have an order of their own. Leave out sort.",
		})
	case query.Sort == "" && !isSearch:
		query.Sort = ByName
	}
	selection := Selection{Kind: kind, Owner: query.Owner, Status: query.Status, Sort: query.Sort, Limit: query.Limit}
	binding := caller.Binding(string(kind), string(query.Owner), string(query.Status), string(query.Sort))
	if isSearch {
		selection.Search = query.Search
		binding = append(binding, "search", query.Search)
	}
	if query.Cursor != "" {
		if err := l.Cursors.Open(ctx, query.Cursor, &selection.After, binding...); err != nil {
			return result, err
		}
	}
	found, err := l.read(ctx, caller, selection)
	if err != nil {
		return result, err
	}
	rows := found.rows
	owners, err := l.owners(ctx, caller, found)
	if err != nil {
		return result, err
	}
	now := l.Now()
	result.Items, result.Total = make([]Customer, 0, len(rows.Accounts)), found.total
	for i := range rows.Accounts {
		row := &rows.Accounts[i]
		if query.Status != "" && row.Status(now) != query.Status {
			continue // a hold has begun or ended since the index was written
		}
		result.Items = append(result.Items, view(caller, row, row.Notes, owners[row.Owner], now))
	}
	if rows.Next != "" {
		result.NextCursor, err = l.Cursors.Seal(ctx, rows.Next, binding...)
	}
	return result, err
}

// listing holds the results of the concurrent reads for one page.
type listing struct {
	rows  Rows
	total *int64           // nil if the list is filtered by status or search, which has no count
	owner *account.Account // the reseller that the administrator filters by; otherwise nil
}

// read loads the rows, their total and the owner that the administrator filters by, concurrently. It returns
// fault.NotFound if that owner is not a reseller.
func (l List) read(ctx context.Context, caller access.Caller, selection Selection) (found listing, err error) {
	var reads errgroup.Group
	if selection.Status == "" && selection.Search == "" {
		reads.Go(func() error {
			total, err := l.Store.Count(ctx, selection.Kind, selection.Owner)
			found.total = &total
			return err
		})
	}
	isFiltered := caller.IsAdministrator() && selection.Owner != "" && selection.Owner != account.AdministratorOwner
	if isFiltered {
		reads.Go(func() (err error) {
			found.owner, err = l.Store.ReadAccount(ctx, selection.Owner)
			return err
		})
	}
	if selection.Search == "" {
		found.rows, err = l.Store.List(ctx, selection)
	} else {
		found.rows, err = Searcher{l.Store, l.Now}.Search(ctx, selection)
	}
	if err = errors.Join(
		err,
		reads.Wait(),
	); err == nil && isFiltered &&
		(found.owner == nil || found.owner.Kind != account.Reseller) {
		err = fault.NotInView()
	}
	return found, err
}

// owners returns the owners of the rows by id. An owner that no longer exists has only its id and kind.
func (l List) owners(ctx context.Context, caller access.Caller, found listing) (map[account.ID]Owner, error) {
	now := l.Now()
	owners := map[account.ID]Owner{account.AdministratorOwner: administratorAsOwner()}
	if !caller.IsAdministrator() {
		owners[caller.Account.ID] = ownerWithStatus(&caller.Account, now)
	}
	if found.owner != nil {
		owners[found.owner.ID] = ownerWithStatus(found.owner, now)
	}
	var unknown []account.ID
	for i := range found.rows.Accounts {
		owner := found.rows.Accounts[i].Owner
		if _, known := owners[owner]; !known {
			owners[owner] = Owner{ID: owner, Kind: account.Reseller}
			unknown = append(unknown, owner)
		}
	}
	if len(unknown) == 0 {
		return owners, nil
	}
	accounts, err := l.Store.ReadAccounts(ctx, unknown)
	for i := range accounts {
		owners[accounts[i].ID] = ownerWithStatus(&accounts[i], now)
	}
	return owners, err
}
