package access

import (
	"context"
	"io"
	"slices"
	"time"
	"unicode/utf8"

	"tenantry/shared/account"
	"tenantry/shared/change"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
)

// APIToken lets a program act for an account, within scopes and for a time. It never has more rights than its owner has now.
type APIToken struct {
	ID        string // tok_<ULID>
	Account   account.ID
	Name      string
	Scopes    []Scope
	Hash      string
	Epoch     int64 // the account's TokenEpoch when it was made
	CreatedAt time.Time
	ExpiresAt time.Time
}

// Live tells whether the token still stands for the account at the time.
func (t APIToken) Live(of *account.Account, now time.Time) bool {
	return t.Account == of.ID && t.Epoch == of.TokenEpoch && now.Before(t.ExpiresAt)
}

// APITokenPrefix begins the ids of API tokens.
const APITokenPrefix = "tok_"

// The limits of API tokens.
const (
	MaxTokens        = 50 // an account
	MaxTokenLifetime = 400 * 24 * time.Hour
)

// NewAPIToken is what a caller says of a token to be made.
type NewAPIToken struct {
	Name      string
	Scopes    []Scope
	ExpiresAt time.Time
}

// TokenView is a token as its owner sees it.
type TokenView struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Scopes    []Scope   `json:"scopes" nullable:"false"`
	CreatedAt time.Time `json:"createdAt"`
	ExpiresAt time.Time `json:"expiresAt"`
}

// View returns what the token's owner sees of it.
func (t APIToken) View() TokenView {
	return TokenView{ID: t.ID, Name: t.Name, Scopes: t.Scopes, CreatedAt: t.CreatedAt, ExpiresAt: t.ExpiresAt}
}

// TokenSet is all API tokens of an account.
type TokenSet struct {
	Tokens  []APIToken // oldest first
	Version int64      // grows with every token that is made
}

// TokenStore keeps API tokens.
type TokenStore interface {
	// ListTokens reads, consistently and at once, the tokens of an account and the record of the request if it has taken
	// effect before.
	ListTokens(ctx context.Context, of account.ID, key idempotency.Key) (TokenSet, *idempotency.Record, error)
	// CreateToken writes a token beside those of a version, with its event. Errors: VersionMismatch when another one has
	// been made meanwhile; *idempotency.Replayed.
	CreateToken(ctx context.Context, token APIToken, beside int64, happened event.Event, record *idempotency.Record) error
	// DeleteToken forgets a token, with its event. Errors: NotFound when it is gone; *idempotency.Replayed.
	DeleteToken(ctx context.Context, token APIToken, happened event.Event, record *idempotency.Record) error
}

// Tokens makes, lists and ends the caller's API tokens.
type Tokens struct {
	Store  TokenStore
	NewID  func(prefix string) string
	Random io.Reader
	Now    func() time.Time
}

// maxTries is how often a token is made anew beside others. Of those who make one at once, one succeeds in every round.
const maxTries = 8

// Create makes a token and returns it with its secret, which is shown now and never again. Errors: InvalidRequest,
// LimitExceeded, SecretShownOnce.
func (t Tokens) Create(ctx context.Context, caller Caller, meta request.Metadata, wanted NewAPIToken) (APIToken, Token, error) {
	now := t.Now()
	for try := 1; ; try++ {
		existing, first, err := t.Store.ListTokens(ctx, caller.Account.ID, meta.Key)
		switch {
		case err != nil:
			return APIToken{}, Token{}, err
		case first != nil:
			_, err = idempotency.Replay[APIToken](*first, meta.Key)
			return APIToken{}, Token{}, err
		}
		if err := wanted.check(caller.Account.Kind, now); err != nil {
			return APIToken{}, Token{}, err
		}
		if err := existing.refuseMore(&caller.Account, now); err != nil {
			if meta.Key.IsSet() && try == 1 {
				continue // the last one may be this request's, its record looked for a moment before
			}
			return APIToken{}, Token{}, err
		}
		made, secret, err := t.create(ctx, caller, meta, wanted, existing.Version, now)
		switch {
		case !fault.Is(err, fault.VersionMismatch):
			return made, secret, err
		case try == maxTries:
			return APIToken{}, Token{}, change.Crowded(err)
		}
	}
}

