// Package kill kills the processes of a local stack with SIGKILL while operations run, and checks that each operation
// ends exactly: every item is done once, and the counts are right. No test asserts durations; run.sh prints how long
// each recovery took.
package kill

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// kills are what the tests kill, in this order. Ministack comes first: the welcome mails of the customers, which were
// just created, are in its queue.
var kills = []struct {
	name string
	kill func(*stack, *testing.T)
}{
	{"ministack", (*stack).killMinistack},
	{"dynoxide", (*stack).killDynoxide},
	{"the functions", (*stack).killFunctions},
	{"the supervisor", (*stack).killSupervisor},
	{"all processes", (*stack).killAll},
}

const (
	bulkSize     = 200 // customers that an operation suspends
	resellerSize = 40  // customers of a reseller that is removed
)

func TestOperationsEndExactlyAfterKill(t *testing.T) {
	s := openStack(t)
	watch := s.watchMails(t)
	customers := s.createCustomers(t, "bulk", "", bulkSize)
	for _, k := range kills {
		t.Run("200 customers are suspended, killed: "+k.name, func(t *testing.T) {
			s.testSuspension(t, customers, k.name, k.kill)
		})
	}
	for i, k := range kills {
		t.Run("a reseller is removed, killed: "+k.name, func(t *testing.T) {
			s.testRemoval(t, fmt.Sprint("reseller", i), k.name, k.kill)
		})
	}
	s.wantActive(t, customers)
	s.wantWelcomeMails(t, watch, customers)
}

// testSuspension kills a part of the stack while an operation suspends customers. Afterwards it activates them again.
func (s *stack) testSuspension(t *testing.T, customers []string, name string, kill func(*stack, *testing.T)) {
	started := s.startBulk(t, "suspend", customers)
	eventually(t, "some customers are suspended", func() bool { return s.count("status=suspended") >= bulkSize/20 })
	s.killAndWait(t, "suspension", name, started, kill, func() int { return s.count("status=suspended") })
	s.wantSuspendedOnce(t, started, customers)
	s.waitUntilEnded(t, s.startBulk(t, "activate", customers))
}

// testRemoval kills a part of the stack while an operation removes a reseller with its customers.
func (s *stack) testRemoval(t *testing.T, login, name string, kill func(*stack, *testing.T)) {
	reseller := s.createAccount(t, "/v1/resellers", map[string]any{"login": login})
	customers := s.createCustomers(t, login, reseller, resellerSize)
	s.addSubscriptions(t, login, customers[:resellerSize/4])
	before := s.count("")
	started := s.startRemoval(t, reseller)
	eventually(t, "some customers are removed", func() bool {
		count := s.count("")
		return count >= 0 && count <= before-resellerSize/20
	})
	s.killAndWait(t, "removal", name, started, kill, func() int { return before - s.count("") })
	s.wantRemovedOnce(t, reseller, customers)
	if got := s.count(""); got != before-resellerSize {
		t.Errorf("%d customers are left, want %d", got, before-resellerSize)
	}
}

// killAndWait kills a part of the stack, and waits until the operation has ended. It records how many customers were
// done before.
func (s *stack) killAndWait(
	t *testing.T, what, name string, started operation, kill func(*stack, *testing.T), countDone func() int,
) {
	t.Helper()
	done, start := countDone(), time.Now()
	kill(s, t)
	restarted := time.Now()
	s.waitUntilEnded(t, started)
	line := fmt.Sprintf("%-10s killed: %-15s customers done: %3d", what, name, done)
	line += fmt.Sprintf("  stack started again: %4.1f s", restarted.Sub(start).Seconds())
	s.record(t, line+fmt.Sprintf("  ended: %4.1f s after that", time.Since(restarted).Seconds()))
}

// record adds a line to the file that run.sh prints.
func (s *stack) record(t *testing.T, line string) {
	t.Helper()
	t.Log(line)
	file, err := os.OpenFile(filepath.Join(s.folder, "recoveries.txt"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := fmt.Fprintln(file, line); err != nil {
		t.Fatal(err)
	}
}

// wantActive checks that the removals have changed no other customer.
func (s *stack) wantActive(t *testing.T, customers []string) {
	t.Helper()
	concurrently(t, len(customers), func(i int) {
		var customer struct{ Status, Lifecycle string }
		if status := s.get("/v1/customers/"+customers[i], &customer); status != http.StatusOK ||
			customer.Status != "active" || customer.Lifecycle != "ready" {
			t.Errorf("%s: got %d %+v, want it active and ready", customers[i], status, customer)
		}
	})
}
