package dynamo

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/access"
	"tenantry/shared/account"
)

// passwordItem is the hash of an account's password. The version is the account's PasswordVersion with this password.
type passwordItem struct {
	keyed
	Hash    string `dynamodbav:"hash"`
	Version int64  `dynamodbav:"version"`
}

// readPassword returns the password in an item, or an empty one if the item is nil.
func readPassword(found item) (access.StoredPassword, error) {
	var stored passwordItem
	err := attributevalue.UnmarshalMap(found, &stored)
	return access.StoredPassword{Hash: stored.Hash, Version: stored.Version}, err
}

// putPassword adds the password of an account that the transaction creates or changes. A hash of "" adds nothing. It
// needs no condition: the transaction has one on the account.
func (t *transaction) putPassword(owner *account.Account, hash string) {
	if hash != "" {
		t.put(passwordItem{keyed: passwordKey(owner.ID).fields(), Hash: hash, Version: owner.PasswordVersion})
	}
}

// ReadPassword returns the password of an account. Round trips: 1.
func (s *Store) ReadPassword(ctx context.Context, id account.ID) (access.StoredPassword, error) {
	found, err := s.getItems(ctx, consistent, passwordKey(id))
	if err != nil {
		return access.StoredPassword{}, err
	}
	return readPassword(found[passwordKey(id)])
}

// ReadSignIn returns what ReadChain returns, and the hash of the account's password. A batch is no snapshot: if the
// password changes meanwhile, both are read again, so that an old password never comes with the new epoch of sessions.
// Round trips: those of ReadChain.
func (s *Store) ReadSignIn(
	ctx context.Context, hints []account.ID,
) (chain []account.Account, passwordHash string, err error) {
	if len(hints) == 0 {
		return nil, "", nil
	}
	password := passwordKey(hints[0])
	err = s.retry(ctx, usual, func() (done bool, err error) {
		chain, passwordHash = nil, ""
		found, err := s.getItems(ctx, consistent, append(keysOf(hints, accountKey), password)...)
		if err != nil {
			return true, err
		}
		stored, err := readPassword(found[password])
		if err != nil {
			return true, err
		}
		if chain, err = s.chain(ctx, hints[0], found); err != nil || len(chain) == 0 {
			return true, err
		}
		if stored.Version != chain[0].PasswordVersion {
			return false, errors.New("read a sign-in: the password keeps changing")
		}
		passwordHash = stored.Hash
		return true, nil
	})
	if err != nil {
		return nil, "", err
	}
	return chain, passwordHash, nil
}
