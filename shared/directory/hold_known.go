package directory

import (
	"context"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/request"
)

// SuspendKnown suspends an account that has been read, and reads it again only if it has changed since. It returns the
// errors of Suspend. known is nil if there is no such account.
func (c Change) SuspendKnown(
	ctx context.Context, caller access.Caller, meta request.Metadata, known *account.Account, input account.HoldInput,
) error {
	return c.updateKnown(ctx, caller, meta, known, suspension(caller, input))
}

// ActivateKnown lifts the holds that the caller may lift from an account that has been read, and reads it again only if
// it has changed since. It returns the errors of Activate. known is nil if there is no such account.
func (c Change) ActivateKnown(
	ctx context.Context, caller access.Caller, meta request.Metadata, known *account.Account, subscriptions string,
) error {
	return c.updateKnown(ctx, caller, meta, known, activation(caller, subscriptions))
}

// CheckHoldable returns fault.NotFound if known is nil or outside the caller's view, and fault.Forbidden if the caller may
// only read the account.
func (c Change) CheckHoldable(caller access.Caller, known *account.Account) error {
	return c.checkAllowed(caller, known)
}

// updateKnown edits an account that has been read. Notes and owner are not read, because there is no view of the account.
func (c Change) updateKnown(
	ctx context.Context, caller access.Caller, meta request.Metadata, known *account.Account,
	change func(a *account.Account, now time.Time) (edit.Effects, error),
) error {
	if err := c.checkAllowed(caller, known); err != nil {
		return err
	}
	editor := edit.AccountEditor{Store: c.Store, Mails: c.Mails, NewID: c.NewID, Now: c.Now}
	read := editor.Known(*known, meta.Key)
	readAllowed := func(ctx context.Context) (edit.Snapshot[account.Account], error) {
		snapshot, err := read(ctx)
		if err == nil {
			err = c.checkAllowed(caller, &snapshot.Object)
		}
		return snapshot, err
	}
	_, err := edit.UpdateAccount(ctx, editor, meta, caller.Account.ID, readAllowed, change, edit.NoAnswer)
	return err
}
