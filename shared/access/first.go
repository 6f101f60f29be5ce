package access

import (
	"context"
	"encoding/base64"
	"io"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
)

// FirstAdministratorCreation is everything that is written with the first administrator, in one transaction.
type FirstAdministratorCreation struct {
	Account      account.Account
	PasswordHash string
	Event        event.Event
	// CursorKey is the key of the service. It seals the cursors of lists.
	CursorKey []byte
}

// FirstAdministrator creates the first account. It has no route: IAM decides who may invoke it.
type FirstAdministrator struct {
	Store interface {
		// CreateFirstAdministrator writes the creation. Errors: fault.Conflict if there is an administrator already;
		// fault.LoginTaken.
		CreateFirstAdministrator(ctx context.Context, creation FirstAdministratorCreation) error
	}
	NewID  func(prefix string) string
	Hasher Hasher
	Policy interface {
		Check(password, pointer string, words ...string) *fault.Field
	}
	Random io.Reader
	Now    func() time.Time
}

// AdministratorInput is the operator's input for the first administrator.
type AdministratorInput struct {
	Login    string          `json:"login"`
	Password string          `json:"password,omitempty"` // generated if empty
	Contact  account.Contact `json:"contact"`
}

// CreatedAdministrator is the response to the creation of the first administrator.
type CreatedAdministrator struct {
	ID       account.ID `json:"id"`
	Login    string     `json:"login"`
	Password string     `json:"password,omitempty"` // only if it was generated; it is never shown again
}

// Create creates the first administrator. Errors: fault.Conflict if there is one already; fault.InvalidRequest.
func (f FirstAdministrator) Create(
	ctx context.Context,
	requestID string,
	input AdministratorInput,
) (CreatedAdministrator, error) {
	now := f.Now()
	created, err := f.validate(input)
	if err != nil {
		return CreatedAdministrator{}, err
	}
	generated := ""
	if input.Password == "" {
		if generated, err = Generate(f.Random); err != nil {
			return CreatedAdministrator{}, err
		}
		input.Password = generated
	}
	hash, err := f.Hasher.Hash(input.Password)
	if err != nil {
		return CreatedAdministrator{}, err
	}
	id := f.NewID(account.AdministratorPrefix)
	created.ID, created.CreatedAt = account.ID(id), now
	described := event.New(f.NewID, event.AdministratorCreated, &created, created.ID, requestID, now)
	key := make([]byte, 32)
	if _, err := io.ReadFull(f.Random, key); err != nil {
		return CreatedAdministrator{}, err
	}
	err = f.Store.CreateFirstAdministrator(
		ctx,
		FirstAdministratorCreation{Account: created, PasswordHash: hash, Event: described, CursorKey: key},
	)
	if err != nil {
		return CreatedAdministrator{}, err
	}
	return CreatedAdministrator{ID: created.ID, Login: string(created.Login), Password: generated}, nil
}

// validate returns the account that the input describes. It returns fault.InvalidRequest if the input breaks a rule.
func (f FirstAdministrator) validate(input AdministratorInput) (account.Account, error) {
	// Operators expect to sign in as "admin". The login is reserved, so no other account can have it.
	login := account.FoldLogin(input.Login)
	var bad []fault.Field
	if login != "admin" {
		_, field := account.ParseLogin(input.Login, "/login")
		bad = append(bad, fields(field)...)
	}
	contact, wrong := input.Contact.Validate("/contact")
	bad = append(bad, wrong...)
	if input.Password != "" {
		bad = append(bad, fields(f.Policy.Check(input.Password, "/password", input.Login, contact.Name, contact.Email))...)
	}
	return account.Account{
		Kind:      account.Administrator,
		Login:     login,
		Contact:   contact,
		Owner:     account.AdministratorOwner,
		Lifecycle: account.Ready,
		Version:   1,

		PasswordVersion: 1,
	}, fault.Invalid(bad...)
}

// Generate returns a random password of 144 bits in 24 characters.
func Generate(random io.Reader) (string, error) {
	raw := make([]byte, 18)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(raw), nil
}

func fields(field *fault.Field) []fault.Field {
	if field == nil {
		return nil
	}
	return []fault.Field{*field}
}
