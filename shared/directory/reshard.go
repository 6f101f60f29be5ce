package directory

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/deadline"
	"tenantry/shared/fault"
)

// Reshard divides lists into more shards while they are read and changed (ADR 44).
type Reshard struct {
	Store ReshardStore
	Now   func() time.Time
	// Wait waits for the duration. It returns an error if the context ends first.
	Wait func(ctx context.Context, d time.Duration) error
	// ShardSize is the number of accounts above which the lists get more shards by themselves.
	ShardSize int64
}

// ReshardStore is what Reshard needs from the store. The owner "" stands for the list of all customers, as in Selection.
type ReshardStore interface {
	ReadAccount(ctx context.Context, id account.ID) (*account.Account, error)
	Count(ctx context.Context, kind account.Kind, owner account.ID) (int64, error)
	List(ctx context.Context, selection Selection) (Rows, error)
	ReadListShards(ctx context.Context, owner account.ID) (ListShards, error)
	// WriteListShards replaces how the lists are divided. It returns fault.VersionMismatch if this has changed.
	WriteListShards(ctx context.Context, owner account.ID, before, after ListShards) error
	// MoveRows moves a page of accounts to their shards.
	MoveRows(ctx context.Context, owner account.ID, kind account.Kind, after string, limit int) (MovedRows, error)
}

// ReshardRequest names the lists and the number of shards. Without both, all lists get the shards that their size needs.
type ReshardRequest struct {
	Owner  account.ID `json:"owner"` // a reseller's id, or the word administrator or all
	Shards int        `json:"shards"`
}

// listOfAll names the list of all customers in a request.
const listOfAll account.ID = "all"

// ReshardResult is the result of a call.
type ReshardResult struct {
	Read   int  `json:"read"`   // accounts
	Moved  int  `json:"moved"`  // accounts
	IsDone bool `json:"isDone"` // if false, another call continues
}

// LogValue implements slog.LogValuer.
func (r ReshardResult) LogValue() slog.Value {
	return slog.GroupValue(slog.Int("read", r.Read), slog.Int("moved", r.Moved), slog.Bool("done", r.IsDone))
}

const (
	// reshardPause is the time after which all functions know a change of the shards: the store remembers the old ones
	// for ListShardsAge, and a read or write that has begun with them ends within a minute.
	reshardPause   = ListShardsAge + 90*time.Second
	reshardPage    = 200
	reshardReserve = 20 * time.Second // how much time must be left for another page
	maxListShards  = 32               // a page of a list reads each shard at least twice

	movesEnd = "end" // the position after all accounts
)

// Run divides lists until it is done, or runs out of time. It returns fault.InvalidRequest if the input is malformed,
// fault.NotFound if the owner is not a reseller, and fault.Conflict if the lists cannot have this number of shards.
func (r Reshard) Run(ctx context.Context, _ string, input ReshardRequest) (ReshardResult, error) {
	if input == (ReshardRequest{}) {
		return r.growBySize(ctx)
	}
	if err := r.validate(ctx, input); err != nil {
		return ReshardResult{}, err
	}
	owner := input.Owner
	if owner == listOfAll {
		owner = ""
	}
	shards, err := r.Store.ReadListShards(ctx, owner)
	if err != nil {
		return ReshardResult{}, err
	}
	switch {
	case input.Shards < shards.Shards:
		err = fault.New(fault.Conflict, "The lists have %d shards, and cannot have fewer.", shards.Shards)
	case input.Shards%shards.Shards != 0:
		err = fault.New(fault.Conflict, "The lists have %d shards. Choose a multiple of it.", shards.Shards)
	case shards.IsGrowing() && shards.Target != input.Shards:
		err = fault.New(fault.Conflict, "The lists are growing to %d shards. Complete this first.", shards.Target)
	}
	if err != nil {
		return ReshardResult{}, err
	}
	return r.divide(ctx, owner, shards, input.Shards)
}

