package transfer_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/operation"
	"tenantry/shared/request"
)

// acceptOne accepts the flow for the first customer, as a single move or conversion.
func (f flow) acceptOne(s *scene) (operation.AcceptResponse, error) {
	item := operation.Item{Customer: s.Customers[0], Plan: f.plan(s)}
	return s.AcceptOne(s.Admin, f.kind, item, operation.Parameters{NewOwner: f.newOwner(s)})
}

var lifecycles = map[operation.Kind]account.Lifecycle{
	operation.Move: account.Moving, operation.Convert: account.Converting,
}

// The customer shows what is done to it when the response arrives, before the workflow starts.
func TestAcceptedTransferShowsInLifecycle(t *testing.T) {
	t.Parallel()
	for name, f := range flows {
		for size, maxPerTransaction := range sizes {
			s := newScene(t, 1, maxPerTransaction)
			accepted, err := f.acceptOne(s)
			must(t, err)
			a := s.readAccount(t, s.Customers[0])
			if a.Lifecycle != lifecycles[f.kind] || a.Operation != accepted.ID || a.Status(s.Now()) != account.Active {
				t.Errorf("%s, %s: after the response the customer is %+v, want %s", name, size, a, lifecycles[f.kind])
			}
			if _, err := f.acceptOther(t, s); !fault.Is(err, fault.Busy) {
				t.Errorf("%s, %s: another operation returns %v, want busy", name, size, err)
			}
			s.run(t, accepted.ID, 1)
			if a := s.readAccount(t, s.Customers[0]); a.Lifecycle != account.Ready || a.Operation != "" {
				t.Errorf("%s, %s: after the operation the customer is %+v, want it ready", name, size, a)
			}
			if items := s.items(accepted.ID); items[0].State != operation.Succeeded {
				t.Errorf("%s, %s: item %+v, want it succeeded", name, size, items[0])
			}
			s.wantCorrectCounts(t, name)
		}
	}
}

// acceptOther accepts the flow once more, as another request.
func (f flow) acceptOther(t *testing.T, s *scene) (operation.AcceptResponse, error) {
	t.Helper()
	item := operation.Item{Customer: s.Customers[0], Plan: f.plan(s)}
	parameters := operation.Parameters{NewOwner: f.newOwner(s)}
	return s.acceptor().AcceptOne(t.Context(), s.Caller(s.Admin), request.Metadata{}, f.kind, item, parameters)
}

func TestSingleTransferEndsTheSameAfterCrash(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"move to a plan of South", "convert"} {
		for size, maxPerTransaction := range sizes {
			t.Run(name+", "+size, func(t *testing.T) {
				t.Parallel()
				testCrashes(t, 1, func(crashCall int, loseAnswer bool) (string, int) {
					s := newScene(t, 2, maxPerTransaction)
					s.Process.CrashAt(crashCall, loseAnswer)
					accepted, err := flows[name].acceptOne(s)
					must(t, err)
					s.run(t, accepted.ID, 2)
					calls := s.Process.Calls()
					s.wantCorrectCounts(t, fmt.Sprintf("crash at call %d (answer lost: %v)", crashCall, loseAnswer))
					return s.Describe(accepted.ID) + strings.Join(s.dump(), "\n"), calls
				})
			})
		}
	}
}

// A single transfer that has become impossible releases the customer.
func TestRefusedSingleTransferReleasesCustomer(t *testing.T) {
	t.Parallel()
	for size, maxPerTransaction := range sizes {
		s := newScene(t, 1, maxPerTransaction)
		before := s.readAccount(t, s.Customers[0])
		accepted, err := moveToSouth.acceptOne(s)
		must(t, err)
		s.Edit(s.South, event.LimitsChanged, func(a *account.Account) {
			a.Limits = &account.ResellerLimits{}
			a.Limits.Resources.Allotments = map[string]int64{"disk_space": 1}
		})
		s.run(t, accepted.ID, 1)
		if items := s.items(accepted.ID); items[0].Code != fault.LimitExceeded {
			t.Errorf("%s: item %+v, want limit-exceeded", size, items[0])
		}
		a := s.readAccount(t, s.Customers[0])
		if a.Lifecycle != account.Ready || a.Operation != "" || a.Owner != before.Owner {
			t.Errorf("%s: the customer is %+v, want it released", size, a)
		}
		s.wantCorrectCounts(t, size)
	}
}

// A single transfer that is cancelled before its first batch starts releases the customer.
func TestCancelledSingleTransferReleasesCustomer(t *testing.T) {
	t.Parallel()
	for name, f := range flows {
		s := newScene(t, 1, 0)
		before := slices.DeleteFunc(s.dumpWithoutHolds(), isAccountLine(s.Customers[0]))
		accepted, err := f.acceptOne(s)
		must(t, err)
		_, err = s.Canceller().Cancel(t.Context(), s.Caller(s.Admin), request.Metadata{}, accepted.ID)
		must(t, err)
		s.run(t, accepted.ID, 1)
		a := s.readAccount(t, s.Customers[0])
		after := slices.DeleteFunc(s.dumpWithoutHolds(), isAccountLine(s.Customers[0]))
		after = slices.DeleteFunc(after, func(line string) bool { return strings.HasPrefix(line, "event operation.") })
		if a.Lifecycle != account.Ready || a.Operation != "" || a.Owner != s.North || !slices.Equal(after, before) {
			t.Errorf("%s: the customer is %+v, want it as before; the store contains\n%s\nwant\n%s",
				name, a, strings.Join(after, "\n"), strings.Join(before, "\n"))
		}
	}
}

// isAccountLine reports whether a line of a dump describes an account itself.
func isAccountLine(id account.ID) func(line string) bool {
	return func(line string) bool { return strings.HasPrefix(line, "account "+string(id)) }
}

// Whatever others do while a single transfer is accepted and runs, the customer is transferred as its item says.
func TestSingleTransferIsConsistentAfterDisturbance(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"move to South", "convert to a reseller plan"} {
		for disturbance := range disturbances {
			t.Run(name+", "+disturbance, func(t *testing.T) {
				t.Parallel()
				for call := 1; ; call++ {
					if calls := runDisturbedOne(t, flows[name], call, disturbance); call > calls {
						break
					}
				}
			})
		}
	}
}

// runDisturbedOne transfers one customer, with a disturbance before one of the calls. It returns the number of calls.
func runDisturbedOne(t *testing.T, f flow, disturbedCall int, disturbance string) (calls int) {
	t.Helper()
	s, id := newScene(t, 4, 0), ""
	where := fmt.Sprintf("%s at call %d", disturbance, disturbedCall)
	s.disturbAt(t, disturbedCall, where, func() error { return disturbances[disturbance](t, s, id) })
	accepted, err := f.acceptOne(s)
	if id = accepted.ID; err == nil {
		s.run(t, id, 1)
	} else if fault.CodeOf(err) == "" || fault.Is(err, fault.Unavailable) {
		t.Errorf("%s: the request returns %v, want success or a refusal", where, err)
	}
	calls = s.Process.Calls()
	s.Process.BeforeCall = nil
	for _, other := range s.others {
		s.run(t, other, 3)
	}
	s.wantCorrectCounts(t, where)
	if err == nil {
		s.wantItemIsTrue(t, where, s.Customers[0], s.items(id)[0])
	}
	return calls
}
