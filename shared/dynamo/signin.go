package dynamo

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/access"
	"tenantry/shared/account"
)

// knownAddressItem is an address from which a login has signed in.
type knownAddressItem struct {
	keyed
	expiring
}

// FindSignIn returns the account that has the login, followed by the accounts that may be above it, or nil if there is
// no such account. It also returns until when the login knows the address, by the opaque name of the two, or the zero
// time. Round trips: 1.
func (s *Store) FindSignIn(
	ctx context.Context, login account.Login, knownAddress string,
) (hints []account.ID, knownUntil time.Time, err error) {
	known, err := s.knownAddressKey(ctx, knownAddress)
	if err != nil {
		return nil, time.Time{}, err
	}
	found, err := s.getItems(ctx, consistent, loginKey(login), known)
	if err != nil {
		return nil, time.Time{}, err
	}
	if guard := found[loginKey(login)]; guard != nil {
		var stored loginItem
		if err := attributevalue.UnmarshalMap(guard, &stored); err != nil {
			return nil, time.Time{}, err
		}
		hints = append([]account.ID{stored.Account}, stored.Parents...)
	}
	if address := found[known]; address != nil {
		var stored knownAddressItem
		if err := attributevalue.UnmarshalMap(address, &stored); err != nil {
			return nil, time.Time{}, err
		}
		if !stored.expired(s.now()) {
			knownUntil = stored.ExpiresAt
		}
	}
	return hints, knownUntil, nil
}

// TakeAttempt counts an attempt, and reports whether it is within the limit. Attempts beyond the limit are not counted.
// Round trips: 1, and 1 more for the first call.
func (s *Store) TakeAttempt(ctx context.Context, attempt access.Attempt) (isAllowed bool, err error) {
	if attempt.Limit < 1 {
		return false, nil
	}
	counted, err := s.attemptKey(ctx, attempt)
	if err != nil {
		return false, err
	}
	counter := attribute("count")
	_, err = s.updateItem(ctx, counted,
		update{}.add("count", 1).set(expiryAttribute, attempt.WindowEnd.Unix()),
		counter.AttributeNotExists().Or(counter.LessThan(value(attempt.Limit))))
	if _, failed := asConditionFailure(err); failed {
		return false, nil
	}
	return err == nil, callError(err, "count an attempt")
}

// GiveBackAttempt takes an attempt out of the count, unless the count is 0. Round trips: 1, and 1 more for
// the first call.
func (s *Store) GiveBackAttempt(ctx context.Context, attempt access.Attempt) error {
	counted, err := s.attemptKey(ctx, attempt)
	if err != nil {
		return err
	}
	_, err = s.updateItem(ctx, counted,
		update{}.add("count", -1), attribute("count").GreaterThan(value(0)))
	if _, failed := asConditionFailure(err); failed {
		return nil
	}
	return callError(err, "give back an attempt")
}
