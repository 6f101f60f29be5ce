package transfer_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tenantry/shared/hosting"
	"tenantry/shared/operation"
	"tenantry/shared/plan"
	"tenantry/shared/request"
	"tenantry/shared/resource"
)

// Lists are eventually consistent. A transfer must move the subscriptions that exist, each once.
func TestTransferIsCompleteWithStaleLists(t *testing.T) {
	t.Parallel()
	for name, f := range flows {
		for size, maxPerTransaction := range sizes {
			t.Run(name+", "+size, func(t *testing.T) {
				t.Parallel()
				staleLists := int64(0)
				for seed := range uint64(12) {
					want, _ := transferRecentHosting(t, f, maxPerTransaction, seed, false)
					got, stale := transferRecentHosting(t, f, maxPerTransaction, seed, true)
					if got != want {
						t.Fatalf("seed %d: with stale lists the result is\n%s\nwant, as with current lists:\n%s", seed, got, want)
					}
					staleLists += stale
				}
				if staleLists == 0 {
					t.Error("no list was stale")
				}
			})
		}
	}
}

// transferRecentHosting changes the subscriptions of a customer and transfers the customer just afterwards. It returns
// the result and the number of stale lists.
func transferRecentHosting(
	t *testing.T, f flow, maxPerTransaction int, seed uint64, isStale bool,
) (result string, staleLists int64) {
	t.Helper()
	s := newScene(t, seed, maxPerTransaction)
	current, stale := s.Store, new(atomic.Int64)
	if isStale {
		stale = s.MakeListsStale(seed, 15*time.Second)
	}
	customer, north := s.Customers[1], s.Caller(s.North)
	before, _, err := current.ListSubscriptions(t.Context(), customer, "", 100)
	must(t, err)
	subscriptions := s.subscriptions()
	s.Advance(time.Second)
	_, err = subscriptions.Create(t.Context(), north, request.Metadata{}, string(customer), hosting.NewSubscription{
		Domain: "late.example", ServicePlan: string(before[0].Plan),
	})
	must(t, err)
	s.Advance(time.Second)
	must(t, subscriptions.Remove(t.Context(), north, request.Metadata{}, before[1].ID))
	own := &resource.Set{Allotments: map[string]int64{"disk_space": 7}}
	_, err = subscriptions.ChangePlan(t.Context(), north, request.Metadata{}, before[0].ID, plan.Custom, own)
	must(t, err)
	id := f.accept(s, customer, s.Customers[2])
	s.run(t, id, seed)
	for _, item := range s.items(id) {
		if item.State != operation.Succeeded {
			t.Errorf("seed %d: item %+v, want it succeeded", seed, item)
		}
	}
	s.Store = current
	s.wantCorrectCounts(t, fmt.Sprint("seed ", seed))
	return strings.Join(s.dumpWithoutHolds(), "\n"), stale.Load()
}
