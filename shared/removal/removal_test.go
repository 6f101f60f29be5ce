package removal_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/flowtest"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
	"tenantry/shared/operation"
	"tenantry/shared/plan"
	"tenantry/shared/request"
)

// scene is three customers with all that customers have.
func scene(t *testing.T, seed uint64) *flowtest.Scene {
	t.Helper()
	return scenes.Of(seed, func() *flowtest.Scene {
		s := flowtest.New(t, seed, 3)
		for _, id := range s.Customers {
			s.AddHosting(id)
		}
		return s
	}).Fork(t)
}

var scenes flowtest.Memo[uint64, *flowtest.Scene]

func items(ids ...account.ID) operation.NewOperation {
	input := operation.NewOperation{}
	for _, id := range ids {
		input.Items = append(input.Items, operation.Item{Customer: id})
	}
	return input
}

// dump is everything that is kept, but for what tells of the attempts that were needed.
func dump(s *flowtest.Scene) []string {
	return slices.DeleteFunc(s.Store.Dump(), func(line string) bool { return strings.Contains(line, string(event.OperationStarted)) })
}

// about are the lines that tell of an account, by its id or what was named after it.
func about(lines []string, id account.ID) (found []string) {
	name := strings.ToLower(strings.TrimPrefix(string(id), account.CustomerPrefix))
	for _, line := range lines {
		if strings.Contains(strings.ToLower(line), name) {
			found = append(found, line)
		}
	}
	return found
}

func TestARemovedCustomerLeavesOneEventAndTheBackupsOfOthers(t *testing.T) {
	t.Parallel()
	s := scene(t, 1)
	before := dump(s)
	gone := s.Customers[1]
	id := s.Accept(s.North, operation.Remove, items(gone)).ID
	if !(flowtest.Engine{Scene: s}).Run(id) {
		t.Fatal("the removal does not end")
	}
	after := dump(s)
	for _, line := range about(after, gone) {
		switch {
		case strings.HasPrefix(line, "event customer.removed of "+string(gone)):
		case strings.HasPrefix(line, "backup") && strings.HasSuffix(line, "by "+string(s.North)):
		case strings.HasPrefix(line, "plan") && strings.HasSuffix(line, ": 0 on it, 0 follow it"):
		default:
			t.Errorf("left: %s", line)
		}
	}
	if trail := s.Trail(gone); len(trail) != 1 || len(trail[0].Changes) != 0 || trail[0].Actor != s.North {
		t.Errorf("its trail is %+v", trail)
	}
	trail := directory.Trail{Store: s.Store}
	if told, err := trail.Of(t.Context(), s.Caller(s.Admin), string(gone), 0, ""); err != nil || len(told.Items) != 1 || told.Items[0].Event != event.CustomerRemoved {
		t.Errorf("the administrator reads %+v, %v", told, err)
	}
	for _, by := range []account.ID{s.North, s.South} {
		if told, err := trail.Of(t.Context(), s.Caller(by), string(gone), 0, ""); !fault.Is(err, fault.NotFound) {
			t.Errorf("a reseller reads %+v, %v", told, err)
		}
	}
	if told, err := trail.Of(t.Context(), s.Caller(s.Admin), "cus_01JDB6X0C7V8Y9Z0A1B2C3D4E5", 0, ""); !fault.Is(err, fault.NotFound) {
		t.Errorf("of nobody: %+v, %v", told, err)
	}
	if len(s.Storage.Keys()) != 3*6-3 {
		t.Errorf("the storage has %d objects: %v", len(s.Storage.Keys()), s.Storage.Keys())
	}
	for _, other := range []account.ID{s.Customers[0], s.Customers[2]} {
		if got, want := about(after, other), about(before, other); !slices.Equal(got, want) {
			t.Errorf("of another:\n%s\nbefore:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	balanced(t, s)
}

// balanced holds what was counted on the way against a new count.
func balanced(t *testing.T, s *flowtest.Scene) {
	t.Helper()
	reconcile := hosting.Reconcile{Store: s.Store}
	counts, err := reconcile.Ask(t.Context(), "", hosting.Question{Reseller: s.North})
	if err != nil || !counts.InOrder {
		t.Errorf("counts %+v, %v", counts, err)
	}
}

func TestAKilledRemovalEndsTheSame(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2) {
		run := func(at int, after bool) (string, int) {
			s := scene(t, seed)
			s.Process.CrashAt(at, after)
			id := s.Accept(s.North, operation.Remove, items(s.Customers[0], s.Customers[2], s.South)).ID
			if !(flowtest.Engine{Scene: s, Seed: seed}).Run(id) {
				t.Fatalf("killed at call %d (answer lost: %v): the removal does not end", at, after)
			}
			calls := s.Process.Calls()
			balanced(t, s)
			ending := append(dump(s), s.Storage.Keys()...)
			for _, customer := range s.Customers {
				ending = append(ending, fmt.Sprintf("%d items mention %s", s.Store.Mentions(string(customer)), customer))
			}
			return s.Describe(id) + strings.Join(ending, "\n"), calls
		}
		want, calls := run(0, false)
		for at := 1; at <= calls; at++ {
			for _, after := range []bool{false, true} {
				if got, _ := run(at, after); got != want {
					t.Fatalf("killed at call %d of %d (answer lost: %v):\n%s\nwithout:\n%s", at, calls, after, got, want)
				}
			}
		}
	}
}

// An item that settles keeps nobody from its turn: the first round closes all, the second removes all, however few go at once.
func TestAllOfABatchAreClosedInTheFirstRound(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 1, 9)
	id := s.Accept(s.North, operation.Remove, items(s.Customers...)).ID
	if !(flowtest.Engine{Scene: s, Width: 4}).Run(id) {
		t.Fatal("the removal does not end")
	}
	o, _, err := s.Store.ReadOperation(t.Context(), id, idempotency.Key{})
	if err != nil || o.Succeeded != 9 || o.Rounds != 1 || o.Attempt != 1 {
		t.Errorf("it ended after %d rounds before the last, in attempt %d: %+v, %v", o.Rounds, o.Attempt, o, err)
	}
}

// A subscription of more websites than go in one transaction loses the others first.
func TestACustomerOfManyWebsitesIsRemoved(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 2, 1)
	s.AddHosting(s.Customers[0])
	subscriptions := hosting.Subscriptions{Store: s.Store, NewID: s.IDs.New, Now: s.Now}
	made, err := subscriptions.Create(t.Context(), s.Caller(s.North), request.Metadata{}, string(s.Customers[0]), hosting.NewSubscription{
		Domain: "first.example", ServicePlan: plan.Custom,
	})
	if err != nil {
		t.Fatal(err)
	}
	for n := range 89 {
		_, err := hosting.Websites{Subscriptions: subscriptions}.Add(t.Context(), s.Caller(s.North), request.Metadata{}, made.ID, fmt.Sprintf("site%d.example", n))
		if err != nil {
			t.Fatal(err)
		}
	}
	id := s.Accept(s.North, operation.Remove, items(s.Customers[0])).ID
	if !(flowtest.Engine{Scene: s}).Run(id) {
		t.Fatal("the removal does not end")
	}
	whole(t, s, s.Customers[0], id, 0)
	for _, line := range dump(s) {
		if strings.HasPrefix(line, "website") || strings.HasPrefix(line, "domain") {
			t.Errorf("left: %s", line)
		}
	}
}

