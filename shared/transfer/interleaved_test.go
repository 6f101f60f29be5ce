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

// disturbances are what others do to the first customer, or to what it has, while it is moved or converted. North does what it may,
// as a request that begins at that moment.
var disturbances = map[string]func(t *testing.T, s *scene, id string) error{
	"it is suspended": func(t *testing.T, s *scene, _ string) error {
		_, err := s.AccountChanger().Suspend(t.Context(), s.Caller(s.North), request.Metadata{}, string(s.Customers[0]), account.HoldInput{})
		return err
	},
	"it is activated": func(t *testing.T, s *scene, _ string) error {
		_, err := s.AccountChanger().Activate(t.Context(), s.Caller(s.Admin), request.Metadata{}, string(s.Customers[0]), "")
		return err
	},
	"a subscription is created": func(t *testing.T, s *scene, _ string) error {
		_, err := s.hosting().Create(t.Context(), s.Caller(s.North), request.Metadata{}, string(s.Customers[0]), hosting.NewSubscription{Domain: "late.example", ServicePlan: plan.Custom})
		return err
	},
	"a subscription is removed": func(t *testing.T, s *scene, _ string) error {
		return s.hosting().Remove(t.Context(), s.Caller(s.North), request.Metadata{}, s.first(t).ID)
	},
	"a subscription is suspended": func(t *testing.T, s *scene, _ string) error {
		_, err := s.hosting().Suspend(t.Context(), s.Caller(s.North), request.Metadata{}, s.first(t).ID, account.HoldInput{})
		return err
	},
	"a subscription is put on no plan": func(t *testing.T, s *scene, _ string) error {
		_, err := s.hosting().ChangePlan(t.Context(), s.Caller(s.North), request.Metadata{}, s.first(t).ID, plan.Custom, nil)
		return err
	},
	"its old plan grows": func(t *testing.T, s *scene, _ string) error {
		id := s.first(t).Plan
		if id == "" || id == s.south || id == s.own {
			return nil // it has come to its new owner
		}
		return s.grow(t, s.North, id)
	},
	"the new plan grows": func(t *testing.T, s *scene, _ string) error { return s.grow(t, s.South, s.south) },
	"another plan grows": func(t *testing.T, s *scene, _ string) error { return s.grow(t, s.Admin, s.own) },
	"it is removed": func(t *testing.T, s *scene, _ string) error {
		return s.also(t, operation.Remove, operation.Parameters{})
	},
	"it is converted too": func(t *testing.T, s *scene, _ string) error {
		return s.also(t, operation.Convert, operation.Parameters{})
	},
	"it is moved too": func(t *testing.T, s *scene, _ string) error {
		return s.also(t, operation.Move, operation.Parameters{NewOwner: account.AdministratorOwner})
	},
	"the operation is cancelled": func(t *testing.T, s *scene, id string) error {
		if id == "" {
			return nil
		}
		_, err := s.Canceller().Cancel(t.Context(), s.Caller(s.Admin), request.Metadata{}, id)
		return err
	},
	"the process dies": func(_ *testing.T, s *scene, _ string) error {
		s.Process.Kill()
		return nil
	},
	"another worker does the batch": func(t *testing.T, s *scene, id string) error {
		t.Helper()
		batches := operation.BatchRunner{Store: s.Store, Processors: s.Processors(), Width: 1, Now: s.Now}
		return batches.Run(t.Context(), operation.BatchRequest{ExecutionInput: operation.ExecutionInput{Operation: id, Attempt: 1}})
	},
	"another worker does the items": func(t *testing.T, s *scene, id string) error {
		t.Helper()
		return flowtest.Engine{Scene: s.Scene}.RunUnfinishedBatch(operation.BatchRequest{ExecutionInput: operation.ExecutionInput{Operation: id, Attempt: 1}})
	},
	"the new owner goes": func(t *testing.T, s *scene, id string) error {
		if id == "" {
			return nil // nobody is moved to it
		}
		return s.alsoOf(t, s.South, operation.Remove, operation.Parameters{AreResellers: true})
	},
	"the old owner goes": func(t *testing.T, s *scene, _ string) error {
		return s.alsoOf(t, s.North, operation.Remove, operation.Parameters{AreResellers: true})
	},
}

func (s *scene) hosting() hosting.Subscriptions {
	return hosting.Subscriptions{Store: s.Store, NewID: s.IDs.New, Now: s.Now}
}

