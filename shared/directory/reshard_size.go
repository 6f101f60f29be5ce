package directory

import (
	"context"

	"golang.org/x/sync/errgroup"

	"tenantry/shared/account"
	"tenantry/shared/fault"
)

// DefaultShardSize is the ShardSize of the service. A list of so many accounts costs as much as a short one, and a shard
// takes 1,000 write units a second (ADR 44).
const DefaultShardSize = 1_000_000

const (
	resellerPage        = 100
	maxConcurrentCounts = 8
)

// growBySize gives lists the shards that the number of their accounts needs: the list of all customers, those of the
// administrator, and those of resellers, one after the other. It ends at the first one that it cannot complete in time, or
// that another call is dividing.
func (r Reshard) growBySize(ctx context.Context) (result ReshardResult, err error) {
	all, err := r.Store.Count(ctx, account.Customer, "")
	if err != nil {
		return result, err
	}
	own, err := r.largestOwnList(ctx)
	if err != nil {
		return result, err
	}
	if err := r.fit(ctx, "", all, &result); err != nil || !result.IsDone {
		return result, err
	}
	if err := r.fit(ctx, account.AdministratorOwner, own, &result); err != nil || !result.IsDone {
		return result, err
	}
	if all <= r.ShardSize {
		return result, nil // no reseller has more customers than all owners
	}
	err = r.fitResellers(ctx, &result)
	return result, err
}

// largestOwnList returns the number of accounts in the largest list of the administrator.
func (r Reshard) largestOwnList(ctx context.Context) (int64, error) {
	customers, err := r.Store.Count(ctx, account.Customer, account.AdministratorOwner)
	if err != nil {
		return 0, err
	}
	resellers, err := r.Store.Count(ctx, account.Reseller, account.AdministratorOwner)
	return max(customers, resellers), err
}

// fitResellers gives the lists of all resellers the shards that they need.
func (r Reshard) fitResellers(ctx context.Context, result *ReshardResult) error {
	selection := Selection{Kind: account.Reseller, Sort: ByCreated, Limit: resellerPage}
	for {
		page, err := r.Store.List(ctx, selection)
		if err != nil {
			return err
		}
		sizes := make([]int64, len(page.Accounts))
		var counts errgroup.Group
		counts.SetLimit(maxConcurrentCounts)
		for i := range page.Accounts {
			counts.Go(func() (err error) {
				sizes[i], err = r.Store.Count(ctx, account.Customer, page.Accounts[i].ID)
				return err
			})
		}
		if err := counts.Wait(); err != nil {
			return err
		}
		for i, size := range sizes {
			if size <= r.ShardSize {
				continue
			}
			if err := r.fit(ctx, page.Accounts[i].ID, size, result); err != nil || !result.IsDone {
				return err
			}
		}
		if selection.After = page.Next; page.Next == "" {
			return nil
		}
	}
}

// fit gives an owner's lists the shards that their size needs, or continues to divide them. It adds to the result, which
// is not done if another call is dividing the lists.
func (r Reshard) fit(ctx context.Context, owner account.ID, size int64, result *ReshardResult) error {
	shards, err := r.Store.ReadListShards(ctx, owner)
	if err != nil {
		return err
	}
	target := shards.Target
	if !shards.IsGrowing() {
		target = shards.fitting(size, r.ShardSize)
	}
	divided, err := r.divide(ctx, owner, shards, target)
	result.Read, result.Moved = result.Read+divided.Read, result.Moved+divided.Moved
	result.IsDone = divided.IsDone
	if fault.Is(err, fault.VersionMismatch) {
		return nil
	}
	return err
}

// fitting returns the number of shards for a list of the size: the present one, doubled until no shard has more than
// shardSize accounts, or until there are as many shards as there can be.
func (l ListShards) fitting(size, shardSize int64) int {
	shards := l.Shards
	for int64(shards)*shardSize < size && 2*shards <= maxListShards {
		shards *= 2
	}
	return shards
}
