package transfer_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/operation"
	"tenantry/shared/plan"
	"tenantry/shared/resource"
)

// listSubscriptions returns the three subscriptions of a customer.
func (s *scene) listSubscriptions(t *testing.T, customer account.ID) []hosting.Subscription {
	t.Helper()
	subscriptions, _, err := s.Store.ListSubscriptions(t.Context(), customer, "", 100)
	if err != nil || len(subscriptions) != 3 {
		t.Fatalf("%d subscriptions, error %v; want 3", len(subscriptions), err)
	}
	return subscriptions
}

func (s *scene) readUsage(t *testing.T, reseller account.ID) resource.Usage {
	t.Helper()
	limits, err := s.Store.ReadReseller(t.Context(), reseller)
	must(t, err)
	return limits.Used
}

// wantUsage checks the usage of a reseller.
func (s *scene) wantUsage(t *testing.T, reseller account.ID, customers, subscriptions, diskSpace int64) {
	t.Helper()
	usage := s.readUsage(t, reseller)
	if usage.Customers != customers || usage.Subscriptions != subscriptions || usage.Given["disk_space"] != diskSpace {
		t.Errorf("the usage of %s is %+v, want %d customers, %d subscriptions and %d of disk space",
			reseller, usage, customers, subscriptions, diskSpace)
	}
}

func (s *scene) listAccounts(t *testing.T, kind account.Kind, owner account.ID) (ids []account.ID) {
	t.Helper()
	selection := directory.Selection{Kind: kind, Owner: owner, Sort: directory.ByCreated, Limit: 100}
	rows, err := s.Store.List(t.Context(), selection)
	must(t, err)
	for i := range rows.Accounts {
		ids = append(ids, rows.Accounts[i].ID)
	}
	return ids
}

func TestMovedCustomerKeepsResources(t *testing.T) {
	t.Parallel()
	for size, maxPerTransaction := range sizes {
		t.Run(size, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, 1, maxPerTransaction)
			moved := s.Customers[1]
			s.run(t, moveToSouth.accept(s, moved), 1)
			a := s.readAccount(t, moved)
			if a.Owner != s.South || a.Kind != account.Customer || a.Lifecycle != account.Ready || a.Operation != "" {
				t.Errorf("the customer is %+v, want South to own it", a)
			}
			subscriptions := s.listSubscriptions(t, moved)
			for i, want := range []int64{100, 100, 50} {
				got := &subscriptions[i]
				if got.Plan != "" || got.Link != hosting.CustomLink || got.Resources.Allotment("disk_space") != want {
					t.Errorf("subscription %d is %+v, want no plan and %d of disk space", i, got, want)
				}
			}
			s.wantUsage(t, s.South, 1, 3, 250)
			s.wantUsage(t, s.North, 2, 6, 500)
			ofSouth, ofNorth := s.listAccounts(t, account.Customer, s.South), s.listAccounts(t, account.Customer, s.North)
			if !slices.Equal(ofSouth, []account.ID{moved}) || len(ofNorth) != 2 {
				t.Errorf("South has the customers %v and North %v, want %s and two others", ofSouth, ofNorth, moved)
			}
			s.wantCorrectCounts(t, size)
		})
	}
}

func TestMovedCustomerGetsPlanOfNewOwner(t *testing.T) {
	t.Parallel()
	for size, maxPerTransaction := range sizes {
		t.Run(size, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, 1, maxPerTransaction)
			moved := s.Customers[1]
			s.run(t, moveToPlanOfSouth.accept(s, moved), 1)
			for i, got := range s.listSubscriptions(t, moved) {
				if got.Plan != s.southPlan || got.Link != hosting.Synced || len(got.Resources.Allotments) > 0 {
					t.Errorf("subscription %d is %+v, want it on the plan of South", i, got)
				}
			}
			s.wantUsage(t, s.South, 1, 3, 210)
			s.wantCorrectCounts(t, size)
		})
	}
}

