package operation_test

import (
	"context"
	"fmt"
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

// gaining is work by which a reseller with limits gains customers, each with some disk space.
type gaining struct {
	operation.Processor

	limits resource.Limits
	used   resource.Usage
	asks   map[account.ID]int64

	mu     *sync.Mutex
	judged []operation.Job
}

func (g *gaining) demand(of account.ID) resource.Demand {
	asked := resource.DemandOf(resource.Set{Allotments: map[string]int64{"disk_space": g.asks[of], "mbox_quota": g.asks[of]}}, 1)
	asked.Customers, asked.Unlimited = 1, nil
	return asked
}

// Preview says whether the reseller has room.
func (g *gaining) Preview(_ context.Context, job operation.Job) (operation.Forecast, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.judged = append(g.judged, job)
	asked := g.demand(job.Item.Customer)
	return operation.Forecast{Capacity: &asked}, g.limits.Check(g.used, asked.Plus(job.EarlierDemand))
}

// Items that go to one owner are judged as a run in order would have them: what one takes the next does not have, and what is
// refused takes nothing.
func TestAPreviewOfMovesGoesInOrder(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 1, 8)
	for name, c := range map[string]struct {
		limits, used int64 // of customers and of disk space
		kind         operation.Kind
		owner        account.ID
		asks         []int64
		refused      []int
	}{
		"room for all":                     {100, 0, operation.Move, s.South, []int64{10, 20, 30}, nil},
		"room for the first and the last":  {100, 20, operation.Move, s.South, []int64{50, 40, 30}, []int{1}},
		"room for the first two":           {2, 0, operation.Move, s.South, []int64{0, 0, 0, 0}, []int{2, 3}},
		"room for none":                    {100, 0, operation.Move, s.South, []int64{101, 200}, []int{0, 1}},
		"room for the small ones":          {10, 0, operation.Move, s.South, []int64{1, 6, 4, 3, 1, 2}, []int{2, 4, 5}},
		"each alone, of another kind":      {100, 0, operation.Convert, s.South, []int64{60, 60, 101}, []int{2}},
		"each alone, to the administrator": {100, 0, operation.Move, account.AdministratorOwner, []int64{60, 60, 101}, []int{2}},
	} {
		work := &gaining{asks: map[account.ID]int64{}, mu: new(sync.Mutex), used: resource.Usage{Given: map[string]int64{"disk_space": c.used}}}
		work.limits.Resources.Allotments = map[string]int64{resource.Customers: c.limits, "disk_space": c.limits}
		for i, n := range c.asks {
			work.asks[s.Customers[i]] = n
		}
		accept := operation.Acceptor{Store: s.Store, Processors: map[operation.Kind]operation.Processor{c.kind: work}, NewID: s.IDs.New, Now: s.Now}
		input := operation.NewOperation{Items: named(s.Customers[:len(c.asks)]...), Parameters: operation.Parameters{NewOwner: c.owner}, DryRun: true}
		answer, err := accept.Accept(t.Context(), s.Caller(s.Admin), request.Metadata{}, c.kind, input)
		must(t, err)
		for i, item := range answer.Items {
			refused := slices.Contains(c.refused, i)
			if refused != (item.Code == fault.LimitExceeded) || refused != (item.State == operation.Failed) || item.Customer != input.Items[i].Customer {
				t.Errorf("%s: item %d is %+v", name, i, item)
			}
			if item.Forecast == nil || item.Forecast.Capacity.Given["disk_space"] != c.asks[i] || item.Forecast.Capacity.Customers != 1 {
				t.Errorf("%s: item %d asks for %+v", name, i, item.Forecast)
			}
		}
		if len(answer.Items) != len(c.asks) {
			t.Errorf("%s: %d items", name, len(answer.Items))
		}
	}
}

// An operation judges each item as if it were alone.
func TestAPreviewOfManyMovesJudgesEachAlone(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 1, 3)
	work := &gaining{asks: map[account.ID]int64{}, mu: new(sync.Mutex)}
	works := s.Processors()
	works[operation.Move] = work
	input := operation.NewOperation{Filter: &operation.Filter{}, Parameters: operation.Parameters{NewOwner: s.South}, DryRun: true}
	id := s.Accept(s.Admin, operation.Move, input).ID
	if !(flowtest.Engine{Scene: s, Processors: works}).Run(id) || len(work.judged) != 3 {
		t.Fatalf("%d are judged", len(work.judged))
	}
	for _, job := range work.judged {
		if job.EarlierDemand.Increases() || job.Quick {
			t.Errorf("judged with %+v", job)
		}
	}
}

// Of one that is accepted only what is cheap to know is asked; a preview asks all.
func TestOneIsJudgedByWhatIsCheapToKnow(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 1, 1)
	work := &gaining{asks: map[account.ID]int64{}, mu: new(sync.Mutex)}
	accept := operation.Acceptor{Store: s.Store, Processors: map[operation.Kind]operation.Processor{operation.Move: work}, NewID: s.IDs.New, Now: s.Now}
	order := operation.Parameters{NewOwner: s.South}
	_, err := accept.AcceptOne(t.Context(), s.Caller(s.Admin), request.Metadata{}, operation.Move, operation.Item{Customer: s.Customers[0]}, order)
	must(t, err)
	_, err = accept.Accept(t.Context(), s.Caller(s.Admin), request.Metadata{}, operation.Move, operation.NewOperation{Items: named(s.Customers...), Parameters: order, DryRun: true})
	must(t, err)
	if got := fmt.Sprint(work.judged[0].Quick, work.judged[1].Quick, len(work.judged)); got != "true false 2" {
		t.Error(got)
	}
}