func (s TokenSet) refuseMore(of *account.Account, now time.Time) error {
	live := 0
	for i := range s.Tokens {
		if s.Tokens[i].Live(of, now) {
			live++
		}
	}
	if live >= MaxTokens {
		return fault.New(fault.LimitExceeded, "An account can have at most %d API tokens. Delete one that you no longer use.", MaxTokens)
	}
	return nil
}

func (t Tokens) create(
	ctx context.Context, caller Caller, meta request.Metadata, wanted NewAPIToken, beside int64, now time.Time,
) (APIToken, Token, error) {
	id := t.NewID(APITokenPrefix)
	secret, err := NewAPISecret(t.Random, caller.chain())
	if err != nil {
		return APIToken{}, Token{}, err
	}
	made := APIToken{
		ID: id, Account: caller.Account.ID, Name: wanted.Name, Scopes: wanted.Scopes, Hash: secret.Hash(),
		Epoch: caller.Account.TokenEpoch, CreatedAt: now, ExpiresAt: wanted.ExpiresAt.UTC().Truncate(time.Millisecond),
	}
	happened := event.New(t.NewID, event.TokenCreated, &caller.Account, caller.Account.ID, meta.ID, now)
	happened.Changes = []account.FieldChange{{Field: "apiToken", New: made.View()}}
	err = t.Store.CreateToken(ctx, made, beside, happened, idempotency.SecretRecord(meta.Key, now))
	made, err = idempotency.Answer(made, meta.Key, err)
	return made, secret, err
}

func (n *NewAPIToken) check(kind account.Kind, now time.Time) error {
	var bad []fault.Field
	if length := utf8.RuneCountInString(n.Name); length < 1 || length > 60 || !account.IsPrintable(n.Name, false) {
		bad = append(bad, fault.Field{Pointer: "/name", Code: "required", Detail: "Give the token a name of 1 to 60 characters."})
	}
	n.Scopes = slices.Compact(slices.Sorted(slices.Values(n.Scopes)))
	if len(n.Scopes) == 0 {
		bad = append(bad, fault.Field{Pointer: "/scopes", Code: "required", Detail: "Give the token at least one scope."})
	}
	for _, scope := range n.Scopes {
		if !slices.Contains(Permissions(kind), scope) {
			bad = append(bad, fault.Field{Pointer: "/scopes", Code: "not-allowed", Detail: "A token can only have scopes that you have yourself."})
			break
		}
	}
	switch {
	case !n.ExpiresAt.After(now):
		bad = append(bad, fault.Field{Pointer: "/expiresAt", Code: "past", Detail: "The token must expire in the future."})
	case n.ExpiresAt.Sub(now) > MaxTokenLifetime:
		bad = append(bad, fault.Field{Pointer: "/expiresAt", Code: "out-of-range", Detail: "The token must expire within 400 days."})
	}
	return fault.Invalid(bad...)
}

// List returns the caller's tokens, oldest first, without those that are void.
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

// Delete ends one of the caller's tokens. Errors: NotFound.
func (t Tokens) Delete(ctx context.Context, caller Caller, meta request.Metadata, id string) error {
	for try := 1; ; try++ {
		set, first, err := t.Store.ListTokens(ctx, caller.Account.ID, meta.Key)
		switch {
		case err != nil:
			return err
		case first != nil:
			_, err = idempotency.Replay[struct{}](*first, meta.Key)
			return err
		}
		at := slices.IndexFunc(set.Tokens, func(token APIToken) bool { return token.ID == id })
		if at >= 0 {
			return t.delete(ctx, caller, meta, set.Tokens[at])
		}
		if !meta.Key.IsSet() || try == 2 {
			return NotInView()
		}
		// This request may have deleted it a moment ago, its record looked for before.
	}
}

func (t Tokens) delete(ctx context.Context, caller Caller, meta request.Metadata, token APIToken) error {
	now := t.Now()
	happened := event.New(t.NewID, event.TokenRemoved, &caller.Account, caller.Account.ID, meta.ID, now)
	happened.Changes = []account.FieldChange{{Field: "apiToken", Old: token.View()}}
	record, err := idempotency.NewRecord(meta.Key, nil, now)
	if err != nil {
		return err
	}
	_, err = idempotency.Answer(struct{}{}, meta.Key, t.Store.DeleteToken(ctx, token, happened, record))
	return err
}
