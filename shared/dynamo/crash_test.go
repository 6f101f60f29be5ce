package dynamo_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/dynamo"
	"tenantry/shared/dynamotest"
	"tenantry/shared/event"
	"tenantry/shared/flowtest"
	"tenantry/shared/operation"
	"tenantry/shared/plan"
	"tenantry/shared/request"
)

// The tests of packages removal and transfer crash long work at every call, on the table in memory. These tests crash
// it at some calls on the storage emulator, whose responses must lead to the same result.

// crashFlow is an operation that a crash interrupts.
type crashFlow struct {
	originator        func(s *flowtest.Scene) account.ID
	kind              operation.Kind
	maxPerTransaction int // of the scene
	input             func(t *testing.T, s *flowtest.Scene) operation.NewOperation
}

func byNorth(s *flowtest.Scene) account.ID         { return s.North }
func byAdministrator(s *flowtest.Scene) account.ID { return s.Admin }

var crashFlows = map[string]crashFlow{
	// South is not North's customer, so its item fails.
	"removal": {byNorth, operation.Remove, 0, func(_ *testing.T, s *flowtest.Scene) operation.NewOperation {
		return operation.NewOperation{Items: []operation.Item{
			{Customer: s.Customers[0]}, {Customer: s.Customers[1]}, {Customer: s.South},
		}}
	}},
	"removal of a reseller whose customers get a new owner": {
		byAdministrator, operation.Remove, 0,
		func(_ *testing.T, s *flowtest.Scene) operation.NewOperation {
			return operation.NewOperation{
				Items:      []operation.Item{{Customer: s.North}},
				Parameters: operation.Parameters{AreResellers: true, NewOwner: s.South},
			}
		},
	},
	"move in one transaction": {
		byAdministrator, operation.Move, 0,
		func(_ *testing.T, s *flowtest.Scene) operation.NewOperation { return moveInput(s, plan.Custom) },
	},
	"move in many transactions": {
		byAdministrator, operation.Move, 1,
		func(t *testing.T, s *flowtest.Scene) operation.NewOperation {
			t.Helper()
			return moveInput(s, createCrashPlan(t, s, s.South, plan.ServicePrefix))
		},
	},
	"conversion in one transaction": {
		byAdministrator, operation.Convert, 0,
		func(t *testing.T, s *flowtest.Scene) operation.NewOperation {
			t.Helper()
			return operation.NewOperation{Items: customerItems(s, createCrashPlan(t, s, s.Admin, plan.ResellerPrefix))}
		},
	},
	"conversion in many transactions": {
		byAdministrator, operation.Convert, 1,
		func(_ *testing.T, s *flowtest.Scene) operation.NewOperation {
			return operation.NewOperation{Items: customerItems(s, plan.Custom)}
		},
	},
}

// customerItems returns items for a customer with hosting, which succeeds, and for a reseller, which fails.
func customerItems(s *flowtest.Scene, planID string) []operation.Item {
	return []operation.Item{{Customer: s.Customers[0], Plan: planID}, {Customer: s.South, Plan: planID}}
}

func moveInput(s *flowtest.Scene, planID string) operation.NewOperation {
	return operation.NewOperation{
		Items: customerItems(s, planID), Parameters: operation.Parameters{NewOwner: s.South},
	}
}

func createCrashPlan(t *testing.T, s *flowtest.Scene, owner account.ID, prefix string) string {
	t.Helper()
	name := "plan"
	plans := plan.Plans{Prefix: prefix, Store: s.Store, NewID: s.IDs.New, Now: s.Now}
	created, err := plans.Create(t.Context(), s.Caller(owner), request.Metadata{}, plan.Input{Name: &name})
	if err != nil {
		t.Fatal(err)
	}
	return string(created.ID)
}

// crashSeeds numbers the scenes. The emulator knows the tokens of transactions across all tables, and tokens contain
// ids, so each scene needs ids of its own.
var crashSeeds atomic.Uint64

