package directory

import (
	"context"
	"errors"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/page"
	"tenantry/shared/request"
)

// PanelUser is a user that a customer or reseller has created for its panel.
type PanelUser struct {
	ID        account.ID     `json:"id" example:"usr_01JDB6X0C7V8Y9Z0A1B2C3D4E5"`
	Login     string         `json:"login"`
	Email     string         `json:"email"`
	Name      string         `json:"name"`
	Status    account.Status `json:"status" enum:"active,suspended"`
	CreatedAt time.Time      `json:"createdAt"`
}

func panelUser(a *account.Account, now time.Time) PanelUser {
	return PanelUser{
		ID: a.ID, Login: string(a.Login), Email: a.Contact.Email, Name: a.Contact.Name, Status: a.Status(now), CreatedAt: a.CreatedAt,
	}
}

// NewPanelUser is what a caller says of a panel user to be created.
type NewPanelUser struct {
	Login    string
	Password *string // nil: the user gets a link to set one
	Email    string
	Name     string
}

// PanelUserStore is what panel users need stored.
type PanelUserStore interface {
	Creator
	Lister
	// RemovePanelUser forgets a user, with its login and the event in its customer's trail. Judged is the customer as it was when that
	// was judged, whose kind and owner must be the same still; nil where they do not matter. Errors: NotFound when it is gone;
	// VersionMismatch; *idempotency.Replayed.
	RemovePanelUser(ctx context.Context, user account.Account, judged *account.Account, happened event.Event, record *idempotency.Record) error
}

// PanelUsers creates, lists and removes the panel users of customers.
type PanelUsers struct {
	Create Create
	Store  PanelUserStore
	List   List
}

// mayKeep tells whether a caller may see to an account's panel users: the account itself and those above it.
func mayKeep(caller access.Caller, of *account.Account) error {
	itself := of != nil && of.ID == caller.Account.ID
	if itself && (of.Kind == account.Customer || of.Kind == account.Reseller) {
		return nil
	}
	return caller.CheckManages(of)
}

// Add creates a panel user of an account. Errors: fault.NotFound, fault.Forbidden, fault.InvalidRequest, fault.LoginTaken, fault.Busy.
func (p PanelUsers) Add(ctx context.Context, caller access.Caller, meta request.Metadata, of string, input NewPanelUser) (PanelUser, error) {
	isFirst := true
	read := func(ctx context.Context) (edit.Snapshot[*account.Account], error) {
		customer, record, err := p.customer(ctx, caller, of, meta.Key, isFirst)
		isFirst = false
		return edit.Snapshot[*account.Account]{Object: customer, Record: record}, err
	}
	var created account.Account
	return edit.Update(ctx, p.Create.editor(), meta, read, func(customer *account.Account, _ time.Time) (edit.Outcome[PanelUser], error) {
		if err := customer.CheckReady(); err != nil {
			return edit.Outcome[PanelUser]{}, err
		}
		if created.ID == "" {
			var err error
			if created, err = p.prepare(customer, input); err != nil {
				return edit.Outcome[PanelUser]{}, err
			}
		}
		described := p.newEvent(event.PanelUserCreated, customer, &created, caller, meta, created.CreatedAt)
		described.Changes = []account.FieldChange{{Field: "panelUser", New: toldOf(&created)}}
		return edit.Outcome[PanelUser]{
			Answer: panelUser(&created, created.CreatedAt), Write: p.Create.write(AccountCreation{Account: created, Event: described, Judged: customer}),
		}, nil
	})
}

// prepare returns a new panel user of a customer.
func (p PanelUsers) prepare(customer *account.Account, input NewPanelUser) (account.Account, error) {
	user := NewAccount{
		Login: input.Login, Password: input.Password, Contact: account.Contact{Name: input.Name, Email: input.Email, Locale: customer.Contact.Locale},
		Owner: customer.ID,
	}
	valid, err := p.Create.judge(user)
	if err != nil {
		return account.Account{}, flatten(err)
	}
	return p.Create.prepare(valid, user, account.PanelUser, account.PanelUserPrefix)
}

// flatten turns pointers into a contact into those of a panel user, whose name and address stand by themselves.
func flatten(err error) error {
	var f *fault.Fault
	if !errors.As(err, &f) {
		return err
	}
	for i := range f.Fields {
		if rest, found := strings.CutPrefix(f.Fields[i].Pointer, "/contact"); found {
			f.Fields[i].Pointer = rest
		}
	}
	return f
}

// customer reads the account whose panel users are meant. The caller's own account was read with its credential, which is recent enough for
// a first attempt.
func (p PanelUsers) customer(
	ctx context.Context, caller access.Caller, id string, key idempotency.Key, isFirst bool,
) (*account.Account, *idempotency.Record, error) {
	if !account.ID(id).WellFormed() {
		return nil, nil, access.NotInView()
	}
	if account.ID(id) == caller.Account.ID && !key.IsSet() && isFirst {
		return &caller.Account, nil, mayKeep(caller, &caller.Account)
	}
	found, record, err := p.Store.ReadOwner(ctx, account.ID(id), key)
	if err != nil {
		return nil, nil, err
	}
	return found, record, mayKeep(caller, found)
}

