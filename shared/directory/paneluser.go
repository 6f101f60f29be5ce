package directory

import (
	"context"
	"errors"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"tenantry/shared/access"
	"tenantry/shared/account"
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
	return caller.RefuseUnmanaged(of)
}

// Add creates a panel user of an account. Errors: NotFound, Forbidden, InvalidRequest, LoginTaken, Busy.
func (p PanelUsers) Add(ctx context.Context, caller access.Caller, meta request.Metadata, of string, wanted NewPanelUser) (PanelUser, error) {
	customer, first, err := p.customer(ctx, caller, of, meta.Key)
	if err != nil {
		return PanelUser{}, err
	}
	if first != nil {
		return idempotency.Replay[PanelUser](*first, meta.Key)
	}
	if err := customer.CheckReady(); err != nil {
		return PanelUser{}, err
	}
	user := NewAccount{
		Login: wanted.Login, Password: wanted.Password, Contact: account.Contact{Name: wanted.Name, Email: wanted.Email, Locale: customer.Contact.Locale},
		Owner: customer.ID,
	}
	judged, err := p.Create.judge(user)
	if err != nil {
		return PanelUser{}, flatten(err)
	}
	made, err := p.Create.prepare(judged, user, account.PanelUser, account.PanelUserPrefix)
	if err != nil {
		return PanelUser{}, err
	}
	for try := 1; ; try++ {
		shown, err := p.add(ctx, caller, meta, customer, made)
		if !fault.Is(err, fault.VersionMismatch) || try == maxTries {
			return idempotency.Answer(shown, meta.Key, err)
		}
		if customer, _, err = p.Store.ReadOwner(ctx, customer.ID, idempotency.Key{}); err == nil {
			err = mayKeep(caller, customer) // it may have been moved away
		}
		if err != nil {
			return PanelUser{}, err
		}
	}
}

// add writes a panel user of an account as it was read.
func (p PanelUsers) add(
	ctx context.Context, caller access.Caller, meta request.Metadata, of *account.Account, made account.Account,
) (PanelUser, error) {
	shown := panelUser(&made, made.CreatedAt)
	happened := p.happened(event.PanelUserCreated, of, &made, caller, meta, made.CreatedAt)
	happened.Changes = []account.FieldChange{{Field: "panelUser", New: toldOf(&made)}}
	creation, err := creationOf(made, "", happened, meta, shown)
	if err != nil {
		return shown, err
	}
	creation.Judged = of
	return shown, p.Store.Create(ctx, creation)
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

// customer reads whose panel users are meant. The caller's own account was read with its credential.
func (p PanelUsers) customer(ctx context.Context, caller access.Caller, id string, key idempotency.Key) (*account.Account, *idempotency.Record, error) {
	if !account.ID(id).WellFormed() {
		return nil, nil, access.NotInView()
	}
	if account.ID(id) == caller.Account.ID && !key.IsSet() {
		return &caller.Account, nil, mayKeep(caller, &caller.Account)
	}
	found, first, err := p.Store.ReadOwner(ctx, account.ID(id), key)
	if err != nil {
		return nil, nil, err
	}
	return found, first, mayKeep(caller, found)
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
		_, _, err := p.customer(ctx, caller, string(selection.Owner), idempotency.Key{})
		return err
	})
	rows, err = p.Store.List(ctx, selection)
	if refusal := reads.Wait(); refusal != nil {
		return Rows{}, refusal
	}
	return rows, err
}

// Remove removes a panel user; its sessions end with it. Errors: NotFound, Forbidden.
func (p PanelUsers) Remove(ctx context.Context, caller access.Caller, meta request.Metadata, id string) error {
	if !account.ID(id).WellFormed() {
		return access.NotInView()
	}
	user, first, err := p.Store.ReadOwner(ctx, account.ID(id), meta.Key)
	if err != nil {
		return err
	}
	if first != nil {
		_, err = idempotency.Replay[struct{}](*first, meta.Key)
		return err
	}
	if user == nil || user.Kind != account.PanelUser {
		return access.NotInView()
	}
	if user.ID == caller.Account.ID {
		return fault.New(fault.Forbidden, "You cannot remove your own account.")
	}
	customer := &caller.Account
	for try := 1; ; try++ {
		if user.Owner != caller.Account.ID || try > 1 {
			if customer, err = p.Store.ReadAccount(ctx, user.Owner); err != nil {
				return err
			}
		}
		if mayKeep(caller, customer) != nil {
			return access.NotInView()
		}
		if err := p.remove(ctx, caller, meta, user, customer); !fault.Is(err, fault.VersionMismatch) || try == maxTries {
			return err
		}
	}
}

func (p PanelUsers) remove(ctx context.Context, caller access.Caller, meta request.Metadata, user, of *account.Account) error {
	now := p.Create.Now()
	happened := p.happened(event.PanelUserRemoved, of, user, caller, meta, now)
	happened.Changes = []account.FieldChange{{Field: "panelUser", Old: toldOf(user)}}
	record := idempotency.NewRecord(meta.Key, nil, now)
	_, err := idempotency.Answer(struct{}{}, meta.Key, p.Store.RemovePanelUser(ctx, *user, of, happened, record))
	return err
}

// happened is an event about a panel user in the trail of its customer, which is read, and stays when the user goes.
func (p PanelUsers) happened(
	name event.Name, customer, user *account.Account, caller access.Caller, meta request.Metadata, at time.Time,
) event.Event {
	happened := event.New(p.Create.NewID, name, customer, caller.Account.ID, meta.ID, at)
	happened.Subject = string(user.ID)
	return happened
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
