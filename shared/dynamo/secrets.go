package dynamo

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/idempotency"
)

// secretItem is a random key of this stack.
type secretItem struct {
	keyed
	Secret []byte `dynamodbav:"secret"`
}

func readSecret(found item) ([]byte, error) {
	var stored secretItem
	err := attributevalue.UnmarshalMap(found, &stored)
	return stored.Secret, err
}

// CursorKey returns the key that encrypts cursors. The key never changes. Round trips: 1 for the first call, then none.
func (s *Store) CursorKey(ctx context.Context) ([]byte, error) {
	s.secrets.Lock()
	defer s.secrets.Unlock()
	if s.cursorKey != nil {
		return s.cursorKey, nil
	}
	found, err := s.get(ctx, eventual, stackSecretKey())
	if err != nil {
		return nil, err
	}
	secret, err := readSecret(found)
	if err != nil {
		return nil, err
	}
	if len(secret) == 0 {
		return nil, errors.New("there is no key for cursors: create the first administrator")
	}
	s.cursorKey = secret
	return s.cursorKey, nil
}

// IdempotencySecret returns the secret for the fingerprints of requests, or nil if there is no first administrator. It
// uses BatchGetItem because every function that authenticates its caller may call it. Round trips: 1 for the first
// call, then none.
func (s *Store) IdempotencySecret(ctx context.Context) (idempotency.Secret, error) {
	s.secrets.Lock()
	defer s.secrets.Unlock()
	if s.idempotencySecret != nil {
		return s.idempotencySecret, nil
	}
	found, err := s.getItems(ctx, consistent, stackSecretKey())
	if err != nil {
		return nil, err
	}
	secret, err := readSecret(found[stackSecretKey()])
	if err != nil || len(secret) == 0 {
		return nil, err
	}
	s.idempotencySecret, err = idempotency.NewSecret(secret)
	return s.idempotencySecret, err
}
