package removal_test

import (
	"slices"
	"strings"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/flowtest"
	"tenantry/shared/operation"
	"tenantry/shared/plan"
	"tenantry/shared/reconcile"
	"tenantry/shared/request"
)

func TestRemovedResellerIsRemovedWithItsCustomers(t *testing.T) {
	t.Parallel()
	testCrashes(t, 5, func(crashCall int, loseAnswer bool) (string, int) {
		s := newScene(t, 3)
		s.Process.CrashAt(crashCall, loseAnswer)
		run(t, s, s.Accept(s.Admin, operation.Remove, withCustomers(s.North)).ID)
		calls := s.Process.Calls()
		for _, line := range dump(s) {
			isBackup := strings.HasPrefix(line, "backup")
			if strings.Contains(line, string(s.North)) && !strings.HasPrefix(line, "event reseller.removed") && !isBackup {
				t.Errorf("crash at call %d: the removal leaves %s", crashCall, line)
			}
			for _, customer := range s.Customers {
				isAbout := len(linesAbout([]string{line}, customer)) > 0
				if isAbout && !strings.HasPrefix(line, "event customer.removed") && !isBackup {
					t.Errorf("crash at call %d: the removal leaves %s", crashCall, line)
				}
			}
		}
		return dumpAll(s), calls
	})
}

func TestResellerWithCustomersIsNotRemovedAlone(t *testing.T) {
	t.Parallel()
	s := newScene(t, 3)
	before := dump(s)
	id := s.Accept(s.Admin, operation.Remove, reassigning(s.North, "")).ID
	run(t, s, id)
	if items := itemViews(s, id, s.Admin); items[0].Code != fault.Conflict || !slices.Equal(dump(s), before) {
		t.Errorf("item %+v, want a conflict and no changes", items[0])
	}
}

func TestRemovedResellerLeavesItsCustomersToNewOwner(t *testing.T) {
	t.Parallel()
	testCrashes(t, 1, func(crashCall int, loseAnswer bool) (string, int) {
		s := newScene(t, 3)
		s.Process.CrashAt(crashCall, loseAnswer)
		id := s.Accept(s.Admin, operation.Remove, reassigning(s.North, s.South)).ID
		run(t, s, id)
		calls := s.Process.Calls()
		if items := itemViews(s, id, s.Admin); items[0].State != operation.Succeeded {
			t.Fatalf("crash at call %d (answer lost: %v): item %+v, want it succeeded", crashCall, loseAnswer, items[0])
		}
		if reseller, err := s.Store.ReadAccount(t.Context(), s.North); reseller != nil || err != nil {
			t.Errorf("crash at call %d (answer lost: %v): the reseller is %+v, %v; want it removed",
				crashCall, loseAnswer, reseller, err)
		}
		for _, id := range s.Customers {
			customer, err := s.Store.ReadAccount(t.Context(), id)
			must(t, err)
			isComplete := customer != nil && customer.Lifecycle == account.Ready && customer.Subscriptions == 3
			if !isComplete || customer.Owner != s.South {
				t.Errorf("crash at call %d (answer lost: %v): a customer is %+v, want it complete at South",
					crashCall, loseAnswer, customer)
			}
		}
		counts, err := s.Store.Reconcile(t.Context(), s.South)
		if err != nil || !counts.InOrder || counts.Reports[0].Counted[reconcile.Customers] != 3 {
			t.Errorf("crash at call %d (answer lost: %v): the counts of South are %+v, %v; want 3 customers",
				crashCall, loseAnswer, counts, err)
		}
		return strings.Join(dump(s), "\n"), calls
	})
}

// If a customer cannot be moved, its reseller stays in service.
func TestResellerIsNotRemovedIfCustomersCannotBeMoved(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		limits map[string]int64 // of the new owner
		moved  int              // customers
	}{
		"too many customers":    {map[string]int64{"max_cl": 2}, 0},
		"disk space for two":    {map[string]int64{"disk_space": 600}, 2},
		"no disk space for any": {map[string]int64{"disk_space": 1}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, 3)
			planName := "small"
			plans := plan.Plans{Prefix: plan.ResellerPrefix, Store: s.Store, NewID: s.IDs.New, Now: s.Now}
			created, err := plans.Create(t.Context(), s.Caller(s.Admin), request.Metadata{}, plan.Input{
				Name: &planName, Allotments: test.limits,
			})
			must(t, err)
			s.SetResellerPlan(s.South, string(created.ID))
			id := s.Accept(s.Admin, operation.Remove, reassigning(s.North, s.South)).ID
			run(t, s, id)
			if items := itemViews(s, id, s.Admin); items[0].Code != fault.LimitExceeded {
				t.Errorf("item %+v, want limit-exceeded", items[0])
			}
			reseller, err := s.Store.ReadAccount(t.Context(), s.North)
			must(t, err)
			if reseller == nil || reseller.Lifecycle != account.Ready || len(reseller.Holds) > 0 {
				t.Errorf("the reseller is %+v, want it ready and active", reseller)
			}
			if moved := countCustomersOf(t, s, s.South); moved != test.moved {
				t.Errorf("%d customers were moved, want %d", moved, test.moved)
			}
			wantCorrectCounts(t, s)
		})
	}
}

// countCustomersOf returns how many of the scene's customers an owner has. All of them must exist and be ready.
func countCustomersOf(t *testing.T, s *flowtest.Scene, owner account.ID) (count int) {
	t.Helper()
	for _, id := range s.Customers {
		customer, err := s.Store.ReadAccount(t.Context(), id)
		must(t, err)
		if customer == nil || customer.Lifecycle != account.Ready {
			t.Fatalf("a customer is %+v, want it ready", customer)
		}
		if customer.Owner == owner {
			count++
		}
	}
	return count
}
