package directory

import (
	"context"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/change"
	"tenantry/shared/due"
	"tenantry/shared/event"
	"tenantry/shared/request"
)

// Elapse tells of what time has done to accounts: a hold has begun or has ended. The holds themselves are judged whenever they
// matter, so this moves the account in lists, and lets the bus hear of it.
type Elapse struct {
	Editor change.Editor
	Now    func() time.Time
}

// Due implements due.Handler. Whoever comes second, late, or with a time that has been changed since, finds nothing to do.
func (e Elapse) Due(ctx context.Context, item due.Item) error {
	found, err := e.Editor.Store.ReadAccount(ctx, account.ID(item.ID))
	if err != nil || found == nil {
		return err
	}
	now := e.Now()
	_, err = change.Apply(ctx, e.Editor, request.Metadata{ID: item.RequestID}, "", *found, func(a *account.Account) (change.Edit, error) {
		if a.DueAt == nil || !a.DueAt.Equal(item.At) || now.Before(item.At) {
			return change.Edit{Nothing: true}, nil
		}
		begun, ended := a.ExpireHolds(now)
		made := change.Edit{Event: event.Activated}
		if len(begun) > 0 && a.Status(now) == account.Suspended {
			made.Event = event.Suspended
		}
		made.Changes = append(begun.Additions(), ended.Removals()...)
		return made, nil
	}, func(account.Account) struct{} { return struct{}{} })
	return err
}
