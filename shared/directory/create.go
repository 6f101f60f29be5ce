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

// NewAccount is what a caller says of an account to be created.
type NewAccount struct {
	Login       string
	Password    *string // nil: the account gets a link to set one
	Contact     account.Contact
	Description string
	ExternalID  string
	Owner       account.ID // empty: the caller
	Given       *account.ResellerLimits
}

// AccountCreation is a new account with everything that is written in the same transaction.
type AccountCreation struct {
	Account account.Account
	Note    string // the owner's full description
	Event   event.Event
	Record  *idempotency.Record
	Limits  *plan.Reservation // what it takes from a reseller that gains the account
	Judged  *account.Account  // whose panel user it is, as it was when that was judged: its kind and its owner must be the same still; nil for others
}

// Creator stores creations.
type Creator interface {
	edit.Records
	// ReadOwner reads, consistently and in one round trip, the account that is to own another, and the record of the
	// request if it has taken effect before. The account is nil when there is none.
	ReadOwner(ctx context.Context, owner account.ID, key idempotency.Key) (*account.Account, *idempotency.Record, error)
	// ReadReseller reads what a reseller may give and has given.
	ReadReseller(ctx context.Context, id account.ID) (plan.Reseller, error)
	// Create writes the creation. Errors: LoginTaken; Conflict when the owner has another account with the external id;
	// NotFound when the owner can gain no account (any
	// more); LimitExceeded; VersionMismatch when the owner's limits, or what Judged says, have changed meanwhile; *idempotency.Replayed for
	// a duplicate.
	Create(ctx context.Context, creation AccountCreation) error
}

// Create creates customers and resellers.
type Create struct {
	Store     Creator
	NewID     func(prefix string) string
	Passwords interface {
		Hash(password string) (string, error)
	}
	Policy interface {
		Check(password, pointer string, words ...string) *fault.Field
	}
	Now func() time.Time
}

// Customer creates a customer of the caller or, for the administrator, of a reseller (guide: Adding Descriptions, Moving
// Customers to Another Owner). Errors: InvalidRequest, Forbidden, LoginTaken, Conflict.
func (c Create) Customer(ctx context.Context, caller access.Caller, meta request.Metadata, wanted NewAccount) (Customer, error) {
	if !caller.IsAdministrator() && wanted.Owner != "" && wanted.Owner != caller.OwnerID() {
		return Customer{}, fault.New(fault.Forbidden, "Only the administrator can choose the owner of a customer.")
	}
	if wanted.Owner == "" {
		wanted.Owner = caller.OwnerID()
	}
	return c.create(ctx, caller, meta, wanted, account.Customer, account.CustomerPrefix, event.CustomerCreated)
}

// Reseller creates a reseller of the administrator. Errors: InvalidRequest, LoginTaken, Conflict.
func (c Create) Reseller(ctx context.Context, caller access.Caller, meta request.Metadata, wanted NewAccount) (Customer, error) {
	wanted.Owner = account.AdministratorOwner
	return c.create(ctx, caller, meta, wanted, account.Reseller, account.ResellerPrefix, event.ResellerCreated)
}

func (c Create) create(
	ctx context.Context, caller access.Caller, meta request.Metadata, input NewAccount, kind account.Kind, prefix string, name event.Name,
) (Customer, error) {
	valid, err := c.judge(input)
	if err != nil {
		return Customer{}, err
	}
	read := func(ctx context.Context) (edit.Snapshot[Owner], error) {
		owner, record, err := c.owner(ctx, caller, input.Owner, meta.Key)
		return edit.Snapshot[Owner]{Object: owner, Record: record}, err
	}
	prepare := sync.OnceValues(func() (account.Account, error) { return c.prepare(valid, input, kind, prefix) })
	return edit.Update(ctx, c.editor(), meta, read, func(owner Owner, _ time.Time) (edit.Outcome[Customer], error) {
		created, err := prepare()
		if err != nil {
			return edit.Outcome[Customer]{}, err
		}
		limits, err := c.reserve(ctx, &created)
		if err != nil {
			return edit.Outcome[Customer]{}, err
		}
		described := event.New(c.NewID, name, &created, caller.Account.ID, meta.ID, created.CreatedAt)
		described.Changes = []account.FieldChange{{Field: "login", New: created.Login}, {Field: "contact", New: created.Contact}}
		return edit.Outcome[Customer]{
			Answer: view(caller, &created, account.Notes{Owner: input.Description}, owner, created.CreatedAt),
			Write:  c.write(AccountCreation{Account: created, Note: input.Description, Event: described, Limits: limits}),
		}, nil
	})
}

