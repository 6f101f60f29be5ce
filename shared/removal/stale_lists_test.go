package removal_test

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/backup"
	"tenantry/shared/directory"
	"tenantry/shared/flowtest"
	"tenantry/shared/hosting"
	"tenantry/shared/operation"
	"tenantry/shared/plan"
	"tenantry/shared/request"
)

// Lists are eventually consistent. A removal must remove what they do not show yet.
func TestRemovalIsCompleteWithStaleLists(t *testing.T) {
	t.Parallel()
	for name, input := range map[string]func(s *flowtest.Scene) operation.NewOperation{
		"a customer":                    func(s *flowtest.Scene) operation.NewOperation { return inputOf(s.Customers[1]) },
		"a reseller with its customers": func(s *flowtest.Scene) operation.NewOperation { return withCustomers(s.North) },
		"a reseller alone":              func(s *flowtest.Scene) operation.NewOperation { return reassigning(s.North, s.South) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			staleLists := int64(0)
			for seed := range uint64(12) {
				want, _ := removeRecentHosting(t, seed, input, false)
				got, stale := removeRecentHosting(t, seed, input, true)
				if staleLists += stale; got != want {
					t.Fatalf("seed %d: with stale lists the result is\n%s\nwant, as with current lists:\n%s", seed, got, want)
				}
			}
			if staleLists == 0 {
				t.Error("no list was stale")
			}
		})
	}
}

// removeRecentHosting changes subscriptions and websites of all accounts and removes accounts just afterwards. It
// returns what remains, and the number of stale lists.
func removeRecentHosting(
	t *testing.T, seed uint64, input func(s *flowtest.Scene) operation.NewOperation, isStale bool,
) (result string, staleLists int64) {
	t.Helper()
	s := newScene(t, seed)
	current, stale := s.Store, new(atomic.Int64)
	if isStale {
		stale = s.MakeListsStale(seed, 2*time.Hour) // a reseller is removed an hour after its customers have moved
	}
	north := s.Caller(s.North)
	subscriptions := hosting.Subscriptions{Store: s.Store, NewID: s.IDs.New, Now: s.Now}
	before, _, err := current.ListSubscriptions(t.Context(), s.Customers[1], "", 10)
	must(t, err)
	for _, id := range append([]account.ID{s.North}, s.Customers...) {
		domain := strings.ToLower(string(id)[4:]) + "-late.example"
		created, err := subscriptions.Create(t.Context(), north, request.Metadata{}, string(id), hosting.NewSubscription{
			Domain: domain, ServicePlan: plan.Custom,
		})
		must(t, err)
		s.Advance(time.Second)
		websites := hosting.Websites{Subscriptions: subscriptions}
		_, err = websites.Add(t.Context(), north, request.Metadata{}, created.ID, "more."+domain)
		must(t, err)
	}
	must(t, subscriptions.Remove(t.Context(), north, request.Metadata{}, before[1].ID))
	addRecentChildren(t, s)
	id := s.Accept(s.Admin, operation.Remove, input(s)).ID
	if !(flowtest.Engine{Scene: s, Seed: seed}).Run(id) {
		t.Fatalf("seed %d: the removal does not end", seed)
	}
	for _, item := range itemViews(s, id, s.Admin) {
		if item.State != operation.Succeeded {
			t.Errorf("seed %d: item %+v, want it succeeded", seed, item)
		}
	}
	s.Store = current
	if north, err := current.ReadAccount(t.Context(), s.North); err != nil || north != nil {
		wantCorrectCounts(t, s)
	}
	lines := slices.DeleteFunc(dump(s), func(line string) bool {
		return strings.HasPrefix(line, "event account.transfer-")
	})
	return strings.Join(append(lines, fmt.Sprint(len(s.Storage.Keys()))), "\n"), stale.Load()
}

// addRecentChildren adds what is found by other lists than hosting: backups by a customer and by a new panel user of it,
// and a service plan.
func addRecentChildren(t *testing.T, s *flowtest.Scene) {
	t.Helper()
	owned, _, err := s.Store.ListSubscriptions(t.Context(), s.Customers[1], "", 1)
	must(t, err)
	users := directory.PanelUsers{Create: s.Creator(), Store: s.Store}
	late := directory.NewPanelUser{Login: "late", Name: "Late", Email: "late@example.com"}
	user, err := users.Add(t.Context(), s.Caller(s.North), request.Metadata{}, string(s.Customers[1]), late)
	must(t, err)
	backups := backup.Backups{Store: s.Store, Storage: s.Storage, NewID: s.IDs.New, Now: s.Now}
	for _, creator := range []account.ID{s.Customers[1], user.ID} {
		_, err = backups.Create(t.Context(), s.Caller(creator), request.Metadata{}, owned[0].ID, backup.NewBackup{Size: 5})
		must(t, err)
	}
	name := "Late"
	plans := plan.Plans{Prefix: plan.ServicePrefix, Store: s.Store, NewID: s.IDs.New, Now: s.Now}
	_, err = plans.Create(t.Context(), s.Caller(s.North), request.Metadata{}, plan.Input{Name: &name})
	must(t, err)
}
