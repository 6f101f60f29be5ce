package transfer_test

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/flowtest"
	"tenantry/shared/operation"
	"tenantry/shared/request"
)

// part is one of two flows at the same time.
type part struct {
	kind  operation.Kind
	of    func(s *scene) account.ID
	order func(s *scene) operation.Parameters
	plan  func(s *scene) string
}

func first(s *scene) account.ID { return s.Customers[0] }

func toSouth(s *scene) operation.Parameters { return operation.Parameters{NewOwner: s.South} }

func toAdministrator(*scene) operation.Parameters {
	return operation.Parameters{NewOwner: account.AdministratorOwner}
}

func plain(*scene) operation.Parameters { return operation.Parameters{} }

func withCustomers(*scene) operation.Parameters {
	return operation.Parameters{AreResellers: true, WithCustomers: true}
}

func leavingCustomers(s *scene) operation.Parameters {
	return operation.Parameters{AreResellers: true, NewOwner: s.South}
}

func north(s *scene) account.ID { return s.North }

func south(s *scene) account.ID { return s.South }

// pairs are flows that meet.
var pairs = map[string][2]part{
	"two moves":                                  {{operation.Move, first, toSouth, custom}, {operation.Move, first, toAdministrator, flows["to the administrators"].plan}},
	"two moves to one owner":                     {{operation.Move, first, toSouth, custom}, {operation.Move, first, toSouth, flows["to South on a plan"].plan}},
	"a move and a conversion":                    {{operation.Move, first, toSouth, custom}, {operation.Convert, first, plain, custom}},
	"two conversions":                            {{operation.Convert, first, plain, custom}, {operation.Convert, first, plain, flows["to one on a plan"].plan}},
	"a move and a removal":                       {{operation.Move, first, toSouth, custom}, {operation.Remove, first, plain, nil}},
	"a conversion and a removal":                 {{operation.Convert, first, plain, custom}, {operation.Remove, first, plain, nil}},
	"two removals":                               {{operation.Remove, first, plain, nil}, {operation.Remove, first, plain, nil}},
	"its reseller leaves it, and it moves":       {{operation.Remove, north, leavingCustomers, nil}, {operation.Move, first, toAdministrator, custom}},
	"its reseller leaves it, and it is removed":  {{operation.Remove, north, leavingCustomers, nil}, {operation.Remove, first, plain, nil}},
	"its reseller goes with it, and it moves":    {{operation.Remove, north, withCustomers, nil}, {operation.Move, first, toSouth, custom}},
	"its reseller goes with it, it is converted": {{operation.Remove, north, withCustomers, nil}, {operation.Convert, first, plain, custom}},
	"its reseller goes with it, and it goes":     {{operation.Remove, north, withCustomers, nil}, {operation.Remove, first, plain, nil}},
	"it moves to a reseller that goes":           {{operation.Remove, south, withCustomers, nil}, {operation.Move, first, toSouth, custom}},
}

func (p part) accept(t *testing.T, s *scene) string {
	t.Helper()
	item := operation.Item{Customer: p.of(s)}
	if p.plan != nil {
		item.Plan = p.plan(s)
	}
	accept := operation.Acceptor{Store: s.Store, Processors: s.Processors(), NewID: s.IDs.New, Now: s.Now}
	made, err := accept.Accept(t.Context(), s.Caller(s.Admin), request.Metadata{ID: "request"}, p.kind, operation.NewOperation{Items: []operation.Item{item}, Parameters: p.order(s)})
	if !fault.Is(err, fault.NotFound) { // it is refused at once to move anybody to a reseller that is gone
		must(t, err)
	}
	return made.ID
}

// Two flows at the same time end as one after the other would, or as one of them alone where the other was told that it is busy.
func TestTwoFlowsEndInASerialOrder(t *testing.T) {
	t.Parallel()
	for name, both := range pairs {
		for size, few := range sizes {
			t.Run(name+", "+size, func(t *testing.T) {
				t.Parallel()
				ends := map[string]string{}
				for order, parts := range map[string][]int{"the first": {0}, "the second": {1}, "both": {0, 1}, "both, the second first": {1, 0}} {
					ends[serial(t, few, both, parts)] = order
				}
				met := map[string]int{}
				for seed := range uint64(40) {
					met[together(t, few, both, seed, ends)]++
				}
				t.Log(met)
			})
		}
	}
}

func serial(t *testing.T, few int, both [2]part, parts []int) string {
	t.Helper()
	s := newScene(t, 7, few)
	gone := s.backups(t, s.North)
	for _, at := range parts {
		if id := both[at].accept(t, s); id != "" {
			s.run(t, id, 1)
		}
	}
	return s.ending(gone...)
}

