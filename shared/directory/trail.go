package directory

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
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

// TrailStore reads audit trails.
type TrailStore interface {
	accountReader
	// ListEvents returns an account's events that are older than the event before, newest first. If before is empty, it
	// begins with the newest event. It also reports whether there may be more events.
	ListEvents(ctx context.Context, id account.ID, before string, limit int) ([]event.Event, bool, error)
}

// Trail reads the audit trails of customers and resellers.
type Trail struct {
	Store   TrailStore
	Cursors *page.Sealer
}

// Of returns a page of an account's events, newest first. The administrator reads all events, and those that remain of
// a removed account. A reseller reads the events of the times when it owned the customer, without the administrator's
// notes. It returns fault.NotFound, fault.Forbidden, or fault.InvalidRequest if the cursor is invalid.
func (t Trail) Of(
	ctx context.Context,
	caller access.Caller,
	id string,
	limit int,
	cursor string,
) (result page.Page[Entry], err error) {
	if !account.ID(id).WellFormed() {
		return result, fault.NotInView()
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
	events, hasMore, err := t.read(ctx, caller, account.ID(id), before, limit)
	if err != nil {
		return result, err
	}
	result.Items = make([]Entry, 0, len(events))
	for _, e := range events {
		if caller.IsAdministrator() || !e.Private && e.Owner == caller.Account.ID {
			result.Items = append(result.Items, Entry{
				ID:        e.ID,
				Event:     e.Name,
				At:        e.At,
				Subject:   e.Subject,
				Actor:     e.Actor,
				RequestID: e.RequestID,
				Version:   e.Version,
				Changes:   e.Changes,
			})
		}
	}
	if hasMore {
		result.NextCursor, err = t.Cursors.Seal(ctx, events[len(events)-1].ID, binding...)
	}
	return result, err
}

// read loads an account's events and checks the caller's rights on the account, concurrently. The administrator may
// read the remaining events of a removed account.
func (t Trail) read(
	ctx context.Context,
	caller access.Caller,
	id account.ID,
	before string,
	limit int,
) ([]event.Event, bool, error) {
	var reads errgroup.Group
	isRemoved := false
	reads.Go(func() error {
		a, err := t.Store.ReadAccount(ctx, id)
		isRemoved = a == nil
		if err == nil {
			err = caller.CheckManages(a)
		}
		return err
	})
	events, hasMore, err := t.Store.ListEvents(ctx, id, before, limit)
	if refusal := reads.Wait(); refusal != nil && !(isRemoved && caller.IsAdministrator() && len(events) > 0) {
		return nil, false, refusal
	}
	return events, hasMore, err
}
