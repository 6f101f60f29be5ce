package dynamo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"golang.org/x/sync/errgroup"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
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

func readToken(from item) (access.APIToken, error) {
	var stored tokenItem
	err := attributevalue.UnmarshalMap(from, &stored)
	return access.APIToken{
		ID: stored.ID, Account: account.ID(strings.TrimPrefix(string(stored.PK), accountPrefix)), Name: stored.Name, Scopes: stored.Scopes,
		Hash: strings.TrimPrefix(string(stored.SK), tokenSortPrefix), Epoch: stored.Epoch, CreatedAt: stored.CreatedAt, ExpiresAt: stored.ExpiresAt,
	}, err
}

// tokenSetItem says how many API tokens an account has ever made, so that two that are made at once know of each other.
type tokenSetItem struct {
	keyed
	Version int64 `dynamodbav:"version"`
}

// ListTokens returns the API tokens of an account and the record of the request. It reads both concurrently. Round trips: 1.
func (s *Store) ListTokens(
	ctx context.Context, of account.ID, requestKey idempotency.Key,
) (set access.TokenSet, record *idempotency.Record, err error) {
	var reads errgroup.Group
	if requestKey.IsSet() {
		reads.Go(func() error {
			found, err := s.getAll(ctx, consistent, idempotencyKey(requestKey.Name))
			if err == nil {
				record, err = readRecord(found[idempotencyKey(requestKey.Name)], s.now())
			}
			return err
		})
	}
	set, err = s.tokens(ctx, of)
	err = errors.Join(err, reads.Wait())
	return set, record, err
}

func (s *Store) tokens(ctx context.Context, of account.ID) (set access.TokenSet, err error) {
	found, err := s.collect(ctx, &dynamodb.QueryInput{
		ConsistentRead:           aws.Bool(true),
		KeyConditionExpression:   aws.String("#pk = :account AND #sk BETWEEN :first AND :last"),
		ExpressionAttributeNames: map[string]string{"#pk": partitionAttribute, "#sk": sortAttribute},
		ExpressionAttributeValues: item{
			":account": text(string(accountPartition(of))), ":first": text(tokenSortPrefix), ":last": text(string(tokenSetKey(of).sort)),
		},
	})
	for _, one := range found {
		if err != nil {
			return set, err
		}
		if keyOf(one) == tokenSetKey(of) {
			var stored tokenSetItem
			err = attributevalue.UnmarshalMap(one, &stored)
			set.Version = stored.Version
			continue
		}
		var token access.APIToken
		token, err = readToken(one)
		set.Tokens = append(set.Tokens, token)
	}
	slices.SortFunc(set.Tokens, func(a, b access.APIToken) int { return strings.Compare(a.ID, b.ID) })
	return set, err
}

// CreateToken writes an API token with its event. Round trips: 1.
func (s *Store) CreateToken(
	ctx context.Context, token access.APIToken, beside int64, happened event.Event, record *idempotency.Record,
) error {
	t, err := s.beginWith(happened)
	if err != nil {
		return fmt.Errorf("create a token: %w", err)
	}
	t.remember(record, s.now())
	t.next(tokenSetItem{keyed: tokenSetKey(token.Account).fields(), Version: beside + 1}, beside, "Another API token was created at the same time. Try again.")
	t.create(tokenItem{
		keyed: tokenKey(token.Account, token.Hash).fields(), expiring: expiringAt(token.ExpiresAt), ID: token.ID, Name: token.Name,
		Scopes: token.Scopes, Epoch: token.Epoch, CreatedAt: token.CreatedAt.UTC(),
	}, nil)
	return s.commit(ctx, t)
}

// DeleteToken forgets an API token, with its event. Round trips: 1.
func (s *Store) DeleteToken(ctx context.Context, token access.APIToken, happened event.Event, record *idempotency.Record) error {
	t, err := s.beginWith(happened)
	if err != nil {
		return fmt.Errorf("delete a token: %w", err)
	}
	t.remember(record, s.now())
	t.take(tokenKey(token.Account, token.Hash), exists, pkName, nil, gone)
	return s.commit(ctx, t)
}

// gone is what it means that something to be changed is there no more.
func gone(item) error {
	return fault.New(fault.NotFound, "This object does not exist, or you cannot see it.")
}

// beginWith starts a transaction with its event.
func (s *Store) beginWith(happened event.Event) (*transaction, error) {
	stored, err := newEventItem(happened)
	if err != nil {
		return nil, err
	}
	return s.begin(happened.ID, stored.key(), stored), nil
}
