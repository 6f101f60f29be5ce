package access

import (
	"context"
	"io"
	"slices"
	"time"
	"unicode/utf8"

	"tenantry/shared/account"
	"tenantry/shared/clock"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
)

// APIToken lets a program act for an account, within scopes and until it expires. It never has more rights than its
// account.
type APIToken struct {
	ID        string // tok_<ULID>
	Account   account.ID
	Name      string
	Scopes    []Scope
	Hash      string
	Epoch     int64 // the account's TokenEpoch when the token was made
	CreatedAt time.Time
	ExpiresAt time.Time
}

// Live reports whether the token is valid for its account at a time.
func (t APIToken) Live(owner *account.Account, now time.Time) bool {
	return t.Account == owner.ID && t.Epoch == owner.TokenEpoch && now.Before(t.ExpiresAt)
}

// APITokenPrefix begins the ids of API tokens.
const APITokenPrefix = "tok_"

// The limits of API tokens.
const (
	MaxTokens        = 50 // of one account
	MaxTokenLifetime = 400 * 24 * time.Hour
)

// APITokenInput is the caller's input for a new API token.
type APITokenInput struct {
	Name      string
	Scopes    []Scope
	ExpiresAt time.Time
	Current   string // the account's password
}

// TokenView is the view of an API token.
type TokenView struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Scopes    []Scope   `json:"scopes" nullable:"false"`
	CreatedAt time.Time `json:"createdAt"`
	ExpiresAt time.Time `json:"expiresAt"`
}

// View returns the view of the token.
func (t APIToken) View() TokenView {
	return TokenView{ID: t.ID, Name: t.Name, Scopes: t.Scopes, CreatedAt: t.CreatedAt, ExpiresAt: t.ExpiresAt}
}

// TokenSet is all API tokens of an account.
type TokenSet struct {
	Tokens  []APIToken // oldest first
	Version int64      // grows with every new token
}

// TokenStore keeps API tokens.
type TokenStore interface {
	edit.Records
	// ListTokens reads the tokens of an account, and the record of the request if the request has taken effect:
	// consistently, and concurrently.
	ListTokens(ctx context.Context, owner account.ID, key idempotency.Key) (TokenSet, *idempotency.Record, error)
	// CreateToken writes a token with its event. Errors: fault.VersionMismatch if the account's tokens are not at the
	// version any more; *idempotency.Replayed.
	CreateToken(ctx context.Context, token APIToken, version int64, created event.Event, record *idempotency.Record) error
	// DeleteToken deletes a token and writes the event. Errors: fault.NotFound if the token is gone;
	// *idempotency.Replayed.
	DeleteToken(ctx context.Context, token APIToken, removed event.Event, record *idempotency.Record) error
}

// Tokens creates, lists and deletes the caller's API tokens.
type Tokens struct {
	Store   TokenStore
	Current Reauthentication // only Create needs it
	Mails   edit.MailLimiter // only Create needs it
	NewID   func(prefix string) string
	Random  io.Reader
	Now     func() time.Time
}

// minted is a new API token with its secret.
type minted struct {
	token  APIToken
	secret Token
}

// Create creates an API token of the caller and returns it with its secret, which is shown only now. It needs the
// current password, because a token outlives the session. A notice goes out by mail. Errors: fault.InvalidRequest, also
// for a wrong current password; fault.TooManyRequests; fault.LimitExceeded; fault.SecretShownOnce.
func (t Tokens) Create(
	ctx context.Context,
	caller Caller,
	meta request.Metadata,
	input APITokenInput,
) (APIToken, Token, error) {
	isChecked := false
	created, err := edit.Update(
		ctx,
		t.editor(),
		meta,
		t.read(caller, meta),
		func(existing TokenSet, now time.Time) (edit.Outcome[minted], error) {
			if err := input.check(caller.Account.Kind, now); err != nil {
				return edit.Outcome[minted]{}, err
			}
			if err := existing.checkRoom(&caller.Account, now); err != nil {
				return edit.Outcome[minted]{}, err
			}
			if !isChecked { // in the first attempt
				if err := t.Current.Check(ctx, &caller.Account, meta.Address, input.Current); err != nil {
					return edit.Outcome[minted]{}, err
				}
				isChecked = true
			}
			created, err := t.mint(caller, input, now)
			if err != nil {
				return edit.Outcome[minted]{}, err
			}
			described := event.New(t.NewID, event.TokenCreated, &caller.Account, caller.Account.ID, meta.ID, now)
			described.Changes = []account.FieldChange{{Field: "apiToken", New: created.token.View()}}
			return edit.Outcome[minted]{
				Answer: created,
				Secret: true,
				Write: func(ctx context.Context, record *idempotency.Record) error {
					return t.Store.CreateToken(ctx, created.token, existing.Version, described, record)
				},
				Order: &edit.MailOrder{
					Event: &described, Kind: event.TokenCreatedMail, Addressee: &caller.Account, ActorKind: caller.Account.Kind,
				},
			}, nil
		},
	)
	return created.token, created.secret, err
}

