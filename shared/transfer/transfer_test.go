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

// subscriptions are those of a customer, by their place.
func (s *scene) subscriptions(t *testing.T, id account.ID) []hosting.Subscription {
	t.Helper()
	found, _, err := s.Store.ListSubscriptions(t.Context(), id, "", 100)
	if err != nil || len(found) != 3 {
		t.Fatalf("%d subscriptions, %v", len(found), err)
	}
	return found
}

func (s *scene) account(t *testing.T, id account.ID) *account.Account {
	t.Helper()
	found, err := s.Store.ReadAccount(t.Context(), id)
	if err != nil || found == nil {
		t.Fatalf("account %v, %v", found, err)
	}
	return found
}

func (s *scene) used(t *testing.T, id account.ID) resource.Usage {
	t.Helper()
	found, err := s.Store.ReadReseller(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return found.Used
}

func (s *scene) listed(t *testing.T, kind account.Kind, owner account.ID) (ids []account.ID) {
	t.Helper()
	rows, err := s.Store.List(t.Context(), directory.Selection{Kind: kind, Owner: owner, Sort: directory.ByCreated, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows.Accounts {
		ids = append(ids, rows.Accounts[i].ID)
	}
	return ids
}

func TestAMovedCustomerKeepsWhatItHas(t *testing.T) {
	t.Parallel()
	for name, few := range sizes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, 1, few)
			moved := s.Customers[1]
			s.run(t, flows["to South"].accept(s, moved), 1)
			of := s.account(t, moved)
			if of.Owner != s.South || of.Kind != account.Customer || of.Lifecycle != account.Ready || of.Operation != "" {
				t.Errorf("it is %+v", of)
			}
			for i, want := range []int64{100, 100, 50} {
				has := s.subscriptions(t, moved)[i]
				if has.Plan != "" || has.Link != hosting.CustomLink || has.Resources.Allotment("disk_space") != want {
					t.Errorf("subscription %d has %+v", i, has)
				}
			}
			if used := s.used(t, s.South); used.Customers != 1 || used.Subscriptions != 3 || used.Given["disk_space"] != 250 {
				t.Errorf("South has given %+v", used)
			}
			if used := s.used(t, s.North); used.Customers != 2 || used.Subscriptions != 6 || used.Given["disk_space"] != 500 {
				t.Errorf("North has given %+v", used)
			}
			if south, north := s.listed(t, account.Customer, s.South), s.listed(t, account.Customer, s.North); !slices.Equal(south, []account.ID{moved}) || len(north) != 2 {
				t.Errorf("South has %v, North %v", south, north)
			}
			s.balanced(t, name)
		})
	}
}

func TestAMovedCustomerComesToAPlanOfItsNewOwner(t *testing.T) {
	t.Parallel()
	for name, few := range sizes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, 1, few)
			moved := s.Customers[1]
			s.run(t, flows["to South on a plan"].accept(s, moved), 1)
			for i := range 3 {
				if has := s.subscriptions(t, moved)[i]; has.Plan != s.south || has.Link != hosting.Synced || len(has.Resources.Allotments) > 0 {
					t.Errorf("subscription %d has %+v", i, has)
				}
			}
			if used := s.used(t, s.South); used.Customers != 1 || used.Subscriptions != 3 || used.Given["disk_space"] != 210 {
				t.Errorf("South has given %+v", used)
			}
			s.balanced(t, name)
		})
	}
}

