package directory

import (
	"context"
	"errors"
	"slices"
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
	ID        string        `json:"id"`
	Event     event.Name    `json:"event" example:"account.contact-changed"`
	At        time.Time     `json:"at"`
	Subject   string        `json:"subject,omitempty" doc:"Id of the object that the event is about, if it is not the account itself."`
	Actor     account.ID    `json:"actor,omitempty" doc:"Id of the account that caused the event."`
	ActorName string        `json:"actorName,omitempty" doc:"Present name of that account. Absent if the account was removed or you cannot see it."`
	RequestID string        `json:"requestId,omitempty"`
	Version   int64         `json:"version" doc:"Version of the account after the event."`
	Changes   []NamedChange `json:"changes" nullable:"false"`
	Address   string        `json:"address,omitempty" doc:"Network address of a sign-in. Events of sign-ins are kept for 90 days."`
	UserAgent string        `json:"userAgent,omitempty" doc:"Program of a sign-in, as the program names itself."`
}

// NamedChange is one changed field. If its values are ids of accounts or plans, it has their names.
type NamedChange struct {
	account.FieldChange

	OldName string `json:"oldName,omitempty" doc:"Present name of the account or plan whose id is the old value. Absent if it was removed or you cannot see it."`
	NewName string `json:"newName,omitempty" doc:"Present name of the account or plan whose id is the new value. Absent if it was removed or you cannot see it."`
}

// newEntry returns the entry of an event, without names.
func newEntry(e *event.Event) Entry {
	entry := Entry{
		ID: e.ID, Event: e.Name, At: e.At, Subject: e.Subject, Actor: e.Actor, RequestID: e.RequestID, Version: e.Version,
		Changes: make([]NamedChange, len(e.Changes)),
	}
	for i, change := range e.Changes {
		entry.Changes[i].FieldChange = change
	}
	if e.SignIn != nil {
		entry.Address, entry.UserAgent = e.SignIn.Address, e.SignIn.UserAgent
	}
	return entry
}

// namedFields are the fields whose values are ids of accounts or plans.
var namedFields = []string{"owner", "createdBy", "servicePlan", "resellerPlan"}

// idsIn returns the ids of a change that have names. An id is "" if there is none.
func idsIn(change *NamedChange) (old, next string) {
	if !slices.Contains(namedFields, change.Field) {
		return "", ""
	}
	old, _ = change.Old.(string)
	next, _ = change.New.(string)
	return old, next
}

// addNames adds the names of actors, owners and plans to the entries. Known accounts need no read.
func (t Trail) addNames(ctx context.Context, caller access.Caller, entries []Entry, known ...*account.Account) error {
	names := NewNames(caller)
	for _, a := range known {
		names.Know(a)
	}
	for i := range entries {
		names.Request(string(entries[i].Actor))
		for j := range entries[i].Changes {
			old, next := idsIn(&entries[i].Changes[j])
			names.Request(old)
			names.Request(next)
		}
	}
	err := names.Read(ctx, t.Store)
	for i := range entries {
		entries[i].ActorName = names.Of(string(entries[i].Actor))
		for j := range entries[i].Changes {
			change := &entries[i].Changes[j]
			old, next := idsIn(change)
			change.OldName, change.NewName = names.Of(old), names.Of(next)
		}
	}
	return err
}

// TrailStore reads audit trails.
type TrailStore interface {
	accountReader
	NameStore
	// ListEvents returns an account's events that are older than the event before, newest first, expired ones included.
	// If before is empty, it begins with the newest event. It also reports whether there may be more events.
	ListEvents(ctx context.Context, id account.ID, before string, limit int) ([]event.Event, bool, error)
}

// Trail reads audit trails.
type Trail struct {
	Store   TrailStore
	Cursors *page.Sealer
	Now     func() time.Time
}

