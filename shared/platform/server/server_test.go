package server_test

import (
	"testing"
	"time"

	"tenantry/shared/dynamo"
	"tenantry/shared/httpapi"
)

// The store may look for the outcome of a write after the request's deadline. After that the response must still be
// sent.
func TestReserveCoversTheLookForAnOutcome(t *testing.T) {
	if left := httpapi.Reserve - dynamo.LookTimeout; left < time.Second {
		t.Errorf("%s are left for the response, want a second", left)
	}
}