// first is the first of the first customer's subscriptions that is there.
func (s *scene) first(t *testing.T) hosting.Subscription {
	t.Helper()
	found, _, err := s.Store.ListSubscriptions(t.Context(), s.Customers[0], "", 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 {
		return hosting.Subscription{ID: "sub_gone"}
	}
	return found[0]
}

func (s *scene) grow(t *testing.T, by account.ID, id plan.ID) error {
	if found, err := s.Store.ReadAccount(t.Context(), by); err != nil || found == nil {
		return err
	}
	keeper := plan.Keeper{Prefix: plan.ServicePrefix, Store: s.Store, NewID: s.IDs.New, Now: s.Now}
	_, err := keeper.Edit(t.Context(), s.Caller(by), request.Metadata{}, id, plan.Wanted{Allotments: map[string]int64{"disk_space": 1000}})
	return err
}

func (s *scene) also(t *testing.T, kind operation.Kind, order operation.Parameters) error {
	t.Helper()
	return s.alsoOf(t, s.Customers[0], kind, order)
}

func (s *scene) alsoOf(t *testing.T, id account.ID, kind operation.Kind, order operation.Parameters) error {
	t.Helper()
	accept := operation.Acceptor{Store: s.Store, Processors: s.Processors(), NewID: s.IDs.New, Now: s.Now}
	made, err := accept.Accept(t.Context(), s.Caller(s.Admin), request.Metadata{ID: "other"}, kind, operation.NewOperation{
		Items: []operation.Item{{Customer: id}}, Parameters: order,
	})
	if err == nil {
		s.others = append(s.others, made.ID)
		flowtest.Engine{Scene: s.Scene, Seed: 3, MaxAttempts: 1}.Run(made.ID) // as far as it comes now
	}
	return err
}

func TestWhatOthersDoMeanwhileLeavesASerialOrder(t *testing.T) {
	t.Parallel()
	for name, f := range flows {
		for size, few := range sizes {
			for disturbance := range disturbances {
				t.Run(name+" "+size+", "+disturbance, func(t *testing.T) {
					t.Parallel()
					for at := 1; ; at++ {
						if calls := disturbed(t, f, few, at, disturbance); at > calls {
							break
						}
					}
				})
			}
		}
	}
}

// disturbed runs a flow of two customers with a disturbance before one of its calls.
func disturbed(t *testing.T, f flow, few, at int, disturbance string) (calls int) {
	t.Helper()
	s, id := newScene(t, 4, few), ""
	where := fmt.Sprintf("%s at call %d", disturbance, at)
	s.Process.CrashAt(0, false)
	s.Process.BeforeCall = func(call int) {
		if call != at {
			return
		}
		if err := disturbances[disturbance](t, s, id); err != nil && fault.CodeOf(err) == "" || fault.Is(err, fault.Unavailable) {
			t.Errorf("%s: %v", where, err)
		}
	}
	id = f.accept(s, s.Customers[0], s.Customers[1])
	s.run(t, id, 1)
	calls = s.Process.Calls()
	s.Process.BeforeCall = nil
	for _, other := range s.others {
		s.run(t, other, 3)
	}
	s.balanced(t, where)
	outcomes := s.Items(&operation.Operation{ID: id, Originator: s.Admin})
	for i, customer := range s.Customers[:2] {
		s.honest(t, where, f, customer, outcomes[i])
	}
	return calls
}

// honest expects of a customer what its item says, as long as it is there: it was taken over, or is what it was; and that nothing holds it.
func (s *scene) honest(t *testing.T, where string, f flow, id account.ID, outcome operation.ItemView) {
	t.Helper()
	found, err := s.Store.ReadAccount(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	taken := 0
	for _, happened := range s.Trail(id) {
		if happened.Name == event.CustomerMoved || happened.Name == event.CustomerConverted {
			taken++
		}
	}
	switch {
	case outcome.State == operation.Pending:
		t.Errorf("%s: the item is not done", where)
	case found == nil:
		return
	case found.Lifecycle != account.Ready || found.Operation != "":
		t.Errorf("%s: %s is %s by %s", where, id, found.Lifecycle, found.Operation)
	case outcome.State == operation.Succeeded && taken == 0, len(s.others) == 0 && taken > 1:
		t.Errorf("%s: %s was taken over %d times, the item says %+v", where, id, taken, outcome)
	case outcome.State != operation.Succeeded && taken > 0 && len(s.others) == 0:
		t.Errorf("%s: %s was taken over, the item says %+v", where, id, outcome)
	}
	if _, pending, err := s.Store.ReadTransfer(t.Context(), id); err != nil || pending != nil {
		t.Errorf("%s: %s keeps %+v, %v", where, id, pending, err)
	}
}
