package directory_test

import (
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/search"
)

// index writes the rows of accounts in the search index, as the consumer of the stream does.
func (s *scene) index(ids ...account.ID) {
	s.Helper()
	events := make([]event.Event, len(ids))
	for i, id := range ids {
		events[i] = event.Event{Name: event.ContactChanged, Account: id}
	}
	_, err := search.Indexer{Store: s.store, Now: s.now}.Handle(s.t.Context(), events)
	s.must(err)
}

// A search has its own order and no total. Its cursor belongs to the words.
func TestSearchInLists(t *testing.T) {
	s := newScene(t)
	s.index(s.ada, s.customer(s.north, "bob"), s.customer(s.north, "bobby"), s.north)
	list := directory.List{Store: s.store, Cursors: s.sealer(), Now: s.now}
	ctx, north := t.Context(), s.as(s.north)
	first, err := list.Customers(ctx, north, directory.Query{Search: "BOB", Limit: 1})
	s.must(err)
	if len(first.Items) != 1 || first.Items[0].Login != "bob" || first.Total != nil || first.NextCursor == "" {
		t.Fatalf("got %+v, want bob, whose login is the search, a cursor and no total", first)
	}
	second, err := list.Customers(ctx, north, directory.Query{Search: "BOB", Limit: 1, Cursor: first.NextCursor})
	s.must(err)
	if len(second.Items) != 1 || second.Items[0].Login != "bobby" {
		t.Errorf("got %+v, want bobby", second)
	}
	if owner := second.Items[0].Owner; owner.Login != "north" {
		t.Errorf("the owner is %+v, want north", owner)
	}
	for name, query := range map[string]directory.Query{
		"a sort":                       {Search: "bob", Sort: directory.ByName},
		"the cursor of other words":    {Search: "bobb", Cursor: first.NextCursor},
		"the cursor of another filter": {Search: "BOB", Status: account.Active, Cursor: first.NextCursor},
		"the cursor without a search":  {Cursor: first.NextCursor},
	} {
		if _, err := list.Customers(ctx, north, query); !fault.Is(err, fault.InvalidRequest) {
			t.Errorf("%s: error %v, want %s", name, err, fault.InvalidRequest)
		}
	}
	all, err := list.Customers(ctx, north, directory.Query{Search: " "})
	s.must(err)
	if len(all.Items) != 3 || all.Total == nil {
		t.Errorf("a blank search: got %+v, want all customers", all)
	}
	resellers, err := list.Resellers(ctx, s.as(s.admin), directory.Query{Search: "orth"})
	s.must(err)
	if len(resellers.Items) != 1 || resellers.Items[0].ID != s.north {
		t.Errorf("got the resellers %+v, want north", resellers)
	}
	_, err = list.Customers(ctx, s.as(s.admin), directory.Query{Search: "bob", Owner: s.ada})
	if !fault.Is(err, fault.NotFound) {
		t.Errorf("the customers of a customer: error %v, want %s", err, fault.NotFound)
	}
}
