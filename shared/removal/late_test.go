package removal_test

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/flowtest"
	"tenantry/shared/hosting"
	"tenantry/shared/operation"
	"tenantry/shared/plan"
	"tenantry/shared/request"
)

// Lists tell what was: a removal leaves nothing of what is.
func TestARemovalDoesNotTrustLists(t *testing.T) {
	t.Parallel()
	for name, of := range map[string]func(s *flowtest.Scene) operation.NewOperation{
		"a customer": func(s *flowtest.Scene) operation.NewOperation { return items(s.Customers[1]) },
		"a reseller with its customers": func(s *flowtest.Scene) operation.NewOperation {
			input := items(s.North)
			input.Parameters = operation.Parameters{AreResellers: true, WithCustomers: true}
			return input
		},
		"a reseller without them": func(s *flowtest.Scene) operation.NewOperation {
			input := items(s.North)
			input.Parameters = operation.Parameters{AreResellers: true, NewOwner: s.South}
			return input
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			served := int64(0)
			for seed := range uint64(12) {
				want, _ := late(t, seed, of, false)
				got, n := late(t, seed, of, true)
				if served += n; got != want {
					t.Fatalf("seed %d:\n%s\nwith lists that are not late:\n%s", seed, got, want)
				}
			}
			if served == 0 {
				t.Error("no list was late")
			}
		})
	}
}

func late(t *testing.T, seed uint64, of func(s *flowtest.Scene) operation.NewOperation, lists bool) (string, int64) {
	t.Helper()
	s := scene(t, seed)
	prompt, stale := s.Store, new(atomic.Int64)
	if lists {
		stale = s.MakeListsStale(seed, 2*time.Hour) // a reseller whose customers move goes an hour later
	}
	customer, by := s.Customers[1], s.Caller(s.North)
	subscriptions := hosting.Subscriptions{Store: s.Store, NewID: s.IDs.New, Now: s.Now}
	before, _, err := prompt.ListSubscriptions(t.Context(), customer, "", 10)
	must(t, err)
	for _, id := range append([]account.ID{s.North}, s.Customers...) {
		made, err := subscriptions.Create(t.Context(), by, request.Metadata{}, string(id), hosting.NewSubscription{
			Domain: strings.ToLower(string(id)[4:]) + ".late.example", ServicePlan: plan.Custom,
		})
		must(t, err)
		s.Advance(time.Second)
		_, err = hosting.Websites{Subscriptions: subscriptions}.Add(t.Context(), by, request.Metadata{}, made.ID, "more."+strings.ToLower(string(id)[4:])+".late.example")
		must(t, err)
	}
	must(t, subscriptions.Remove(t.Context(), by, request.Metadata{}, before[1].ID))
	id := s.Accept(s.Admin, operation.Remove, of(s)).ID
	if !(flowtest.Engine{Scene: s, Seed: seed}).Run(id) {
		t.Fatalf("seed %d: the removal does not end", seed)
	}
	for _, outcome := range s.Items(&operation.Operation{ID: id, Originator: s.Admin}) {
		if outcome.State != operation.Succeeded {
			t.Errorf("seed %d: %+v", seed, outcome)
		}
	}
	s.Store = prompt
	if found, err := prompt.ReadAccount(t.Context(), s.North); err != nil || found != nil {
		balanced(t, s)
	}
	lines := slices.DeleteFunc(dump(s), func(line string) bool { return strings.HasPrefix(line, "event account.transfer-") })
	return strings.Join(append(lines, fmt.Sprint(len(s.Storage.Keys()))), "\n"), stale.Load()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
