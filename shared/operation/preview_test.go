package operation_test

import (
	"testing"
	"time"

	"tenantry/shared/event"
	"tenantry/shared/flowtest"
	"tenantry/shared/operation"
)

// Who asks what a suspension at a date would do is told now, however many customers it is about.
func TestAPreviewDoesNotWaitForTheDate(t *testing.T) {
	t.Parallel()
	s := flowtest.New(t, 1, 3)
	at := s.Now().Add(48 * time.Hour)
	made := s.Accept(s.North, operation.Suspend, operation.NewOperation{Filter: &operation.Filter{}, StartAt: &at, DryRun: true})
	if made.StartAt != nil {
		t.Errorf("it is to begin at %v", made.StartAt)
	}
	for _, happened := range s.Trail(s.North) {
		if happened.Subject == made.ID && happened.Name != event.OperationStarted {
			t.Errorf("the trail tells %s", happened.Name)
		}
	}
	if !(flowtest.Engine{Scene: s, Seed: 1, MaxAttempts: 1}).Run(made.ID) {
		t.Error("it does not end at once")
	}
}
