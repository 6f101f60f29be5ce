package operation_test

import (
	"testing"
	"time"

	"tenantry/shared/event"
	"tenantry/shared/flowtest"
	"tenantry/shared/operation"
)

// A preview starts at once, even if the operation itself would start later.
func TestPreviewIgnoresStartTime(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 1, 3)
	startAt := s.Now().Add(48 * time.Hour)
	input := operation.NewOperation{Filter: &operation.Filter{}, StartAt: &startAt, DryRun: true}
	preview := s.Accept(s.North, operation.Suspend, input)
	if preview.StartAt != nil {
		t.Errorf("the preview starts at %v, want at once", preview.StartAt)
	}
	for _, entry := range s.Trail(s.North) {
		if entry.Subject == preview.ID && entry.Name != event.OperationStarted {
			t.Errorf("the trail contains %s, want only %s", entry.Name, event.OperationStarted)
		}
	}
	if !(flowtest.Engine{Scene: s, Seed: 1, MaxSweeps: 1}).Run(preview.ID) {
		t.Error("the preview has not ended in its first attempt")
	}
}