func together(t *testing.T, few int, both [2]part, seed uint64, ends map[string]string) string {
	t.Helper()
	s, ended := newScene(t, 7, few), [2]bool{}
	gone, ids := s.backups(t, s.North), [2]string{both[0].accept(t, s), both[1].accept(t, s)}
	run := func(at int) func(*flowtest.Scene) {
		return func(view *flowtest.Scene) { ended[at] = flowtest.Engine{Scene: view, Seed: seed}.Run(ids[at]) }
	}
	s.Interleave(seed, run(0), run(1))
	where := fmt.Sprint("seed ", seed)
	var told []string
	for at, id := range ids {
		if !ended[at] {
			t.Errorf("%s: %s does not end", where, both[at].kind)
		}
		for _, outcome := range s.Items(&operation.Operation{ID: id, Originator: s.Admin}) {
			if outcome.Code == fault.Unavailable || outcome.State == operation.Failed && outcome.Code == "" {
				t.Errorf("%s: %s is told %+v", where, both[at].kind, outcome)
			}
			told = append(told, string(outcome.State)+" "+string(outcome.Code))
		}
	}
	s.balanced(t, where)
	s.noOrphans(t, where)
	ending := s.ending(gone...) // of what a reseller has made that goes, some may go before its customer moves
	order, explained := ends[ending]
	if !explained {
		t.Errorf("%s: no serial order explains this (%v)", where, told)
		for other, order := range ends {
			t.Logf("%s differs by %s", order, strings.Join(difference(ending, other), "\n"))
		}
	}
	return fmt.Sprintf("%s %v", order, told)
}

func difference(a, b string) (lines []string) {
	left, right := strings.Split(a, "\n"), strings.Split(b, "\n")
	for _, line := range left {
		if !slices.Contains(right, line) {
			lines = append(lines, "+"+line)
		}
	}
	for _, line := range right {
		if !slices.Contains(left, line) {
			lines = append(lines, "-"+line)
		}
	}
	return lines
}

// backups are those that somebody has made.
func (s *scene) backups(t *testing.T, by account.ID) (ids []string) {
	t.Helper()
	made, _, err := s.Store.ListCreated(t.Context(), by, "", 100)
	must(t, err)
	for i := range made {
		ids = append(ids, made[i].ID)
	}
	return ids
}

// ending is everything that is kept, but for what tells of the attempts that were needed, and that the account was held meanwhile.
// Of an account that is gone only its own removal is told: the consumer of the stream erases what came late.
func (s *scene) ending(without ...string) string {
	for _, happened := range s.Store.Events() {
		if happened.Name == event.CustomerRemoved || happened.Name == event.ResellerRemoved {
			_, _ = s.Store.EraseTrail(context.Background(), happened.Account, happened.ID, 1000)
		}
	}
	lines := slices.DeleteFunc(s.dump(), func(line string) bool { return strings.HasPrefix(line, "event account.transfer-") })
	lines = slices.DeleteFunc(append(lines, s.Storage.Keys()...), func(line string) bool {
		return slices.ContainsFunc(without, func(id string) bool { return strings.Contains(line, id) })
	})
	return strings.Join(lines, "\n")
}

var kept = regexp.MustCompile(`^(\w+) (\S+) of (\S+)(?: of (\S+?):)?`)

// noOrphans expects that whatever is kept belongs to something that is there.
func (s *scene) noOrphans(t *testing.T, where string) {
	t.Helper()
	there := map[string]map[string]string{}
	for _, line := range s.dump() {
		if found := kept.FindStringSubmatch(strings.Replace(line, ": ", " of ", 1)); found != nil {
			if there[found[1]] == nil {
				there[found[1]] = map[string]string{}
			}
			there[found[1]][strings.TrimSuffix(found[2], ":")] = strings.TrimSuffix(found[3], ":")
		}
	}
	accounts, removed := map[string]bool{}, map[string]int{}
	for id := range there["account"] {
		accounts[strings.TrimSuffix(id, ":")] = true
	}
	for _, happened := range s.Store.Events() {
		if happened.Name == event.CustomerRemoved || happened.Name == event.ResellerRemoved {
			removed[string(happened.Account)]++
		}
	}
	for id, n := range removed {
		if n != 1 || accounts[id] {
			t.Errorf("%s: %s was removed %d times, and is there: %v", where, id, n, accounts[id])
		}
	}
	for _, of := range []string{"login", "subscription"} {
		for what, owner := range there[of] {
			if !accounts[owner] {
				t.Errorf("%s: %s %s is of %s, who is gone", where, of, what, owner)
			}
		}
	}
	if len(there["login"]) != len(accounts) {
		t.Errorf("%s: %d logins of %d accounts", where, len(there["login"]), len(accounts))
	}
	for site, subscription := range there["website"] {
		if _, found := there["subscription"][subscription]; !found {
			t.Errorf("%s: website %s is of %s, which is gone", where, site, subscription)
		}
	}
	sites := slices.Sorted(maps.Keys(there["website"]))
	guarded := slices.Sorted(maps.Values(there["domain"]))
	if !slices.Equal(sites, guarded) {
		t.Errorf("%s: websites %v, domains of %v", where, sites, guarded)
	}
	if len(there["transfer"]) > 0 {
		t.Errorf("%s: transfers %v", where, there["transfer"])
	}
}