// What others do meanwhile: nothing of the customer is left all the same, and nobody meets a defect.
func TestWhatOthersDoToACustomerThatGoes(t *testing.T) {
	t.Parallel()
	for name, disturb := range map[string]func(t *testing.T, s *flowtest.Scene, id account.ID) error{
		"a subscription is created": func(t *testing.T, s *flowtest.Scene, id account.ID) error {
			_, err := hosting.Subscriptions{Store: s.Store, NewID: s.IDs.New, Now: s.Now}.Create(t.Context(), s.Caller(s.North), request.Metadata{}, string(id), hosting.NewSubscription{
				Domain: "late.example", ServicePlan: plan.Custom,
			})
			return err
		},
		"it is suspended": func(t *testing.T, s *flowtest.Scene, id account.ID) error {
			_, err := s.AccountChanger().Suspend(t.Context(), s.Caller(s.North), request.Metadata{}, string(id), account.HoldInput{})
			return err
		},
		"it is activated": func(t *testing.T, s *flowtest.Scene, id account.ID) error {
			_, err := s.AccountChanger().Activate(t.Context(), s.Caller(s.Admin), request.Metadata{}, string(id), "")
			return err
		},
		"it is removed once more": func(_ *testing.T, s *flowtest.Scene, id account.ID) error {
			other := s.Accept(s.Admin, operation.Remove, items(id))
			flowtest.Engine{Scene: s}.Run(other.ID)
			return nil
		},
		"the removal is cancelled": func(t *testing.T, s *flowtest.Scene, _ account.ID) error {
			all, _, err := s.Store.ListOperations(t.Context(), s.North, "", 1)
			if err != nil || len(all) == 0 {
				return err
			}
			_, err = s.Operations().Cancel(t.Context(), s.Caller(s.North), request.Metadata{}, all[0].ID)
			return err
		},
		"another worker does the batch": func(t *testing.T, s *flowtest.Scene, _ account.ID) error {
			all, _, err := s.Store.ListOperations(t.Context(), s.North, "", 1)
			if err != nil || len(all) == 0 {
				return err
			}
			s.Advance(6 * time.Second) // the first has been slow
			batches := operation.BatchRunner{Store: s.Store, Processors: s.Processors(), Width: 1, Now: s.Now}
			return batches.Run(t.Context(), operation.BatchRequest{ExecutionInput: operation.ExecutionInput{Operation: all[0].ID, Attempt: 1}})
		},
		"another worker does the item": func(t *testing.T, s *flowtest.Scene, _ account.ID) error {
			all, _, err := s.Store.ListOperations(t.Context(), s.North, "", 1)
			if err != nil || len(all) == 0 {
				return err
			}
			s.Advance(6 * time.Second)
			return flowtest.Engine{Scene: s}.RunUnfinishedBatch(operation.BatchRequest{ExecutionInput: operation.ExecutionInput{Operation: all[0].ID, Attempt: 1}})
		},
		"the originator is suspended": func(t *testing.T, s *flowtest.Scene, _ account.ID) error {
			_, err := s.AccountChanger().Suspend(t.Context(), s.Caller(s.Admin), request.Metadata{}, string(s.North), account.HoldInput{})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for at := 1; ; at++ {
				s := scene(t, 1)
				gone := s.Customers[1]
				s.Process.CrashAt(0, false)
				s.Process.BeforeCall = func(call int) {
					if call != at {
						return
					}
					if err := disturb(t, s, gone); err != nil && fault.CodeOf(err) == "" || fault.Is(err, fault.Unavailable) {
						t.Errorf("at call %d: %v", at, err)
					}
				}
				id := s.Accept(s.North, operation.Remove, items(gone)).ID
				if !(flowtest.Engine{Scene: s}).Run(id) {
					t.Fatalf("at call %d: the removal does not end", at)
				}
				calls := s.Process.Calls()
				s.Process.BeforeCall = nil
				whole(t, s, gone, id, at)
				if at > calls {
					return
				}
			}
		})
	}
}