func TestConvertedCustomerIsResellerOfAdministrator(t *testing.T) {
	t.Parallel()
	for size, maxPerTransaction := range sizes {
		t.Run(size, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, 1, maxPerTransaction)
			id := s.Customers[1]
			before := s.readAccount(t, id)
			s.run(t, convert.accept(s, id), 1)
			s.wantReseller(t, before)
			for i, got := range s.listSubscriptions(t, id) {
				if got.Plan != "" || got.Link != hosting.CustomLink {
					t.Errorf("subscription %d is %+v, want no plan", i, got)
				}
			}
			s.wantUsage(t, id, 0, 3, 250)
			if !slices.Contains(s.listAccounts(t, account.Reseller, account.AdministratorOwner), id) {
				t.Error("the list of resellers does not contain the new reseller")
			}
			if slices.Contains(s.listAccounts(t, account.Customer, ""), id) {
				t.Error("the list of customers still contains the new reseller")
			}
			if users := s.listAccounts(t, account.PanelUser, id); len(users) != 1 {
				t.Errorf("the reseller has the panel users %v, want one", users)
			}
			s.wantCorrectCounts(t, size)
		})
	}
}

// wantReseller checks that a customer has become a reseller without a reseller plan.
func (s *scene) wantReseller(t *testing.T, before *account.Account) {
	t.Helper()
	a := s.readAccount(t, before.ID)
	if a.Kind != account.Reseller || a.Owner != account.AdministratorOwner || a.Login != before.Login ||
		a.Lifecycle != account.Ready {
		t.Errorf("the account is %+v, want a reseller of the administrator with the login %s", a, before.Login)
	}
	if a.SessionEpoch == before.SessionEpoch || a.TokenEpoch == before.TokenEpoch || a.LinkEpoch == before.LinkEpoch {
		t.Errorf("the epochs are %d, %d and %d, want all of them changed", a.SessionEpoch, a.TokenEpoch, a.LinkEpoch)
	}
	if a.Limits == nil || a.Limits.Plan != "" {
		t.Fatalf("the limits are %+v, want some without a plan", a.Limits)
	}
	for name, want := range map[string]int64{
		"disk_space": 250, "max_box": resource.Unlimited, resource.Customers: resource.Unlimited,
	} {
		if got := a.Limits.Resources.Allotment(name); got != want {
			t.Errorf("the limit of %s is %d, want %d", name, got, want)
		}
	}
}

// The number of transactions makes no difference, except for the events that say that the account was held.
func TestTransferEndsTheSameInOneAndManyTransactions(t *testing.T) {
	t.Parallel()
	for name, f := range flows {
		var results []string
		for _, maxPerTransaction := range sizes {
			s := newScene(t, 5, maxPerTransaction)
			s.run(t, f.accept(s, s.Customers...), 1)
			results = append(results, strings.Join(s.dumpWithoutHolds(), "\n"))
			s.wantCorrectCounts(t, name)
		}
		if results[0] != results[1] {
			t.Errorf("%s: the results differ:\n%s\nand:\n%s", name, results[0], results[1])
		}
	}
}

