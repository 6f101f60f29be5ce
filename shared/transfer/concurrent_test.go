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

// part is one of two concurrent operations.
type part struct {
	kind       operation.Kind
	account    func(s *scene) account.ID
	parameters func(s *scene) operation.Parameters
	plan       func(s *scene) string
}

func firstCustomer(s *scene) account.ID { return s.Customers[0] }
func north(s *scene) account.ID         { return s.North }
func south(s *scene) account.ID         { return s.South }

func noParameters(*scene) operation.Parameters { return operation.Parameters{} }

func withCustomers(*scene) operation.Parameters {
	return operation.Parameters{AreResellers: true, WithCustomers: true}
}

func reassigningToSouth(s *scene) operation.Parameters {
	return operation.Parameters{AreResellers: true, NewOwner: s.South}
}

// transfer returns the part that transfers the first customer.
func transfer(f flow) part {
	return part{f.kind, firstCustomer, func(s *scene) operation.Parameters {
		return operation.Parameters{NewOwner: f.newOwner(s)}
	}, f.plan}
}

// remove returns the part that removes an account.
func remove(id func(s *scene) account.ID, parameters func(s *scene) operation.Parameters) part {
	return part{operation.Remove, id, parameters, noPlan}
}

// removeFirst removes the first customer.
var removeFirst = remove(firstCustomer, noParameters)

var pairs = map[string][2]part{
	"two moves":                  {transfer(moveToSouth), transfer(moveToAdministratorPlan)},
	"two moves to one owner":     {transfer(moveToSouth), transfer(moveToPlanOfSouth)},
	"a move and a conversion":    {transfer(moveToSouth), transfer(convert)},
	"two conversions":            {transfer(convert), transfer(convertToPlan)},
	"a move and a removal":       {transfer(moveToSouth), removeFirst},
	"a conversion and a removal": {transfer(convert), removeFirst},
	"two removals":               {removeFirst, removeFirst},
	"its reseller leaves it, and it is moved": {
		remove(north, reassigningToSouth),
		transfer(moveToAdministrator),
	},
	"its reseller leaves it, and it is removed":            {remove(north, reassigningToSouth), removeFirst},
	"its reseller is removed with it, and it is moved":     {remove(north, withCustomers), transfer(moveToSouth)},
	"its reseller is removed with it, and it is converted": {remove(north, withCustomers), transfer(convert)},
	"its reseller is removed with it, and it is removed":   {remove(north, withCustomers), removeFirst},
	"its new owner is removed, and it is moved":            {remove(south, withCustomers), transfer(moveToSouth)},
}

// accept accepts the part and returns the operation's id, or "" if the new owner was removed.
func (p part) accept(t *testing.T, s *scene) string {
	t.Helper()
	input := operation.NewOperation{
		Items: []operation.Item{{Customer: p.account(s), Plan: p.plan(s)}}, Parameters: p.parameters(s),
	}
	accepted, err := s.acceptor().Accept(t.Context(), s.Caller(s.Admin), request.Metadata{ID: "request"}, p.kind, input)
	if !fault.Is(err, fault.NotFound) {
		must(t, err)
	}
	return accepted.ID
}

// Two concurrent operations end as if they had run one after the other, or as if only one of them had run.
func TestConcurrentOperationsAreSerializable(t *testing.T) {
	t.Parallel()
	for name, pair := range pairs {
		for size, maxPerTransaction := range sizes {
			t.Run(name+", "+size, func(t *testing.T) {
				t.Parallel()
				orders := map[string]string{} // by result
				for order, parts := range map[string][]int{
					"only the first": {0}, "only the second": {1}, "first, second": {0, 1}, "second, first": {1, 0},
				} {
					orders[runSerially(t, maxPerTransaction, pair, parts)] = order
				}
				results := map[string]int{}
				for seed := range uint64(40) {
					results[runConcurrently(t, maxPerTransaction, pair, seed, orders)]++
				}
				t.Log(results)
			})
		}
	}
}

// runSerially runs parts of a pair one after the other, and returns the result.
func runSerially(t *testing.T, maxPerTransaction int, pair [2]part, parts []int) string {
	t.Helper()
	s := newScene(t, 7, maxPerTransaction)
	backups := s.backupsOf(t, s.North)
	for _, i := range parts {
		if id := pair[i].accept(t, s); id != "" {
			s.run(t, id, 1)
		}
	}
	return s.result(backups)
}

