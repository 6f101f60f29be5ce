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

func TestRemovedCustomerLeavesOneEventAndBackupsOfOthers(t *testing.T) {
	t.Parallel()
	s := newScene(t, 1)
	before := dump(s)
	removed := s.Customers[1]
	run(t, s, s.Accept(s.North, operation.Remove, inputOf(removed)).ID)
	after := dump(s)
	for _, line := range linesAbout(after, removed) {
		switch {
		case strings.HasPrefix(line, "event customer.removed of "+string(removed)):
		case strings.HasPrefix(line, "backup") && strings.HasSuffix(line, "by "+string(s.North)):
		case strings.HasPrefix(line, "plan") && strings.HasSuffix(line, ": 0 on it, 0 follow it"):
		default:
			t.Errorf("the removal leaves %s", line)
		}
	}
	if trail := s.Trail(removed); len(trail) != 1 || len(trail[0].Changes) != 0 || trail[0].Actor != s.North {
		t.Errorf("the trail is %+v, want one event by North without changes", trail)
	}
	if len(s.Storage.Keys()) != 3*6-3 {
		t.Errorf("the storage has the objects %v, want 15", s.Storage.Keys())
	}
	for _, other := range []account.ID{s.Customers[0], s.Customers[2]} {
		if got, want := linesAbout(after, other), linesAbout(before, other); !slices.Equal(got, want) {
			t.Errorf("after the removal there is of another customer\n%s\nwant, as before:\n%s",
				strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	wantCorrectCounts(t, s)
}

// Only the administrator can see that an account was removed.
func TestTrailOfRemovedCustomer(t *testing.T) {
	t.Parallel()
	s := newScene(t, 1)
	removed := s.Customers[1]
	run(t, s, s.Accept(s.North, operation.Remove, inputOf(removed)).ID)
	trail := directory.Trail{Store: s.Store, Now: time.Now}
	page, err := trail.List(t.Context(), s.Caller(s.Admin), string(removed), 0, "")
	if err != nil || len(page.Items) != 1 || page.Items[0].Event != event.CustomerRemoved {
		t.Errorf("the administrator reads %+v, %v; want the removal", page, err)
	}
	for _, reseller := range []account.ID{s.North, s.South} {
		if page, err := trail.List(t.Context(), s.Caller(reseller), string(removed), 0, ""); !fault.Is(err, fault.NotFound) {
			t.Errorf("a reseller reads %+v, %v; want NotFound", page, err)
		}
	}
	page, err = trail.List(t.Context(), s.Caller(s.Admin), "cus_01JDB6X0C7V8Y9Z0A1B2C3D4E5", 0, "")
	if !fault.Is(err, fault.NotFound) {
		t.Errorf("the administrator reads %+v, %v of an unknown customer; want NotFound", page, err)
	}
}

func TestRemovalEndsTheSameAfterCrash(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2) {
		testCrashes(t, 1, func(crashCall int, loseAnswer bool) (string, int) {
			s := newScene(t, seed)
			s.Process.CrashAt(crashCall, loseAnswer)
			id := s.Accept(s.North, operation.Remove, inputOf(s.Customers[0], s.Customers[2], s.South)).ID
			if !(flowtest.Engine{Scene: s, Seed: seed}).Run(id) {
				t.Fatalf("crash at call %d (answer lost: %v): the removal does not end", crashCall, loseAnswer)
			}
			calls := s.Process.Calls()
			wantCorrectCounts(t, s)
			result := s.Describe(id) + dumpAll(s)
			for _, customer := range s.Customers {
				result += fmt.Sprintf("\n%d items mention %s", s.Store.Mentions(string(customer)), customer)
			}
			return result, calls
		})
	}
}

// Nothing has to settle if the lists show everything that the accounts count: the first round removes all accounts, at
// the time at which it closes them.
func TestRemovalTakesOneRoundWithCurrentLists(t *testing.T) {
	t.Parallel()
	for name, input := range map[string]func(s *flowtest.Scene) operation.NewOperation{
		"customers":                     func(s *flowtest.Scene) operation.NewOperation { return inputOf(s.Customers...) },
		"a reseller with its customers": func(s *flowtest.Scene) operation.NewOperation { return withCustomers(s.North) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, 1)
			start := s.Now()
			id := s.Accept(s.Admin, operation.Remove, input(s)).ID
			run(t, s, id)
			o, _, err := s.Store.ReadOperation(t.Context(), id, idempotency.Key{})
			must(t, err)
			if o.Succeeded != o.Total || o.Rounds != 0 || o.Attempt != 1 {
				t.Errorf("operation %+v, want all items removed in the first round of the first attempt", o)
			}
			if took := s.Now().Sub(start); took > time.Second {
				t.Errorf("the removal took %s, want no wait", took)
			}
		})
	}
}

