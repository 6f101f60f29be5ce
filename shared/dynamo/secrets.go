package dynamo

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/access"
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

// keyedHash returns a hash that nobody can compute without the secret of the stack. Keys that are made from logins and
// addresses are hashed, because a plain hash shows them to everybody who guesses them. Round trips: 1 for the first
// call, then none.
func (s *Store) keyedHash(ctx context.Context, purpose, text string) (string, error) {
	secret, err := s.IdempotencySecret(ctx)
	if err != nil {
		return "", err
	}
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(purpose + "#" + text))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:24]), nil
}

// knownAddressKey returns the key of the address of a login, by the opaque name of the two.
func (s *Store) knownAddressKey(ctx context.Context, opaque string) (key, error) {
	hash, err := s.keyedHash(ctx, "known", opaque)
	return knownAddressKey(hash), err
}

// attemptKey returns the key of a counter of attempts.
func (s *Store) attemptKey(ctx context.Context, attempt access.Attempt) (key, error) {
	hash, err := s.keyedHash(ctx, "attempts", attempt.Key)
	return attemptKey(hash, attempt.WindowEnd), err
}