// divide makes the lists of an owner grow to the target, from any step on: all readers learn the target, all writers use
// it, the accounts move, and readers read all shards at once.
func (r Reshard) divide(
	ctx context.Context, owner account.ID, shards ListShards, target int,
) (result ReshardResult, err error) {
	if shards.Shards == target {
		return ReshardResult{IsDone: true}, nil
	}
	if !shards.IsGrowing() {
		next := ListShards{Shards: shards.Shards, Target: target}
		if shards, err = r.write(ctx, owner, shards, next); err != nil {
			return result, err
		}
	}
	if !shards.IsMoving {
		if isOver, err := r.pause(ctx, shards.ChangedAt); !isOver {
			return result, err
		}
		next := shards
		next.IsMoving = true
		if shards, err = r.write(ctx, owner, shards, next); err != nil {
			return result, err
		}
	}
	if shards.Position == "" {
		if isOver, err := r.pause(ctx, shards.ChangedAt); !isOver {
			return result, err
		}
	}
	if shards.Position != movesEnd {
		shards, err = r.move(ctx, owner, shards, &result)
		if err != nil || shards.Position != movesEnd {
			return result, err
		}
	}
	// The indexes must show the last accounts in their new shards.
	if isOver, err := r.pause(ctx, shards.ChangedAt); !isOver {
		return result, err
	}
	_, err = r.write(ctx, owner, shards, ListShards{Shards: shards.Target, Target: shards.Target})
	result.IsDone = err == nil
	return result, err
}

// pause waits until all functions know what has changed at the time. It reports false if there is not enough time.
func (r Reshard) pause(ctx context.Context, changedAt time.Time) (isOver bool, err error) {
	remaining := changedAt.Add(reshardPause).Sub(r.Now())
	if remaining <= 0 {
		return true, nil
	}
	if deadline.Near(ctx, r.Now(), reshardReserve+remaining) {
		return false, nil
	}
	err = r.Wait(ctx, remaining)
	return err == nil, err
}

// write writes the next step and returns it as it is stored.
func (r Reshard) write(ctx context.Context, owner account.ID, before, next ListShards) (ListShards, error) {
	next.ChangedAt = r.Now()
	err := r.Store.WriteListShards(ctx, owner, before, next)
	next.Version = before.Version + 1
	return next, err
}

// move moves the accounts after the position of the shards, and returns the shards with the new position. It is movesEnd
// unless the time runs out.
func (r Reshard) move(
	ctx context.Context, owner account.ID, shards ListShards, result *ReshardResult,
) (ListShards, error) {
	next := shards
	first, position, _ := strings.Cut(shards.Position, "#")
	kinds := listedKinds(owner)
	for n := max(0, slices.Index(kinds, account.Kind(first))); n < len(kinds); {
		page, err := r.Store.MoveRows(ctx, owner, kinds[n], position, reshardPage)
		if err != nil {
			return shards, err
		}
		result.Read, result.Moved = result.Read+page.Read, result.Moved+page.Moved
		if position = page.Next; position == "" {
			n++
		}
		if n < len(kinds) && deadline.Near(ctx, r.Now(), reshardReserve) {
			next.Position = string(kinds[n]) + "#" + position
			return r.write(ctx, owner, shards, next)
		}
	}
	next.Position = movesEnd
	return r.write(ctx, owner, shards, next)
}

// listedKinds returns the kinds of accounts whose lists the owner has.
func listedKinds(owner account.ID) []account.Kind {
	if owner == account.AdministratorOwner {
		return []account.Kind{account.Customer, account.Reseller}
	}
	return []account.Kind{account.Customer}
}

// validate returns fault.InvalidRequest if the input is malformed, and fault.NotFound if the owner is not a reseller.
func (r Reshard) validate(ctx context.Context, input ReshardRequest) error {
	var invalid []fault.Field
	isGlobal := input.Owner == listOfAll
	if field := input.Owner.ValidateOwner("/owner"); field != nil && !isGlobal {
		field.Detail = "The owner must be a reseller's id or the word administrator or all."
		invalid = append(invalid, *field)
	}
	if input.Shards < 1 || input.Shards > maxListShards {
		detail := fmt.Sprintf("The number of shards must be from 1 to %d.", maxListShards)
		invalid = append(invalid, fault.Field{Pointer: "/shards", Code: "out-of-range", Detail: detail})
	}
	if err := fault.Invalid(invalid...); err != nil {
		return err
	}
	if isGlobal || input.Owner == account.AdministratorOwner {
		return nil
	}
	owner, err := r.Store.ReadAccount(ctx, input.Owner)
	if err == nil && (owner == nil || owner.Kind != account.Reseller) {
		err = fault.New(fault.NotFound, "This reseller does not exist.")
	}
	return err
}
