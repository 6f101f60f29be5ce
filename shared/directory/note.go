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

// Whose note on an account a description is.
const (
	OwnersNote         = "owner"
	AdministratorsNote = "administrator"
)

// Description changes a note on an account (guide: Adding Descriptions). Of is whose note it is; by default the owner's where
// the caller is the owner, else the administrator's. An empty text forgets the note. Errors: InvalidRequest, NotFound,
// Forbidden for the administrator's note by anybody else, Busy, VersionMismatch.
func (c Change) Description(ctx context.Context, caller access.Caller, meta request.Metadata, id, text, of string) (Customer, error) {
	if of == AdministratorsNote && !caller.IsAdministrator() {
		return Customer{}, fault.New(fault.Forbidden, "Only the administrator can use the administrator's note.")
	}
	if field := account.ValidateNote(text, "/text"); field != nil {
		return Customer{}, fault.Invalid(*field)
	}
	return c.update(ctx, caller, meta, id, func(a *target, _ time.Time) (edit.Effects, error) {
		if err := a.CheckReady(); err != nil {
			return edit.Effects{}, err
		}
		note, whole, preview, field := &edit.AccountNote{By: a.Owner, Text: text}, a.notes.Owner, &a.Notes.Owner, "description"
		if a.Owner != caller.OwnerID() && of != OwnersNote {
			note.By, whole, preview, field = account.AdministratorOwner, a.notes.Administrator, &a.Notes.Administrator, "adminDescription"
		}
		cut := account.Notes{Owner: text}.Truncate(account.NotePreview).Owner
		unchanged := whole == text && *preview == cut
		*preview = cut
		return edit.Effects{
			Event: event.DescriptionChanged, Private: note.By == account.AdministratorOwner,
			Changes: []account.FieldChange{{Field: field, Old: whole, New: text}}, Note: note, Nothing: unchanged,
		}, nil
	})
}