func TestAConvertedCustomerIsAResellerOfTheAdministrator(t *testing.T) {
	t.Parallel()
	for name, few := range sizes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, 1, few)
			id := s.Customers[1]
			before := s.account(t, id)
			s.run(t, flows["to a reseller"].accept(s, id), 1)
			of := s.account(t, id)
			if of.Kind != account.Reseller || of.Owner != account.AdministratorOwner || of.Login != before.Login || of.Lifecycle != account.Ready {
				t.Errorf("it is %+v", of)
			}
			if of.SessionEpoch == before.SessionEpoch || of.TokenEpoch == before.TokenEpoch || of.LinkEpoch == before.LinkEpoch {
				t.Errorf("epochs %d %d %d", of.SessionEpoch, of.TokenEpoch, of.LinkEpoch)
			}
			if of.Limits == nil || of.Limits.Plan != "" || of.Limits.Resources.Allotment("disk_space") != 250 || of.Limits.Resources.Allotment("max_box") != resource.Unlimited ||
				of.Limits.Resources.Allotment(resource.Customers) != resource.Unlimited {
				t.Errorf("it was given %+v", of.Limits)
			}
			for i := range 3 {
				if has := s.subscriptions(t, id)[i]; has.Plan != "" || has.Link != hosting.CustomLink {
					t.Errorf("subscription %d has %+v", i, has)
				}
			}
			if used := s.used(t, id); used.Customers != 0 || used.Subscriptions != 3 || used.Given["disk_space"] != 250 {
				t.Errorf("it has given %+v", used)
			}
			if !slices.Contains(s.listed(t, account.Reseller, account.AdministratorOwner), id) || slices.Contains(s.listed(t, account.Customer, ""), id) {
				t.Error("the lists do not follow")
			}
			if users := s.listed(t, account.PanelUser, id); len(users) != 1 {
				t.Errorf("panel users %v", users)
			}
			s.balanced(t, name)
		})
	}
}

// However it is done, the end is the same, but for what tells that the account was held meanwhile.
func TestManyEndAsFewDo(t *testing.T) {
	t.Parallel()
	for name, f := range flows {
		var ends []string
		for _, few := range sizes {
			s := newScene(t, 5, few)
			s.run(t, f.accept(s, s.Customers...), 1)
			lines := slices.DeleteFunc(s.dump(), func(line string) bool { return strings.HasPrefix(line, "event account.transfer-") })
			ends = append(ends, strings.Join(lines, "\n"))
			s.balanced(t, name)
		}
		if ends[0] != ends[1] {
			t.Errorf("%s:\n%s\nand:\n%s", name, ends[0], ends[1])
		}
	}
}

func TestRefusedAndLeftWhole(t *testing.T) {
	t.Parallel()
	to := func(owner func(s *scene) account.ID) func(s *scene, w *operation.NewOperation) {
		return func(s *scene, w *operation.NewOperation) { w.Parameters.NewOwner = owner(s) }
	}
	for name, test := range map[string]struct {
		kind   operation.Kind
		wanted func(s *scene, w *operation.NewOperation)
		code   fault.Code
	}{
		"to its owner": {operation.Move, to(func(s *scene) account.ID { return s.North }), fault.Conflict},
		"a reseller": {operation.Move, func(s *scene, w *operation.NewOperation) {
			w.Parameters.NewOwner, w.Items[0].Customer = s.South, s.North
		}, fault.NotFound},
		"to another's plan": {operation.Move, func(s *scene, w *operation.NewOperation) {
			w.Parameters.NewOwner, w.Items[0].Plan = s.South, string(s.own)
		}, fault.InvalidRequest},
		"convert a reseller": {operation.Convert, func(s *scene, w *operation.NewOperation) { w.Items[0].Customer = s.South }, fault.NotFound},
		"convert to no plan": {operation.Convert, func(_ *scene, w *operation.NewOperation) { w.Items[0].Plan = "rpl_01JDB6X0C7V8Y9Z0A1B2C3D4E5" }, fault.InvalidRequest},
		"a plan with one site": {operation.Move, func(s *scene, w *operation.NewOperation) {
			w.Parameters.NewOwner, w.Items[0].Plan = s.South, string(s.plan(t, s.South, plan.ServicePrefix, map[string]int64{resource.Websites: 1}))
		}, fault.LimitExceeded},
		"a small reseller plan": {operation.Convert, func(s *scene, w *operation.NewOperation) {
			w.Items[0].Plan = string(s.plan(t, s.Admin, plan.ResellerPrefix, map[string]int64{"disk_space": 249}))
		}, fault.LimitExceeded},
	} {
		for size, few := range sizes {
			t.Run(name+" "+size, func(t *testing.T) {
				t.Parallel()
				s := newScene(t, 1, few)
				input := operation.NewOperation{Items: []operation.Item{{Customer: s.Customers[0], Plan: plan.Custom}}}
				test.wanted(s, &input)
				before := s.dump()
				made := s.Accept(s.Admin, test.kind, input)
				s.run(t, made.ID, 1)
				outcome := s.Items(&operation.Operation{ID: made.ID, Originator: s.Admin})
				if len(outcome) != 1 || outcome[0].Code != test.code {
					t.Errorf("outcome %+v, want %s", outcome, test.code)
				}
				after := slices.DeleteFunc(s.dump(), func(line string) bool { return strings.HasPrefix(line, "event account.transfer-") })
				if !slices.Equal(after, before) {
					t.Errorf("after:\n%s\nbefore:\n%s", strings.Join(after, "\n"), strings.Join(before, "\n"))
				}
			})
		}
	}
}