// All lists the panel users of an account. Errors: NotFound, Forbidden, InvalidRequest for a bad cursor.
func (p PanelUsers) All(ctx context.Context, caller access.Caller, of string, limit int, cursor string) (result page.Page[PanelUser], err error) {
	if limit == 0 {
		limit = page.DefaultLimit
	}
	selection := Selection{Kind: account.PanelUser, Owner: account.ID(of), Sort: ByName, Limit: limit}
	binding := caller.Binding("panel users", of)
	if cursor != "" {
		if err := p.List.Cursors.Open(ctx, cursor, &selection.After, binding...); err != nil {
			return result, err
		}
	}
	rows, err := p.read(ctx, caller, selection)
	if err != nil {
		return result, err
	}
	result.Items = make([]PanelUser, len(rows.Accounts))
	for i := range rows.Accounts {
		result.Items[i] = panelUser(&rows.Accounts[i], p.List.Now())
	}
	if rows.Next != "" {
		result.NextCursor, err = p.List.Cursors.Seal(ctx, rows.Next, binding...)
	}
	return result, err
}

// read reads a list of panel users and their customer, concurrently.
func (p PanelUsers) read(ctx context.Context, caller access.Caller, selection Selection) (rows Rows, err error) {
	if !selection.Owner.WellFormed() {
		return rows, access.NotInView()
	}
	var reads errgroup.Group
	reads.Go(func() error {
		_, _, err := p.customer(ctx, caller, string(selection.Owner), idempotency.Key{}, true)
		return err
	})
	rows, err = p.Store.List(ctx, selection)
	if refusal := reads.Wait(); refusal != nil {
		return Rows{}, refusal
	}
	return rows, err
}

// ownedUser is a panel user with its customer.
type ownedUser struct{ user, customer *account.Account }

// Remove removes a panel user; its sessions end with it. Errors: fault.NotFound, fault.Forbidden.
func (p PanelUsers) Remove(ctx context.Context, caller access.Caller, meta request.Metadata, id string) error {
	isFirst := true
	read := func(ctx context.Context) (edit.Snapshot[ownedUser], error) {
		user, customer, record, err := p.user(ctx, caller, id, meta.Key, isFirst)
		isFirst = false
		return edit.Snapshot[ownedUser]{Object: ownedUser{user, customer}, Record: record}, err
	}
	_, err := edit.Update(ctx, p.Create.editor(), meta, read, func(of ownedUser, now time.Time) (edit.Outcome[struct{}], error) {
		described := p.newEvent(event.PanelUserRemoved, of.customer, of.user, caller, meta, now)
		described.Changes = []account.FieldChange{{Field: "panelUser", Old: toldOf(of.user)}}
		return edit.Outcome[struct{}]{Write: func(ctx context.Context, record *idempotency.Record) error {
			return p.Store.RemovePanelUser(ctx, *of.user, of.customer, described, record)
		}}, nil
	})
	return err
}

// user reads a panel user that the caller may remove, with its customer. The caller's own account was read with its credential, which is
// recent enough for a first attempt.
func (p PanelUsers) user(
	ctx context.Context, caller access.Caller, id string, key idempotency.Key, isFirst bool,
) (user, customer *account.Account, record *idempotency.Record, err error) {
	if !account.ID(id).WellFormed() {
		return nil, nil, nil, access.NotInView()
	}
	user, record, err = p.Store.ReadOwner(ctx, account.ID(id), key)
	switch {
	case err != nil || record != nil:
		return nil, nil, record, err
	case user == nil || user.Kind != account.PanelUser:
		return nil, nil, nil, access.NotInView()
	case user.ID == caller.Account.ID:
		return nil, nil, nil, fault.New(fault.Forbidden, "You cannot remove your own account.")
	}
	customer = &caller.Account
	if user.Owner != caller.Account.ID || !isFirst {
		if customer, err = p.Store.ReadAccount(ctx, user.Owner); err != nil {
			return nil, nil, nil, err
		}
	}
	if mayKeep(caller, customer) != nil {
		err = access.NotInView()
	}
	return user, customer, nil, err
}

// newEvent returns an event about a panel user in the trail of its customer, which is read, and stays when the user is removed.
func (p PanelUsers) newEvent(
	name event.Name, customer, user *account.Account, caller access.Caller, meta request.Metadata, at time.Time,
) event.Event {
	described := event.New(p.Create.NewID, name, customer, caller.Account.ID, meta.ID, at)
	described.Subject = string(user.ID)
	return described
}

// toldUser is what a trail tells of a panel user.
type toldUser struct {
	Login account.Login `json:"login"`
	Email string        `json:"email"`
	Name  string        `json:"name"`
}

func toldOf(user *account.Account) toldUser {
	return toldUser{Login: user.Login, Email: user.Contact.Email, Name: user.Contact.Name}
}
