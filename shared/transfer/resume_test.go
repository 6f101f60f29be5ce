package transfer_test

import (
	"errors"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/flowtest"
	"tenantry/shared/operation"
	"tenantry/shared/request"
)

// An operation that was given up may leave a customer held, or with a pending transfer. Another operation of the same
// kind is accepted and completes the transfer.
func TestAbandonedTransferCanBeCompleted(t *testing.T) {
	t.Parallel()
	for name, f := range flows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			abandoned := 0
			for crashCall := 1; ; crashCall++ {
				s := newScene(t, 1, 1)
				customer := s.Customers[0]
				job := operation.Job{
					Caller: s.Caller(s.Admin),
					Operation: &operation.Operation{
						ID: "op_given_up", Kind: f.kind, Originator: s.Admin,
						Parameters: operation.Parameters{NewOwner: f.newOwner(s)},
					},
					Item: operation.Item{Customer: customer, Plan: f.plan(s)}, EventID: "evt_left",
				}
				s.Process.CrashAt(crashCall, false)
				err := s.Processors()[f.kind].Process(t.Context(), job)
				s.Process.Restart()
				if !errors.Is(err, flowtest.ErrCrashed) {
					break
				}
				if s.readAccount(t, customer).Lifecycle == account.Ready {
					continue
				}
				abandoned++
				s.completeTransfer(t, f, job, crashCall)
				s.wantCorrectCounts(t, name)
			}
			if abandoned == 0 {
				t.Error("the customer was ready after every crash, want it held or changed after some")
			}
		})
	}
}

// completeTransfer processes the item of an abandoned job in another operation and checks the customer.
func (s *scene) completeTransfer(t *testing.T, f flow, job operation.Job, crashCall int) {
	t.Helper()
	meta := request.Metadata{ID: "request"}
	accepted, err := s.acceptor().AcceptOne(t.Context(), job.Caller, meta, f.kind, job.Item, job.Operation.Parameters)
	if err != nil {
		t.Errorf("abandoned at call %d: the second operation is not accepted: %v", crashCall, err)
		return
	}
	s.run(t, accepted.ID, 1)
	customer, pending, err := s.Store.ReadTransfer(t.Context(), job.Item.Customer)
	if err != nil || pending != nil {
		t.Errorf("abandoned at call %d: the pending transfer is %+v, %v; want none", crashCall, pending, err)
	}
	if customer.Lifecycle != account.Ready || customer.Operation != "" ||
		(customer.Kind == account.Reseller) != (f.kind == operation.Convert) ||
		f.kind == operation.Move && customer.Owner != f.newOwner(s) {
		t.Errorf("abandoned at call %d: the customer is %+v, want it transferred", crashCall, customer)
	}
}
