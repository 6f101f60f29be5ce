package operation_test

import (
	"context"
	"fmt"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/flowtest"
	"tenantry/shared/operation"
	"tenantry/shared/request"
)

// indexForecaster is a processor whose forecast of a customer has the customer's index as the number of websites.
type indexForecaster struct {
	operation.Processor

	indexes map[account.ID]int64
	fails   map[account.ID]bool
}

// Preview implements operation.Processor.
func (f indexForecaster) Preview(_ context.Context, job operation.Job) (operation.Forecast, error) {
	forecast := operation.Forecast{Websites: f.indexes[job.Item.Customer]}
	if f.fails[job.Item.Customer] {
		return forecast, fault.New(fault.LimitExceeded, "No room.")
	}
	return forecast, nil
}

// forecasters returns processors that preview suspensions with an indexForecaster. The second customer fails without a
// forecast, the fourth fails with one.
func forecasters(s *flowtest.Scene) map[operation.Kind]operation.Processor {
	processors := s.Processors()
	forecaster := indexForecaster{
		Processor: processors[operation.Suspend], indexes: map[account.ID]int64{},
		fails: map[account.ID]bool{s.Customers[1]: true, s.Customers[3]: true},
	}
	for i, id := range s.Customers {
		forecaster.indexes[id] = int64(i)
	}
	forecaster.indexes[s.Customers[1]] = 0
	processors[operation.Suspend] = forecaster
	return processors
}

// describeItem returns the state of an item and the websites in its forecast.
func describeItem(item operation.ItemView) string {
	if item.Forecast == nil {
		return fmt.Sprint(item.State, " without forecast")
	}
	return fmt.Sprint(item.State, " ", item.Forecast.Websites)
}

// wantForecasts checks the items of a preview by forecasters.
func wantForecasts(t *testing.T, s *flowtest.Scene, items []operation.ItemView) {
	t.Helper()
	if len(items) != len(s.Customers) {
		t.Fatalf("%d items, want %d", len(items), len(s.Customers))
	}
	for i, item := range items {
		want := fmt.Sprint(operation.Succeeded, " ", i)
		switch i {
		case 0:
			want = fmt.Sprint(operation.Succeeded, " without forecast")
		case 1:
			want = fmt.Sprint(operation.Failed, " without forecast")
		case 3:
			want = fmt.Sprint(operation.Failed, " 3")
		}
		if got := describeItem(item); item.Customer != s.Customers[i] || got != want {
			t.Errorf("item %d is %s of %s, want %s of %s", i, got, item.Customer, want, s.Customers[i])
		}
	}
}

func TestSmallPreviewHasForecasts(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 1, 6)
	input := operation.NewOperation{Items: itemsOf(s.Customers...), DryRun: true}
	a := acceptorWith(s, forecasters(s))
	response, err := a.Accept(t.Context(), s.Caller(s.North), request.Metadata{}, operation.Suspend, input)
	must(t, err)
	wantForecasts(t, s, response.Items)
}

// A large preview stores the forecasts with its batches.
func TestLargePreviewHasForecasts(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 1, operation.BatchSize+5)
	input := operation.NewOperation{Items: itemsOf(s.Customers...), DryRun: true}
	id := s.Accept(s.North, operation.Suspend, input).ID
	if !(flowtest.Engine{Scene: s, Processors: forecasters(s), Width: 4}).Run(id) {
		t.Fatal("the preview does not end")
	}
	wantForecasts(t, s, itemViews(s, id, s.North))
	for state, want := range map[operation.RunState]string{
		operation.Failed: fmt.Sprintf("%s failed without forecast,%s failed 3,", s.Customers[1], s.Customers[3]),
		operation.Succeeded: fmt.Sprintf("%s succeeded without forecast,%s succeeded 2,%s succeeded 4,",
			s.Customers[0], s.Customers[2], s.Customers[4]),
	} {
		page, err := s.Viewer().ListItems(t.Context(), s.Caller(s.North), id, state, 100, "")
		must(t, err)
		got := ""
		for _, item := range page.Items[:min(3, len(page.Items))] {
			got += fmt.Sprintf("%s %s,", item.Customer, describeItem(item))
		}
		if got != want {
			t.Errorf("the first items that have %s are %s, want %s", state, got, want)
		}
	}
}

func TestProcessedItemsHaveNoForecast(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 1, 3)
	id := s.Accept(s.North, operation.Remove, operation.NewOperation{Items: itemsOf(s.Customers...)}).ID
	if !(flowtest.Engine{Scene: s}).Run(id) {
		t.Fatal("the removal does not end")
	}
	for _, item := range itemViews(s, id, s.North) {
		if item.State != operation.Succeeded || item.Forecast != nil {
			t.Errorf("item %+v, want it succeeded without a forecast", item)
		}
	}
}
