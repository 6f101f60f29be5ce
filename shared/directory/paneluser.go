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

// PanelUser is a user of the panel of a customer or reseller.
type PanelUser struct {
	ID        account.ID     `json:"id" example:"usr_01JDB6X0C7V8Y9Z0A1B2C3D4E5"`
	Login     string         `json:"login"`
	Email     string         `json:"email"`
	Name      string         `json:"name"`
	Status    account.Status `json:"status" enum:"active,suspended"`
	CreatedAt time.Time      `json:"createdAt"`

	MailTrouble *account.MailTrouble `json:"mailTrouble,omitempty" doc:"Present if mail to the e-mail address was returned or could not be sent. Removed when the address changes, and the kind unsent also when a later mail is sent."`
}

// panelUser returns an account as a panel user.
func panelUser(a *account.Account, now time.Time) PanelUser {
	return PanelUser{
		ID:        a.ID,
		Login:     string(a.Login),
		Email:     a.Contact.Email,
		Name:      a.Contact.Name,
		Status:    a.Status(now),
		CreatedAt: a.CreatedAt,

		MailTrouble: a.MailTrouble,
	}
}

// NewPanelUser is the input for a new panel user.
type NewPanelUser struct {
	Login    string
	Password *string // if nil, the user gets a link to set a password
	Email    string
	Name     string
}

// PanelUserStore stores panel users.
type PanelUserStore interface {
	Creator
	Lister
	// RemovePanelUser deletes a user and its login, and writes the event to the customer's trail. Customer is the
	// user's customer as it was when the caller's rights were checked. If customer is nil, its state is not checked. It
	// returns fault.NotFound if the user no longer exists, fault.VersionMismatch if the customer's kind or owner has
	// changed, and *idempotency.Replayed if the request has taken effect before.
	RemovePanelUser(
		ctx context.Context, user account.Account, customer *account.Account, removal event.Event, record *idempotency.Record,
	) error
}

// PanelUsers creates, lists and removes the panel users of customers.
type PanelUsers struct {
	Create Create
	Store  PanelUserStore
	List   List
}

// checkManagesUsers returns fault.NotFound or fault.Forbidden if the caller may not manage the panel users of a
// customer. The customer itself and the accounts above it may.
func checkManagesUsers(caller access.Caller, customer *account.Account) error {
	isItself := customer != nil && customer.ID == caller.Account.ID
	if isItself && (customer.Kind == account.Customer || customer.Kind == account.Reseller) {
		return nil
	}
	return caller.CheckManages(customer)
}

// Add creates a panel user of a customer or reseller. It returns fault.NotFound, fault.Forbidden, fault.InvalidRequest,
// fault.LoginTaken, fault.TooManyRequests or fault.Busy.
func (p PanelUsers) Add(
	ctx context.Context,
	caller access.Caller,
	meta request.Metadata,
	id string,
	input NewPanelUser,
) (PanelUser, error) {
	isFirst := true
	read := func(ctx context.Context) (edit.Snapshot[*account.Account], error) {
		customer, record, err := p.customer(ctx, caller, id, meta.Key, isFirst)
		isFirst = false
		return edit.Snapshot[*account.Account]{Object: customer, Record: record}, err
	}
	var created prepared
	create := func(customer *account.Account, _ time.Time) (edit.Outcome[PanelUser], error) {
		if err := customer.CheckReady(); err != nil {
			return edit.Outcome[PanelUser]{}, err
		}
		if created.ID == "" {
			var err error
			if created, err = p.prepare(customer, input); err != nil {
				return edit.Outcome[PanelUser]{}, err
			}
		}
		panelUserEvent := p.newEvent(event.PanelUserCreated, customer, &created.Account, caller, meta, created.CreatedAt)
		panelUserEvent.Changes = []account.FieldChange{{Field: "panelUser", New: newTrailUser(&created.Account)}}
		creation := &AccountCreation{
			Account: created.Account, PasswordHash: created.passwordHash, Event: panelUserEvent, CheckedCustomer: customer,
		}
		return edit.Outcome[PanelUser]{
			Answer: panelUser(&created.Account, created.CreatedAt),
			Write:  p.Create.write(creation),
			Order:  welcome(caller, creation),
		}, nil
	}
	return edit.CreateIn(ctx, p.Create.editor(), meta, read, create, func(ctx context.Context, first PanelUser) error {
		// The caller's rights on the customer have been checked.
		return p.Create.checkReplay(ctx, first.ID, func(a *account.Account) bool { return a.Owner == account.ID(id) })
	})
}

// prepare returns a new panel user of a customer, with its id and the hash of its password.
func (p PanelUsers) prepare(customer *account.Account, input NewPanelUser) (prepared, error) {
	newAccount := NewAccount{
		Login:    input.Login,
		Password: input.Password,
		Contact:  account.Contact{Name: input.Name, Email: input.Email, Locale: customer.Contact.Locale},
		Owner:    customer.ID,
	}
	valid, err := p.Create.validate(newAccount)
	if err != nil {
		return prepared{}, flattenPointers(err)
	}
	return p.Create.prepare(valid, newAccount, account.PanelUser, account.PanelUserPrefix)
}

