package dynamo_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/backup"
	"tenantry/shared/dynamo"
	"tenantry/shared/hosting"
	"tenantry/shared/meter"
	"tenantry/shared/plan"
	"tenantry/shared/request"
	"tenantry/shared/sweep"
)

// cost is the storage cost of a step.
type cost struct {
	trips       int
	read, write float64
}

// check fails the test if a step fails or does not cost what is wanted.
func (want cost) check(t *testing.T, step string, do func(ctx context.Context) error) {
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

// TestCostOfRemovals compares the costs of removals with docs/adr/0029. One request removes a small subscription
// completely. The sweep continues the removal of large subscriptions and of backups.
func TestCostOfRemovals(t *testing.T) {
	f := newFixture(t, dynamo.OpenEmulated)
	subscriptions := hosting.Subscriptions{Store: f.Store, NewID: f.New, Now: f.now}
	backups := backup.Backups{Store: f.Store, Storage: noStorage{}, NewID: f.New, Now: f.now}
	sweeper := sweep.Sweeper{Store: f.Store, Now: f.now, Handlers: map[sweep.Kind]sweep.Handler{
		sweep.Subscription: hosting.DueHandler{Store: f.Store, NewID: f.New, Now: f.now},
		sweep.Backup:       backup.DueHandler{Store: f.Store, Storage: noStorage{}, Now: f.now},
	}}
	owner := f.createReseller(t, "reseller")
	customer := f.createCustomer(t, owner.ID, "customer")
	caller := access.Caller{Account: owner}
	measure := func(step string, want cost, do func(ctx context.Context) error) {
		t.Helper()
		want.check(t, step, do)
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
		created, err := subscriptions.Create(
			t.Context(),
			caller,
			request.Metadata{},
			string(customer.ID),
			hosting.NewSubscription{
				Domain: fmt.Sprintf("first.of%d.example", websites), ServicePlan: plan.Custom,
			},
		)
		for i := 1; i < websites && err == nil; i++ {
			_, err = hosting.Websites{
				Subscriptions: subscriptions,
			}.Add(
				t.Context(),
				caller,
				request.Metadata{},
				created.ID,
				fmt.Sprintf("w%d.of%d.example", i, websites),
			)
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
	measure("removing a subscription with a website", cost{18, 14.5, 36}, remove(subscribe(1)))
	f.advance(time.Minute)
	measure("the sweep after it", idle, run(0))
	measure("removing a subscription with 150 websites", cost{30, 119, 743}, remove(subscribe(150)))
	f.advance(time.Minute)
	measure("the sweep of the other 50", cost{23, 63.5, 385}, run(1))

	created, err := backups.Create(t.Context(), caller, request.Metadata{}, subscribe(2), backup.NewBackup{Size: 5})
	if err != nil {
		t.Fatal(err)
	}
	measure(
		"deleting a backup",
		cost{3, 4, 14},
		func(ctx context.Context) error { return backups.Delete(ctx, caller, request.Metadata{}, created.ID) },
	)
	f.advance(15 * time.Minute)
	measure("its first sweep", cost{6, 3, 3}, run(1))
	f.advance(12 * time.Hour)
	measure("its second sweep", cost{6, 3, 2}, run(1))
	measure("the sweep after them", idle, run(0))
}

// noStorage is a storage without objects.
type noStorage struct{}

func (noStorage) UploadURL(context.Context, string, int64) (string, map[string]string, error) {
	return "", nil, nil
}
func (noStorage) DownloadURL(context.Context, string, string) (string, error) { return "", nil }
func (noStorage) Length(context.Context, string) (int64, bool, error)         { return 0, false, nil }
func (noStorage) Erase(context.Context, string) error                         { return nil }
