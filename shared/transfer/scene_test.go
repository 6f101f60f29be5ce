package transfer_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/flowtest"
	"tenantry/shared/hosting"
	"tenantry/shared/operation"
	"tenantry/shared/plan"
	"tenantry/shared/request"
)

// sizes are how many subscriptions go at once: all of a customer's, or hardly any, so that the others follow page by page.
var sizes = map[string]int{"at once": 0, "page by page": 1}

// scene is three customers of North with all that customers have, and plans of South, of the administrator, and for resellers.
type scene struct {
	*flowtest.Scene

	south, own, reseller plan.ID
	others               []string // operations that disturb
}

func newScene(t *testing.T, seed uint64, few int) *scene {
	t.Helper()
	s := *scenes.Get(seed, func() *scene { return makeScene(t, seed) })
	s.Scene = s.Fork(t)
	s.MaxPerTransaction = few
	return &s
}

var scenes flowtest.Cache[uint64, *scene]

func makeScene(t *testing.T, seed uint64) *scene {
	t.Helper()
	s := &scene{Scene: flowtest.New(t, seed, 3)}
	for _, id := range s.Customers {
		s.AddHosting(id)
	}
	s.south = s.plan(t, s.South, plan.ServicePrefix, map[string]int64{"disk_space": 70})
	s.own = s.plan(t, s.Admin, plan.ServicePrefix, map[string]int64{"disk_space": 30})
	s.reseller = s.plan(t, s.Admin, plan.ResellerPrefix, map[string]int64{"max_cl": 3})
	return s
}

func (s *scene) plan(t *testing.T, of account.ID, prefix string, allotments map[string]int64) plan.ID {
	t.Helper()
	name := "plan"
	made, err := plan.Keeper{Prefix: prefix, Store: s.Store, NewID: s.IDs.New, Now: s.Now}.Create(t.Context(), s.Caller(of), request.Metadata{}, plan.Wanted{
		Name: &name, Allotments: allotments,
	})
	if err != nil {
		t.Fatal(err)
	}
	return made.ID
}

// flow is a conversion or a move of customers.
type flow struct {
	kind operation.Kind
	to   func(s *scene) account.ID
	plan func(s *scene) string
}

func custom(*scene) string { return plan.Custom }

// flows are all that is done to customers here.
var flows = map[string]flow{
	"to South":              {operation.Move, func(s *scene) account.ID { return s.South }, custom},
	"to South on a plan":    {operation.Move, func(s *scene) account.ID { return s.South }, func(s *scene) string { return string(s.south) }},
	"to the administrator":  {operation.Move, func(*scene) account.ID { return account.AdministratorOwner }, custom},
	"to a reseller":         {operation.Convert, func(*scene) account.ID { return "" }, custom},
	"to one on a plan":      {operation.Convert, func(*scene) account.ID { return "" }, func(s *scene) string { return string(s.reseller) }},
	"to the administrators": {operation.Move, func(*scene) account.ID { return account.AdministratorOwner }, func(s *scene) string { return string(s.own) }},
}

// accept asks for a flow of some customers.
func (f flow) accept(s *scene, ids ...account.ID) string {
	input := operation.NewOperation{Parameters: operation.Parameters{NewOwner: f.to(s)}}
	for _, id := range ids {
		input.Items = append(input.Items, operation.Item{Customer: id, Plan: f.plan(s)})
	}
	return s.Accept(s.Admin, f.kind, input).ID
}

func (s *scene) run(t *testing.T, id string, seed uint64) {
	t.Helper()
	if !(flowtest.Engine{Scene: s.Scene, Seed: seed}).Run(id) {
		t.Fatal("the operation does not end")
	}
}

// dump is everything that is kept, but for what tells of the attempts that were needed.
func (s *scene) dump() []string {
	return slices.DeleteFunc(s.Store.Dump(), func(line string) bool {
		return strings.Contains(line, string(event.OperationStarted))
	})
}

var (
	planLine         = regexp.MustCompile(`^plan (\S+) of (\S+): (\d+) on it, (\d+) follow it$`)
	subscriptionLine = regexp.MustCompile(`^subscription (\S+) of (\S+): (\S*), \d+ websites`)
)

// balanced holds all counts against what is there: of each reseller, of each plan; and no subscription is on a plan of somebody else.
func (s *scene) balanced(t *testing.T, where string) {
	t.Helper()
	hosts := map[string]string{}
	for _, id := range append([]account.ID{s.North, s.South}, s.Customers...) {
		found, err := s.Store.ReadAccount(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if found == nil {
			continue
		}
		hosts[string(id)] = string(found.Owner)
		if found.Kind != account.Reseller {
			continue
		}
		hosts[string(id)] = string(id)
		counts, err := hosting.Reconcile{Store: s.Store}.Run(t.Context(), "", hosting.ReconcileRequest{Reseller: id})
		if err != nil || !counts.InOrder {
			t.Errorf("%s: counts of %s: %+v, %v", where, id, counts, err)
		}
	}
	uses, owners := map[string]string{}, map[string]string{"": ""}
	on, hosted := map[string]int{}, [][]string{}
	for _, line := range s.dump() {
		if found := planLine.FindStringSubmatch(line); found != nil && strings.HasPrefix(found[1], plan.ServicePrefix) {
			uses[found[1]], owners[found[1]] = found[3]+" "+found[4], found[2]
		}
		if found := subscriptionLine.FindStringSubmatch(line); found != nil {
			on[found[3]]++
			hosted = append(hosted, found)
		}
	}
	for _, found := range hosted {
		if owner := owners[found[3]]; found[3] != "" && owner != hosts[found[2]] {
			t.Errorf("%s: %s is on a plan of %s, hosted by %s", where, found[1], owner, hosts[found[2]])
		}
	}
	for id, counted := range uses {
		if want := fmt.Sprintf("%d %d", on[id], on[id]); counted != want {
			t.Errorf("%s: plan %s has %s on it, counted %s", where, id, want, counted)
		}
	}
}
