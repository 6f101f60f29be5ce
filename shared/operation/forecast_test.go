package operation_test

import (
	"context"
	"fmt"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/flowtest"
	"tenantry/shared/operation"
	"tenantry/shared/page"
	"tenantry/shared/request"
)

// telling is work that tells of customers how many websites they would lose: their place in the list. What is to fail does so.
type telling struct {
	operation.Processor

	places map[account.ID]int64
	fails  map[account.ID]bool
}

// Preview tells.
func (w telling) Preview(_ context.Context, job operation.Job) (operation.Forecast, error) {
	if w.fails[job.Item.Customer] {
		return operation.Forecast{Websites: w.places[job.Item.Customer]}, fault.New(fault.LimitExceeded, "No room.")
	}
	return operation.Forecast{Websites: w.places[job.Item.Customer]}, nil
}

// told is work on the customers of a scene, of which the second tells nothing, and the second and the fourth fail.
func told(s *flowtest.Scene) map[operation.Kind]operation.Processor {
	works := s.Processors()
	w := telling{Processor: works[operation.Suspend], places: map[account.ID]int64{}, fails: map[account.ID]bool{s.Customers[1]: true, s.Customers[3]: true}}
	for i, id := range s.Customers {
		w.places[id] = int64(i)
	}
	w.places[s.Customers[1]] = 0
	works[operation.Suspend] = w
	return works
}

// expectTold holds items of a preview against what the work tells.
func expectTold(t *testing.T, s *flowtest.Scene, where string, items []operation.ItemView) {
	t.Helper()
	if len(items) != len(s.Customers) {
		t.Fatalf("%s: %d items", where, len(items))
	}
	for i, item := range items {
		want := fmt.Sprint(operation.Succeeded, " ", i)
		switch i {
		case 0:
			want = fmt.Sprint(operation.Succeeded, " nothing")
		case 1:
			want = fmt.Sprint(operation.Failed, " nothing")
		case 3:
			want = fmt.Sprint(operation.Failed, " 3")
		}
		got := fmt.Sprint(item.State, " nothing")
		if item.Forecast != nil {
			got = fmt.Sprint(item.State, " ", item.Forecast.Websites)
		}
		if item.Customer != s.Customers[i] || got != want {
			t.Errorf("%s: item %d is %s of %s, want %s", where, i, got, item.Customer, want)
		}
	}
}

func TestAPreviewOfFewTellsWhatWouldBecomeOfEach(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 1, 6)
	accept := operation.Acceptor{Store: s.Store, Processors: told(s), NewID: s.IDs.New, Now: s.Now}
	answer, err := accept.Accept(t.Context(), s.Caller(s.North), request.Metadata{}, operation.Suspend, operation.NewOperation{Items: named(s.Customers...), DryRun: true})
	must(t, err)
	expectTold(t, s, "at once", answer.Items)
}

// Of many it is kept with the operation, batch by batch, and shown in every list of its items.
func TestAPreviewOfManyKeepsWhatWouldBecomeOfEach(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 1, operation.BatchSize+5)
	id := s.Accept(s.North, operation.Suspend, operation.NewOperation{Items: named(s.Customers...), DryRun: true}).ID
	if !(flowtest.Engine{Scene: s, Processors: told(s), Width: 4}).Run(id) {
		t.Fatal("the preview does not end")
	}
	expectTold(t, s, "all", s.Items(&operation.Operation{ID: id, Originator: s.North}))
	for state, want := range map[operation.RunState]string{
		operation.Failed:    fmt.Sprintf("%s nothing,%s 3,", s.Customers[1], s.Customers[3]),
		operation.Succeeded: fmt.Sprintf("%s nothing,%s 2,%s 4,", s.Customers[0], s.Customers[2], s.Customers[4]),
	} {
		got := ""
		shown := list(t, s, id, state).Items
		for _, item := range shown[:min(3, len(shown))] {
			websites := "nothing"
			if item.Forecast != nil {
				websites = fmt.Sprint(item.Forecast.Websites)
			}
			got += fmt.Sprintf("%s %s,", item.Customer, websites)
		}
		if got != want {
			t.Errorf("%s: %s, want %s", state, got, want)
		}
	}
}

func list(t *testing.T, s *flowtest.Scene, id string, state operation.RunState) page.Page[operation.ItemView] {
	t.Helper()
	items, err := s.Viewer().ListItems(t.Context(), s.Caller(s.North), id, state, 100, "")
	must(t, err)
	return items
}

func named(ids ...account.ID) []operation.Item {
	items := make([]operation.Item, len(ids))
	for i, id := range ids {
		items[i].Customer = id
	}
	return items
}

func TestWhatIsDoneHasNoForecast(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 1, 3)
	id := s.Accept(s.North, operation.Remove, operation.NewOperation{Items: named(s.Customers...)}).ID
	if !(flowtest.Engine{Scene: s}).Run(id) {
		t.Fatal("the removal does not end")
	}
	for _, item := range s.Items(&operation.Operation{ID: id, Originator: s.North}) {
		if item.State != operation.Succeeded || item.Forecast != nil {
			t.Errorf("%+v", item)
		}
	}
}
