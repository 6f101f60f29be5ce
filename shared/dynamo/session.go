package dynamo

import (
	"context"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/event"
)

// sessionItem is a session.
type sessionItem struct {
	keyed
	expiring
	Epoch     int64     `dynamodbav:"epoch"`
	CreatedAt time.Time `dynamodbav:"createdAt"`
}

func newSessionItem(s access.Session) sessionItem {
	return sessionItem{
		keyed: sessionKey(s.Account, s.Hash).fields(), expiring: expiringAt(s.ExpiresAt),
		Epoch: s.Epoch, CreatedAt: s.CreatedAt.UTC(),
	}
}

func (s *sessionItem) session() *access.Session {
	return &access.Session{
		Account: account.ID(strings.TrimPrefix(string(s.PK), accountPrefix)),
		Hash:    strings.TrimPrefix(string(s.SK), sessionSortPrefix),
		Epoch:   s.Epoch, CreatedAt: s.CreatedAt, ExpiresAt: s.ExpiresAt,
	}
}

// ReadSession returns a session or an API token, its account and the accounts above. What does not exist is nil. Round
// trips: 1, and 1 more for each account above that is not among the hints.
func (s *Store) ReadSession(ctx context.Context, locator access.Locator) (access.Credential, error) {
	hints := locator.Hints
	if len(hints) == 0 {
		return access.Credential{}, nil
	}
	session := sessionKey(hints[0], locator.Hash)
	if locator.API {
		session = tokenKey(hints[0], locator.Hash)
	}
	found, err := s.getItems(ctx, consistent, append(keysOf(hints, accountKey), session)...)
	if err != nil {
		return access.Credential{}, err
	}
	chain, err := s.chain(ctx, hints[0], found)
	if err != nil || found[session] == nil {
		return access.Credential{Chain: chain}, err
	}
	if locator.API {
		token, err := readToken(found[session])
		return access.Credential{Token: &token, Chain: chain}, err
	}
	var stored sessionItem
	if err := attributevalue.UnmarshalMap(found[session], &stored); err != nil {
		return access.Credential{}, err
	}
	return access.Credential{Session: stored.session(), Chain: chain}, nil
}

// CreateSession writes a session, the event of the sign-in, and the address from which its account has signed in. The
// event may have no id, and the address may be "": then they are not written. Round trips: 1, and 1 more for the first
// call.
func (s *Store) CreateSession(ctx context.Context, creation access.SessionCreation) error {
	t := s.beginWith(newSessionItem(creation.Session), creation.Session.Hash)
	t.putRecord(creation.Record, s.now())
	if creation.Event.ID != "" {
		t.createEvent(creation.Event)
	}
	if creation.Known != "" {
		known, err := s.knownAddressKey(ctx, creation.Known)
		if err != nil {
			return err
		}
		t.put(knownAddressItem{keyed: known.fields(), expiring: expiringAt(creation.KnownUntil)})
	}
	return s.commit(ctx, t)
}

// CreateSignInFailure writes the event of a failed sign-in. An event without an account stands for a failure at an
// unknown login. It is written where no trail and no reader of the stream finds it. Round trips: 1.
func (s *Store) CreateSignInFailure(ctx context.Context, failure event.Event) error {
	stored, err := newEventItem(failure)
	if err != nil {
		return err
	}
	if failure.Account == "" {
		stored.keyed = unknownSignInKey(failure.ID).fields()
	}
	return callError(s.putItem(ctx, stored, condition{}), "write a failed sign-in")
}

// DeleteSession deletes a session. Round trips: 1.
func (s *Store) DeleteSession(ctx context.Context, session access.Session) error {
	return callError(s.deleteItem(ctx, sessionKey(session.Account, session.Hash), condition{}), "delete a session")
}
