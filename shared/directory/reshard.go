package directory

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/deadline"
	"tenantry/shared/fault"
)

// Reshard divides an owner's lists into more shards while they are read and changed (ADR 44).
type Reshard struct {
	Store interface {
		ReadAccount(ctx context.Context, id account.ID) (*account.Account, error)
		ReadListShards(ctx context.Context, owner account.ID) (ListShards, error)
		// WriteListShards replaces how the lists are divided. It returns fault.VersionMismatch if this has changed.
		WriteListShards(ctx context.Context, owner account.ID, before, after ListShards) error
		// MoveRows moves a page of accounts to their shards.
		MoveRows(ctx context.Context, owner account.ID, kind account.Kind, after string, limit int) (MovedRows, error)
	}
	Now func() time.Time
	// Wait waits for the duration. It returns an error if the context ends first.
	Wait func(ctx context.Context, d time.Duration) error
}

// ReshardRequest names the owner and the number of shards. If the result of an earlier call has Next, After continues
// there.
type ReshardRequest struct {
	Owner  account.ID `json:"owner"` // a reseller's id, or the word administrator
	Shards int        `json:"shards"`
	After  string     `json:"after"`
}

// ReshardResult is the result of a call.
type ReshardResult struct {
	Read  int    `json:"read"`  // accounts
	Moved int    `json:"moved"` // accounts
	Next  string `json:"next,omitempty"`
}

// LogValue implements slog.LogValuer.
func (r ReshardResult) LogValue() slog.Value {
	return slog.GroupValue(slog.Int("read", r.Read), slog.Int("moved", r.Moved), slog.Bool("done", r.Next == ""))
}

const (
	// reshardPause is the time after which all functions know a change of the shards: the store remembers the old ones
	// for ListShardsAge, and a read or write that has begun with them ends within a minute.
	reshardPause   = ListShardsAge + 90*time.Second
	reshardPage    = 200
	reshardReserve = 20 * time.Second // how much time must be left for another page
	maxListShards  = 32               // a page of a list reads each shard at least twice

	reshardWaits = "wait" // the position before the accounts: the next call waits or begins
	reshardEnds  = "end"  // the position after the accounts
)

// Run divides the lists until it is done, or runs out of time. It returns fault.InvalidRequest if the input is malformed,
// fault.NotFound if the owner is not a reseller, and fault.Conflict if the lists cannot have this number of shards.
func (r Reshard) Run(ctx context.Context, _ string, input ReshardRequest) (result ReshardResult, err error) {
	if err := r.validate(ctx, input); err != nil {
		return result, err
	}
	shards, err := r.Store.ReadListShards(ctx, input.Owner)
	if err != nil {
		return result, err
	}
	switch {
	case input.Shards < shards.Shards:
		return result, fault.New(fault.Conflict, "The lists have %d shards, and cannot have fewer.", shards.Shards)
	case shards.Target == shards.Shards && input.Shards == shards.Shards:
		return result, nil
	case shards.Target == shards.Shards && input.Shards%shards.Shards != 0:
		return result, fault.New(fault.Conflict, "The lists have %d shards. Choose a multiple of it.", shards.Shards)
	case shards.Target == shards.Shards:
		input.After = "" // that of an earlier growth
		next := ListShards{Shards: shards.Shards, Target: input.Shards}
		if shards, err = r.write(ctx, input, shards, next); err != nil {
			return result, err
		}
	case shards.Target != input.Shards:
		return result, fault.New(fault.Conflict, "The lists are growing to %d shards. Complete this first.", shards.Target)
	}
	err = r.grow(ctx, input, shards, &result)
	return result, err
}

// grow makes the lists grow to the target, from any step on: all readers learn the target, all writers use it, the
// accounts move, and readers read all shards at once.
func (r Reshard) grow(ctx context.Context, input ReshardRequest, shards ListShards, result *ReshardResult) (err error) {
	result.Next = reshardWaits
	if !shards.IsMoving {
		if isOver, err := r.pause(ctx, shards.ChangedAt); !isOver {
			return err
		}
		next := shards
		next.IsMoving = true
		if shards, err = r.write(ctx, input, shards, next); err != nil {
			return err
		}
	}
	if isOver, err := r.pause(ctx, shards.ChangedAt); !isOver {
		return err
	}
	if input.After == reshardWaits {
		input.After = ""
	}
	if input.After != reshardEnds {
		if isDone, err := r.move(ctx, input, result); err != nil || !isDone {
			return err
		}
	}
	// The indexes must show the last accounts in their new shards.
	result.Next = reshardEnds
	if isOver, err := r.pause(ctx, r.Now()); !isOver {
		return err
	}
	result.Next = ""
	_, err = r.write(ctx, input, shards, ListShards{Shards: shards.Target, Target: shards.Target})
	return err
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
func (r Reshard) write(ctx context.Context, input ReshardRequest, before, next ListShards) (ListShards, error) {
	next.ChangedAt = r.Now()
	err := r.Store.WriteListShards(ctx, input.Owner, before, next)
	next.Version = before.Version + 1
	return next, err
}

// move moves the accounts after a position. It reports false if it runs out of time.
func (r Reshard) move(ctx context.Context, input ReshardRequest, result *ReshardResult) (isDone bool, err error) {
	kinds := []account.Kind{account.Customer}
	if input.Owner == account.AdministratorOwner {
		kinds = append(kinds, account.Reseller)
	}
	first, position, _ := strings.Cut(input.After, "#")
	for _, kind := range kinds {
		if first != "" && account.Kind(first) != kind {
			continue
		}
		first = ""
		for {
			page, err := r.Store.MoveRows(ctx, input.Owner, kind, position, reshardPage)
			if err != nil {
				return false, err
			}
			result.Read, result.Moved = result.Read+page.Read, result.Moved+page.Moved
			result.Next = string(kind) + "#" + page.Next
			if position = page.Next; position == "" {
				break
			}
			if deadline.Near(ctx, r.Now(), reshardReserve) {
				return false, nil
			}
		}
	}
	return true, nil
}

// validate returns fault.InvalidRequest if the input is malformed, and fault.NotFound if the owner is not a reseller.
func (r Reshard) validate(ctx context.Context, input ReshardRequest) error {
	var invalid []fault.Field
	if field := input.Owner.ValidateOwner("/owner"); field != nil {
		invalid = append(invalid, *field)
	}
	if input.Shards < 1 || input.Shards > maxListShards {
		detail := fmt.Sprintf("The number of shards must be from 1 to %d.", maxListShards)
		invalid = append(invalid, fault.Field{Pointer: "/shards", Code: "out-of-range", Detail: detail})
	}
	if err := fault.Invalid(invalid...); err != nil {
		return err
	}
	if input.Owner == account.AdministratorOwner {
		return nil
	}
	owner, err := r.Store.ReadAccount(ctx, input.Owner)
	if err == nil && (owner == nil || owner.Kind != account.Reseller) {
		err = fault.New(fault.NotFound, "This reseller does not exist.")
	}
	return err
}