func TestRefusedTransferChangesNothing(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		kind operation.Kind
		item func(s *scene) operation.Item // the plan is custom if empty
		to   func(s *scene) account.ID
		want fault.Code
	}{
		"move to the present owner": {operation.Move, func(s *scene) operation.Item {
			return operation.Item{Customer: s.Customers[0]}
		}, north, fault.Conflict},
		"move a reseller": {operation.Move, func(s *scene) operation.Item {
			return operation.Item{Customer: s.North}
		}, toSouth, fault.NotFound},
		"move to a plan of another owner": {operation.Move, func(s *scene) operation.Item {
			return operation.Item{Customer: s.Customers[0], Plan: string(s.adminPlan)}
		}, toSouth, fault.InvalidRequest},
		"convert a reseller": {operation.Convert, func(s *scene) operation.Item {
			return operation.Item{Customer: s.South}
		}, noOwner, fault.NotFound},
		"convert to an unknown plan": {operation.Convert, func(s *scene) operation.Item {
			return operation.Item{Customer: s.Customers[0], Plan: "rpl_01JDB6X0C7V8Y9Z0A1B2C3D4E5"}
		}, noOwner, fault.InvalidRequest},
		"move to a plan with one website": {operation.Move, func(s *scene) operation.Item {
			small := s.createPlan(t, s.South, plan.ServicePrefix, map[string]int64{resource.Websites: 1})
			return operation.Item{Customer: s.Customers[0], Plan: string(small)}
		}, toSouth, fault.LimitExceeded},
		"convert to a small plan": {operation.Convert, func(s *scene) operation.Item {
			small := s.createPlan(t, s.Admin, plan.ResellerPrefix, map[string]int64{"disk_space": 249})
			return operation.Item{Customer: s.Customers[0], Plan: string(small)}
		}, noOwner, fault.LimitExceeded},
	} {
		for size, maxPerTransaction := range sizes {
			t.Run(name+", "+size, func(t *testing.T) {
				t.Parallel()
				s := newScene(t, 1, maxPerTransaction)
				item := test.item(s)
				if item.Plan == "" {
					item.Plan = plan.Custom
				}
				before := s.dump()
				id := s.Accept(s.Admin, test.kind, operation.NewOperation{
					Items: []operation.Item{item}, Parameters: operation.Parameters{NewOwner: test.to(s)},
				}).ID
				s.run(t, id, 1)
				if items := s.items(id); len(items) != 1 || items[0].Code != test.want {
					t.Errorf("items %+v, want one with %s", items, test.want)
				}
				if after := s.dumpWithoutHolds(); !slices.Equal(after, before) {
					t.Errorf("after the refusal there is\n%s\nwant, as before:\n%s",
						strings.Join(after, "\n"), strings.Join(before, "\n"))
				}
			})
		}
	}
}

func TestTrailOfMovedCustomer(t *testing.T) {
	t.Parallel()
	for size, want := range map[string][]event.Name{
		"one transaction":   {event.CustomerMoved},
		"many transactions": {event.TransferStarted, event.CustomerMoved, event.TransferEnded},
	} {
		s := newScene(t, 1, sizes[size])
		before := len(s.Trail(s.Customers[0]))
		s.run(t, moveToSouth.accept(s, s.Customers[0]), 1)
		trail := s.Trail(s.Customers[0])
		var names []event.Name
		for _, entry := range trail[before:] {
			names = append(names, entry.Name)
			if entry.Name != event.CustomerMoved {
				continue
			}
			if len(entry.Changes) != 2 || fmt.Sprint(entry.Changes[0].Old) != string(s.North) ||
				fmt.Sprint(entry.Changes[0].New) != string(s.South) || entry.Owner != s.South {
				t.Errorf("%s: the event is %+v, want the change of the owner from North to South", size, entry)
			}
		}
		if !slices.Equal(names, want) {
			t.Errorf("%s: the events are %v, want %v", size, names, want)
		}
	}
}

// Only the administrator transfers customers. The answer to other callers does not reveal customers that they cannot
// see.
func TestOnlyAdministratorTransfers(t *testing.T) {
	t.Parallel()
	s := newScene(t, 1, 0)
	processors := s.Processors()
	for _, kind := range []operation.Kind{operation.Move, operation.Convert} {
		for caller, want := range map[account.ID]fault.Code{
			s.Admin: "", s.North: fault.Forbidden, s.South: fault.NotFound, s.Customers[0]: fault.Forbidden,
		} {
			job := operation.Job{
				Caller: s.Caller(caller),
				Operation: &operation.Operation{
					ID: "op_1", Kind: kind, Originator: caller, Parameters: operation.Parameters{NewOwner: s.South},
				},
				Item: operation.Item{Customer: s.Customers[0], Plan: plan.Custom},
			}
			if _, err := processors[kind].Preview(t.Context(), job); fault.CodeOf(err) != want {
				t.Errorf("preview of %s by %s: error %v, want code %q", kind, caller, err, want)
			}
			if want == "" {
				continue
			}
			before := s.dump()
			if err := processors[kind].Process(t.Context(), job); fault.CodeOf(err) != want {
				t.Errorf("%s by %s: error %v, want code %q", kind, caller, err, want)
			}
			if !slices.Equal(s.dump(), before) {
				t.Errorf("%s by %s changes the content of the store", kind, caller)
			}
		}
	}
}
