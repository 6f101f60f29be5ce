package directory

import (
	"context"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/due"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/request"
)

// Elapse tells of what time has done to accounts: a hold has begun or has ended. The holds themselves are judged whenever they
// matter, so this moves the account in lists, and lets the bus hear of it.
type Elapse struct{ Editor edit.AccountEditor }

// Due implements due.Handler. A call that comes second or late, or with a time that has been changed since, finds nothing to do.
func (e Elapse) Due(ctx context.Context, item due.Item) error {
	meta := request.Metadata{ID: item.RequestID}
	_, err := edit.UpdateAccount(ctx, e.Editor, meta, "", e.Editor.ByID(account.ID(item.ID)), func(a *account.Account, now time.Time) (edit.Effects, error) {
		if a.DueAt == nil || !a.DueAt.Equal(item.At) || now.Before(item.At) {
			return edit.Effects{Nothing: true}, nil
		}
		begun, ended := a.ExpireHolds(now)
		effects := edit.Effects{Event: event.Activated}
		if len(begun) > 0 && a.Status(now) == account.Suspended {
			effects.Event = event.Suspended
		}
		effects.Changes = append(begun.Additions(), ended.Removals()...)
		return effects, nil
	}, edit.NoAnswer)
	if fault.Is(err, fault.NotFound) {
		return nil // it has been removed
	}
	return err
}
