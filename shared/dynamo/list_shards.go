package dynamo

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/account"
	"tenantry/shared/directory"
)

// listShardsItem says how an owner's lists are divided. It is an attribute of the owner's usage item (ADR 44).
type listShardsItem struct {
	Shards    int       `dynamodbav:"shards"`
	Target    int       `dynamodbav:"target"`
	IsMoving  bool      `dynamodbav:"moving,omitempty"`
	ChangedAt time.Time `dynamodbav:"changedAt"`
}

// readListShards returns the shards in a usage item. Without the attribute each list has one shard.
func readListShards(usage *usageItem) directory.ListShards {
	shards := directory.ListShards{Shards: 1, Target: 1, Version: usage.ListsVersion}
	if stored := usage.Lists; stored != nil {
		shards.Shards, shards.Target = stored.Shards, stored.Target
		shards.IsMoving, shards.ChangedAt = stored.IsMoving, stored.ChangedAt
	}
	return shards
}

// hasShards reports whether an owner's list of the kind can have several shards.
func hasShards(kind account.Kind) bool { return kind == account.Customer || kind == account.Reseller }

// listShardsKey returns the key of the item that has the shards of an owner's lists.
func listShardsKey(owner account.ID) key {
	if owner == account.AdministratorOwner {
		return administratorListsKey()
	}
	return usageKey(owner)
}

// ReadListShards returns how an owner's lists are divided. The read is consistent. Round trips: 1.
func (s *Store) ReadListShards(ctx context.Context, owner account.ID) (directory.ListShards, error) {
	k, readAt := listShardsKey(owner), s.now()
	items, err := s.getItems(ctx, consistent, k)
	if err != nil {
		return directory.ListShards{}, err
	}
	var usage usageItem
	if err := attributevalue.UnmarshalMap(items[k], &usage); err != nil {
		return directory.ListShards{}, fmt.Errorf("list shards: %w", err)
	}
	shards := readListShards(&usage)
	s.shards.keep(owner, shards, readAt)
	return shards, nil
}

// WriteListShards replaces how an owner's lists are divided. It returns fault.VersionMismatch if this has changed, or if
// the owner does not exist. Round trips: 1.
func (s *Store) WriteListShards(ctx context.Context, owner account.ID, before, after directory.ListShards) error {
	c := counterEquals(listsVersionCounter, before.Version)
	if owner != account.AdministratorOwner {
		c = c.And(exists())
	}
	next := before.Version + 1
	u := update{}.set("lists", listShardsItem{
		Shards: after.Shards, Target: after.Target, IsMoving: after.IsMoving, ChangedAt: after.ChangedAt,
	}).set(listsVersionCounter, next)
	return s.retry(ctx, usual, func() (done bool, err error) {
		_, err = s.updateItem(ctx, listShardsKey(owner), u, c)
		found, hasFailed := asConditionFailure(err)
		var usage usageItem
		switch {
		case hasFailed:
			err = attributevalue.UnmarshalMap(found, &usage)
			after.Version = next
			if stored := readListShards(&usage); err == nil && stored.Equal(after) {
				return true, nil // an earlier attempt, whose answer was lost, has written it
			}
			return true, hasChanged(found)
		case outcomeOf(err) == retryable:
			return false, callError(err, "write list shards")
		}
		return true, callError(err, "write list shards")
	})
}

// listShardsOf returns how an owner's lists are divided, as it was at most directory.ListShardsAge ago. Round trips: 0,
// or 1 if this is not known.
func (s *Store) listShardsOf(ctx context.Context, owner account.ID) (directory.ListShards, error) {
	if shards, isKnown := s.shards.get(owner, s.now()); isKnown {
		return shards, nil
	}
	return s.ReadListShards(ctx, owner)
}

// placeInList sets the shard of a new item in its owner's list.
func (s *Store) placeInList(ctx context.Context, stored *accountItem, id account.ID) error {
	if !hasShards(stored.Kind) {
		return nil
	}
	shards, err := s.listShardsOf(ctx, stored.Owner)
	if err != nil {
		return err
	}
	stored.OwnerList = ownerListPartition(stored.Owner, stored.Kind, shardOf(id, shards.ForNew()))
	return nil
}

// knownListShards remembers for a short time how lists are divided. Its zero value knows nothing.
type knownListShards struct {
	mu    sync.Mutex
	known map[account.ID]knownShards
}

type knownShards struct {
	directory.ListShards

	readAt time.Time
}

// maxKnownListShards limits the memory of a process that works for many owners.
const maxKnownListShards = 1000

func (k *knownListShards) get(owner account.ID, now time.Time) (directory.ListShards, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	found, isKnown := k.known[owner]
	age := now.Sub(found.readAt)
	return found.ListShards, isKnown && age >= 0 && age < directory.ListShardsAge
}

// keep remembers what a consistent read has found that began at the time.
func (k *knownListShards) keep(owner account.ID, shards directory.ListShards, readAt time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.known == nil || len(k.known) >= maxKnownListShards {
		k.known = map[account.ID]knownShards{}
	}
	if found, isKnown := k.known[owner]; isKnown && found.readAt.After(readAt) {
		return
	}
	k.known[owner] = knownShards{shards, readAt}
}
