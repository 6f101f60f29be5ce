package transfer_test

import (
	"fmt"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/flowtest"
	"tenantry/shared/hosting"
	"tenantry/shared/operation"
	"tenantry/shared/plan"
	"tenantry/shared/request"
)

// disturbances are what others do to the first customer, or to its hosting, while it is transferred. The operation's id
// is empty before the operation is accepted.
var disturbances = map[string]func(t *testing.T, s *scene, id string) error{
	"the customer is suspended": func(t *testing.T, s *scene, _ string) error {
		north, customer := s.Caller(s.North), string(s.Customers[0])
		_, err := s.AccountChanger().Suspend(t.Context(), north, request.Metadata{}, customer, account.HoldInput{})
		return err
	},
	"the customer is activated": func(t *testing.T, s *scene, _ string) error {
		admin, customer := s.Caller(s.Admin), string(s.Customers[0])
		_, err := s.AccountChanger().Activate(t.Context(), admin, request.Metadata{}, customer, "")
		return err
	},
	"a subscription is created": func(t *testing.T, s *scene, _ string) error {
		input := hosting.NewSubscription{Domain: "late.example", ServicePlan: plan.Custom}
		north, customer := s.Caller(s.North), string(s.Customers[0])
		_, err := s.subscriptions().Create(t.Context(), north, request.Metadata{}, customer, input)
		return err
	},
	"a subscription is removed": func(t *testing.T, s *scene, _ string) error {
		return s.subscriptions().Remove(t.Context(), s.Caller(s.North), request.Metadata{}, s.firstSubscription(t).ID)
	},
	"a subscription is suspended": func(t *testing.T, s *scene, _ string) error {
		north, id := s.Caller(s.North), s.firstSubscription(t).ID
		_, err := s.subscriptions().Suspend(t.Context(), north, request.Metadata{}, id, account.HoldInput{})
		return err
	},
	"a subscription leaves its plan": func(t *testing.T, s *scene, _ string) error {
		north, id := s.Caller(s.North), s.firstSubscription(t).ID
		_, err := s.subscriptions().ChangePlan(t.Context(), north, request.Metadata{}, id, plan.Custom, nil)
		return err
	},
	"the old plan grows": func(t *testing.T, s *scene, _ string) error {
		id := s.firstSubscription(t).Plan
		if id == "" || id == s.southPlan || id == s.adminPlan {
			return nil // the subscription has moved
		}
		return s.growPlan(t, s.North, id)
	},
	"the plan of South grows": func(t *testing.T, s *scene, _ string) error {
		return s.growPlan(t, s.South, s.southPlan)
	},
	"the plan of the administrator grows": func(t *testing.T, s *scene, _ string) error {
		return s.growPlan(t, s.Admin, s.adminPlan)
	},
	"the customer is removed": func(t *testing.T, s *scene, _ string) error {
		return s.runOther(t, s.Customers[0], operation.Remove, operation.Parameters{})
	},
	"the customer is also converted": func(t *testing.T, s *scene, _ string) error {
		return s.runOther(t, s.Customers[0], operation.Convert, operation.Parameters{})
	},
	"the customer is also moved": func(t *testing.T, s *scene, _ string) error {
		parameters := operation.Parameters{NewOwner: account.AdministratorOwner}
		return s.runOther(t, s.Customers[0], operation.Move, parameters)
	},
	"the operation is cancelled": func(t *testing.T, s *scene, id string) error {
		if id == "" {
			return nil
		}
		_, err := s.Canceller().Cancel(t.Context(), s.Caller(s.Admin), request.Metadata{}, id)
		return err
	},
	"the process crashes": func(_ *testing.T, s *scene, _ string) error {
		s.Process.Kill()
		return nil
	},
	"another worker runs the batch": func(t *testing.T, s *scene, id string) error {
		runner := operation.BatchRunner{Store: s.Store, Processors: s.Processors(), Width: 1, Now: s.Now}
		return runner.Run(t.Context(), firstBatch(id))
	},
	"another worker processes the items": func(_ *testing.T, s *scene, id string) error {
		return flowtest.Engine{Scene: s.Scene}.RunUnfinishedBatch(firstBatch(id))
	},
	"the new owner is removed": func(t *testing.T, s *scene, id string) error {
		if id == "" {
			return nil // otherwise the operation would be rejected
		}
		return s.runOther(t, s.South, operation.Remove, operation.Parameters{AreResellers: true})
	},
	"the old owner is removed": func(t *testing.T, s *scene, _ string) error {
		return s.runOther(t, s.North, operation.Remove, operation.Parameters{AreResellers: true})
	},
}

// firstBatch names the first batch of an operation.
func firstBatch(id string) operation.BatchRequest {
	return operation.BatchRequest{ExecutionInput: operation.ExecutionInput{Operation: id, Attempt: 1}}
}

