package directory_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
	"tenantry/shared/page"
	"tenantry/shared/request"
)

func (s *scene) lists(by account.ID, query directory.Query) (page.Page[directory.Customer], error) {
	s.Helper()
	return directory.List{Store: s.store, Cursors: s.sealer(), Now: s.now}.Customers(s.t.Context(), s.as(by), query)
}

// customers lists the logins of customers.
func (s *scene) customers(by account.ID, query directory.Query) (logins []string) {
	s.Helper()
	for {
		part, err := s.lists(by, query)
		s.must(err)
		for _, of := range part.Items {
			logins = append(logins, of.Login)
		}
		if query.Cursor = part.NextCursor; query.Cursor == "" {
			return logins
		}
	}
}

func TestListsShowWhatIsInView(t *testing.T) {
	s := newScene(t)
	s.customer(s.south, "bob")
	s.customer(s.north, "abe")
	for _, limit := range []int{1, 2, 100} {
		for _, try := range []struct {
			by, owner account.ID
			want      string
		}{
			{s.admin, "", "abe ada bob direct"},
			{s.admin, account.AdministratorOwner, "direct"},
			{s.admin, s.north, "abe ada"},
			{s.admin, s.south, "bob"},
			{s.north, "", "abe ada"},
			{s.north, s.north, "abe ada"},
			{s.south, "", "bob"},
		} {
			if got := strings.Join(s.customers(try.by, directory.Query{Owner: try.owner, Limit: limit}), " "); got != try.want {
				t.Errorf("%s lists of %q: %s, want %s", try.by, try.owner, got, try.want)
			}
		}
	}
	for owner, code := range map[account.ID]fault.Code{s.south: fault.Forbidden, account.AdministratorOwner: fault.Forbidden} {
		_, err := s.lists(s.north, directory.Query{Owner: owner})
		s.refused(err, code)
	}
	_, err := s.lists(s.admin, directory.Query{Owner: "nonsense"})
	s.refused(err, fault.InvalidRequest)
}

// A cursor goes on with the list that it was given out for, for whom it was given out, until this one's sessions end.
func TestCursorsBelongToTheirList(t *testing.T) {
	s := newScene(t)
	s.customer(s.north, "abe")
	query := directory.Query{Owner: s.north, Status: account.Active, Sort: directory.ByName, Limit: 1}
	for _, by := range []account.ID{s.north, s.admin} {
		first, err := s.lists(by, query)
		s.must(err)
		going := query
		going.Cursor = first.NextCursor
		if _, err := s.lists(by, going); err != nil || going.Cursor == "" {
			t.Errorf("%s goes on: %v", by, err)
		}
		for name, edit := range map[string]func(*directory.Query){
			"of a status": func(q *directory.Query) { q.Status = account.Suspended },
			"of all":      func(q *directory.Query) { q.Status = "" },
			"of another":  func(q *directory.Query) { q.Owner = s.south },
			"down":        func(q *directory.Query) { q.Sort = directory.ByNameDown },
			"by creation": func(q *directory.Query) { q.Sort = directory.ByCreated },
		} {
			other := going
			edit(&other)
			if _, err := s.lists(by, other); !fault.Is(err, fault.InvalidRequest) && !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s goes on with a list %s: %v", by, name, err)
			}
		}
		another := map[account.ID]account.ID{s.north: s.admin, s.admin: s.north}[by]
		_, err = s.lists(another, going)
		s.refused(err, fault.InvalidRequest)
		s.alter(by, func(a *account.Account) { a.SessionEpoch++ })
		_, err = s.lists(by, going)
		s.refused(err, fault.InvalidRequest)
	}
}