// A transaction can delete about 40 websites, so a subscription with more websites needs several.
func TestRemovalOfSubscriptionWithManyWebsites(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 2, 1)
	customer := s.Customers[0]
	s.AddHosting(customer)
	subscription := addSubscription(t, s, s.North, customer, "first.example")
	websites := hosting.Websites{Subscriptions: hosting.Subscriptions{Store: s.Store, NewID: s.IDs.New, Now: s.Now}}
	for n := range 89 {
		domain := fmt.Sprintf("site%d.example", n)
		_, err := websites.Add(t.Context(), s.Caller(s.North), request.Metadata{}, subscription, domain)
		must(t, err)
	}
	id := s.Accept(s.North, operation.Remove, inputOf(customer)).ID
	run(t, s, id)
	wantRemovedOrComplete(t, s, customer, id, "undisturbed")
	for _, line := range dump(s) {
		if strings.HasPrefix(line, "website") || strings.HasPrefix(line, "domain") {
			t.Errorf("the removal leaves %s", line)
		}
	}
}

// newestOperation returns the newest operation of North, or "" if there is none.
func newestOperation(t *testing.T, s *flowtest.Scene) string {
	t.Helper()
	operations, _, err := s.Store.ListOperations(t.Context(), s.North, false, "", 1)
	must(t, err)
	if len(operations) == 0 {
		return ""
	}
	return operations[0].ID
}

// firstBatch names the first batch of an operation.
func firstBatch(id string) operation.BatchRequest {
	return operation.BatchRequest{ExecutionInput: operation.ExecutionInput{Operation: id, Attempt: 1}}
}

// disturbances are what others do while a customer of North is removed.
var disturbances = map[string]func(t *testing.T, s *flowtest.Scene, customer account.ID) error{
	"a subscription is created": func(t *testing.T, s *flowtest.Scene, customer account.ID) error {
		subscriptions := hosting.Subscriptions{Store: s.Store, NewID: s.IDs.New, Now: s.Now}
		input := hosting.NewSubscription{Domain: "late.example", ServicePlan: plan.Custom}
		_, err := subscriptions.Create(t.Context(), s.Caller(s.North), request.Metadata{}, string(customer), input)
		return err
	},
	"the customer is suspended": func(t *testing.T, s *flowtest.Scene, customer account.ID) error {
		north := s.Caller(s.North)
		_, err := s.AccountChanger().Suspend(t.Context(), north, request.Metadata{}, string(customer), account.HoldInput{})
		return err
	},
	"the customer is activated": func(t *testing.T, s *flowtest.Scene, customer account.ID) error {
		_, err := s.AccountChanger().Activate(t.Context(), s.Caller(s.Admin), request.Metadata{}, string(customer), "")
		return err
	},
	"another operation removes the customer": func(_ *testing.T, s *flowtest.Scene, customer account.ID) error {
		flowtest.Engine{Scene: s}.Run(s.Accept(s.Admin, operation.Remove, inputOf(customer)).ID)
		return nil
	},
	"the removal is cancelled": func(t *testing.T, s *flowtest.Scene, _ account.ID) error {
		id := newestOperation(t, s)
		if id == "" {
			return nil
		}
		_, err := s.Canceller().Cancel(t.Context(), s.Caller(s.North), request.Metadata{}, id)
		return err
	},
	"another worker runs the batch": func(t *testing.T, s *flowtest.Scene, _ account.ID) error {
		id := newestOperation(t, s)
		if id == "" {
			return nil
		}
		s.Advance(6 * time.Second) // as if this worker had been slow
		runner := operation.BatchRunner{Store: s.Store, Processors: s.Processors(), Width: 1, Now: s.Now}
		return runner.Run(t.Context(), firstBatch(id))
	},
	"another worker processes the item": func(t *testing.T, s *flowtest.Scene, _ account.ID) error {
		id := newestOperation(t, s)
		if id == "" {
			return nil
		}
		s.Advance(6 * time.Second)
		return flowtest.Engine{Scene: s}.RunUnfinishedBatch(firstBatch(id))
	},
	"the originator is suspended": func(t *testing.T, s *flowtest.Scene, _ account.ID) error {
		admin := s.Caller(s.Admin)
		_, err := s.AccountChanger().Suspend(t.Context(), admin, request.Metadata{}, string(s.North), account.HoldInput{})
		return err
	},
}

