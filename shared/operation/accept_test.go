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

// A time that cannot be shown is refused: an operation that had it would break every list that it is in.
func TestABeginningThatCannotBeWrittenIsRefused(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 1, 1)
	at := time.Date(9999, 12, 31, 23, 59, 59, 0, time.FixedZone("", -86340)) // in the year 10000 in UTC
	for _, dryRun := range []bool{false, true} {
		_, err := operation.Acceptor{Store: s.Store, Processors: s.Processors(), NewID: s.IDs.New, Now: s.Now}.Accept(
			t.Context(), s.Caller(s.North), request.Metadata{}, operation.Suspend, operation.NewOperation{Items: items(s), StartAt: &at, DryRun: dryRun})
		refused, _ := errors.AsType[*fault.Fault](err)
		if refused == nil || len(refused.Fields) != 1 || refused.Fields[0].Pointer != "/suspendAt" || refused.Fields[0].Code != "out-of-range" {
			t.Errorf("dry run %v: %v", dryRun, err)
		}
	}
}

// A date that has just passed is as good as now: clocks differ, and requests take their time.
func TestADateThatHasJustPassedIsNow(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 1, 2)
	for late, begins := range map[time.Duration]bool{0: true, 50 * time.Second: true, 2 * time.Minute: false} {
		at := s.Now().Add(-late)
		accept := operation.Acceptor{Store: s.Store, Processors: s.Processors(), NewID: s.IDs.New, Now: s.Now}
		made, err := accept.Accept(t.Context(), s.Caller(s.North), request.Metadata{}, operation.Suspend, operation.NewOperation{Items: items(s), StartAt: &at})
		if begins != (err == nil) || !begins && !fault.Is(err, fault.InvalidRequest) {
			t.Errorf("%s late: %v", late, err)
		}
		if begins && !(flowtest.Engine{Scene: s, MaxAttempts: 1}).Run(made.ID) {
			t.Errorf("%s late: it does not begin at once", late)
		}
	}
}
