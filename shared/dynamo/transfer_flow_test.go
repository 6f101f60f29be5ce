package dynamo

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/flowtest"
	"tenantry/shared/hosting"
	"tenantry/shared/operation"
	"tenantry/shared/plan"
	"tenantry/shared/request"
)

// transfers are flows that give subscriptions another host.
var transfers = map[string]struct {
	kind   operation.Kind
	few    int
	wanted func(s *flowtest.Scene, to, given string) operation.NewOperation
}{
	"a move at once": {operation.Move, 0, func(s *flowtest.Scene, _, _ string) operation.NewOperation {
		return operation.NewOperation{Items: each(s, plan.Custom), Parameters: operation.Parameters{NewOwner: s.South}}
	}},
	"a move page by page": {operation.Move, 1, func(s *flowtest.Scene, to, _ string) operation.NewOperation {
		return operation.NewOperation{Items: each(s, to), Parameters: operation.Parameters{NewOwner: s.South}}
	}},
	"a conversion at once": {operation.Convert, 0, func(s *flowtest.Scene, _, given string) operation.NewOperation {
		return operation.NewOperation{Items: each(s, given)}
	}},
	"a conversion page by page": {operation.Convert, 1, func(s *flowtest.Scene, _, _ string) operation.NewOperation {
		return operation.NewOperation{Items: each(s, plan.Custom)}
	}},
	"a removal that leaves customers": {operation.Remove, 0, func(s *flowtest.Scene, _, _ string) operation.NewOperation {
		return operation.NewOperation{Items: []operation.Item{{Customer: s.North}}, Parameters: operation.Parameters{AreResellers: true, NewOwner: s.South}}
	}},
}

func each(s *flowtest.Scene, to string) []operation.Item {
	return []operation.Item{{Customer: s.Customers[0], Plan: to}, {Customer: s.South, Plan: to}}
}

// transferFlow runs a flow in a process that dies at a call, and tells how that ends and how many calls it takes.
func transferFlow(t *testing.T, name string, at int, after bool) (ending string, calls int) {
	t.Helper()
	f := transfers[name]
	s := flowtest.New(t, openMortal, flows.Add(1), 2)
	s.MaxPerTransaction = f.few
	s.AddHosting(s.Customers[0])
	to, given := planOf(t, s, s.South, plan.ServicePrefix), planOf(t, s, s.Admin, plan.ResellerPrefix)
	input := f.wanted(s, to, given)
	s.Process.CrashAt(at, after)
	id := s.Accept(s.Admin, f.kind, input).ID
	if !(flowtest.Engine{Scene: s}).Run(id) {
		t.Fatalf("killed at call %d (answer lost: %v): it does not end", at, after)
	}
	calls = s.Process.Calls()
	store, _ := s.Store.(*Store)
	names := []string{string(s.Admin), "admin", string(s.North), "north", string(s.South), "south", to, "to", given, "given"}
	ending = s.Describe(id)
	for i, customer := range s.Customers {
		names = append(names, string(customer), fmt.Sprint("customer ", i))
		ending += hostedBy(t, store, customer)
	}
	ending += hostedBy(t, store, s.North) + hostedBy(t, store, s.South)
	plans, err := s.Store.ReadPlans(t.Context(), []plan.ID{plan.ID(to), plan.ID(given)})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(plans, func(a, b plan.Plan) int { return strings.Compare(string(b.ID), string(a.ID)) })
	for i := range plans {
		ending += fmt.Sprintf("plan %s: %d on it, %d follow it\n", plans[i].ID, plans[i].Uses, plans[i].Synced)
	}
	return strings.NewReplacer(names...).Replace(ending), calls
}

func planOf(t *testing.T, s *flowtest.Scene, of account.ID, prefix string) string {
	t.Helper()
	name := "plan"
	made, err := plan.Keeper{Prefix: prefix, Store: s.Store, NewID: s.IDs.New, Now: s.Now}.Create(t.Context(), s.Caller(of), request.Metadata{}, plan.Wanted{Name: &name})
	if err != nil {
		t.Fatal(err)
	}
	return string(made.ID)
}

// hostedBy tells what an account has, what it has given, whether both agree, and how many rows tell of it.
func hostedBy(t *testing.T, store *Store, of account.ID) (told string) {
	t.Helper()
	found, pending, err := store.ReadTransfer(t.Context(), of)
	if err != nil || pending != nil {
		t.Errorf("a transfer is kept: %+v, %v", pending, err)
	}
	if found == nil {
		return fmt.Sprintf("%s is gone, %d rows tell of it\n", of, rowsAbout(t, store, of))
	}
	subscriptions, _, err := store.ListSubscriptions(t.Context(), of, "", 100)
	if err != nil || int64(len(subscriptions)) != found.Subscriptions {
		t.Errorf("%d subscriptions of %d, %v", len(subscriptions), found.Subscriptions, err)
	}
	for i := range subscriptions {
		has := &subscriptions[i]
		told += fmt.Sprintf("%s has one on %q, %s, %v, %d websites\n", of, has.Plan, has.Link, has.Resources, has.Websites)
	}
	if found.Kind != account.Reseller {
		return told + fmt.Sprintf("%d rows tell of %s\n", rowsAbout(t, store, of), of)
	}
	counts, err := hosting.Reconcile{Store: store}.Ask(t.Context(), "", hosting.Question{Reseller: of})
	if err != nil || !counts.InOrder {
		t.Errorf("counts of %s: %+v, %v", of, counts, err)
	}
	return told + fmt.Sprintf("%s has given %+v\n", of, counts.Counted)
}

// The stand-in is killed at every call; here some are enough to see that the storage's own answers lead there too.
func TestAKilledTransferEndsTheSame(t *testing.T) {
	t.Parallel()
	for name := range transfers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, calls := transferFlow(t, name, 0, false)
			step := calls/7 + 1
			for at, after := 1, false; at <= calls; at, after = at+step, !after {
				t.Run(fmt.Sprintf("call %d, answer lost %v", at, after), func(t *testing.T) {
					t.Parallel()
					if got, _ := transferFlow(t, name, at, after); got != want {
						t.Errorf("of %d calls:\n%s\nwithout a death:\n%s", calls, got, want)
					}
				})
			}
		})
	}
}
