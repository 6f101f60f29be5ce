package operation_test

import (
	"errors"
	"testing"
	"time"

	"tenantry/shared/fault"
	"tenantry/shared/flowtest"
	"tenantry/shared/operation"
	"tenantry/shared/request"
)

// An operation with a time that JSON cannot contain would break every list of operations.
func TestAcceptRejectsStartAfterYear9999(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 1, 1)
	startAt := time.Date(9999, 12, 31, 23, 59, 59, 0, time.FixedZone("", -86340)) // in the year 10000 in UTC
	for _, dryRun := range []bool{false, true} {
		input := operation.NewOperation{Items: mixedItems(s), StartAt: &startAt, DryRun: dryRun}
		_, err := acceptor(s).Accept(t.Context(), s.Caller(s.North), request.Metadata{}, operation.Suspend, input)
		wantFault(t, err, fault.InvalidRequest, "/suspendAt")
		if refusal, _ := errors.AsType[*fault.Fault](err); refusal != nil && refusal.Fields[0].Code != "out-of-range" {
			t.Errorf("dry run %v: error %v, want out-of-range", dryRun, err)
		}
	}
}

// Clocks differ, and requests take time: a start time that has just passed means now.
func TestAcceptStartsAtOnceIfStartHasJustPassed(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 1, 2)
	for age, isAccepted := range map[time.Duration]bool{0: true, 50 * time.Second: true, 2 * time.Minute: false} {
		startAt := s.Now().Add(-age)
		input := operation.NewOperation{Items: mixedItems(s), StartAt: &startAt}
		accepted, err := acceptor(s).Accept(t.Context(), s.Caller(s.North), request.Metadata{}, operation.Suspend, input)
		if isAccepted != (err == nil) || !isAccepted && !fault.Is(err, fault.InvalidRequest) {
			t.Errorf("start %s ago: error %v, want accepted: %v", age, err, isAccepted)
		}
		if isAccepted && !(flowtest.Engine{Scene: s, MaxSweeps: 1}).Run(accepted.ID) {
			t.Errorf("start %s ago: the operation has not ended, so it did not start at once", age)
		}
	}
}
