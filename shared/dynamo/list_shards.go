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

// listShardsItem says how an owner's lists are divided. It is an attribute of the owner's usage item, or of an item of its
// own for the administrator and for all owners (ADR 44).
type listShardsItem struct {
	Shards    int       `dynamodbav:"shards"`
	Target    int       `dynamodbav:"target"`
	IsMoving  bool      `dynamodbav:"moving,omitempty"`
	Position  string    `dynamodbav:"position,omitempty"`
	ChangedAt time.Time `dynamodbav:"changedAt"`
}

// readListShards returns the shards in a usage item. Without the attribute each list has one shard.
func readListShards(usage *usageItem) directory.ListShards {
	shards := directory.ListShards{Shards: 1, Target: 1, Version: usage.ListsVersion}
	if stored := usage.Lists; stored != nil {
		shards.Shards, shards.Target = stored.Shards, stored.Target
		shards.IsMoving, shards.Position, shards.ChangedAt = stored.IsMoving, stored.Position, stored.ChangedAt
	}
	return shards
}

// hasShards reports whether an owner's list of the kind can have several shards.
func hasShards(kind account.Kind) bool { return kind == account.Customer || kind == account.Reseller }

// listShardsKey returns the key of the item that has the shards of an owner's lists.
func listShardsKey(owner account.ID) key {
	if owner == allOwners {
		return globalListsKey()
	}
	if owner == account.AdministratorOwner {
		return administratorListsKey()
	}
	return usageKey(owner)
}

// ReadListShards returns how the lists of an owner are divided, or the list of all owners. The read is consistent. Round
// trips: 1.
func (s *Store) ReadListShards(ctx context.Context, owner account.ID) (directory.ListShards, error) {
	readAt := s.now()
	items, err := s.getItems(ctx, consistent, listShardsKey(owner))
	if err != nil {
		return directory.ListShards{}, err
	}
	return s.keepListShards(owner, items, readAt)
}

// keepListShards remembers how an owner's lists are divided. The items are from a consistent read that began at the time.
func (s *Store) keepListShards(
	owner account.ID, items map[key]item, readAt time.Time,
) (directory.ListShards, error) {
	var usage usageItem
	if err := attributevalue.UnmarshalMap(items[listShardsKey(owner)], &usage); err != nil {
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
	if owner != account.AdministratorOwner && owner != allOwners {
		c = c.And(exists())
	}
	next := before.Version + 1
	u := update{}.set("lists", listShardsItem{
		Shards: after.Shards, Target: after.Target, IsMoving: after.IsMoving, Position: after.Position,
		ChangedAt: after.ChangedAt,
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

// listShardsOf returns how the lists of owners are divided, as it was at most directory.ListShardsAge ago. Round trips: 0,
// or 1 if something is not known.
func (s *Store) listShardsOf(
	ctx context.Context, owners []account.ID,
) (map[account.ID]directory.ListShards, error) {
	readAt := s.now()
	shards, unknown := map[account.ID]directory.ListShards{}, []account.ID(nil)
	for _, owner := range owners {
		if known, isKnown := s.shards.get(owner, readAt); isKnown {
			shards[owner] = known
		} else {
			unknown = append(unknown, owner)
		}
	}
	items, err := s.getItems(ctx, consistent, keysOf(unknown, listShardsKey)...)
	if err != nil {
		return nil, err
	}
	for _, owner := range unknown {
		if shards[owner], err = s.keepListShards(owner, items, readAt); err != nil {
			return nil, err
		}
	}
	return shards, nil
}

// placeInOwnerList sets the shard of an item that is new in its owner's list.
func (s *Store) placeInOwnerList(ctx context.Context, stored *accountItem, id account.ID) error {
	return s.placeInLists(ctx, stored, id, stored.Owner)
}

// placeInAllLists sets the shards of a new item in its owner's list and in the list of all customers.
func (s *Store) placeInAllLists(ctx context.Context, stored *accountItem, id account.ID) error {
	if stored.Kind == account.Customer {
		return s.placeInLists(ctx, stored, id, stored.Owner, allOwners)
	}
	return s.placeInOwnerList(ctx, stored, id)
}

// placeInLists sets the shards of an item in the lists of the owners.
func (s *Store) placeInLists(ctx context.Context, stored *accountItem, id account.ID, owners ...account.ID) error {
	if !hasShards(stored.Kind) {
		return nil
	}
	shards, err := s.listShardsOf(ctx, owners)
	if err != nil {
		return err
	}
	for _, owner := range owners {
		p := accountListPartition(owner, stored.Kind, shardOf(id, shards[owner].ForNew()))
		if owner == allOwners {
			stored.GlobalList = p
		} else {
			stored.OwnerList = p
		}
	}
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