// whole expects a customer to be gone with everything, as its operation says, or there with everything.
func whole(t *testing.T, s *flowtest.Scene, id account.ID, operationID string, at int) {
	t.Helper()
	found, err := s.Store.ReadAccount(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	left := 0
	for _, line := range about(dump(s), id) {
		if !strings.HasPrefix(line, "event customer.removed") && !strings.HasSuffix(line, "by "+string(s.North)) && !strings.HasPrefix(line, "plan") {
			left++
			if found == nil {
				t.Errorf("at call %d: left: %s", at, line)
			}
		}
	}
	if found != nil && (found.Lifecycle != account.Ready || left < 20) {
		t.Errorf("at call %d: it is %s with %d lines of what it had", at, found.Lifecycle, left)
	}
	operations, _, err := s.Store.ListOperations(t.Context(), s.North, "", 10)
	if err != nil {
		t.Fatal(err)
	}
	for i := range operations {
		succeeded := operations[i].Succeeded == 1
		if operations[i].ID == operationID && found == nil != succeeded && s.Trail(id)[0].RequestID == operationID {
			t.Errorf("at call %d: the customer is there: %v, the operation says %+v", at, found != nil, operations[i])
		}
	}
	balanced(t, s)
}

// A reseller goes with its customers only when that is said, and then with all of them, however often its removal is cut off.
func TestARemovedResellerGoesWithItsCustomers(t *testing.T) {
	t.Parallel()
	run := func(at int, after bool) (string, int) {
		s := scene(t, 3)
		s.Process.CrashAt(at, after)
		input := items(s.North)
		input.Parameters = operation.Parameters{AreResellers: true, WithCustomers: true}
		id := s.Accept(s.Admin, operation.Remove, input).ID
		if !(flowtest.Engine{Scene: s}).Run(id) {
			t.Fatalf("killed at call %d (answer lost: %v): the removal does not end", at, after)
		}
		calls := s.Process.Calls()
		for _, line := range dump(s) {
			if strings.Contains(line, string(s.North)) && !strings.HasPrefix(line, "event reseller.removed") && !strings.HasPrefix(line, "backup") {
				t.Errorf("killed at call %d: left: %s", at, line)
			}
			for _, gone := range s.Customers {
				if len(about([]string{line}, gone)) > 0 && !strings.HasPrefix(line, "event customer.removed") && !strings.HasPrefix(line, "backup") {
					t.Errorf("killed at call %d: left: %s", at, line)
				}
			}
		}
		return strings.Join(append(dump(s), s.Storage.Keys()...), "\n"), calls
	}
	want, calls := run(0, false)
	for at := 1; at <= calls; at += 5 {
		for _, after := range []bool{false, true} {
			if got, _ := run(at, after); got != want {
				t.Fatalf("killed at call %d of %d (answer lost: %v):\n%s\nwithout:\n%s", at, calls, after, got, want)
			}
		}
	}
	s := scene(t, 3)
	input := items(s.North)
	input.Parameters = operation.Parameters{AreResellers: true}
	before := dump(s)
	id := s.Accept(s.Admin, operation.Remove, input).ID
	if !(flowtest.Engine{Scene: s}).Run(id) {
		t.Fatal("the removal does not end")
	}
	if outcome := s.Items(&operation.Operation{ID: id, Originator: s.Admin}); outcome[0].Code != fault.Conflict || !slices.Equal(dump(s), before) {
		t.Errorf("of a reseller with customers: %+v", outcome)
	}
}

// A reseller goes when its customers have come to another owner, all of them, however often that is cut off.
func TestARemovedResellerLeavesItsCustomersToAnother(t *testing.T) {
	t.Parallel()
	run := func(at int, after bool) (string, int) {
		s := scene(t, 3)
		s.Process.CrashAt(at, after)
		input := items(s.North)
		input.Parameters = operation.Parameters{AreResellers: true, NewOwner: s.South}
		id := s.Accept(s.Admin, operation.Remove, input).ID
		if !(flowtest.Engine{Scene: s}).Run(id) {
			t.Fatalf("killed at call %d (answer lost: %v): the removal does not end", at, after)
		}
		calls := s.Process.Calls()
		if outcome := s.Items(&operation.Operation{ID: id, Originator: s.Admin}); outcome[0].State != operation.Succeeded {
			t.Fatalf("killed at call %d (answer lost: %v): %+v", at, after, outcome)
		}
		if found, err := s.Store.ReadAccount(t.Context(), s.North); found != nil || err != nil {
			t.Errorf("killed at call %d (answer lost: %v): the reseller is %+v, %v", at, after, found, err)
		}
		for _, customer := range s.Customers {
			if found, err := s.Store.ReadAccount(t.Context(), customer); err != nil || found == nil || found.Owner != s.South || found.Lifecycle != account.Ready || found.Subscriptions != 3 {
				t.Errorf("killed at call %d (answer lost: %v): a customer is %+v, %v", at, after, found, err)
			}
		}
		counts, err := hosting.Reconcile{Store: s.Store}.Ask(t.Context(), "", hosting.Question{Reseller: s.South})
		if err != nil || !counts.InOrder || counts.Counted.Customers != 3 {
			t.Errorf("killed at call %d (answer lost: %v): counts %+v, %v", at, after, counts, err)
		}
		return strings.Join(dump(s), "\n"), calls
	}
	want, calls := run(0, false)
	for at := 1; at <= calls; at++ {
		for _, after := range []bool{false, true} {
			if got, _ := run(at, after); got != want {
				t.Fatalf("killed at call %d of %d (answer lost: %v):\n%s\nwithout:\n%s", at, calls, after, got, want)
			}
		}
	}
}

// What cannot be moved keeps its reseller, which serves on.
func TestAResellerStaysWithWhatCannotBeMoved(t *testing.T) {
	t.Parallel()
	name := "small"
	for what, c := range map[string]struct {
		limits map[string]int64
		moved  int
	}{
		"too many customers":  {map[string]int64{"max_cl": 2}, 0},
		"too little disk":     {map[string]int64{"disk_space": 600}, 2},
		"all is as it was to": {map[string]int64{"disk_space": 1}, 0},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			s := scene(t, 3)
			reseller, err := plan.Keeper{Prefix: plan.ResellerPrefix, Store: s.Store, NewID: s.IDs.New, Now: s.Now}.Create(t.Context(), s.Caller(s.Admin), request.Metadata{}, plan.Wanted{
				Name: &name, Allotments: c.limits,
			})
			if err != nil {
				t.Fatal(err)
			}
			s.SetResellerPlan(s.South, string(reseller.ID))
			input := items(s.North)
			input.Parameters = operation.Parameters{AreResellers: true, NewOwner: s.South}
			id := s.Accept(s.Admin, operation.Remove, input).ID
			if !(flowtest.Engine{Scene: s}).Run(id) {
				t.Fatal("the removal does not end")
			}
			if outcome := s.Items(&operation.Operation{ID: id, Originator: s.Admin}); outcome[0].Code != fault.LimitExceeded {
				t.Errorf("outcome %+v", outcome)
			}
			found, err := s.Store.ReadAccount(t.Context(), s.North)
			if err != nil || found == nil || found.Lifecycle != account.Ready || len(found.Holds) > 0 {
				t.Errorf("the reseller is %+v, %v", found, err)
			}
			moved := 0
			for _, customer := range s.Customers {
				of, err := s.Store.ReadAccount(t.Context(), customer)
				if err != nil || of == nil || of.Lifecycle != account.Ready {
					t.Fatalf("a customer is %+v, %v", of, err)
				}
				if of.Owner == s.South {
					moved++
				}
			}
			if moved != c.moved {
				t.Errorf("%d were moved", moved)
			}
			balanced(t, s)
		})
	}
}
