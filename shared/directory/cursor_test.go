package directory_test

import (
	"testing"

	"tenantry/shared/access"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
)

// A cursor is invalid once the sessions of its caller have ended, for example after a new password.
func TestCursorsEndWithSessions(t *testing.T) {
	s := newScene(t)
	s.customer(s.north, "bob")
	s.describe(s.north, s.ada, "a second event", "")
	s.panelUser(s.ada, "one")
	s.panelUser(s.ada, "two")
	list := directory.List{Store: s.store, Cursors: s.sealer(), Now: s.now}
	trail := directory.Trail{Store: s.store, Cursors: list.Cursors, Now: s.now}
	users := directory.PanelUsers{Store: s.store, List: list}
	ctx := t.Context()
	for name, read := range map[string]func(by access.Caller, cursor string) (string, error){
		"customers": func(by access.Caller, cursor string) (string, error) {
			result, err := list.Customers(ctx, by, directory.Query{Limit: 1, Cursor: cursor})
			return result.NextCursor, err
		},
		"events": func(by access.Caller, cursor string) (string, error) {
			result, err := trail.List(ctx, by, string(s.ada), 1, cursor)
			return result.NextCursor, err
		},
		"panel users": func(by access.Caller, cursor string) (string, error) {
			result, err := users.ListAll(ctx, by, string(s.ada), 1, cursor)
			return result.NextCursor, err
		},
	} {
		t.Run(name, func(t *testing.T) {
			cursor, err := read(s.as(s.north), "")
			s.must(err)
			if cursor == "" {
				t.Fatal("the first page has no cursor, want a second page")
			}
			_, err = read(s.as(s.north), cursor)
			s.must(err)
			later := s.as(s.north)
			later.Account.SessionEpoch++
			_, err = read(later, cursor)
			s.refused(err, fault.InvalidRequest)
		})
	}
}
