package dynamo

import (
	"context"
	"maps"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/account"
)

// Count returns the number of customers or resellers of an owner, or of all owners if owner is "". It reads counters.
// Round trips: 1.
func (s *Store) Count(ctx context.Context, kind account.Kind, owner account.ID) (int64, error) {
	if kind == account.Customer && owner != "" && owner != account.AdministratorOwner {
		return s.countCustomers(ctx, owner)
	}
	total, err := s.sumGlobalUsage(ctx)
	switch {
	case kind == account.Reseller && (owner == "" || owner == account.AdministratorOwner):
		return total.Resellers, err
	case kind == account.Customer && owner == "":
		return total.Customers, err
	case kind == account.Customer:
		return total.OwnCustomers, err
	}
	return 0, err // accounts of other kinds are not counted
}

func (s *Store) countCustomers(ctx context.Context, reseller account.ID) (int64, error) {
	found, err := s.get(ctx, eventual, usageKey(reseller))
	if err != nil {
		return 0, err
	}
	var usage usageItem
	err = attributevalue.UnmarshalMap(found, &usage)
	return usage.Customers, err
}

// sumGlobalUsage returns the sum of the shards of the global usage.
func (s *Store) sumGlobalUsage(ctx context.Context) (sum usageItem, err error) {
	shards, err := s.queryAll(ctx, query{partition: globalUsagePartition})
	if err != nil {
		return sum, err
	}
	for _, shard := range shards {
		var usage usageItem
		if err := attributevalue.UnmarshalMap(shard, &usage); err != nil {
			return sum, err
		}
		sum.Customers += usage.Customers
		sum.OwnCustomers += usage.OwnCustomers
		sum.Resellers += usage.Resellers
	}
	return sum, nil
}

// changeGlobalUsage counts an account that is created (before is nil), removed (after is nil) or changed.
func (t *transaction) changeGlobalUsage(before, after *account.Account) {
	changes := map[string]int64{}
	var id account.ID
	if before != nil {
		id = before.ID
		for _, name := range globalCounters(before) {
			changes[name]--
		}
	}
	if after != nil {
		id = after.ID
		for _, name := range globalCounters(after) {
			changes[name]++
		}
	}
	maps.DeleteFunc(changes, func(_ string, n int64) bool { return n == 0 })
	if len(changes) > 0 {
		t.count(count{key: globalUsageKey(shardOf(id, globalShards)), changes: raiseRevision(changes)}, nil)
	}
}

// globalCounters returns the attributes of the global usage that count the account.
func globalCounters(a *account.Account) []string {
	switch {
	case a.Kind == account.Reseller:
		return []string{"resellers"}
	case a.Owner == account.AdministratorOwner:
		return []string{"customers", "ownCustomers"}
	}
	return []string{"customers"}
}
