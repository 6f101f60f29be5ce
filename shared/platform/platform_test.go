package platform_test

import (
	"testing"
	"time"

	"tenantry/shared/dynamo"
	"tenantry/shared/httpapi"
)

// A write in doubt may be looked for after the request's time has ended, and what was found must still be answered.
func TestTheReserveCoversALook(t *testing.T) {
	if left := httpapi.Reserve - dynamo.LookTimeout; left < time.Second {
		t.Errorf("%s are left for the answer", left)
	}
}
