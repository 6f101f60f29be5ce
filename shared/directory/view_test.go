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

// customers returns the logins of all customers on all pages.
func (s *scene) customers(by account.ID, query directory.Query) (logins []string) {
	s.Helper()
	for {
		result, err := s.lists(by, query)
		s.must(err)
		for _, customer := range result.Items {
			logins = append(logins, customer.Login)
		}
		if query.Cursor = result.NextCursor; query.Cursor == "" {
			return logins
		}
	}
}

func TestListsShowCustomersInView(t *testing.T) {
	s := newScene(t)
	s.customer(s.south, "bob")
	s.customer(s.north, "abe")
	for _, limit := range []int{1, 2, 100} {
		for _, test := range []struct {
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
			if got := strings.Join(
				s.customers(test.by, directory.Query{Owner: test.owner, Limit: limit}),
				" ",
			); got != test.want {
				t.Errorf("%s lists customers of %q: %s, want %s", test.by, test.owner, got, test.want)
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

// A cursor is valid for its own list and caller only, until the caller's sessions end.
func TestCursorsBelongToTheirList(t *testing.T) {
	s := newScene(t)
	s.customer(s.north, "abe")
	query := directory.Query{Owner: s.north, Status: account.Active, Sort: directory.ByName, Limit: 1}
	for _, by := range []account.ID{s.north, s.admin} {
		first, err := s.lists(by, query)
		s.must(err)
		next := query
		next.Cursor = first.NextCursor
		if _, err := s.lists(by, next); err != nil || next.Cursor == "" {
			t.Errorf("%s reads the second page with the cursor %q: got %v, want a page", by, next.Cursor, err)
		}
		for name, edit := range map[string]func(*directory.Query){
			"another status": func(q *directory.Query) { q.Status = account.Suspended },
			"every status":   func(q *directory.Query) { q.Status = "" },
			"another owner":  func(q *directory.Query) { q.Owner = s.south },
			"descending":     func(q *directory.Query) { q.Sort = directory.ByNameDown },
			"by creation":    func(q *directory.Query) { q.Sort = directory.ByCreated },
		} {
			other := next
			edit(&other)
			if _, err := s.lists(by, other); !fault.Is(err, fault.InvalidRequest) && !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s goes on with a list %s: %v", by, name, err)
			}
		}
		another := map[account.ID]account.ID{s.north: s.admin, s.admin: s.north}[by]
		_, err = s.lists(another, next)
		s.refused(err, fault.InvalidRequest)
		s.alter(by, func(a *account.Account) { a.SessionEpoch++ })
		_, err = s.lists(by, next)
		s.refused(err, fault.InvalidRequest)
	}
}

// A cursor of a customer list is invalid for a reseller list of the same owner and order.
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

// The store filters by the stored status, and the list checks each row again at the read. A row whose hold has expired
// is in neither filtered list until the sweep writes it again, within a minute. The unfiltered list shows it as active.
func TestListsEvaluateStatusAtRead(t *testing.T) {
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
		for _, customer := range all.Items {
			isHeld := strings.Contains(suspended, customer.Login)
			if (customer.Status == account.Suspended) != isHeld || (len(customer.Holds) > 0) != isHeld {
				t.Errorf("%s %s is listed as %s, holds %+v", when, customer.Login, customer.Status, customer.Holds)
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

func TestListsTruncateNotes(t *testing.T) {
	s := newScene(t)
	long := strings.Repeat("ü", 300)
	input := s.newAccount("bob")
	input.Description = long
	created, err := s.creator().Customer(t.Context(), s.as(s.north), request.Metadata{}, input)
	s.must(err)
	if created.Description != long {
		t.Errorf("got a created note of %d bytes, want %d", len(created.Description), len(long))
	}
	for range 2 {
		listed, err := s.lists(s.north, directory.Query{Sort: directory.ByCreatedDown, Limit: 1})
		s.must(err)
		if customer := listed.Items[0]; customer.ID != created.ID || customer.Description != strings.Repeat("ü", 200) {
			t.Errorf("got %s with a note of %d bytes in the list, want bob with 400", customer.Login, len(customer.Description))
		}
		read, err := s.get().Customer(t.Context(), s.as(s.north), string(created.ID))
		s.must(err)
		if read.Description != long {
			t.Errorf("got a note of %d bytes from the read, want %d", len(read.Description), len(long))
		}
		s.describe(s.north, created.ID, "another", "")
		s.describe(s.north, created.ID, long, "")
	}
}

func TestTotals(t *testing.T) {
	s := newScene(t)
	for i := range 3 {
		s.customer(s.north, fmt.Sprint("more", i))
	}
	for by, want := range map[account.ID]int64{s.admin: 5, s.north: 4, s.south: 0} {
		list, err := s.lists(by, directory.Query{Limit: 1})
		s.must(err)
		if list.Total == nil || *list.Total != want {
			t.Errorf("%s counts %v, want %d", by, list.Total, want)
		}
	}
	list, err := s.lists(s.admin, directory.Query{Status: account.Active})
	s.must(err)
	if list.Total != nil ||
		!slices.ContainsFunc(list.Items, func(customer directory.Customer) bool { return customer.ID == s.ada }) {
		t.Errorf("list by status = %+v, want ada and no total", list)
	}
}