// List returns a page of the events of a customer or reseller, newest first. The administrator reads all events, and those
// that remain of a removed account. A reseller reads the events of the times when it owned the customer, without the
// administrator's notes. It returns fault.NotFound, fault.Forbidden, or fault.InvalidRequest if the cursor is invalid.
func (t Trail) List(
	ctx context.Context, caller access.Caller, id string, limit int, cursor string,
) (page.Page[Entry], error) {
	var subject *account.Account
	check := func(ctx context.Context) (err error) {
		subject, err = t.Store.ReadAccount(ctx, account.ID(id))
		switch {
		case err != nil:
			return err
		case subject == nil && caller.IsAdministrator():
			return errRemoved
		}
		return caller.CheckManages(subject)
	}
	result, err := t.page(ctx, caller, id, limit, cursor, check, func(e *event.Event) bool {
		return caller.IsAdministrator() || !e.Private && e.Owner == caller.Account.ID
	})
	if err != nil {
		return result, err
	}
	return result, t.addNames(ctx, caller, result.Items, subject)
}

// Own returns a page of the caller's own events that are about access, newest first. An entry has an actor only if it is
// the caller itself. It returns fault.InvalidRequest if the cursor is invalid.
func (t Trail) Own(ctx context.Context, caller access.Caller, limit int, cursor string) (page.Page[Entry], error) {
	check := func(context.Context) error { return nil }
	id := string(caller.Account.ID)
	result, err := t.page(ctx, caller, id, limit, cursor, check, (*event.Event).IsAboutAccess)
	for i := range result.Items {
		if entry := &result.Items[i]; entry.Actor != caller.Account.ID {
			entry.Actor = ""
		}
	}
	return result, err
}

// PanelUser returns a page of a panel user's events that are about access, newest first. Its customer and the
// administrator read all of them. A reseller reads the sign-ins of the times when it owned the customer. It returns
// fault.NotFound, fault.Forbidden, or fault.InvalidRequest if the cursor is invalid.
func (t Trail) PanelUser(
	ctx context.Context, caller access.Caller, id string, limit int, cursor string,
) (page.Page[Entry], error) {
	var user, customer *account.Account
	check := func(ctx context.Context) (err error) {
		user, err = t.Store.ReadAccount(ctx, account.ID(id))
		switch {
		case err != nil:
			return err
		case user == nil || user.Kind != account.PanelUser:
			return fault.NotInView()
		}
		customer = &caller.Account
		if user.Owner != customer.ID {
			if customer, err = t.Store.ReadAccount(ctx, user.Owner); err != nil {
				return err
			}
		}
		if checkManagesUsers(caller, customer) != nil {
			return fault.NotInView()
		}
		return nil
	}
	result, err := t.page(ctx, caller, id, limit, cursor, check, func(e *event.Event) bool {
		isAbove := caller.IsAdministrator() || e.Owner == caller.Account.ID
		return e.IsAboutAccess() && (isAbove || e.SignIn != nil && e.SignIn.Provider == caller.Account.ID)
	})
	if err != nil {
		return result, err
	}
	return result, t.addNames(ctx, caller, result.Items, user, customer)
}

// errRemoved says that the account of a trail does not exist any more.
var errRemoved = errors.New("the account is removed")

// page returns the visible events of a page that have not expired. It reads the events and checks the caller's rights
// concurrently. If check returns errRemoved, the account must have events.
func (t Trail) page(
	ctx context.Context, caller access.Caller, id string, limit int, cursor string,
	check func(context.Context) error, isVisible func(*event.Event) bool,
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
	var reads errgroup.Group
	reads.Go(func() error { return check(ctx) })
	events, hasMore, err := t.Store.ListEvents(ctx, account.ID(id), before, limit)
	switch refusal := reads.Wait(); {
	case errors.Is(refusal, errRemoved) && err == nil && len(events) == 0:
		return result, fault.NotInView()
	case refusal != nil && !errors.Is(refusal, errRemoved):
		return result, refusal
	case err != nil:
		return result, err
	}
	result.Items = make([]Entry, 0, len(events))
	now := t.Now()
	for i := range events {
		if e := &events[i]; isVisible(e) && (e.ExpiresAt.IsZero() || now.Before(e.ExpiresAt)) {
			result.Items = append(result.Items, newEntry(e))
		}
	}
	if hasMore {
		result.NextCursor, err = t.Cursors.Seal(ctx, events[len(events)-1].ID, binding...)
	}
	return result, err
}
