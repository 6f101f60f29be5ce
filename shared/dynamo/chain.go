package dynamo

import (
	"context"
	"fmt"

	"tenantry/shared/account"
)

// ReadChain returns an account and the accounts above it. The hints begin with the account, and continue with the
// accounts that may be above it. Round trips: 1, and 1 more for each account above that is not among the hints.
func (s *Store) ReadChain(ctx context.Context, hints []account.ID) ([]account.Account, error) {
	if len(hints) == 0 {
		return nil, nil
	}
	found, err := s.getItems(ctx, consistent, keysOf(hints, accountKey)...)
	if err != nil {
		return nil, err
	}
	return s.chain(ctx, hints[0], found)
}

// maxChain is the length of the longest chain: a panel user, its customer, and the customer's reseller.
const maxChain = 3

// chain returns an account and the accounts above it, without the administrator. It reads accounts that are not in
// found. If one of the accounts does not exist, it returns nil: such an account has no access.
func (s *Store) chain(ctx context.Context, id account.ID, found map[key]item) ([]account.Account, error) {
	var chain []account.Account
	for next := id; next != account.AdministratorOwner; {
		if len(chain) == maxChain {
			return nil, fmt.Errorf("too many accounts are above %s", id)
		}
		row, isRead := found[accountKey(next)]
		if !isRead && len(chain) > 0 {
			more, err := s.getItems(ctx, consistent, accountKey(next)) // the roles of callers allow BatchGetItem
			if err != nil {
				return nil, err
			}
			row = more[accountKey(next)]
		}
		a, err := readAccount(row)
		if err != nil || a == nil {
			return nil, err
		}
		chain = append(chain, *a)
		next = a.Owner
	}
	return chain, nil
}
