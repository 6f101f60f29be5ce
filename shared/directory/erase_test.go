package directory_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/change"
	"tenantry/shared/directory"
	"tenantry/shared/event"
	"tenantry/shared/request"
)

// eraser takes what it is told to erase; too much is never done at once.
type eraser struct {
	fail    error
	tooMuch account.ID
	erased  []account.ID
}

func (e *eraser) EraseTrail(ctx context.Context, of account.ID, spared string, most int) (bool, error) {
	return e.EraseRemains(ctx, of+account.ID(" but "+spared), most)
}

func (e *eraser) EraseRemains(_ context.Context, of account.ID, _ int) (bool, error) {
	e.erased = append(e.erased, of)
	return e.fail == nil && of != e.tooMuch, e.fail
}

func TestErase(t *testing.T) {
	happened := []event.Event{
		{Name: event.CustomerCreated, Account: "cus_1"},
		{Name: event.PanelUserRemoved, Account: "cus_1", Subject: "usr_1"},
		{Name: event.PanelUserRemoved, Account: "cus_1"}, // does not say whose
		{Name: event.PanelUserCreated, Account: "cus_1", Subject: "usr_2"},
		{Name: event.PanelUserRemoved, Account: "cus_1", Subject: "usr_3"},
		{Name: event.PanelUserRemoved, Account: "cus_1", Subject: "usr_4"},
	}
	for name, try := range map[string]struct {
		store  eraser
		done   int
		erased []account.ID
	}{
		"all":      {eraser{}, 6, []account.ID{"usr_1", "usr_3", "usr_4"}},
		"too much": {eraser{tooMuch: "usr_3"}, 4, []account.ID{"usr_1", "usr_3"}},
		"failed":   {eraser{fail: context.DeadlineExceeded}, 1, []account.ID{"usr_1"}},
	} {
		done, err := directory.Erase{Store: &try.store}.Handle(t.Context(), happened)
		if done != try.done || !errors.Is(err, try.store.fail) || !slices.Equal(try.store.erased, try.erased) {
			t.Errorf("%s: %d done, %v, erased %v", name, done, err, try.store.erased)
		}
	}
}

// Removed, a user leaves nothing behind but what is in its customer's trail.
func TestNothingIsLeftOfARemovedUser(t *testing.T) {
	s := newScene(t)
	id := s.panelUser(s.ada, "user")
	s.must(s.store.Begin(t.Context(), access.Beginning{Session: access.Session{Account: id, Hash: "hash", ExpiresAt: s.now().Add(time.Hour)}}))
	a := s.read(id)
	own := event.New(s.ids.New, event.PasswordChanged, &a, id, "request", s.now())
	after := a.Clone()
	after.Version++
	s.must(s.store.ChangeAccount(t.Context(), change.Change{Before: a, After: after, Event: own}))
	s.must(s.users().Remove(t.Context(), s.as(s.ada), request.Metadata{}, string(id)))
	erase := directory.Erase{Store: s.store}
	for range 2 {
		done, err := erase.Handle(t.Context(), []event.Event{s.lastEvent()})
		s.must(err)
		left, _, err := s.store.ListEvents(t.Context(), id, "", 10)
		s.must(err)
		if done != 1 || len(left) != 0 || s.lastEvent().Name != event.PanelUserRemoved {
			t.Errorf("%d done, left are %+v", done, left)
		}
	}
}