// runConcurrently runs both parts at the same time. It checks that a serial order gives the same result, and returns
// this order with the results of the items.
func runConcurrently(t *testing.T, maxPerTransaction int, pair [2]part, seed uint64, orders map[string]string) string {
	t.Helper()
	s, hasEnded := newScene(t, 7, maxPerTransaction), [2]bool{}
	backups := s.backupsOf(t, s.North)
	ids := [2]string{pair[0].accept(t, s), pair[1].accept(t, s)}
	run := func(i int) func(*flowtest.Scene) {
		return func(view *flowtest.Scene) { hasEnded[i] = flowtest.Engine{Scene: view, Seed: seed}.Run(ids[i]) }
	}
	s.Interleave(seed, run(0), run(1))
	where := fmt.Sprint("seed ", seed)
	var itemResults []string
	for i, id := range ids {
		if !hasEnded[i] {
			t.Errorf("%s: the operation of kind %s does not end", where, pair[i].kind)
		}
		for _, item := range s.items(id) {
			if item.Code == fault.Unavailable || item.State == operation.Failed && item.Code == "" {
				t.Errorf("%s: the item of kind %s is %+v, want success or an expected fault", where, pair[i].kind, item)
			}
			itemResults = append(itemResults, string(item.State)+" "+string(item.Code))
		}
	}
	s.wantCorrectCounts(t, where)
	s.wantNoOrphans(t, where)
	result := s.result(backups)
	order, isSerial := orders[result]
	if !isSerial {
		t.Errorf("%s: no serial order gives the same result; the items are %v", where, itemResults)
		for other, order := range orders {
			t.Logf("difference to %s:\n%s", order, strings.Join(difference(result, other), "\n"))
		}
	}
	return fmt.Sprintf("%s %v", order, itemResults)
}

// difference returns the lines of which only one text contains them.
func difference(first, second string) (lines []string) {
	firstLines, secondLines := strings.Split(first, "\n"), strings.Split(second, "\n")
	for _, line := range firstLines {
		if !slices.Contains(secondLines, line) {
			lines = append(lines, "+"+line)
		}
	}
	for _, line := range secondLines {
		if !slices.Contains(firstLines, line) {
			lines = append(lines, "-"+line)
		}
	}
	return lines
}

// backupsOf returns the ids of the backups that an account created.
func (s *scene) backupsOf(t *testing.T, creator account.ID) (ids []string) {
	t.Helper()
	backups, _, err := s.Store.ListCreated(t.Context(), creator, "", 100)
	must(t, err)
	for i := range backups {
		ids = append(ids, backups[i].ID)
	}
	return ids
}

// result returns the content of the store and the storage, without some ids: the backups of a removed reseller, of
// which some may be removed before a customer is moved, and others reassigned. It erases the late events of removed
// accounts, as the stream's consumer does.
func (s *scene) result(ignoredIDs []string) string {
	for _, entry := range s.removals() {
		_, _ = s.Store.EraseTrail(context.Background(), entry.Account, entry.ID, 1000)
	}
	lines := slices.DeleteFunc(append(s.dumpWithoutHolds(), s.Storage.Keys()...), func(line string) bool {
		return slices.ContainsFunc(ignoredIDs, func(id string) bool { return strings.Contains(line, id) })
	})
	return strings.Join(lines, "\n")
}

// removals returns the events of removed accounts.
func (s *scene) removals() []event.Event {
	return s.Store.Events(event.CustomerRemoved, event.ResellerRemoved)
}

// objectLine matches the kind, id and owner of an object in a dump.
var objectLine = regexp.MustCompile(`^(\w+) (\S+) of (\S+)(?: of (\S+?):)?`)

// wantNoOrphans checks that every object belongs to an object that exists.
func (s *scene) wantNoOrphans(t *testing.T, where string) {
	t.Helper()
	owners := map[string]map[string]string{} // by the kind and id of the object
	for _, line := range s.dump() {
		if match := objectLine.FindStringSubmatch(strings.Replace(line, ": ", " of ", 1)); match != nil {
			if owners[match[1]] == nil {
				owners[match[1]] = map[string]string{}
			}
			owners[match[1]][strings.TrimSuffix(match[2], ":")] = strings.TrimSuffix(match[3], ":")
		}
	}
	accounts, removals := map[string]bool{}, map[string]int{}
	for id := range owners["account"] {
		accounts[strings.TrimSuffix(id, ":")] = true
	}
	for _, entry := range s.removals() {
		removals[string(entry.Account)]++
	}
	for id, count := range removals {
		if count != 1 || accounts[id] {
			t.Errorf("%s: %s was removed %d times and exists: %v; want one removal", where, id, count, accounts[id])
		}
	}
	for _, kind := range []string{"login", "subscription"} {
		for id, owner := range owners[kind] {
			if !accounts[owner] {
				t.Errorf("%s: %s %s belongs to %s, which does not exist", where, kind, id, owner)
			}
		}
	}
	if len(owners["login"]) != len(accounts) {
		t.Errorf("%s: %d logins, want one for each of %d accounts", where, len(owners["login"]), len(accounts))
	}
	for website, subscription := range owners["website"] {
		if _, exists := owners["subscription"][subscription]; !exists {
			t.Errorf("%s: website %s belongs to %s, which does not exist", where, website, subscription)
		}
	}
	websites := slices.Sorted(maps.Keys(owners["website"]))
	websitesOfDomains := slices.Sorted(maps.Values(owners["domain"]))
	if !slices.Equal(websites, websitesOfDomains) {
		t.Errorf("%s: domains of the websites %v, want one for each of %v", where, websitesOfDomains, websites)
	}
	if len(owners["transfer"]) > 0 {
		t.Errorf("%s: pending transfers %v, want none", where, owners["transfer"])
	}
}