// Whoever reads the trail learns what has changed; the event of the change is written once, with the one of the item last.
func TestTheTrailTells(t *testing.T) {
	t.Parallel()
	for size, want := range map[string][]event.Name{
		"at once":      {event.CustomerMoved},
		"page by page": {event.TransferStarted, event.CustomerMoved, event.TransferEnded},
	} {
		s := newScene(t, 1, sizes[size])
		before := len(s.Trail(s.Customers[0]))
		s.run(t, flows["to South"].accept(s, s.Customers[0]), 1)
		trail := s.Trail(s.Customers[0])
		slices.SortFunc(trail, func(a, b event.Event) int { return int(a.Version - b.Version) }) // the last id is from when the batch began
		var names []event.Name
		for _, happened := range trail[before:] {
			names = append(names, happened.Name)
			if happened.Name == event.CustomerMoved && (len(happened.Changes) != 2 || fmt.Sprint(happened.Changes[0].Old) != string(s.North) || fmt.Sprint(happened.Changes[0].New) != string(s.South) || happened.Owner != s.South) {
				t.Errorf("%s: event %+v", size, happened)
			}
		}
		if !slices.Equal(names, want) {
			t.Errorf("%s: %v", size, names)
		}
	}
}

// Only the administrator moves and converts; to others it makes no difference whether a customer that they do not see is there.
func TestWhoMayTransfer(t *testing.T) {
	t.Parallel()
	s := newScene(t, 1, 0)
	for kind, work := range s.Processors() {
		if kind != operation.Move && kind != operation.Convert {
			continue
		}
		for by, want := range map[account.ID]fault.Code{s.Admin: "", s.North: fault.Forbidden, s.South: fault.NotFound, s.Customers[0]: fault.Forbidden} {
			job := operation.Job{
				Caller: s.Caller(by), Operation: &operation.Operation{ID: "op_1", Kind: kind, Originator: by, Parameters: operation.Parameters{NewOwner: s.South}},
				Item: operation.Item{Customer: s.Customers[0], Plan: plan.Custom},
			}
			if _, err := work.Preview(t.Context(), job); fault.CodeOf(err) != want {
				t.Errorf("%s by %s is judged %v, want %q", kind, by, err, want)
			}
			if want == "" {
				continue
			}
			before := s.dump()
			if err := work.Process(t.Context(), job); fault.CodeOf(err) != want {
				t.Errorf("%s by %s: %v, want %q", kind, by, err, want)
			}
			if !slices.Equal(s.dump(), before) {
				t.Errorf("%s by %s changes something", kind, by)
			}
		}
	}
}
