package operation_test

import (
	"context"
	"slices"
	"sync"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/flowtest"
	"tenantry/shared/operation"
	"tenantry/shared/request"
	"tenantry/shared/resource"
)

// limitChecker is a processor whose preview checks the limits of a reseller. Each customer needs some disk space.
type limitChecker struct {
	operation.Processor

	limits    resource.Limits
	used      resource.Usage
	diskSpace map[account.ID]int64 // needed by each customer

	mu   *sync.Mutex
	jobs []operation.Job // that were previewed
}

func newLimitChecker() *limitChecker {
	return &limitChecker{diskSpace: map[account.ID]int64{}, mu: new(sync.Mutex)}
}

// Preview implements operation.Processor.
func (c *limitChecker) Preview(_ context.Context, job operation.Job) (operation.Forecast, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.jobs = append(c.jobs, job)
	needed := c.diskSpace[job.Item.Customer]
	demand := resource.DemandOf(resource.Set{Allotments: map[string]int64{"disk_space": needed, "mbox_quota": needed}}, 1)
	demand.Customers, demand.Unlimited = 1, nil
	return operation.Forecast{Capacity: &demand}, c.limits.Check(c.used, demand.Plus(job.EarlierDemand))
}

// In a preview of moves to a reseller, each customer can use what the customers before it leave. A customer that fails
// uses nothing.
func TestPreviewOfMovesAddsUpDemand(t *testing.T) {
	t.Parallel()
	const administrator = account.AdministratorOwner
	s := flowtest.New(t, 1, 8)
	for name, test := range map[string]struct {
		limit, used int64 // the limit of customers and of disk space, and the used disk space
		kind        operation.Kind
		owner       account.ID
		diskSpace   []int64 // needed by each customer
		failed      []int   // indexes of the customers that fail
	}{
		"all fit":                    {100, 0, operation.Move, s.South, []int64{10, 20, 30}, nil},
		"the first and the last fit": {100, 20, operation.Move, s.South, []int64{50, 40, 30}, []int{1}},
		"two customers are allowed":  {2, 0, operation.Move, s.South, []int64{0, 0, 0, 0}, []int{2, 3}},
		"none fit":                   {100, 0, operation.Move, s.South, []int64{101, 200}, []int{0, 1}},
		"only small ones fit":        {10, 0, operation.Move, s.South, []int64{1, 6, 4, 3, 1, 2}, []int{2, 4, 5}},
		"conversions":                {100, 0, operation.Convert, s.South, []int64{60, 60, 101}, []int{2}},
		"moves to the administrator": {100, 0, operation.Move, administrator, []int64{60, 60, 101}, []int{2}},
	} {
		checker := newLimitChecker()
		checker.used = resource.Usage{Given: map[string]int64{"disk_space": test.used}}
		checker.limits.Resources.Allotments = map[string]int64{resource.Customers: test.limit, "disk_space": test.limit}
		for i, needed := range test.diskSpace {
			checker.diskSpace[s.Customers[i]] = needed
		}
		input := operation.NewOperation{
			Items:      itemsOf(s.Customers[:len(test.diskSpace)]...),
			Parameters: operation.Parameters{NewOwner: test.owner}, DryRun: true,
		}
		a := acceptorWith(s, map[operation.Kind]operation.Processor{test.kind: checker})
		response, err := a.Accept(t.Context(), s.Caller(s.Admin), request.Metadata{}, test.kind, input)
		must(t, err)
		if len(response.Items) != len(test.diskSpace) {
			t.Errorf("%s: %d items, want %d", name, len(response.Items), len(test.diskSpace))
		}
		for i, item := range response.Items {
			fails := slices.Contains(test.failed, i)
			if fails != (item.Code == fault.LimitExceeded) || fails != (item.State == operation.Failed) ||
				item.Customer != input.Items[i].Customer {
				t.Errorf("%s: item %d is %+v, want it to fail: %v", name, i, item, fails)
			}
			if item.Forecast == nil || item.Forecast.Capacity.Given["disk_space"] != test.diskSpace[i] ||
				item.Forecast.Capacity.Customers != 1 {
				t.Errorf("%s: the forecast of item %d is %+v, want its own demand of %d", name, i, item.Forecast, test.diskSpace[i])
			}
		}
	}
}

// A preview that is an operation runs in batches, so it previews each item as if it were the only one.
func TestLargePreviewOfMovesPreviewsItemsIndependently(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 1, 3)
	checker := newLimitChecker()
	processors := s.Processors()
	processors[operation.Move] = checker
	input := operation.NewOperation{
		Filter: &operation.Filter{}, Parameters: operation.Parameters{NewOwner: s.South}, DryRun: true,
	}
	id := s.Accept(s.Admin, operation.Move, input).ID
	if !(flowtest.Engine{Scene: s, Processors: processors}).Run(id) || len(checker.jobs) != 3 {
		t.Fatalf("%d items were previewed, want 3", len(checker.jobs))
	}
	for _, job := range checker.jobs {
		if job.EarlierDemand.Increases() {
			t.Errorf("job %+v, want no earlier demand", job)
		}
	}
}