// run runs the flow in a process that crashes at a call. It returns the result, in which numbers replace the ids, and
// the number of calls.
func (f crashFlow) run(t *testing.T, crashCall int, loseAnswer bool) (result string, calls int) {
	t.Helper()
	table := dynamo.NewEmulatedTable(t)
	open := func(now func() time.Time) *dynamotest.Store { return dynamotest.On(table, table.Name, now) }
	s := flowtest.NewOn(t, open, crashSeeds.Add(1), 2)
	s.MaxPerTransaction = f.maxPerTransaction
	s.AddHosting(s.Customers[0])
	input := f.input(t, s)
	numbers := numberIDs(s.Store.Dump())
	s.Process.CrashAt(crashCall, loseAnswer)
	id := s.Accept(f.originator(s), f.kind, input).ID
	if !(flowtest.Engine{Scene: s}).Run(id) {
		t.Fatalf("crash at call %d (answer lost: %v): the operation does not end", crashCall, loseAnswer)
	}
	calls = s.Process.Calls()
	expectCorrectCounts(t, s)
	lines := slices.DeleteFunc(s.Store.Dump(), func(line string) bool {
		return strings.Contains(line, string(event.OperationStarted))
	})
	lines = append(lines, s.Storage.Keys()...)
	for _, customer := range s.Customers {
		lines = append(lines, fmt.Sprintf("%d items mention %s", s.Store.Mentions(string(customer)), customer))
	}
	for i, line := range lines {
		lines[i] = newID.ReplaceAllString(numbers.Replace(line), "_new")
	}
	slices.Sort(lines)
	return numbers.Replace(s.Describe(id)) + strings.Join(lines, "\n"), calls
}

var (
	anyID = regexp.MustCompile(`[a-z]+_[0-9A-Z]{26}`)
	newID = regexp.MustCompile(`_[0-9A-Z]{26}`)
)

// numberIDs returns a replacer of the ids in a dump, and of the names that are made from them. It numbers the ids in
// the order of their creation.
func numberIDs(dump []string) *strings.Replacer {
	ids := anyID.FindAllString(strings.Join(dump, "\n"), -1)
	slices.SortFunc(ids, func(a, b string) int { return strings.Compare(randomPart(a), randomPart(b)) })
	var pairs []string
	for i, id := range slices.Compact(ids) {
		prefix := strings.TrimSuffix(id, randomPart(id))
		pairs = append(pairs, id, fmt.Sprint(prefix, i), strings.ToLower(randomPart(id)), fmt.Sprint("name", i))
	}
	return strings.NewReplacer(pairs...)
}

func randomPart(id string) string { return id[strings.Index(id, "_")+1:] }

// expectCorrectCounts checks the counts of all resellers against the objects that exist.
func expectCorrectCounts(t *testing.T, s *flowtest.Scene) {
	t.Helper()
	for _, id := range append([]account.ID{s.North, s.South}, s.Customers...) {
		a, err := s.Store.ReadAccount(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if a == nil || a.Kind != account.Reseller {
			continue
		}
		counts, err := s.Store.Reconcile(t.Context(), id)
		if err != nil || !counts.InOrder {
			t.Errorf("counts of %s: %+v, error %v; want correct counts", id, counts, err)
		}
	}
}

func TestCrashedOperationEndsTheSame(t *testing.T) {
	t.Parallel()
	const crashes = 6 // of each flow
	for name, flow := range crashFlows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, calls := flow.run(t, 0, false)
			for call, loseAnswer := 1, false; call <= calls; call, loseAnswer = call+calls/crashes+1, !loseAnswer {
				got, _ := flow.run(t, call, loseAnswer)
				if got != want {
					t.Errorf("crash at call %d of %d (answer lost: %v): result\n%s\nwant, as without a crash:\n%s",
						call, calls, loseAnswer, got, want)
				}
			}
		})
	}
}
