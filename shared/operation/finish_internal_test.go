package operation

import (
	"testing"
	"time"

	"tenantry/shared/fault"
)

func TestEnding(t *testing.T) {
	t.Parallel()
	asked := time.Now()
	const three = 2*BatchSize + 1 // items make three batches
	for name, c := range map[string]struct {
		of    Operation
		state RunState
		ended bool
	}{
		"all succeeded":           {Operation{ListComplete: true, Total: three, StartedBatches: 3, FinishedBatches: 3, Succeeded: three}, Succeeded, true},
		"some failed":             {Operation{ListComplete: true, Total: three, StartedBatches: 3, FinishedBatches: 3, Succeeded: 5, Failed: three - 5}, PartiallyFailed, true},
		"all failed":              {Operation{ListComplete: true, Total: three, StartedBatches: 3, FinishedBatches: 3, Failed: three}, Failed, true},
		"there was nothing to do": {Operation{ListComplete: true}, Succeeded, true},
		"its list was refused":    {Operation{ListComplete: true, RefusalCode: fault.AccountSuspended}, Failed, true},
		"its list was cut off": {
			Operation{ListComplete: true, Total: 1, StartedBatches: 1, FinishedBatches: 1, Succeeded: 1, RefusalCode: fault.Forbidden}, PartiallyFailed, true,
		},
		"the list is not complete": {Operation{}, Running, false},
		"a batch has not begun":    {Operation{ListComplete: true, Total: three, StartedBatches: 2, FinishedBatches: 2, Succeeded: 200}, Running, false},
		"a batch is under way":     {Operation{ListComplete: true, Total: three, StartedBatches: 3, FinishedBatches: 2, Succeeded: 200}, Running, false},
		"cancelled while a batch is under way": {
			Operation{ListComplete: true, Total: three, StartedBatches: 2, FinishedBatches: 1, Succeeded: 100, CancelledAt: &asked}, Running, false,
		},
		"cancelled before all began": {Operation{ListComplete: true, Total: three, StartedBatches: 2, FinishedBatches: 2, Succeeded: 200, CancelledAt: &asked}, Cancelled, true},
		"cancelled in a batch": {
			Operation{ListComplete: true, Total: three, StartedBatches: 3, FinishedBatches: 3, Succeeded: 200, Cancelled: 1, CancelledAt: &asked}, Cancelled, true,
		},
		"cancelled too late":                    {Operation{ListComplete: true, Total: three, StartedBatches: 3, FinishedBatches: 3, Succeeded: three, CancelledAt: &asked}, Succeeded, true},
		"cancelled before its list is complete": {Operation{Total: ChunkSize, CancelledAt: &asked}, Cancelled, true},
	} {
		c.of.State = Running
		if state, ended := c.of.finalState(); state != c.state || ended != c.ended {
			t.Errorf("%s: %s %v, want %s %v", name, state, ended, c.state, c.ended)
		}
	}
}
