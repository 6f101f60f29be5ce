package directory

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/deadline"
	"tenantry/shared/fault"
)

// RebuildSearch orders that the search index of accounts is written again. The orders go through the table's stream, so
// the consumer of an account's events carries them out between two events, and search works all the time.
type RebuildSearch struct {
	Store interface {
		List(ctx context.Context, selection Selection) (Rows, error)
		// OrderRebuilds orders that accounts are indexed again. Orders with another name come again.
		OrderRebuilds(ctx context.Context, order string, ids []account.ID) error
	}
	Now func() time.Time
}

// RebuildRequest names the accounts. If the result of an earlier call has Next, After continues there.
type RebuildRequest struct {
	Owner account.ID `json:"owner"` // a reseller's id, or the word administrator; if empty, all customers and resellers
	After string     `json:"after"`
}

// RebuildResult is the result of a call.
type RebuildResult struct {
	Ordered int    `json:"ordered"`
	Next    string `json:"next,omitempty"` // where the next call continues; empty if all accounts are ordered
}

// LogValue implements slog.LogValuer.
func (r RebuildResult) LogValue() slog.Value {
	return slog.GroupValue(slog.Int("ordered", r.Ordered), slog.Bool("done", r.Next == ""))
}

const (
	rebuildPage    = 100
	rebuildReserve = 20 * time.Second // how much time must be left for another page
)

// Run orders rebuilds until it is done, or runs out of time. It returns fault.InvalidRequest if the owner's id is
// malformed.
func (r RebuildSearch) Run(ctx context.Context, order string, input RebuildRequest) (result RebuildResult, err error) {
	if input.Owner != "" {
		if invalid := input.Owner.ValidateOwner("/owner"); invalid != nil {
			return result, fault.Invalid(*invalid)
		}
	}
	kinds := []account.Kind{account.Customer}
	if input.Owner == "" || input.Owner == account.AdministratorOwner {
		kinds = append(kinds, account.Reseller)
	}
	if input.After == "" && input.Owner.WellFormed() {
		result.Ordered++
		if err := r.Store.OrderRebuilds(ctx, order, []account.ID{input.Owner}); err != nil {
			return result, err
		}
	}
	current, position, _ := strings.Cut(input.After, "#")
	for _, kind := range kinds {
		if current != "" && account.Kind(current) != kind {
			continue
		}
		current = ""
		if err := r.orderKind(ctx, order, kind, input.Owner, position, &result); err != nil || result.Next != "" {
			return result, err
		}
		position = ""
	}
	return result, nil
}

// orderKind orders rebuilds of the accounts of one kind after a position.
func (r RebuildSearch) orderKind(
	ctx context.Context, order string, kind account.Kind, owner account.ID, position string, result *RebuildResult,
) error {
	selection := Selection{Kind: kind, Owner: owner, Sort: ByCreated, Limit: rebuildPage, After: position}
	for {
		rows, err := r.Store.List(ctx, selection)
		if err != nil {
			return err
		}
		ids := make([]account.ID, len(rows.Accounts))
		for i := range rows.Accounts {
			ids[i] = rows.Accounts[i].ID
		}
		if err := r.Store.OrderRebuilds(ctx, order, ids); err != nil {
			return err
		}
		result.Ordered += len(ids)
		if selection.After = rows.Next; rows.Next == "" {
			return nil
		}
		if deadline.Near(ctx, r.Now(), rebuildReserve) {
			result.Next = string(kind) + "#" + rows.Next
			return nil
		}
	}
}
