package removal_test

import (
	"fmt"
	"slices"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/flowtest"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
	"tenantry/shared/operation"
	"tenantry/shared/plan"
	"tenantry/shared/request"
)

// acceptOne accepts the single removal that the input describes.
func acceptOne(
	t *testing.T, s *flowtest.Scene, caller account.ID, input operation.NewOperation,
) operation.AcceptResponse {
	t.Helper()
	response, err := s.AcceptOne(caller, operation.Remove, input.Items[0], input.Parameters)
	must(t, err)
	return response
}

// createSubscription creates a subscription for a customer, as the administrator.
func createSubscription(t *testing.T, s *flowtest.Scene, customer account.ID) error {
	t.Helper()
	subscriptions := hosting.Subscriptions{Store: s.Store, NewID: s.IDs.New, Now: s.Now}
	input := hosting.NewSubscription{Domain: "late.example", ServicePlan: plan.Custom}
	_, err := subscriptions.Create(t.Context(), s.Caller(s.Admin), request.Metadata{}, string(customer), input)
	return err
}

// createPanelUser creates a panel user of an account, as the administrator.
func createPanelUser(t *testing.T, s *flowtest.Scene, owner account.ID) error {
	t.Helper()
	_, err := panelUsers(s).Add(t.Context(), s.Caller(s.Admin), request.Metadata{}, string(owner), newPanelUser("late"))
	return err
}

// A removal has closed the account when the response arrives, before its workflow starts.
func TestAcceptedRemovalHasClosedAccount(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		caller func(s *flowtest.Scene) account.ID
		input  func(s *flowtest.Scene) operation.NewOperation
	}{
		"customer": {
			func(s *flowtest.Scene) account.ID { return s.North },
			func(s *flowtest.Scene) operation.NewOperation { return inputOf(s.Customers[1]) },
		},
		"reseller": {
			func(s *flowtest.Scene) account.ID { return s.Admin },
			func(s *flowtest.Scene) operation.NewOperation { return reassigning(s.South, "") },
		},
		"reseller with customers": {
			func(s *flowtest.Scene) account.ID { return s.Admin },
			func(s *flowtest.Scene) operation.NewOperation { return withCustomers(s.North) },
		},
		"reseller without customers to reassign": {
			func(s *flowtest.Scene) account.ID { return s.Admin },
			func(s *flowtest.Scene) operation.NewOperation { return reassigning(s.South, s.North) },
		},
	} {
		s := newScene(t, 1)
		input := test.input(s)
		id := input.Items[0].Customer
		before, err := s.Store.ReadAccount(t.Context(), id)
		must(t, err)
		accepted := acceptOne(t, s, test.caller(s), input)
		a, err := s.Store.ReadAccount(t.Context(), id)
		must(t, err)
		if a.Lifecycle != account.Removing || a.Operation != accepted.ID || a.Status(s.Now()) != account.Suspended {
			t.Errorf("%s: after the response the account is %+v, want it closed by the operation", name, a)
		}
		if a.SessionEpoch == before.SessionEpoch || a.TokenEpoch == before.TokenEpoch || a.LinkEpoch == before.LinkEpoch {
			t.Errorf("%s: after the response the epochs are %d, %d and %d; want all of them raised",
				name, a.SessionEpoch, a.TokenEpoch, a.LinkEpoch)
		}
		if err := createSubscription(t, s, id); !fault.Is(err, fault.Busy) {
			t.Errorf("%s: a new subscription returns %v, want busy", name, err)
		}
		if err := createPanelUser(t, s, id); !fault.Is(err, fault.Busy) {
			t.Errorf("%s: a new panel user returns %v, want busy", name, err)
		}
		run(t, s, accepted.ID)
		if a, err := s.Store.ReadAccount(t.Context(), id); a != nil || err != nil {
			t.Errorf("%s: after the operation the account is %+v, %v; want it removed", name, a, err)
		}
	}
}

// A removal that would leave customers without an owner is refused at once.
func TestRefusedRemovalChangesNothing(t *testing.T) {
	t.Parallel()
	s := newScene(t, 1)
	before := dump(s)
	for name, test := range map[string]struct {
		caller account.ID
		input  operation.NewOperation
		want   fault.Code
	}{
		"reseller with customers":  {s.Admin, reassigning(s.North, ""), fault.Conflict},
		"customer of another":      {s.South, inputOf(s.Customers[0]), fault.NotFound},
		"customer as a reseller":   {s.Admin, withCustomers(s.Customers[0]), fault.NotFound},
		"reseller as a customer":   {s.Admin, inputOf(s.South), fault.NotFound},
		"unknown account":          {s.Admin, inputOf("cus_01JDB6X0C7V8Y9Z0A1B2C3D4E5"), fault.NotFound},
		"customers to unknown one": {s.Admin, reassigning(s.North, "res_01JDB6X0C7V8Y9Z0A1B2C3D4E5"), fault.NotFound},
	} {
		_, err := s.AcceptOne(test.caller, operation.Remove, test.input.Items[0], test.input.Parameters)
		if !fault.Is(err, test.want) || !slices.Equal(dump(s), before) {
			t.Errorf("%s: error %v, want %s and no changes", name, err, test.want)
		}
	}
}

