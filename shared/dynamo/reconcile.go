package dynamo

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/reconcile"
)

// The attributes of USAGE items that say whether the counts can be corrected (ADR 43).
const (
	revisionCounter = "revision"  // grows with each change of the counts
	transferCounter = "departing" // customers that have left the reseller, but not yet with all subscriptions
)

// raiseRevision adds the next revision to changes of counts, if there are any.
func raiseRevision(changes map[string]int64) map[string]int64 {
	for _, n := range changes {
		if n != 0 {
			changes[revisionCounter] = 1
			return changes
		}
	}
	return changes
}

// GlobalCounters returns the shards of the counts of all owners.
func (s *Store) GlobalCounters() []reconcile.Counter {
	counters := make([]reconcile.Counter, globalShards)
	for shard := range counters {
		counters[shard].Shard = shard
	}
	return counters
}

func counterKey(c reconcile.Counter) key {
	if c.Reseller != "" {
		return usageKey(c.Reseller)
	}
	return globalUsageKey(c.Shard)
}

// ReadCounts returns the counts of a counter, or nil if the reseller does not exist. A shard always exists. Round trips: 1.
func (s *Store) ReadCounts(ctx context.Context, counter reconcile.Counter) (*reconcile.Stored, error) {
	k := counterKey(counter)
	items, err := s.getItems(ctx, consistent, k)
	if err != nil || items[k] == nil && counter.Reseller != "" {
		return nil, err
	}
	return readCounts(counter, items[k])
}

func readCounts(counter reconcile.Counter, found item) (*reconcile.Stored, error) {
	var usage usageItem
	if err := attributevalue.UnmarshalMap(found, &usage); err != nil {
		return nil, err
	}
	stored := &reconcile.Stored{
		Counts:   reconcile.Counts{reconcile.Customers: usage.Customers},
		Revision: usage.Revision, Transfers: usage.Transfers,
	}
	if counter.Reseller == "" {
		stored.Counts[reconcile.OwnCustomers], stored.Counts[reconcile.Resellers] = usage.OwnCustomers, usage.Resellers
		return stored, nil
	}
	stored.Counts[reconcile.Subscriptions] = usage.Subscriptions
	for prefix, name := range countPrefixes {
		for allotment, n := range readCounters(found, prefix) {
			stored.Counts[name+allotment] = n
		}
	}
	return stored, nil
}

// countPrefixes are the prefixes of the names of counts, by those of their attributes.
var countPrefixes = map[string]string{
	givenCounterPrefix:     reconcile.GivenPrefix,
	unlimitedCounterPrefix: reconcile.UnlimitedPrefix,
}

// countAttribute returns the attribute of a count.
func countAttribute(name string) string {
	for attribute, prefix := range countPrefixes {
		if rest, hasPrefix := strings.CutPrefix(name, prefix); hasPrefix {
			return attribute + rest
		}
	}
	return name
}

// CorrectCounts replaces the counts of a counter if they have not changed since they were read, and reports whether
// they are replaced. Round trips: 1.
func (s *Store) CorrectCounts(
	ctx context.Context, counter reconcile.Counter, stored reconcile.Stored, counted reconcile.Counts,
) (bool, error) {
	c, u := counterEquals(revisionCounter, stored.Revision), update{}.add(revisionCounter, 1)
	if counter.Reseller != "" {
		c = c.And(exists(), noneCounted(transferCounter))
	}
	names := reconcile.Counts{}
	maps.Copy(names, stored.Counts)
	maps.Copy(names, counted)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		c = c.And(counterEquals(countAttribute(name), stored.Counts[name]))
		u = u.set(countAttribute(name), counted[name])
	}
	_, err := s.updateItem(ctx, counterKey(counter), u, c)
	if found, hasFailed := asConditionFailure(err); hasFailed {
		return isCorrected(counter, found, stored.Revision+1, counted)
	}
	if outcomeOf(err) == retryable {
		return false, nil // another transaction is changing the counts
	}
	return err == nil, callError(err, "correct counts")
}

// isCorrected reports whether an earlier attempt, whose answer was lost, has replaced the counts.
func isCorrected(counter reconcile.Counter, found item, revision int64, counted reconcile.Counts) (bool, error) {
	current, err := readCounts(counter, found)
	if err != nil || current.Revision != revision {
		return false, err
	}
	for name, n := range current.Counts {
		if n != counted[name] {
			return false, nil
		}
	}
	return true, nil
}

// ListCounted returns a page of the accounts of a kind that a counter counts, in the order of their creation. For a shard
// of the counts of all owners it reads the accounts of all shards, in pages that have about limit accounts of this shard.
// Round trips: as List.
func (s *Store) ListCounted(
	ctx context.Context, counter reconcile.Counter, kind account.Kind, after string, limit int,
) (directory.Rows, error) {
	selection := directory.Selection{
		Kind: kind, Owner: counter.Reseller, Sort: directory.ByCreated, Limit: limit, After: after,
	}
	if counter.Reseller != "" {
		return s.List(ctx, selection)
	}
	selection.Limit = limit * globalShards
	rows, err := s.List(ctx, selection)
	rows.Accounts = slices.DeleteFunc(rows.Accounts, func(a account.Account) bool {
		return shardOf(a.ID, globalShards) != counter.Shard
	})
	return rows, err
}
