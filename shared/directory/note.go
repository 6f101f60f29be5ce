package directory

import (
	"context"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/request"
)

// The authors of notes about an account.
const (
	OwnersNote         = "owner"
	AdministratorsNote = "administrator"
)

// Description changes a note about an account (guide: Adding Descriptions). The author is OwnersNote or
// AdministratorsNote. If it is empty, the owner changes the owner's note and the administrator changes the
// administrator's note. An empty text removes the note. It returns fault.Forbidden if anyone but the administrator
// names the administrator's note. It also returns fault.InvalidRequest, fault.NotFound, fault.Busy or
// fault.VersionMismatch.
func (c Change) Description(
	ctx context.Context,
	caller access.Caller,
	meta request.Metadata,
	id, text, author string,
) (Customer, error) {
	if author == AdministratorsNote && !caller.IsAdministrator() {
		return Customer{}, fault.New(fault.Forbidden, "Only the administrator can use the administrator's note.")
	}
	if field := account.ValidateNote(text, "/text"); field != nil {
		return Customer{}, fault.Invalid(*field)
	}
	return c.update(ctx, caller, meta, id, func(a *target, _ time.Time) (edit.Effects, error) {
		if err := a.CheckReady(); err != nil {
			return edit.Effects{}, err
		}
		note, current, preview, field := &edit.AccountNote{
			By:   a.Owner,
			Text: text,
		}, a.notes.Owner, &a.Notes.Owner, "description"
		if a.Owner != caller.OwnerID() && author != OwnersNote {
			note.By, current, preview, field = account.AdministratorOwner, a.notes.Administrator, &a.Notes.Administrator, "adminDescription"
		}
		truncated := account.Notes{Owner: text}.Truncate(account.NotePreview).Owner
		isUnchanged := current == text && *preview == truncated
		*preview = truncated
		return edit.Effects{
			Event: event.DescriptionChanged, Private: note.By == account.AdministratorOwner,
			Changes: []account.FieldChange{{Field: field, Old: current, New: text}}, Note: note, Nothing: isUnchanged,
		}, nil
	})
}
