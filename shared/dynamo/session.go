package dynamo

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"tenantry/shared/access"
	"tenantry/shared/account"
)

// ReadSession reads a session or an API token, its account and the accounts above it. Round trips: 1, and 1 more for each
// parent that the hints do not name.
func (s *Store) ReadSession(ctx context.Context, at access.Locator) (access.Credential, error) {
	hints := at.Hints
	if len(hints) == 0 {
		return access.Credential{}, nil
	}
	session := sessionKey(hints[0], at.Hash)
	if at.API {
		session = tokenKey(hints[0], at.Hash)
	}
	found, err := s.getAll(ctx, consistent, append(accountKeys(hints), session)...)
	if err != nil {
		return access.Credential{}, err
	}
	chain, err := s.chain(ctx, hints[0], found)
	if err != nil || found[session] == nil {
		return access.Credential{Chain: chain}, err
	}
	if at.API {
		made, err := readToken(found[session])
		return access.Credential{Token: &made, Chain: chain}, err
	}
	var stored sessionItem
	if err := attributevalue.UnmarshalMap(found[session], &stored); err != nil {
		return access.Credential{}, err
	}
	return access.Credential{Session: stored.session(), Chain: chain}, nil
}

// ReadChain reads an account and the accounts above it. Round trips: as ReadSession.
func (s *Store) ReadChain(ctx context.Context, hints []account.ID) ([]account.Account, error) {
	if len(hints) == 0 {
		return nil, nil
	}
	found, err := s.getAll(ctx, consistent, accountKeys(hints)...)
	if err != nil {
		return nil, err
	}
	return s.chain(ctx, hints[0], found)
}

func accountKeys(ids []account.ID) []key {
	keys := make([]key, len(ids), len(ids)+1)
	for i, id := range ids {
		keys[i] = accountKey(id)
	}
	return keys
}

// longestChain is that of a panel user: its customer, and the customer's reseller.
const longestChain = 3

// chain follows the owners upwards from an account, through what was read and by reading what was not. A chain with a gap
// is none: an account whose owner is gone does not serve.
func (s *Store) chain(ctx context.Context, id account.ID, found map[key]item) ([]account.Account, error) {
	var chain []account.Account
	for id != account.AdministratorOwner {
		if len(chain) == longestChain {
			return nil, fmt.Errorf("too many accounts are above %s", chain[0].ID)
		}
		from, known := found[accountKey(id)]
		if !known && len(chain) > 0 {
			more, err := s.getAll(ctx, consistent, accountKey(id)) // as what was read before: with the same permission
			if err != nil {
				return nil, err
			}
			from = more[accountKey(id)]
		}
		a, err := readAccount(from)
		if err != nil || a == nil {
			return nil, err
		}
		chain = append(chain, *a)
		id = a.Owner
	}
	return chain, nil
}

// Begin stores a session and remembers the address it began at. Round trips: 1.
func (s *Store) CreateSession(ctx context.Context, beginning access.SessionCreation) error {
	session := newSessionItem(beginning.Session)
	t := s.begin(beginning.Session.Hash, session.key(), session)
	t.remember(beginning.Record, s.now())
	t.replace(knownAddressItem{keyed: knownAddressKey(beginning.Known).fields(), expiring: expiringAt(beginning.KnownUntil)})
	return s.commit(ctx, t)
}

// End forgets a session. Round trips: 1.
func (s *Store) DeleteSession(ctx context.Context, session access.Session) error {
	_, err := s.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: &s.table, Key: sessionKey(session.Account, session.Hash).attributes(),
	})
	return failed(err, "end a session")
}
