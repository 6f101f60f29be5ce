package directory

import (
	"context"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/request"
	"tenantry/shared/sweep"
)

// DueHandler processes accounts whose holds have begun or ended on schedule. Each read of an account evaluates its
// holds at that time. The handler therefore only updates the account's place in lists and writes the event.
type DueHandler struct{ Editor edit.AccountEditor }

// HandleDue implements sweep.Handler.
func (h DueHandler) HandleDue(ctx context.Context, entry sweep.DueEntry) error {
	meta := request.Metadata{ID: entry.RequestID}
	h.Editor.DuringRemoval = true
	change := func(a *account.Account, now time.Time) (edit.Effects, error) {
		if a.DueAt == nil || !a.DueAt.Equal(entry.At) || now.Before(entry.At) {
			return edit.Effects{Nothing: true}, nil
		}
		begun, ended := a.ExpireHolds(now)
		effects := edit.Effects{Event: event.Activated, Changes: append(begun.Additions(), ended.Removals()...)}
		if len(begun) > 0 && a.Status(now) == account.Suspended {
			effects.Event = event.Suspended
		}
		return effects, nil
	}
	_, err := edit.UpdateAccount(ctx, h.Editor, meta, "", h.Editor.ByID(account.ID(entry.ID)), change, edit.NoAnswer)
	if fault.Is(err, fault.NotFound) {
		return nil // the account has been removed
	}
	return err
}
