package directory

import (
	"context"
	"sync"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/plan"
	"tenantry/shared/request"
	"tenantry/shared/resource"
)

// NewAccount is the input for a new customer or reseller.
type NewAccount struct {
	Login       string
	Password    *string // if nil, the account gets a link to set a password
	Contact     account.Contact
	Description string
	ExternalID  string
	Owner       account.ID              // if empty, the caller
	Given       *account.ResellerLimits // the limits of a new reseller
}

// AccountCreation is a new account with all records that are written in the same transaction.
type AccountCreation struct {
	Account      account.Account
	PasswordHash string // "" if the account gets a link to set a password
	Note         string // the owner's full description
	Event        event.Event
	Record       *idempotency.Record
	Limits       *plan.Reservation // the new account's share of the limits of the reseller that owns it

	// CheckedCustomer is the customer of a new panel user as it was when the caller's rights were checked. The customer must
	// still have the same kind and owner at the write. It is nil for other accounts.
	CheckedCustomer *account.Account
}

// Creator stores new accounts.
type Creator interface {
	edit.Records
	// ReadOwner returns the future owner of an account and the record of an earlier request with the same key. The read
	// is consistent and takes one round trip. The account is nil if it does not exist. The record is nil if the request
	// has not taken effect before.
	ReadOwner(ctx context.Context, owner account.ID, key idempotency.Key) (*account.Account, *idempotency.Record, error)
	// ReadNewOwner returns the limits and the usage of the reseller that will own a new customer.
	ReadNewOwner(ctx context.Context, id account.ID) (plan.Capacity, error)
	// Create writes the creation. It returns fault.LoginTaken if another account has the login, and fault.Conflict if
	// the owner has another account with the external id. It returns fault.NotFound if the owner does not exist or
	// cannot take more accounts, and fault.LimitExceeded if the owner's limits are used up. It returns
	// fault.VersionMismatch if the owner's limits, or the kind or the owner of CheckedCustomer, have changed since the
	// read. It returns *idempotency.Replayed if the request has taken effect before.
	Create(ctx context.Context, creation AccountCreation) error
}

// Create creates customers and resellers.
type Create struct {
	Store     Creator
	NewID     func(prefix string) string
	Passwords interface { // only functions that set passwords need it and Policy
		Hash(password string) (string, error)
	}
	Policy interface {
		Check(password, pointer string, words ...string) *fault.Field
	}
	Mails edit.MailLimiter // only accounts without a password need it
	Now   func() time.Time
}

// Customer creates a customer (guide: Adding Descriptions, Moving Customers to Another Owner). The caller owns the new
// customer. The administrator may also name a reseller as the owner. It returns fault.InvalidRequest, fault.Forbidden,
// fault.LoginTaken, fault.TooManyRequests or fault.Conflict.
func (c Create) Customer(
	ctx context.Context,
	caller access.Caller,
	meta request.Metadata,
	input NewAccount,
) (Customer, error) {
	if !caller.IsAdministrator() && input.Owner != "" && input.Owner != caller.OwnerID() {
		return Customer{}, fault.New(fault.Forbidden, "Only the administrator can choose the owner of a customer.")
	}
	if input.Owner == "" {
		input.Owner = caller.OwnerID()
	}
	return c.create(ctx, caller, meta, input, account.Customer, account.CustomerPrefix, event.CustomerCreated)
}

// Reseller creates a reseller, which the administrator owns. It returns fault.InvalidRequest, fault.LoginTaken,
// fault.TooManyRequests or fault.Conflict.
func (c Create) Reseller(
	ctx context.Context,
	caller access.Caller,
	meta request.Metadata,
	input NewAccount,
) (Customer, error) {
	input.Owner = account.AdministratorOwner
	return c.create(ctx, caller, meta, input, account.Reseller, account.ResellerPrefix, event.ResellerCreated)
}

// create validates the input and writes the new account. It returns the account as the caller sees it.
func (c Create) create(
	ctx context.Context,
	caller access.Caller,
	meta request.Metadata,
	input NewAccount,
	kind account.Kind,
	prefix string,
	eventName event.Name,
) (Customer, error) {
	valid, err := c.validate(input)
	if err != nil {
		return Customer{}, err
	}
	read := func(ctx context.Context) (edit.Snapshot[Owner], error) {
		owner, record, err := c.owner(ctx, caller, input.Owner, meta.Key)
		return edit.Snapshot[Owner]{Object: owner, Record: record}, err
	}
	prepare := sync.OnceValues(func() (prepared, error) { return c.prepare(valid, input, kind, prefix) })
	create := func(owner Owner, _ time.Time) (edit.Outcome[Customer], error) {
		created, err := prepare()
		if err != nil {
			return edit.Outcome[Customer]{}, err
		}
		limits, err := c.reserve(ctx, &created.Account)
		if err != nil {
			return edit.Outcome[Customer]{}, err
		}
		creationEvent := event.New(c.NewID, eventName, &created.Account, caller.Account.ID, meta.ID, created.CreatedAt)
		creationEvent.Changes = []account.FieldChange{
			{Field: "login", New: created.Login},
			{Field: "contact", New: created.Contact},
		}
		creation := &AccountCreation{
			Account: created.Account, PasswordHash: created.passwordHash, Note: input.Description, Event: creationEvent,
			Limits: limits,
		}
		return edit.Outcome[Customer]{
			Answer: view(caller, &created.Account, account.Notes{Owner: input.Description}, owner, created.CreatedAt),
			Write:  c.write(creation),
			Order:  welcome(caller, creation),
		}, nil
	}
	return edit.CreateIn(ctx, c.editor(), meta, read, create, func(ctx context.Context, first Customer) error {
		return c.checkReplay(ctx, first.ID, caller.Sees)
	})
}

