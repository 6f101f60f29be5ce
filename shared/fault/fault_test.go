package fault_test

import (
	"testing"

	"tenantry/shared/fault"
)

func TestCount(t *testing.T) {
	for n, want := range map[int64]string{0: "0 customers", 1: "1 customer", 2: "2 customers"} {
		if got := fault.Count(n, "customer"); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
}