// flattenPointers strips the prefix /contact from the pointers of a fault, because a panel user's name and e-mail
// address are top-level fields. It returns other errors unchanged.
func flattenPointers(err error) error {
	var invalid *fault.Fault
	if !errors.As(err, &invalid) {
		return err
	}
	for i := range invalid.Fields {
		if pointer, found := strings.CutPrefix(invalid.Fields[i].Pointer, "/contact"); found {
			invalid.Fields[i].Pointer = pointer
		}
	}
	return invalid
}

// customer returns the account that owns the panel users, and the record of the request if the request has taken effect
// before. The caller's own account was read with its credential, which is recent enough for a first attempt. It returns
// fault.NotFound or fault.Forbidden if the caller may not manage the account's panel users.
func (p PanelUsers) customer(
	ctx context.Context, caller access.Caller, id string, key idempotency.Key, isFirst bool,
) (*account.Account, *idempotency.Record, error) {
	if !account.ID(id).WellFormed() {
		return nil, nil, fault.NotInView()
	}
	if account.ID(id) == caller.Account.ID && !key.IsSet() && isFirst {
		return &caller.Account, nil, checkManagesUsers(caller, &caller.Account)
	}
	found, record, err := p.Store.ReadOwner(ctx, account.ID(id), key)
	if err != nil {
		return nil, nil, err
	}
	return found, record, checkManagesUsers(caller, found)
}

// ListAll returns a page of the panel users of an account. It returns fault.NotFound, fault.Forbidden, or
// fault.InvalidRequest if the cursor is invalid.
func (p PanelUsers) ListAll(
	ctx context.Context, caller access.Caller, id string, limit int, cursor string,
) (result page.Page[PanelUser], err error) {
	if limit == 0 {
		limit = page.DefaultLimit
	}
	selection := Selection{Kind: account.PanelUser, Owner: account.ID(id), Sort: ByName, Limit: limit}
	binding := caller.Binding("panel users", id)
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

// read loads a page of panel users and checks the caller's rights on their customer, concurrently.
func (p PanelUsers) read(ctx context.Context, caller access.Caller, selection Selection) (rows Rows, err error) {
	if !selection.Owner.WellFormed() {
		return rows, fault.NotInView()
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

// Remove removes a panel user and ends its sessions. It returns fault.NotFound or fault.Forbidden.
func (p PanelUsers) Remove(ctx context.Context, caller access.Caller, meta request.Metadata, id string) error {
	isFirst := true
	read := func(ctx context.Context) (edit.Snapshot[ownedUser], error) {
		user, customer, record, err := p.user(ctx, caller, id, meta.Key, isFirst)
		isFirst = false
		return edit.Snapshot[ownedUser]{Object: ownedUser{user, customer}, Record: record}, err
	}
	_, err := edit.Update(
		ctx,
		p.Create.editor(),
		meta,
		read,
		func(owned ownedUser, now time.Time) (edit.Outcome[struct{}], error) {
			panelUserEvent := p.newEvent(event.PanelUserRemoved, owned.customer, owned.user, caller, meta, now)
			panelUserEvent.Changes = []account.FieldChange{{Field: "panelUser", Old: newTrailUser(owned.user)}}
			return edit.Outcome[struct{}]{Write: func(ctx context.Context, record *idempotency.Record) error {
				return p.Store.RemovePanelUser(ctx, *owned.user, owned.customer, panelUserEvent, record)
			}}, nil
		},
	)
	return err
}

// user returns a panel user that the caller may remove, its customer, and the record of the request if the request has
// taken effect before. The caller's own account was read with its credential, which is recent enough for a first
// attempt. It returns fault.NotFound if the caller may not manage the user, and fault.Forbidden if the user is the
// caller itself.
func (p PanelUsers) user(
	ctx context.Context, caller access.Caller, id string, key idempotency.Key, isFirst bool,
) (user, customer *account.Account, record *idempotency.Record, err error) {
	if !account.ID(id).WellFormed() {
		return nil, nil, nil, fault.NotInView()
	}
	user, record, err = p.Store.ReadOwner(ctx, account.ID(id), key)
	switch {
	case err != nil || record != nil:
		return nil, nil, record, err
	case user == nil || user.Kind != account.PanelUser:
		return nil, nil, nil, fault.NotInView()
	case user.ID == caller.Account.ID:
		return nil, nil, nil, fault.New(fault.Forbidden, "You cannot remove your own account.")
	}
	customer = &caller.Account
	if user.Owner != caller.Account.ID || !isFirst {
		if customer, err = p.Store.ReadAccount(ctx, user.Owner); err != nil {
			return nil, nil, nil, err
		}
	}
	if checkManagesUsers(caller, customer) != nil {
		err = fault.NotInView()
	}
	return user, customer, nil, err
}

// newEvent returns an event about a panel user for the trail of its customer. The customer's trail remains when the
// user is removed.
func (p PanelUsers) newEvent(
	name event.Name, customer, user *account.Account, caller access.Caller, meta request.Metadata, at time.Time,
) event.Event {
	result := event.New(p.Create.NewID, name, customer, caller.Account.ID, meta.ID, at)
	result.Subject = string(user.ID)
	return result
}

// trailUser is a panel user as the audit trail records it.
type trailUser struct {
	Login account.Login `json:"login"`
	Email string        `json:"email"`
	Name  string        `json:"name"`
}

// newTrailUser returns the trail record of a panel user.
func newTrailUser(user *account.Account) trailUser {
	return trailUser{Login: user.Login, Email: user.Contact.Email, Name: user.Contact.Name}
}
