package memory_test

import (
	"testing"
	"time"

	"tenantry/shared/memory"
	"tenantry/shared/storetest"
)

func TestContract(t *testing.T) {
	storetest.Run(t, func(_ testing.TB, now func() time.Time) storetest.Store { return memory.New(now) })
}
