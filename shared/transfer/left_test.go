package transfer_test

import (
	"errors"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/flowtest"
	"tenantry/shared/operation"
	"tenantry/shared/request"
)

// Of a customer that an operation has left half-way, whatever its step, the same is accepted again, alone too, and brings it to an end.
func TestWhatIsLeftHalfWayIsAskedForAgain(t *testing.T) {
	t.Parallel()
	for name, flow := range flows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			left := 0
			for call := 1; ; call++ {
				s := newScene(t, 1, 1)
				job := operation.Job{
					Caller:    s.Caller(s.Admin),
					Operation: &operation.Operation{ID: "op_given_up", Kind: flow.kind, Originator: s.Admin, Parameters: operation.Parameters{NewOwner: flow.to(s)}},
					Item:      operation.Item{Customer: s.Customers[0], Plan: flow.plan(s)}, EventID: "evt_left",
				}
				s.Process.CrashAt(call, false)
				err := s.Processors()[flow.kind].Process(t.Context(), job)
				s.Process.Restart()
				if !errors.Is(err, flowtest.ErrCrashed) {
					break
				}
				if is := s.Caller(s.Customers[0]).Account; is.Lifecycle == account.Ready {
					continue
				}
				left++
				accept := operation.Acceptor{Store: s.Store, Processors: s.Processors(), NewID: s.IDs.New, Now: s.Now}
				again, err := accept.AcceptOne(t.Context(), job.Caller, request.Metadata{ID: "request"}, flow.kind, job.Item, job.Operation.Parameters)
				if err != nil {
					t.Errorf("left at call %d: %v", call, err)
					continue
				}
				s.run(t, again.ID, 1)
				s.balanced(t, name)
				if _, pending, err := s.Store.ReadTransfer(t.Context(), s.Customers[0]); err != nil || pending != nil {
					t.Errorf("left at call %d: %+v is kept, %v", call, pending, err)
				}
				of := s.Caller(s.Customers[0]).Account
				if of.Lifecycle != account.Ready || of.Operation != "" || (of.Kind == account.Reseller) != (flow.kind == operation.Convert) || flow.kind == operation.Move && of.Owner != flow.to(s) {
					t.Errorf("left at call %d: it is %+v", call, of)
				}
			}
			if left == 0 {
				t.Error("nothing is left half-way")
			}
		})
	}
}