// While customers are reassigned, their reseller stays in service. It is closed when the last of them has moved.
func TestReassigningRemovalLeavesResellerOpen(t *testing.T) {
	t.Parallel()
	s := newScene(t, 1)
	accepted := acceptOne(t, s, s.Admin, reassigning(s.North, s.South))
	north, err := s.Store.ReadAccount(t.Context(), s.North)
	must(t, err)
	if north.Lifecycle != account.Ready || north.Status(s.Now()) != account.Active {
		t.Errorf("after the response the reseller is %+v, want it in service", north)
	}
	run(t, s, accepted.ID)
	if north, err := s.Store.ReadAccount(t.Context(), s.North); north != nil || err != nil {
		t.Errorf("after the operation the reseller is %+v, %v; want it removed", north, err)
	}
}

// A removal that is cancelled before its first batch starts gives the account back. Only the ended credentials and two
// events remain of it.
func TestRemovalCancelledBeforeItStartsReleasesAccount(t *testing.T) {
	t.Parallel()
	for name, input := range map[string]func(s *flowtest.Scene) operation.NewOperation{
		"customer": func(s *flowtest.Scene) operation.NewOperation { return inputOf(s.Customers[1]) },
		"reseller": func(s *flowtest.Scene) operation.NewOperation { return withCustomers(s.North) },
	} {
		testCrashes(t, 1, func(crashCall int, loseAnswer bool) (string, int) {
			s := newScene(t, 1)
			id := input(s).Items[0].Customer
			accepted := acceptOne(t, s, s.Admin, input(s))
			s.Process.CrashAt(crashCall, loseAnswer)
			cancel(t, s, accepted.ID)
			calls := s.Process.Calls()
			run(t, s, accepted.ID)
			a, err := s.Store.ReadAccount(t.Context(), id)
			must(t, err)
			if a.Lifecycle != account.Ready || a.Operation != "" || len(a.Holds) > 0 {
				t.Fatalf("%s, crash at call %d: the account is %+v, want it ready without holds", name, crashCall, a)
			}
			must(t, createSubscription(t, s, id))
			if a.Kind == account.Reseller {
				s.AddCustomer(id, "late")
			}
			return s.Describe(accepted.ID), calls
		})
	}
}

// cancel cancels an operation as a client does: with a key, and again if the process crashes.
func cancel(t *testing.T, s *flowtest.Scene, id string) {
	t.Helper()
	meta := request.Metadata{Key: idempotency.Key{Name: "cancel", Fingerprint: "body"}}
	canceller, admin := s.Canceller(), s.PausedCaller(s.Admin)
	_, err := canceller.Cancel(t.Context(), admin, meta, id)
	if err != nil {
		s.Process.Restart()
		_, err = canceller.Cancel(t.Context(), admin, meta, id)
	}
	must(t, err)
}

// A removal that takes over another one, which has removed a part of the account, cannot give the account back.
func TestCancelledTakeOverKeepsAccountClosed(t *testing.T) {
	t.Parallel()
	s := newScene(t, 1)
	customer := s.Customers[1]
	first := acceptOne(t, s, s.Admin, inputOf(customer))
	s.GiveUp(first.ID)
	second, err := s.AcceptOne(s.North, operation.Remove, operation.Item{Customer: customer}, operation.Parameters{})
	must(t, err)
	cancel(t, s, second.ID)
	a, err := s.Store.ReadAccount(t.Context(), customer)
	must(t, err)
	if a.Lifecycle != account.Removing || a.Status(s.Now()) != account.Suspended {
		t.Errorf("the account is %+v, want it closed", a)
	}
}

func TestSingleRemovalEndsTheSameAfterCrash(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		step  int
		input func(s *flowtest.Scene) operation.NewOperation
	}{
		"customer": {1, func(s *flowtest.Scene) operation.NewOperation { return inputOf(s.Customers[1]) }},
		"reseller": {5, func(s *flowtest.Scene) operation.NewOperation { return withCustomers(s.North) }},
		"reseller without its customers": {
			3, func(s *flowtest.Scene) operation.NewOperation { return reassigning(s.North, s.South) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testCrashes(t, test.step, func(crashCall int, loseAnswer bool) (string, int) {
				s := newScene(t, 5)
				s.Process.CrashAt(crashCall, loseAnswer)
				id := acceptOne(t, s, s.Admin, test.input(s)).ID
				run(t, s, id)
				calls := s.Process.Calls()
				return s.Describe(id) + dumpAll(s), calls
			})
		})
	}
}

// Whatever others do while a single removal is accepted and runs, the customer is removed completely or not at all.
func TestSingleRemovalIsCompleteAfterDisturbance(t *testing.T) {
	t.Parallel()
	for name, disturb := range disturbances {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for disturbedCall := 1; ; disturbedCall++ {
				s := newScene(t, 1)
				customer, where := s.Customers[1], fmt.Sprint("disturbed at call ", disturbedCall)
				disturbAt(t, s, disturbedCall, where, func() error { return disturb(t, s, customer) })
				item := operation.Item{Customer: customer}
				accepted, err := s.AcceptOne(s.North, operation.Remove, item, operation.Parameters{})
				switch {
				case err == nil:
					run(t, s, accepted.ID)
				case !fault.Is(err, fault.Busy) && !fault.Is(err, fault.NotFound):
					t.Errorf("%s: the request returns %v, want busy or not-found if it is refused", where, err)
				}
				calls := s.Process.Calls()
				s.Process.BeforeCall = nil
				wantRemovedOrComplete(t, s, customer, accepted.ID, where)
				if disturbedCall > calls {
					return
				}
			}
		})
	}
}