// firstSubscription returns the first subscription of the first customer, or a subscription that does not exist if
// there is none.
func (s *scene) firstSubscription(t *testing.T) hosting.Subscription {
	t.Helper()
	subscriptions, _, err := s.Store.ListSubscriptions(t.Context(), s.Customers[0], "", 1)
	must(t, err)
	if len(subscriptions) == 0 {
		return hosting.Subscription{ID: "sub_gone"}
	}
	return subscriptions[0]
}

// growPlan increases the disk space of a plan, unless its owner was removed.
func (s *scene) growPlan(t *testing.T, owner account.ID, id plan.ID) error {
	if a, err := s.Store.ReadAccount(t.Context(), owner); err != nil || a == nil {
		return err
	}
	plans := plan.Plans{Prefix: plan.ServicePrefix, Store: s.Store, NewID: s.IDs.New, Now: s.Now}
	_, err := plans.Edit(t.Context(), s.Caller(owner), request.Metadata{}, id, plan.Input{
		Allotments: map[string]int64{"disk_space": 1000},
	})
	return err
}

// runOther accepts another operation and runs its first attempt.
func (s *scene) runOther(t *testing.T, id account.ID, kind operation.Kind, parameters operation.Parameters) error {
	t.Helper()
	meta := request.Metadata{ID: "other"}
	accepted, err := s.acceptor().Accept(t.Context(), s.Caller(s.Admin), meta, kind, operation.NewOperation{
		Items: []operation.Item{{Customer: id}}, Parameters: parameters,
	})
	if err == nil {
		s.others = append(s.others, accepted.ID)
		flowtest.Engine{Scene: s.Scene, Seed: 3, MaxSweeps: 1}.Run(accepted.ID)
	}
	return err
}

func TestTransferIsConsistentAfterDisturbance(t *testing.T) {
	t.Parallel()
	for name, f := range flows {
		for size, maxPerTransaction := range sizes {
			for disturbance := range disturbances {
				t.Run(name+", "+size+", "+disturbance, func(t *testing.T) {
					t.Parallel()
					for call := 1; ; call++ {
						if calls := runDisturbed(t, f, maxPerTransaction, call, disturbance); call > calls {
							break
						}
					}
				})
			}
		}
	}
}

// runDisturbed transfers two customers, with a disturbance before one of the calls. It returns the number of calls.
func runDisturbed(t *testing.T, f flow, maxPerTransaction, disturbedCall int, disturbance string) (calls int) {
	t.Helper()
	s, id := newScene(t, 4, maxPerTransaction), ""
	where := fmt.Sprintf("%s at call %d", disturbance, disturbedCall)
	s.disturbAt(t, disturbedCall, where, func() error { return disturbances[disturbance](t, s, id) })
	id = f.accept(s, s.Customers[0], s.Customers[1])
	s.run(t, id, 1)
	calls = s.Process.Calls()
	s.Process.BeforeCall = nil
	for _, other := range s.others {
		s.run(t, other, 3)
	}
	s.wantCorrectCounts(t, where)
	items := s.items(id)
	for i, customer := range s.Customers[:2] {
		s.wantItemIsTrue(t, where, customer, items[i])
	}
	return calls
}

// disturbAt lets another request run before a call of the process. The request may be refused, but must not fail.
func (s *scene) disturbAt(t *testing.T, disturbedCall int, where string, disturb func() error) {
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

// wantItemIsTrue checks that a customer was transferred as its item says, and that no operation holds it.
func (s *scene) wantItemIsTrue(t *testing.T, where string, id account.ID, item operation.ItemView) {
	t.Helper()
	customer, err := s.Store.ReadAccount(t.Context(), id)
	must(t, err)
	transfers := 0
	for _, entry := range s.Trail(id) {
		if entry.Name == event.CustomerMoved || entry.Name == event.CustomerConverted {
			transfers++
		}
	}
	isOnlyOperation := len(s.others) == 0
	switch {
	case item.State == operation.Pending:
		t.Errorf("%s: the item of %s is pending, want a result", where, id)
	case customer == nil:
		return
	case customer.Lifecycle != account.Ready || customer.Operation != "":
		t.Errorf("%s: %s is %s, held by %s; want it ready", where, id, customer.Lifecycle, customer.Operation)
	case item.State == operation.Succeeded && transfers == 0, isOnlyOperation && transfers > 1,
		item.State != operation.Succeeded && transfers > 0 && isOnlyOperation:
		t.Errorf("%s: %s was transferred %d times, but its item is %+v", where, id, transfers, item)
	}
	if _, pending, err := s.Store.ReadTransfer(t.Context(), id); err != nil || pending != nil {
		t.Errorf("%s: the pending transfer of %s is %+v, %v; want none", where, id, pending, err)
	}
}
