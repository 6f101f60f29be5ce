package dynamo

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"golang.org/x/sync/errgroup"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/idempotency"
)

// tokenItem is an API token.
type tokenItem struct {
	keyed
	expiring
	ID        string         `dynamodbav:"id"`
	Name      string         `dynamodbav:"name"`
	Scopes    []access.Scope `dynamodbav:"scopes"`
	Epoch     int64          `dynamodbav:"epoch,omitempty"`
	CreatedAt time.Time      `dynamodbav:"createdAt"`
}

func newTokenItem(t *access.APIToken) tokenItem {
	return tokenItem{
		keyed: tokenKey(t.Account, t.Hash).fields(), expiring: expiringAt(t.ExpiresAt),
		ID: t.ID, Name: t.Name, Scopes: t.Scopes, Epoch: t.Epoch, CreatedAt: t.CreatedAt.UTC(),
	}
}

func readToken(found item) (access.APIToken, error) {
	var stored tokenItem
	err := attributevalue.UnmarshalMap(found, &stored)
	return access.APIToken{
		ID: stored.ID, Account: account.ID(strings.TrimPrefix(string(stored.PK), accountPrefix)), Name: stored.Name,
		Scopes: stored.Scopes, Hash: strings.TrimPrefix(string(stored.SK), tokenSortPrefix), Epoch: stored.Epoch,
		CreatedAt: stored.CreatedAt, ExpiresAt: stored.ExpiresAt,
	}, err
}

// tokenSetItem is the version of an account's set of API tokens. Every new token raises it, so that only one of two
// tokens that are created at the same time is written, and the other one counts it against the limit.
type tokenSetItem struct {
	keyed
	Version int64 `dynamodbav:"version"`
}

// ListTokens returns the API tokens of an account and the record of the request. Round trips: 1, with two concurrent
// reads.
func (s *Store) ListTokens(
	ctx context.Context, id account.ID, requestKey idempotency.Key,
) (set access.TokenSet, record *idempotency.Record, err error) {
	var reads errgroup.Group
	reads.Go(func() (err error) {
		record, err = s.ReadRecord(ctx, requestKey)
		return err
	})
	reads.Go(func() (err error) {
		set, err = s.readTokens(ctx, id)
		return err
	})
	err = reads.Wait()
	return set, record, err
}

func (s *Store) readTokens(ctx context.Context, id account.ID) (set access.TokenSet, err error) {
	found, err := s.queryAll(ctx, query{
		partition: accountPartition(id), sort: between(tokenSortPrefix, tokenSetKey(id).sort), consistency: consistent,
	})
	if err != nil {
		return set, err
	}
	for _, row := range found {
		if keyOf(row) == tokenSetKey(id) {
			var stored tokenSetItem
			if err := attributevalue.UnmarshalMap(row, &stored); err != nil {
				return set, err
			}
			set.Version = stored.Version
			continue
		}
		token, err := readToken(row)
		if err != nil {
			return set, err
		}
		set.Tokens = append(set.Tokens, token)
	}
	slices.SortFunc(set.Tokens, func(a, b access.APIToken) int { return strings.Compare(a.ID, b.ID) })
	return set, nil
}

// CreateToken writes an API token with its event. The version is that of the token set before. It returns
// fault.VersionMismatch if the set has another version. Round trips: 1.
func (s *Store) CreateToken(
	ctx context.Context, token access.APIToken, version int64, e event.Event, record *idempotency.Record,
) error {
	t := s.begin(e)
	t.putRecord(record, s.now())
	set := tokenSetItem{keyed: tokenSetKey(token.Account).fields(), Version: version + 1}
	t.putNextVersion(set, version, "Another API token was created at the same time. Try again.")
	t.create(newTokenItem(&token), nil)
	return s.commit(ctx, t)
}

// DeleteToken deletes an API token, with its event. It returns fault.NotFound if the token does not exist. Round trips:
// 1.
func (s *Store) DeleteToken(
	ctx context.Context, token access.APIToken, e event.Event, record *idempotency.Record,
) error {
	t := s.begin(e)
	t.putRecord(record, s.now())
	t.delete(tokenKey(token.Account, token.Hash), exists(), notFound)
	return s.commit(ctx, t)
}