func (t Tokens) editor() edit.Editor {
	return edit.Editor{Records: t.Store, Mails: t.Mails, Now: t.Now}
}

// read returns a read of the caller's tokens.
func (t Tokens) read(caller Caller, meta request.Metadata) edit.Read[TokenSet] {
	return func(ctx context.Context) (edit.Snapshot[TokenSet], error) {
		tokens, record, err := t.Store.ListTokens(ctx, caller.Account.ID, meta.Key)
		return edit.Snapshot[TokenSet]{Object: tokens, Record: record}, err
	}
}

// checkRoom returns fault.LimitExceeded if the account has the greatest number of live tokens already.
func (s TokenSet) checkRoom(owner *account.Account, now time.Time) error {
	live := 0
	for i := range s.Tokens {
		if s.Tokens[i].Live(owner, now) {
			live++
		}
	}
	if live >= MaxTokens {
		return fault.New(
			fault.LimitExceeded,
			"An account can have at most %d API tokens. Delete one that you no longer use.",
			MaxTokens,
		)
	}
	return nil
}

// mint returns a new token of the caller.
func (t Tokens) mint(caller Caller, input APITokenInput, now time.Time) (minted, error) {
	secret, err := NewAPISecret(t.Random, caller.chain())
	return minted{secret: secret, token: APIToken{
		ID: t.NewID(APITokenPrefix), Account: caller.Account.ID, Name: input.Name, Scopes: input.Scopes, Hash: secret.Hash(),
		Epoch: caller.Account.TokenEpoch, CreatedAt: now, ExpiresAt: clock.Truncate(input.ExpiresAt),
	}}, err
}

// check sorts the scopes. It returns fault.InvalidRequest if the input breaks a rule for accounts of the kind.
func (n *APITokenInput) check(kind account.Kind, now time.Time) error {
	var bad []fault.Field
	if length := utf8.RuneCountInString(n.Name); length < 1 || length > 60 || !account.IsPrintable(n.Name, false) {
		bad = append(
			bad,
			fault.Field{Pointer: "/name", Code: "required", Detail: "Give the token a name of 1 to 60 characters."},
		)
	}
	n.Scopes = slices.Compact(slices.Sorted(slices.Values(n.Scopes)))
	if len(n.Scopes) == 0 {
		bad = append(bad, fault.Field{Pointer: "/scopes", Code: "required", Detail: "Give the token at least one scope."})
	}
	for _, scope := range n.Scopes {
		if !slices.Contains(Permissions(kind), scope) {
			bad = append(
				bad,
				fault.Field{
					Pointer: "/scopes",
					Code:    "not-allowed",
					Detail:  "A token can only have scopes that you have yourself.",
				},
			)
			break
		}
	}
	switch {
	case !n.ExpiresAt.After(now):
		bad = append(bad, fault.Field{Pointer: "/expiresAt", Code: "past", Detail: "The token must expire in the future."})
	case n.ExpiresAt.Sub(now) > MaxTokenLifetime:
		bad = append(
			bad,
			fault.Field{Pointer: "/expiresAt", Code: "out-of-range", Detail: "The token must expire within 400 days."},
		)
	}
	return fault.Invalid(bad...)
}

// List returns the caller's live tokens, oldest first.
func (t Tokens) List(ctx context.Context, caller Caller) ([]TokenView, error) {
	found, _, err := t.Store.ListTokens(ctx, caller.Account.ID, idempotency.Key{})
	views := make([]TokenView, 0, len(found.Tokens))
	for i := range found.Tokens {
		if found.Tokens[i].Live(&caller.Account, t.Now()) {
			views = append(views, found.Tokens[i].View())
		}
	}
	return views, err
}

// Delete deletes one of the caller's tokens. It returns fault.NotFound if the caller has no such token.
func (t Tokens) Delete(ctx context.Context, caller Caller, meta request.Metadata, id string) error {
	_, err := edit.Update(
		ctx,
		t.editor(),
		meta,
		t.read(caller, meta),
		func(existing TokenSet, now time.Time) (edit.Outcome[struct{}], error) {
			at := slices.IndexFunc(existing.Tokens, func(token APIToken) bool { return token.ID == id })
			if at < 0 {
				return edit.Outcome[struct{}]{}, fault.NotInView()
			}
			token := existing.Tokens[at]
			described := event.New(t.NewID, event.TokenRemoved, &caller.Account, caller.Account.ID, meta.ID, now)
			described.Changes = []account.FieldChange{{Field: "apiToken", Old: token.View()}}
			return edit.Outcome[struct{}]{Write: func(ctx context.Context, record *idempotency.Record) error {
				return t.Store.DeleteToken(ctx, token, described, record)
			}}, nil
		},
	)
	return err
}
