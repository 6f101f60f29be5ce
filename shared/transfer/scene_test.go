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

// sizes are values of Scene.MaxPerTransaction: a customer is transferred in one transaction, or in as many as possible.
var sizes = map[string]int{"one transaction": 0, "many transactions": 1}

// scene has three customers of North with hosting, and plans.
type scene struct {
	*flowtest.Scene

	southPlan    plan.ID  // a service plan of South
	adminPlan    plan.ID  // a service plan of the administrator
	resellerPlan plan.ID  // of the administrator
	others       []string // other operations, which disturb the tested one
}

func newScene(t *testing.T, seed uint64, maxPerTransaction int) *scene {
	t.Helper()
	s := *scenes.Get(seed, func() *scene { return createScene(t, seed) })
	s.Scene = s.Fork(t)
	s.MaxPerTransaction = maxPerTransaction
	return &s
}

var scenes flowtest.Cache[uint64, *scene]

func createScene(t *testing.T, seed uint64) *scene {
	t.Helper()
	s := &scene{Scene: flowtest.New(t, seed, 3)}
	for _, id := range s.Customers {
		s.AddHosting(id)
	}
	s.southPlan = s.createPlan(t, s.South, plan.ServicePrefix, map[string]int64{"disk_space": 70})
	s.adminPlan = s.createPlan(t, s.Admin, plan.ServicePrefix, map[string]int64{"disk_space": 30})
	s.resellerPlan = s.createPlan(t, s.Admin, plan.ResellerPrefix, map[string]int64{"max_cl": 3})
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (s *scene) createPlan(t *testing.T, owner account.ID, prefix string, allotments map[string]int64) plan.ID {
	t.Helper()
	name := "plan"
	plans := plan.Plans{Prefix: prefix, Store: s.Store, NewID: s.IDs.New, Now: s.Now}
	created, err := plans.Create(t.Context(), s.Caller(owner), request.Metadata{}, plan.Input{
		Name: &name, Allotments: allotments,
	})
	must(t, err)
	return created.ID
}

func (s *scene) subscriptions() hosting.Subscriptions {
	return hosting.Subscriptions{Store: s.Store, NewID: s.IDs.New, Now: s.Now}
}

func (s *scene) acceptor() operation.Acceptor {
	return operation.Acceptor{Store: s.Store, Processors: s.Processors(), NewID: s.IDs.New, Now: s.Now}
}

// readAccount returns an account, which must exist.
func (s *scene) readAccount(t *testing.T, id account.ID) *account.Account {
	t.Helper()
	a, err := s.Store.ReadAccount(t.Context(), id)
	must(t, err)
	if a == nil {
		t.Fatalf("account %s does not exist", id)
	}
	return a
}

// items returns the results of the items of an operation of the administrator.
func (s *scene) items(id string) []operation.ItemView {
	return s.Items(&operation.Operation{ID: id, Originator: s.Admin})
}

// flow is a move or a conversion.
type flow struct {
	kind     operation.Kind
	newOwner func(s *scene) account.ID
	plan     func(s *scene) string
}

func toSouth(s *scene) account.ID       { return s.South }
func toAdministrator(*scene) account.ID { return account.AdministratorOwner }
func noOwner(*scene) account.ID         { return "" }
func customPlan(*scene) string          { return plan.Custom }

var (
	moveToSouth             = flow{operation.Move, toSouth, customPlan}
	moveToPlanOfSouth       = flow{operation.Move, toSouth, func(s *scene) string { return string(s.southPlan) }}
	moveToAdministrator     = flow{operation.Move, toAdministrator, customPlan}
	moveToAdministratorPlan = flow{operation.Move, toAdministrator, func(s *scene) string { return string(s.adminPlan) }}
	convert                 = flow{operation.Convert, noOwner, customPlan}
	convertToPlan           = flow{operation.Convert, noOwner, func(s *scene) string { return string(s.resellerPlan) }}
)

var flows = map[string]flow{
	"move to South":                       moveToSouth,
	"move to a plan of South":             moveToPlanOfSouth,
	"move to the administrator":           moveToAdministrator,
	"move to a plan of the administrator": moveToAdministratorPlan,
	"convert":                             convert,
	"convert to a reseller plan":          convertToPlan,
}

// accept accepts the flow for some customers and returns the operation's id.
func (f flow) accept(s *scene, customers ...account.ID) string {
	input := operation.NewOperation{Parameters: operation.Parameters{NewOwner: f.newOwner(s)}}
	for _, id := range customers {
		input.Items = append(input.Items, operation.Item{Customer: id, Plan: f.plan(s)})
	}
	return s.Accept(s.Admin, f.kind, input).ID
}

// run runs an operation until it ends.
func (s *scene) run(t *testing.T, id string, seed uint64) {
	t.Helper()
	if !(flowtest.Engine{Scene: s.Scene, Seed: seed}).Run(id) {
		t.Fatal("the operation does not end")
	}
}

// dump returns the content of the store, without the events of attempts.
func (s *scene) dump() []string {
	return slices.DeleteFunc(s.Store.Dump(), func(line string) bool {
		return strings.Contains(line, string(event.OperationStarted))
	})
}

// dumpWithoutHolds returns the content of the store, without the events that say that an account was held.
func (s *scene) dumpWithoutHolds() []string {
	return slices.DeleteFunc(s.dump(), func(line string) bool {
		return strings.HasPrefix(line, "event account.transfer-")
	})
}

// wantCorrectCounts checks the counts of resellers and plans against the subscriptions that exist, and that each
// subscription is on a plan of the account whose limits it counts against.
func (s *scene) wantCorrectCounts(t *testing.T, where string) {
	t.Helper()
	limitsOwners := map[string]string{} // by account
	for _, id := range append([]account.ID{s.North, s.South}, s.Customers...) {
		a, err := s.Store.ReadAccount(t.Context(), id)
		must(t, err)
		if a == nil {
			continue
		}
		limitsOwners[string(id)] = string(a.Owner)
		if a.Kind != account.Reseller {
			continue
		}
		limitsOwners[string(id)] = string(id)
		counts, err := s.Store.Reconcile(t.Context(), id)
		if err != nil || !counts.InOrder {
			t.Errorf("%s: the counts of %s are %+v, %v; want them correct", where, id, counts, err)
		}
	}
	s.wantCorrectPlans(t, where, limitsOwners)
}

var (
	planLine         = regexp.MustCompile(`^plan (\S+) of (\S+): (\d+) on it, (\d+) follow it$`)
	subscriptionLine = regexp.MustCompile(`^subscription (\S+) of (\S+): (\S*), \d+ websites`)
)

// wantCorrectPlans checks the plans of all subscriptions. The limits owners are by account.
func (s *scene) wantCorrectPlans(t *testing.T, where string, limitsOwners map[string]string) {
	t.Helper()
	counted, planOwners := map[string]string{}, map[string]string{} // by plan
	subscriptions := map[string]int{}                               // by plan
	var matches [][]string
	for _, line := range s.dump() {
		if match := planLine.FindStringSubmatch(line); match != nil && strings.HasPrefix(match[1], plan.ServicePrefix) {
			counted[match[1]], planOwners[match[1]] = match[3]+" "+match[4], match[2]
		}
		if match := subscriptionLine.FindStringSubmatch(line); match != nil {
			subscriptions[match[3]]++
			matches = append(matches, match)
		}
	}
	for _, match := range matches {
		subscription, customer, planID := match[1], match[2], match[3]
		if planID != "" && planOwners[planID] != limitsOwners[customer] {
			t.Errorf("%s: %s counts against the limits of %s, but is on a plan of %s",
				where, subscription, limitsOwners[customer], planOwners[planID])
		}
	}
	for id, got := range counted {
		if want := fmt.Sprintf("%d %d", subscriptions[id], subscriptions[id]); got != want {
			t.Errorf("%s: plan %s counts %s subscriptions, want %s", where, id, got, want)
		}
	}
}
