package story

import (
	"testing"
	"time"
)

// patience is the time that a slow machine gets for what the service normally does within a second.
const patience = 30 * time.Second

// eventually waits until the condition holds. It fails the test if the condition does not hold within patience.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	within(t, patience, what, condition)
}

// within waits until the condition holds. It fails the test if the condition does not hold within the limit.
func within(t *testing.T, limit time.Duration, what string, condition func() bool) {
	t.Helper()
	for waited := time.Duration(0); waited < limit; waited += limit / 150 {
		if condition() {
			return
		}
		time.Sleep(limit / 150)
	}
	t.Fatalf("waited %s in vain until %s", limit, what)
}
