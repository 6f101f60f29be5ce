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
)

// Sort is an order of a list.
type Sort string

// The orders of lists of accounts.
const (
	ByName        Sort = "name"
	ByNameDown    Sort = "-name"
	ByCreated     Sort = "created"
	ByCreatedDown Sort = "-created"
)

// Query is which accounts to list and how.
type Query struct {
	Owner  account.ID // empty: all in the caller's view
	Status account.Status
	Sort   Sort
	Limit  int
	Cursor string
}

// Selection is a query as the store answers it.
type Selection struct {
	Kind   account.Kind
	Owner  account.ID // empty: of all owners
	Status account.Status
	Sort   Sort
	Limit  int
	After  string // position of the row to go on after; empty: from the beginning
}

// Rows is a part of a list, eventually consistent.
type Rows struct {
	Accounts []account.Account // with notes cut, without what only single reads need
	Next     string            // position of the last row when there may be more
}

// Lister reads lists.
type Lister interface {
	accountReader
	// List returns the selected accounts in order.
	List(ctx context.Context, selection Selection) (Rows, error)
	// Count returns how many accounts of the kind an owner has, or all owners together when owner is empty.
	Count(ctx context.Context, kind account.Kind, owner account.ID) (int64, error)
	// ReadAccounts reads accounts by id; those that do not exist are left out.
	ReadAccounts(ctx context.Context, ids []account.ID) ([]account.Account, error)
}

// List lists customers and resellers.
type List struct {
	Store   Lister
	Cursors *page.Sealer
	Now     func() time.Time
}

// Customers lists the customers in the caller's view, of one owner or, for the administrator, of all (guide: Suspending
// Accounts, the Status filter). Errors: InvalidRequest for a bad cursor, Forbidden for another reseller's customers, NotFound
// when the administrator names a reseller that is none.
func (l List) Customers(ctx context.Context, caller access.Caller, query Query) (page.Page[Customer], error) {
	if !caller.IsAdministrator() {
		if query.Owner != "" && query.Owner != caller.OwnerID() {
			return page.Page[Customer]{}, fault.New(fault.Forbidden, "Only the administrator can list the customers of other owners.")
		}
		query.Owner = caller.OwnerID()
	}
	if query.Owner != "" {
		if bad := query.Owner.ValidateOwner("owner"); bad != nil {
			return page.Page[Customer]{}, fault.Invalid(*bad)
		}
	}
	return l.list(ctx, caller, account.Customer, query)
}

// Resellers lists the administrator's resellers. Errors: InvalidRequest for a bad cursor.
func (l List) Resellers(ctx context.Context, caller access.Caller, query Query) (page.Page[Customer], error) {
	query.Owner = account.AdministratorOwner
	return l.list(ctx, caller, account.Reseller, query)
}

func (l List) list(ctx context.Context, caller access.Caller, kind account.Kind, query Query) (result page.Page[Customer], err error) {
	if query.Limit == 0 {
		query.Limit = page.DefaultLimit
	}
	if query.Sort == "" {
		query.Sort = ByName
	}
	selection := Selection{Kind: kind, Owner: query.Owner, Status: query.Status, Sort: query.Sort, Limit: query.Limit}
	binding := caller.Binding(string(kind), string(query.Owner), string(query.Status), string(query.Sort))
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
			continue // its hold has begun or ended since the index was written
		}
		result.Items = append(result.Items, view(caller, row, row.Notes, owners[row.Owner], now))
	}
	if rows.Next != "" {
		result.NextCursor, err = l.Cursors.Seal(ctx, rows.Next, binding...)
	}
	return result, err
}

// listing is what is read at once for a page.
type listing struct {
	rows  Rows
	total *int64           // nil where it is not known: of a list that is filtered by status
	owner *account.Account // whom the administrator asks for; nil for all others
}

// read reads the rows, their number and their owner, concurrently. It returns fault.NotFound if the administrator lists the
// customers of an owner that is no reseller.
func (l List) read(ctx context.Context, caller access.Caller, selection Selection) (found listing, err error) {
	var reads errgroup.Group
	if selection.Status == "" {
		reads.Go(func() error {
			total, err := l.Store.Count(ctx, selection.Kind, selection.Owner)
			found.total = &total
			return err
		})
	}
	named := caller.IsAdministrator() && selection.Owner != "" && selection.Owner != account.AdministratorOwner
	if named {
		reads.Go(func() (err error) {
			found.owner, err = l.Store.ReadAccount(ctx, selection.Owner)
			return err
		})
	}
	found.rows, err = l.Store.List(ctx, selection)
	if err = errors.Join(err, reads.Wait()); err == nil && named && (found.owner == nil || found.owner.Kind != account.Reseller) {
		err = access.NotInView()
	}
	return found, err
}

func (l List) owners(ctx context.Context, caller access.Caller, found listing) (map[account.ID]Owner, error) {
	now := l.Now()
	owners := map[account.ID]Owner{account.AdministratorOwner: administratorAsOwner()}
	if !caller.IsAdministrator() {
		owners[caller.Account.ID] = withStatus(&caller.Account, now)
	}
	if found.owner != nil {
		owners[found.owner.ID] = withStatus(found.owner, now)
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
	read, err := l.Store.ReadAccounts(ctx, unknown)
	for i := range read {
		owners[read[i].ID] = withStatus(&read[i], now)
	}
	return owners, err
}
