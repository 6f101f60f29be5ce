package directory_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/dynamotest"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/request"
)

func (s *scene) users() directory.PanelUsers {
	return directory.PanelUsers{
		Create: s.creator(), Store: s.store, List: directory.List{Store: s.store, Cursors: s.sealer(), Now: s.now},
	}
}

func newUser(login string) directory.NewPanelUser {
	return directory.NewPanelUser{Login: login, Email: login + "@example.com", Name: "Mr " + login}
}

func (s *scene) panelUser(customer account.ID, login string) account.ID {
	s.Helper()
	created, err := s.users().Add(s.t.Context(), s.as(customer), request.Metadata{}, string(customer), newUser(login))
	s.must(err)
	return created.ID
}

func (s *scene) listed(by, customer account.ID) []string {
	s.Helper()
	var logins []string
	for cursor := ""; ; {
		part, err := s.users().ListAll(s.t.Context(), s.as(by), string(customer), 1, cursor)
		s.must(err)
		for _, user := range part.Items {
			logins = append(logins, user.Login)
		}
		if cursor = part.NextCursor; cursor == "" {
			return logins
		}
	}
}

func TestAddListAndRemovePanelUsers(t *testing.T) {
	s := newScene(t)
	for _, by := range []account.ID{s.ada, s.north, s.admin} {
		created, err := s.users().
			Add(t.Context(), s.as(by), request.Metadata{}, string(s.ada), newUser("of-"+strings.ToLower(string(by[:3]))))
		s.must(err)
		a := s.read(created.ID)
		if a.Owner != s.ada || a.Kind != account.PanelUser || a.Contact.Locale != "en" ||
			s.lastEvent().Mail != event.WelcomeMail {
			t.Errorf("got %+v and the event %+v, want a panel user of ada with a %s", a, s.lastEvent(), event.WelcomeMail)
		}
	}
	for _, by := range []account.ID{s.ada, s.north, s.admin} {
		if got := strings.Join(s.listed(by, s.ada), " "); got != "of-adm of-cus of-res" {
			t.Errorf("%s lists %q, want of-adm of-cus of-res", by, got)
		}
	}
	if got := s.listed(s.north, s.north); got != nil {
		t.Errorf("got the panel users %q of the reseller, want none", got)
	}
	id := s.panelUser(s.north, "own")
	if got := strings.Join(s.listed(s.north, s.north), " "); got != "own" {
		t.Errorf("got the panel users %q of the reseller, want own", got)
	}
	s.refused(s.users().Remove(t.Context(), s.as(s.ada), request.Metadata{}, string(id)), fault.NotFound)
	s.must(s.users().Remove(t.Context(), s.as(s.north), request.Metadata{}, string(id)))
	s.refused(s.users().Remove(t.Context(), s.as(s.north), request.Metadata{}, string(id)), fault.NotFound)
	s.panelUser(s.ada, "own") // the login is free
}

func TestPanelUserPermissions(t *testing.T) {
	s := newScene(t)
	user, other := s.panelUser(s.ada, "user"), s.panelUser(s.direct, "other")
	for _, test := range []struct {
		by, id account.ID
		code   fault.Code
	}{
		{s.south, s.ada, fault.NotFound},
		{s.north, s.south, fault.NotFound},
		{s.ada, s.direct, fault.NotFound},
		{s.ada, s.north, fault.NotFound},
		{s.admin, s.admin, fault.NotFound}, // administrators have none
		{user, s.ada, fault.Forbidden},
		{user, user, fault.NotFound},
		{s.admin, "nonsense", fault.NotFound},
		{s.admin, "cus_00000000000000000000000000", fault.NotFound},
	} {
		caller := s.as(test.by)
		_, err := s.users().Add(t.Context(), caller, request.Metadata{}, string(test.id), newUser("another"))
		s.refused(err, test.code)
		_, err = s.users().ListAll(t.Context(), caller, string(test.id), 0, "")
		s.refused(err, test.code)
	}
	for by, code := range map[account.ID]fault.Code{s.ada: fault.NotFound, s.north: fault.NotFound, user: fault.NotFound, other: fault.Forbidden} {
		s.refused(s.users().Remove(t.Context(), s.as(by), request.Metadata{}, string(other)), code)
	}
	s.refused(s.users().Remove(t.Context(), s.as(s.admin), request.Metadata{}, string(s.ada)), fault.NotFound)
	s.must(s.users().Remove(t.Context(), s.as(s.admin), request.Metadata{}, string(other)))
}

func TestAddPanelUserRejectsInvalidInput(t *testing.T) {
	s := newScene(t)
	input := directory.NewPanelUser{Login: "root", Email: "nonsense", Name: "", Password: new("short")}
	_, err := s.users().Add(t.Context(), s.as(s.ada), request.Metadata{}, string(s.ada), input)
	s.refused(err, fault.InvalidRequest)
	for _, pointer := range []string{"/login", "/password", "/name"} {
		if !strings.Contains(err.Error(), pointer) || strings.Contains(err.Error(), "/contact") {
			t.Errorf("got %v, want an error that names %s and not /contact", err, pointer)
		}
	}
	_, err = s.users().Add(t.Context(), s.as(s.ada), request.Metadata{}, string(s.ada), newUser("north"))
	s.refused(err, fault.LoginTaken)
	s.before(dynamotest.Writes(dynamotest.Login), func() {
		s.alter(s.ada, func(a *account.Account) { a.Lifecycle = account.Removing })
	})
	_, err = s.users().Add(t.Context(), s.as(s.ada), request.Metadata{}, string(s.ada), newUser("late"))
	s.refused(err, fault.Busy)
	_, err = s.users().Add(t.Context(), s.as(s.north), request.Metadata{}, string(s.ada), newUser("late"))
	s.refused(err, fault.Busy)
}

