package directory

import (
	"context"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/change"
	"tenantry/shared/event"
	"tenantry/shared/request"
	"tenantry/shared/sweep"
)

// DueHandler processes accounts whose holds have begun or ended by themselves. Holds are judged whenever an account is read, so the
// handler only updates the account's place in lists and writes the event.
type DueHandler struct {
	Editor change.Editor
	Now    func() time.Time
}

// HandleDue implements sweep.Handler.
func (h DueHandler) HandleDue(ctx context.Context, entry sweep.Entry) error {
	found, err := h.Editor.Store.ReadAccount(ctx, account.ID(entry.ID))
	if err != nil || found == nil {
		return err
	}
	now := h.Now()
	_, err = change.Apply(ctx, h.Editor, request.Metadata{ID: entry.RequestID}, "", *found, func(a *account.Account) (change.Edit, error) {
		if a.DueAt == nil || !a.DueAt.Equal(entry.At) || now.Before(entry.At) {
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
