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

// Founding is everything that the first administrator's creation writes, together or not at all.
type Founding struct {
	Account account.Account
	Event   event.Event
	// CursorKey seals the cursors of lists from now on.
	CursorKey []byte
}

// FirstAdministrator creates the account with which everything begins. Who may invoke it is decided by IAM; it has no route.
type FirstAdministrator struct {
	Store interface {
		// Found writes the founding. Errors: Conflict when there is an administrator already, LoginTaken.
		Found(ctx context.Context, founding Founding) error
	}
	NewID  func(prefix string) string
	Hasher Hasher
	Policy interface {
		Check(password, pointer string, words ...string) *fault.Field
	}
	Random io.Reader
	Now    func() time.Time
}

// NewAdministrator is what the operator says of the first administrator.
type NewAdministrator struct {
	Login    string          `json:"login"`
	Password string          `json:"password,omitempty"` // empty: one is generated
	Contact  account.Contact `json:"contact"`
}

// Created tells of the first administrator.
type Created struct {
	ID       account.ID `json:"id"`
	Login    string     `json:"login"`
	Password string     `json:"password,omitempty"` // only when it was generated, and only this once
}

// Create creates the first administrator. Errors: Conflict when there is one already, InvalidRequest.
func (f FirstAdministrator) Create(ctx context.Context, requestID string, wanted NewAdministrator) (Created, error) {
	now := f.Now()
	made, err := f.judge(wanted)
	if err != nil {
		return Created{}, err
	}
	generated := ""
	if wanted.Password == "" {
		if generated, err = Generate(f.Random); err != nil {
			return Created{}, err
		}
		wanted.Password = generated
	}
	if made.PasswordHash, err = f.Hasher.Hash(wanted.Password); err != nil {
		return Created{}, err
	}
	id := f.NewID(account.AdministratorPrefix)
	made.ID, made.CreatedAt = account.ID(id), now
	happened := event.New(f.NewID, event.AdministratorCreated, &made, made.ID, requestID, now)
	key := make([]byte, 32)
	if _, err := io.ReadFull(f.Random, key); err != nil {
		return Created{}, err
	}
	err = f.Store.Found(ctx, Founding{Account: made, Event: happened, CursorKey: key})
	if err != nil {
		return Created{}, err
	}
	return Created{ID: made.ID, Login: string(made.Login), Password: generated}, nil
}

func (f FirstAdministrator) judge(wanted NewAdministrator) (account.Account, error) {
	// "admin" is what operators expect to sign in with. It is reserved for everybody else, and thereby for them.
	login := account.FoldLogin(wanted.Login)
	var bad []fault.Field
	if login != "admin" {
		_, field := account.ParseLogin(wanted.Login, "/login")
		bad = append(bad, fields(field)...)
	}
	contact, wrong := wanted.Contact.Validate("/contact")
	bad = append(bad, wrong...)
	if wanted.Password != "" {
		bad = append(bad, fields(f.Policy.Check(wanted.Password, "/password", wanted.Login, contact.Name, contact.Email))...)
	}
	return account.Account{
		Kind: account.Administrator, Login: login, Contact: contact, Owner: account.AdministratorOwner, Lifecycle: account.Ready, Version: 1,
	}, fault.Invalid(bad...)
}

// Generate returns a password that nobody has to remember: 144 random bits as 24 characters.
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