func TestAddPanelUserReplay(t *testing.T) {
	s := newScene(t)
	first, err := s.users().Add(t.Context(), s.as(s.ada), keyed("k"), string(s.ada), newUser("user"))
	s.must(err)
	for range 2 {
		again, err := s.users().Add(t.Context(), s.as(s.ada), keyed("k"), string(s.ada), newUser("user"))
		s.must(err)
		if again != first {
			t.Errorf("got %+v from the replay, want %+v", again, first)
		}
	}
	if got := s.listed(s.ada, s.ada); len(got) != 1 {
		t.Errorf("got the panel users %q, want one", got)
	}
}

// The customer's trail records added and removed panel users, without secrets.
func TestPanelUsersInTheTrail(t *testing.T) {
	s := newScene(t)
	for _, by := range []account.ID{s.ada, s.north, s.admin} {
		secret, before := "a password nobody knows", s.read(s.ada)
		input := newUser("user")
		input.Password = &secret
		created, err := s.users().Add(t.Context(), s.as(by), request.Metadata{ID: "adding"}, string(s.ada), input)
		s.must(err)
		s.must(s.users().Remove(t.Context(), s.as(by), request.Metadata{ID: "removing"}, string(created.ID)))
		trail := directory.Trail{Store: s.store, Cursors: s.sealer(), Now: s.now}
		for _, reader := range []account.ID{s.north, s.admin} {
			read, err := trail.List(t.Context(), s.as(reader), string(s.ada), 2, "")
			s.must(err)
			user := map[string]any{"login": "user", "email": "user@example.com", "name": "Mr user"}
			removed := []directory.NamedChange{{FieldChange: account.FieldChange{Field: "panelUser", Old: user}}}
			added := []directory.NamedChange{{FieldChange: account.FieldChange{Field: "panelUser", New: user}}}
			for i, want := range []directory.Entry{
				{Event: event.PanelUserRemoved, RequestID: "removing", Changes: removed},
				{Event: event.PanelUserCreated, RequestID: "adding", Changes: added},
			} {
				want.ID, want.At = read.Items[i].ID, read.Items[i].At
				want.Subject, want.Actor, want.Version = string(created.ID), by, before.Version
				names := map[account.ID]string{s.ada: "Ms ada", s.north: "Ms north", s.admin: "Administrator"}
				if want.ActorName = names[by]; by == s.admin && reader == s.admin {
					want.ActorName = "boss"
				}
				if !reflect.DeepEqual(read.Items[i], want) {
					t.Errorf("%s reads %+v, want %+v", reader, read.Items[i], want)
				}
			}
			if text := fmt.Sprint(read.Items); strings.Contains(text, secret) || strings.Contains(text, "hash of") {
				t.Errorf("the trail contains the password: %s", text)
			}
		}
	}
}

func TestRemovePanelUserReplay(t *testing.T) {
	s := newScene(t)
	user, other := string(s.panelUser(s.ada, "user")), string(s.panelUser(s.ada, "other"))
	remove := func(meta request.Metadata, id string) error {
		return s.users().Remove(t.Context(), s.as(s.ada), meta, id)
	}
	s.must(remove(keyed("k"), user))
	s.must(remove(keyed("k"), user))
	another := keyed("k")
	another.Key.Fingerprint = "g"
	s.refused(remove(another, other), fault.InvalidRequest)

	// A duplicate commits first.
	s.before(dynamotest.Deletes(dynamotest.Account), func() { s.must(remove(keyed("k2"), other)) })
	s.must(remove(keyed("k2"), other))
	s.refused(remove(keyed("k3"), other), fault.NotFound)
}

// move gives a customer to another owner directly in the store, with its notes.
func (s *scene) move(id, owner account.ID) error {
	return s.store.Alter(s.t.Context(), id, func(a *account.Account) { a.ChangeOwner(owner, "") })
}

// If the customer moves between read and write, its old owner's request on a panel user is rejected. Other callers
// succeed under the new owner.
func TestPanelUsersDuringMove(t *testing.T) {
	for _, by := range []string{"the old owner", "the administrator", "itself"} {
		s := newScene(t)
		caller := s.as(map[string]account.ID{"the old owner": s.north, "the administrator": s.admin, "itself": s.ada}[by])
		id := s.panelUser(s.ada, "before")
		check := func(err error, name event.Name, logins string) {
			t.Helper()
			if by == "the old owner" {
				s.refused(err, fault.NotFound)
				return
			}
			s.must(err)
			if last := s.lastEvent(); last.Name != name || last.Owner != s.south {
				t.Errorf("by %s: got %s with the owner %s, want %s with %s", by, last.Name, last.Owner, name, s.south)
			}
			if got := strings.Join(s.listed(s.south, s.ada), " "); got != logins {
				t.Errorf("by %s: users = %q, want %q", by, got, logins)
			}
		}
		s.store.Between(dynamotest.Writes(dynamotest.Login), func() error { return s.move(s.ada, s.south) })
		_, err := s.users().Add(t.Context(), caller, request.Metadata{}, string(s.ada), newUser("late"))
		check(err, event.PanelUserCreated, "before late")
		s.must(s.move(s.ada, s.north))
		s.store.Between(dynamotest.Deletes(dynamotest.Account), func() error { return s.move(s.ada, s.south) })
		check(s.users().Remove(t.Context(), caller, request.Metadata{}, string(id)), event.PanelUserRemoved, "late")
		if s.store.Planned() {
			t.Error("the customer was not moved, want it moved during the removal")
		}
		if by == "the old owner" && strings.Join(s.listed(s.south, s.ada), " ") != "before" {
			t.Errorf("users = %q, want before", s.listed(s.south, s.ada))
		}
	}
}
