package directory

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/page"
)

// Entry is one event in an account's audit trail.
type Entry struct {
	ID        string                `json:"id"`
	Event     event.Name            `json:"event" example:"account.contact-changed"`
	At        time.Time             `json:"at"`
	Subject   string                `json:"subject,omitempty" doc:"Id of the object that the event is about, if it is not the account itself."`
	Actor     account.ID            `json:"actor,omitempty" doc:"Id of the account that caused the event."`
	RequestID string                `json:"requestId,omitempty"`
	Version   int64                 `json:"version" doc:"Version of the account after the event."`
	Changes   []account.FieldChange `json:"changes" nullable:"false"`
}

// TrailStore reads trails.
type TrailStore interface {
	accountReader
	// ListEvents returns an account's events, newest first, beginning before the event of an id ("" for the newest), and
	// whether there may be more.
	ListEvents(ctx context.Context, of account.ID, before string, limit int) ([]event.Event, bool, error)
}

// Trail shows what happened to customers and resellers.
type Trail struct {
	Store   TrailStore
	Cursors *page.Sealer
}

// Of returns an account's events, newest first: all to the administrator, of an account that is gone what remains; to a reseller those of the time since the customer
// became its own, without the administrator's own notes. Errors: NotFound, Forbidden, InvalidRequest for a bad cursor.
func (t Trail) Of(ctx context.Context, caller access.Caller, id string, limit int, cursor string) (result page.Page[Entry], err error) {
	if !account.ID(id).WellFormed() {
		return result, access.NotInView()
	}
	before, binding := "", caller.Binding("events", id)
	if cursor != "" {
		if err := t.Cursors.Open(ctx, cursor, &before, binding...); err != nil {
			return result, err
		}
	}
	if limit == 0 {
		limit = page.DefaultLimit
	}
	found, more, err := t.read(ctx, caller, account.ID(id), before, limit)
	if err != nil {
		return result, err
	}
	result.Items = make([]Entry, 0, len(found))
	for _, e := range found {
		if caller.IsAdministrator() || !e.Private && e.Owner == caller.Account.ID {
			result.Items = append(result.Items, Entry{
				ID: e.ID, Event: e.Name, At: e.At, Subject: e.Subject, Actor: e.Actor, RequestID: e.RequestID, Version: e.Version, Changes: e.Changes,
			})
		}
	}
	if more {
		result.NextCursor, err = t.Cursors.Seal(ctx, found[len(found)-1].ID, binding...)
	}
	return result, err
}

// read reads events and the account that they belong to, concurrently. The administrator may read the events that remain of a
// removed account.
func (t Trail) read(ctx context.Context, caller access.Caller, id account.ID, before string, limit int) ([]event.Event, bool, error) {
	var reads errgroup.Group
	removed := false
	reads.Go(func() error {
		owner, err := t.Store.ReadAccount(ctx, id)
		removed = owner == nil
		if err == nil {
			err = caller.CheckManages(owner)
		}
		return err
	})
	found, more, err := t.Store.ListEvents(ctx, id, before, limit)
	if refusal := reads.Wait(); refusal != nil && !(removed && caller.IsAdministrator() && len(found) > 0) {
		return nil, false, refusal
	}
	return found, more, err
}