func (c Create) editor() edit.Editor { return edit.Editor{Records: c.Store, Now: c.Now} }

// write returns the write of a new account. An account without a password is owed a mail with a link to set one.
func (c Create) write(creation AccountCreation) func(context.Context, *idempotency.Record) error {
	if creation.Account.PasswordHash == "" {
		creation.Event.Mail = event.WelcomeMail
	}
	return func(ctx context.Context, record *idempotency.Record) error {
		creation.Record = record
		err := c.Store.Create(ctx, creation)
		if creation.Account.Kind != account.PanelUser && fault.Is(err, fault.NotFound) {
			return unknownOwner()
		}
		return err
	}
}

// reserve asks the limits of the reseller that gains an account.
func (c Create) reserve(ctx context.Context, made *account.Account) (*plan.Reservation, error) {
	if made.Owner == account.AdministratorOwner {
		return nil, nil
	}
	reseller, err := c.Store.ReadReseller(ctx, made.Owner)
	if err != nil {
		return nil, err
	}
	return reseller.Reserve(made.Owner, resource.Demand{Customers: 1})
}

// prepare completes a valid account with its id and its password's hash. Hashing takes too long to do it in each attempt of an edit.
func (c Create) prepare(valid account.Account, input NewAccount, kind account.Kind, prefix string) (created account.Account, err error) {
	created = valid
	if input.Password != nil {
		if created.PasswordHash, err = c.Passwords.Hash(*input.Password); err != nil {
			return created, err
		}
	}
	created.ID, created.Kind, created.Owner, created.Lifecycle = account.ID(c.NewID(prefix)), kind, input.Owner, account.Ready
	created.CreatedAt, created.Version = c.Now(), 1
	created.Limits = input.Given
	created.Notes = account.Notes{Owner: input.Description}.Truncate(account.NotePreview)
	return created, nil
}

// judge returns the account that the wanted one would become, or a fault that names all of its bad fields.
func (c Create) judge(wanted NewAccount) (account.Account, error) {
	var bad []fault.Field
	note := func(field *fault.Field) {
		if field != nil {
			bad = append(bad, *field)
		}
	}
	login, field := account.ParseLogin(wanted.Login, "/login")
	note(field)
	contact, fields := wanted.Contact.Validate("/contact")
	bad = append(bad, fields...)
	note(account.ValidateNote(wanted.Description, "/description"))
	note(account.ValidateExternalID(wanted.ExternalID, "/externalId"))
	if wanted.Password != nil {
		note(c.Policy.Check(*wanted.Password, "/password", wanted.Login, wanted.Contact.Name, wanted.Contact.Email))
	}
	return account.Account{Login: login, Contact: contact, ExternalID: wanted.ExternalID}, fault.Invalid(bad...)
}

// owner finds out whose the account will be, and whether the request has taken effect before. The caller's own account
// was read with its credential; only another one's needs reading.
func (c Create) owner(ctx context.Context, caller access.Caller, id account.ID, key idempotency.Key) (Owner, *idempotency.Record, error) {
	if id == caller.OwnerID() && !key.IsSet() {
		return callerAsOwner(caller), nil, nil
	}
	if id != account.AdministratorOwner && !id.WellFormed() {
		return Owner{}, nil, unknownOwner()
	}
	owner, first, err := c.Store.ReadOwner(ctx, id, key)
	switch {
	case err != nil || first != nil:
		return Owner{}, first, err
	case id == caller.OwnerID():
		return callerAsOwner(caller), nil, nil
	case id == account.AdministratorOwner:
		return administratorAsOwner(), nil, nil
	case owner == nil || owner.Kind != account.Reseller || owner.Lifecycle != account.Ready:
		return Owner{}, nil, unknownOwner()
	}
	return withStatus(owner, c.Now()), nil, nil
}

func unknownOwner() error {
	return fault.Invalid(fault.Field{Pointer: "/owner", Code: "unknown-owner", Detail: "This owner does not exist or cannot take more accounts."})
}