// checkReplay returns fault.NotFound if the caller may no longer see the account that the first request created: it may
// have been moved or removed since.
func (c Create) checkReplay(ctx context.Context, id account.ID, maySee func(*account.Account) bool) error {
	created, _, err := c.Store.ReadOwner(ctx, id, idempotency.Key{})
	if err == nil && (created == nil || !maySee(created)) {
		err = fault.NotInView()
	}
	return err
}

// editor returns the editor that creations run in.
func (c Create) editor() edit.Editor {
	return edit.Editor{Records: c.Store, Mails: c.Mails, Now: c.Now}
}

// welcome orders a mail with a link to set a password. It returns nil if the new account has a password.
func welcome(caller access.Caller, creation *AccountCreation) *edit.MailOrder {
	if creation.PasswordHash != "" {
		return nil
	}
	return &edit.MailOrder{
		Event: &creation.Event, Kind: event.WelcomeMail, Addressee: &creation.Account, ActorKind: caller.Account.Kind,
	}
}

// write returns the function that writes a new account.
func (c Create) write(creation *AccountCreation) func(context.Context, *idempotency.Record) error {
	return func(ctx context.Context, record *idempotency.Record) error {
		creation.Record = record
		err := c.Store.Create(ctx, *creation)
		if creation.Account.Kind != account.PanelUser && fault.Is(err, fault.NotFound) {
			return unknownOwner()
		}
		return err
	}
}

// reserve reserves one customer in the limits of the reseller that owns the new account. It returns nil if the
// administrator owns the account. It returns fault.LimitExceeded if the reseller's limits are used up.
func (c Create) reserve(ctx context.Context, created *account.Account) (*plan.Reservation, error) {
	if created.Owner == account.AdministratorOwner {
		return nil, nil
	}
	reseller, err := c.Store.ReadNewOwner(ctx, created.Owner)
	if err != nil {
		return nil, err
	}
	return reseller.Reserve(created.Owner, resource.Demand{Customers: 1})
}

// prepared is a new account with the hash of its password.
type prepared struct {
	account.Account

	passwordHash string
}

// prepare returns a valid account completed with its id, and the hash of its password. Hashing is too slow to repeat in
// each attempt of an edit.
func (c Create) prepare(
	valid account.Account,
	input NewAccount,
	kind account.Kind,
	prefix string,
) (created prepared, err error) {
	created.Account = valid
	if input.Password != nil {
		if created.passwordHash, err = c.Passwords.Hash(*input.Password); err != nil {
			return created, err
		}
		created.PasswordVersion = 1
	}
	created.ID, created.Kind, created.Owner, created.Lifecycle = account.ID(
		c.NewID(prefix),
	), kind, input.Owner, account.Ready
	created.CreatedAt, created.Version = c.Now(), 1
	created.Limits = input.Given
	created.Notes = account.Notes{Owner: input.Description}.Truncate(account.NotePreview)
	return created, nil
}

// validate returns the account that the input describes, without an id. It returns fault.InvalidRequest with all
// invalid fields.
func (c Create) validate(input NewAccount) (account.Account, error) {
	var invalid []fault.Field
	check := func(field *fault.Field) {
		if field != nil {
			invalid = append(invalid, *field)
		}
	}
	login, field := account.ParseLogin(input.Login, "/login")
	check(field)
	contact, fields := input.Contact.Validate("/contact")
	invalid = append(invalid, fields...)
	check(account.ValidateNote(input.Description, "/description"))
	check(account.ValidateExternalID(input.ExternalID, "/externalId"))
	if input.Password != nil {
		check(c.Policy.Check(*input.Password, "/password", input.Login, input.Contact.Name, input.Contact.Email))
	}
	return account.Account{Login: login, Contact: contact, ExternalID: input.ExternalID}, fault.Invalid(invalid...)
}

// owner returns the owner of the new account, and the record of the request if the request has taken effect before. The
// caller's own account was read with its credential, so only another owner or an idempotency key needs a read.
func (c Create) owner(
	ctx context.Context,
	caller access.Caller,
	id account.ID,
	key idempotency.Key,
) (Owner, *idempotency.Record, error) {
	if id == caller.OwnerID() && !key.IsSet() {
		return callerAsOwner(caller), nil, nil
	}
	if id != account.AdministratorOwner && !id.WellFormed() {
		return Owner{}, nil, unknownOwner()
	}
	owner, record, err := c.Store.ReadOwner(ctx, id, key)
	switch {
	case err != nil || record != nil:
		return Owner{}, record, err
	case id == caller.OwnerID():
		return callerAsOwner(caller), nil, nil
	case id == account.AdministratorOwner:
		return administratorAsOwner(), nil, nil
	case owner == nil || owner.Kind != account.Reseller || owner.Lifecycle != account.Ready:
		return Owner{}, nil, unknownOwner()
	}
	return ownerWithStatus(owner, c.Now()), nil, nil
}

// unknownOwner returns the fault for an owner that cannot take the new account.
func unknownOwner() error {
	return fault.Invalid(
		fault.Field{
			Pointer: "/owner",
			Code:    "unknown-owner",
			Detail:  "This owner does not exist or cannot take more accounts.",
		},
	)
}
