package dynamo

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"tenantry/shared/backup"
	"tenantry/shared/flowtest"
	"tenantry/shared/hosting"
	"tenantry/shared/meter"
	"tenantry/shared/plan"
	"tenantry/shared/request"
	"tenantry/shared/sweep"
)

// cost is what a step of a removal takes of the storage.
type cost struct {
	trips       int
	read, write float64
}

// A request removes a small subscription completely and leaves nothing for the sweep. What the sweep does for large ones and for deleted
// backups takes no more than docs/adr/0029 says.
func TestCostOfRemovals(t *testing.T) {
	s := flowtest.New(t, func(tb testing.TB, now func() time.Time, _ *flowtest.Process) flowtest.Store {
		tb.Helper()
		return openOn(tb, newTable(tb), now, http.DefaultClient)
	}, flows.Add(1), 1)
	store := s.Store.(*Store)
	subscriptions := hosting.Subscriptions{Store: store, NewID: s.IDs.New, Now: s.Now}
	backups := backup.Backups{Store: store, Storage: s.Storage, NewID: s.IDs.New, Now: s.Now}
	sweeper := sweep.Sweeper{Store: store, Now: s.Now, Handlers: map[sweep.Kind]sweep.Handler{
		sweep.Subscription: hosting.DueHandler{Store: store, NewID: s.IDs.New, Now: s.Now},
		sweep.Backup:       backup.DueHandler{Store: store, Storage: s.Storage, Now: s.Now},
	}}
	caller := s.Caller(s.North)
	measure := func(step string, want cost, do func(ctx context.Context) error) {
		t.Helper()
		ctx, counted := meter.With(t.Context())
		if err := do(ctx); err != nil {
			t.Fatalf("%s: %v", step, err)
		}
		figures := counted.Figures()
		if got := (cost{figures.Trips, figures.ReadUnits, figures.WriteUnits}); got != want {
			t.Errorf("%s takes %+v, want %+v", step, got, want)
		}
	}
	run := func(done int) func(context.Context) error {
		return func(ctx context.Context) error {
			outcome, err := sweeper.Run(ctx, "sweep", struct{}{})
			if err == nil && outcome != (sweep.Result{Done: done, Late: outcome.Late}) {
				err = fmt.Errorf("outcome %+v, want %d done", outcome, done)
			}
			return err
		}
	}
	subscribe := func(websites int) string {
		t.Helper()
		created, err := subscriptions.Create(t.Context(), caller, request.Metadata{}, string(s.Customers[0]), hosting.NewSubscription{
			Domain: fmt.Sprintf("first.of%d.example", websites), ServicePlan: plan.Custom,
		})
		for i := 1; i < websites && err == nil; i++ {
			_, err = hosting.Websites{Subscriptions: subscriptions}.Add(t.Context(), caller, request.Metadata{}, created.ID, fmt.Sprintf("w%d.of%d.example", i, websites))
		}
		if err != nil {
			t.Fatal(err)
		}
		return created.ID
	}
	remove := func(id string) func(context.Context) error {
		return func(ctx context.Context) error {
			return subscriptions.Remove(ctx, caller, request.Metadata{ID: "request"}, id)
		}
	}
	idle := cost{trips: 4, read: 2} // a query of each shard

	measure("an idle sweep", idle, run(0))
	measure("removing a subscription with a website", cost{17, 13.5, 34}, remove(subscribe(1)))
	s.Advance(time.Minute)
	measure("the sweep after it", idle, run(0))
	measure("removing a subscription with 150 websites", cost{22, 113, 728}, remove(subscribe(150)))
	s.Advance(time.Minute)
	measure("the sweep of the other 50", cost{17, 60, 374}, run(1))

	created, err := backups.Create(t.Context(), caller, request.Metadata{}, subscribe(2), 5)
	if err != nil {
		t.Fatal(err)
	}
	measure("deleting a backup", cost{4, 3, 9}, func(ctx context.Context) error { return backups.Delete(ctx, caller, request.Metadata{}, created.ID) })
	s.Advance(15 * time.Minute)
	measure("its first sweep", cost{6, 3, 3}, run(1))
	s.Advance(12 * time.Hour)
	measure("its second sweep", cost{6, 3, 2}, run(1))
	measure("the sweep after them", idle, run(0))
}