// A cursor of customers does not go on with resellers, of the same owner in the same order.
func TestCursorsBelongToTheirKind(t *testing.T) {
	s := newScene(t)
	s.customer(s.admin, "another")
	query := directory.Query{Owner: account.AdministratorOwner, Limit: 1}
	first, err := s.lists(s.admin, query)
	s.must(err)
	query.Cursor = first.NextCursor
	if _, err := s.lists(s.admin, query); err != nil || query.Cursor == "" {
		t.Errorf("the customers go on: %v", err)
	}
	_, err = directory.List{Store: s.store, Cursors: s.sealer(), Now: s.now}.Resellers(t.Context(), s.as(s.admin), query)
	s.refused(err, fault.InvalidRequest)
}

// Lists go by the status that was written, and judge each row again at the time of reading: one whose hold has ended by
// its time is in neither list of a status until it is written again, as the sweep does within a minute, and in the list
// of both as active.
func TestStatusOfListsIsJudgedAtReading(t *testing.T) {
	s := newScene(t)
	until := s.now().Add(time.Hour)
	_, err := s.suspend(s.north, s.ada, account.HoldInput{Until: &until})
	s.must(err)
	s.customer(s.north, "abe")
	_, err = s.suspend(s.north, s.customer(s.north, "bob"), account.HoldInput{})
	s.must(err)
	check := func(when, active, suspended string) {
		t.Helper()
		for _, limit := range []int{1, 100} {
			for status, want := range map[account.Status]string{"": "abe ada bob", account.Active: active, account.Suspended: suspended} {
				if got := strings.Join(s.customers(s.north, directory.Query{Status: status, Limit: limit}), " "); got != want {
					t.Errorf("%s, status %q: %s, want %s", when, status, got, want)
				}
			}
		}
		all, err := s.lists(s.north, directory.Query{})
		s.must(err)
		for _, of := range all.Items {
			if is := strings.Contains(suspended, of.Login); (of.Status == account.Suspended) != is || (len(of.Holds) > 0) != is {
				t.Errorf("%s %s is listed as %s, holds %+v", when, of.Login, of.Status, of.Holds)
			}
		}
	}
	s.clock = until.Add(-time.Millisecond)
	check("before it ends", "abe", "ada bob")
	s.clock = until
	check("when it has ended", "abe", "bob")
	s.describe(s.north, s.ada, "written again", "")
	check("when it was written again", "abe ada", "bob")
}

func TestNotesAreCutInLists(t *testing.T) {
	s := newScene(t)
	long := strings.Repeat("ü", 300)
	wanted := s.newAccount("bob")
	wanted.Description = long
	made, err := s.creator().Customer(t.Context(), s.as(s.north), request.Metadata{}, wanted)
	s.must(err)
	if made.Description != long {
		t.Errorf("created with %d bytes", len(made.Description))
	}
	for range 2 {
		listed, err := s.lists(s.north, directory.Query{Sort: directory.ByCreatedDown, Limit: 1})
		s.must(err)
		if of := listed.Items[0]; of.ID != made.ID || of.Description != strings.Repeat("ü", 200) {
			t.Errorf("%s is listed with %d bytes", of.Login, len(of.Description))
		}
		read, err := s.get().Customer(t.Context(), s.as(s.north), string(made.ID))
		s.must(err)
		if read.Description != long {
			t.Errorf("read with %d bytes", len(read.Description))
		}
		s.describe(s.north, made.ID, "another", "")
		s.describe(s.north, made.ID, long, "")
	}
}

func TestTotals(t *testing.T) {
	s := newScene(t)
	for i := range 3 {
		s.customer(s.north, fmt.Sprint("more", i))
	}
	for by, want := range map[account.ID]int64{s.admin: 5, s.north: 4, s.south: 0} {
		of, err := s.lists(by, directory.Query{Limit: 1})
		s.must(err)
		if of.Total == nil || *of.Total != want {
			t.Errorf("%s counts %v, want %d", by, of.Total, want)
		}
	}
	of, err := s.lists(s.admin, directory.Query{Status: account.Active})
	s.must(err)
	if of.Total != nil || !slices.ContainsFunc(of.Items, func(of directory.Customer) bool { return of.ID == s.ada }) {
		t.Errorf("of a status: %+v", of)
	}
}