// Whatever others do during a removal, the customer is removed completely or not at all. Others get no unexpected
// errors.
func TestRemovalIsCompleteAfterDisturbance(t *testing.T) {
	t.Parallel()
	for name, disturb := range disturbances {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for disturbedCall := 1; ; disturbedCall++ {
				s := newScene(t, 1)
				customer, where := s.Customers[1], fmt.Sprint("disturbed at call ", disturbedCall)
				disturbAt(t, s, disturbedCall, where, func() error { return disturb(t, s, customer) })
				id := s.Accept(s.North, operation.Remove, inputOf(customer)).ID
				if !(flowtest.Engine{Scene: s}).Run(id) {
					t.Fatalf("%s: the removal does not end", where)
				}
				calls := s.Process.Calls()
				s.Process.BeforeCall = nil
				wantRemovedOrComplete(t, s, customer, id, where)
				if disturbedCall > calls {
					return
				}
			}
		})
	}
}

// disturbAt lets another request run before a call of the process. The request may be refused, but must not fail.
func disturbAt(t *testing.T, s *flowtest.Scene, disturbedCall int, where string, disturb func() error) {
	t.Helper()
	s.Process.CrashAt(0, false)
	s.Process.BeforeCall = func(call int) {
		if call != disturbedCall {
			return
		}
		err := disturb()
		if err != nil && fault.CodeOf(err) == "" || fault.Is(err, fault.Unavailable) {
			t.Errorf("%s: the other request returns %v", where, err)
		}
	}
}

// wantRemovedOrComplete checks that a customer is removed with everything, or exists with everything, as the operation
// says.
func wantRemovedOrComplete(t *testing.T, s *flowtest.Scene, id account.ID, operationID, where string) {
	t.Helper()
	customer, err := s.Store.ReadAccount(t.Context(), id)
	must(t, err)
	remaining := 0
	for _, line := range linesAbout(dump(s), id) {
		isKept := strings.HasPrefix(line, "event customer.removed") || strings.HasSuffix(line, "by "+string(s.North)) ||
			strings.HasPrefix(line, "plan")
		if isKept {
			continue
		}
		remaining++
		if customer == nil {
			t.Errorf("%s: the removal leaves %s", where, line)
		}
	}
	if customer != nil && (customer.Lifecycle != account.Ready || remaining < 20) {
		t.Errorf("%s: the customer is %s and has %d objects, want it ready with at least 20",
			where, customer.Lifecycle, remaining)
	}
	operations, _, err := s.Store.ListOperations(t.Context(), s.North, false, "", 10)
	must(t, err)
	for i := range operations {
		o := &operations[i]
		hasSucceeded := o.Succeeded == 1
		if o.ID == operationID && customer == nil != hasSucceeded && s.Trail(id)[0].RequestID == operationID {
			t.Errorf("%s: the customer exists: %v, but the operation is %+v", where, customer != nil, o)
		}
	}
	wantCorrectCounts(t, s)
}
