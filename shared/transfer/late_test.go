package transfer_test

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/dynamotest"
	"tenantry/shared/hosting"
	"tenantry/shared/operation"
	"tenantry/shared/plan"
	"tenantry/shared/request"
	"tenantry/shared/resource"
)

// Lists tell what was: a transfer takes over what is, all of it, each once.
func TestATransferDoesNotTrustLists(t *testing.T) {
	t.Parallel()
	for name, f := range flows {
		for size, few := range sizes {
			t.Run(name+" "+size, func(t *testing.T) {
				t.Parallel()
				served := int64(0)
				for seed := range uint64(12) {
					want, _ := late(t, f, few, seed, false)
					got, n := late(t, f, few, seed, true)
					if got != want {
						t.Fatalf("seed %d:\n%s\nwith lists that are not late:\n%s", seed, got, want)
					}
					served += n
				}
				if served == 0 {
					t.Error("no list was late")
				}
			})
		}
	}
}

// late runs a flow just after the customer's subscriptions have changed, and tells how it ends.
func late(t *testing.T, f flow, few int, seed uint64, lists bool) (string, int64) {
	t.Helper()
	s := newScene(t, seed, few)
	prompt, stale := s.Store, new(atomic.Int64)
	if lists {
		stale = s.MakeListsStale(seed, 15*time.Second)
	}
	customer, by := s.Customers[1], s.Caller(s.North)
	subscriptions := hosting.Subscriptions{Store: s.Store, NewID: s.IDs.New, Now: s.Now}
	before := s.trueSubscriptions(t, prompt, s.Customers[1])
	s.Advance(time.Second)
	_, err := subscriptions.Create(t.Context(), by, request.Metadata{}, string(customer), hosting.NewSubscription{Domain: "late.example", ServicePlan: string(before[0].Plan)})
	must(t, err)
	s.Advance(time.Second)
	must(t, subscriptions.Remove(t.Context(), by, request.Metadata{}, before[1].ID))
	_, err = subscriptions.ChangePlan(t.Context(), by, request.Metadata{}, before[0].ID, plan.Custom, &resource.Set{Allotments: map[string]int64{"disk_space": 7}})
	must(t, err)
	id := f.accept(s, customer, s.Customers[2])
	s.run(t, id, seed)
	for _, outcome := range s.Items(&operation.Operation{ID: id, Originator: s.Admin}) {
		if outcome.State != operation.Succeeded {
			t.Errorf("seed %d: %+v", seed, outcome)
		}
	}
	s.Store = prompt
	s.balanced(t, fmt.Sprint("seed ", seed))
	lines := slices.DeleteFunc(s.dump(), func(line string) bool { return strings.HasPrefix(line, "event account.transfer-") })
	return strings.Join(lines, "\n"), stale.Load()
}

func (s *scene) trueSubscriptions(t *testing.T, store *dynamotest.Store, of account.ID) []hosting.Subscription {
	t.Helper()
	found, _, err := store.ListSubscriptions(t.Context(), of, "", 100)
	must(t, err)
	return found
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
