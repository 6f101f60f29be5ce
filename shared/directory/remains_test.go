package directory_test

import (
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/request"
	"tenantry/shared/stream"
)

// The erasure of a removed panel user deletes its own events. The event in its customer's trail remains.
func TestEraseRemainsKeepsCustomerEvent(t *testing.T) {
	s := newScene(t)
	id := s.panelUser(s.ada, "user")
	session := access.Session{Account: id, Hash: "hash", ExpiresAt: s.now().Add(time.Hour)}
	s.must(s.store.CreateSession(t.Context(), access.SessionCreation{Session: session}))
	a := s.read(id)
	own := event.New(s.ids.New, event.PasswordChanged, &a, id, "request", s.now())
	after := a.Clone()
	after.Version++
	s.must(s.store.ChangeAccount(t.Context(), edit.AccountChange{Before: a, After: after, Event: own}))
	s.must(s.users().Remove(t.Context(), s.as(s.ada), request.Metadata{}, string(id)))
	handler := stream.EraseRemains{Store: s.store}
	for range 2 {
		handled, err := handler.Handle(t.Context(), []event.Event{s.lastEvent()})
		s.must(err)
		remaining, _, err := s.store.ListEvents(t.Context(), id, "", 10)
		s.must(err)
		if handled != 1 || len(remaining) != 0 || s.lastEvent().Name != event.PanelUserRemoved {
			t.Errorf("%d events handled, %+v remain, want 1 handled and none remaining", handled, remaining)
		}
	}
}
