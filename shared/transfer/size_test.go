package transfer_test

import (
	"fmt"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/dynamotest"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/operation"
	"tenantry/shared/plan"
	"tenantry/shared/request"
)

type plainHasher struct{}

// Hash implements access.Hasher.
func (plainHasher) Hash(text string) (string, error) { return text, nil }

// createLargeCustomer creates a customer of North with some subscriptions, which are spread over some plans.
func (s *scene) createLargeCustomer(t *testing.T, subscriptions, plans int) account.ID {
	t.Helper()
	creator := directory.Create{
		Store: s.Store,
		Mails: s.Store.Mails(), NewID: s.IDs.New, Passwords: plainHasher{}, Policy: s.AccountChanger().Policy, Now: s.Now,
	}
	north := s.Caller(s.North)
	customer, err := creator.Customer(t.Context(), north, request.Metadata{}, directory.NewAccount{
		Login: "many", Password: new("the password of many"), ExternalID: "many-1",
		Contact: account.Contact{Name: "Many", Email: "many@example.com"},
	})
	must(t, err)
	var planIDs []plan.ID
	for range plans {
		planIDs = append(planIDs, s.createPlan(t, s.North, plan.ServicePrefix, map[string]int64{"disk_space": 1 << 53}))
	}
	for i := range subscriptions {
		input := hosting.NewSubscription{
			Domain: fmt.Sprintf("%d.many.example", i), ServicePlan: string(planIDs[i%plans]),
		}
		_, err := s.subscriptions().Create(t.Context(), s.Caller(s.North), request.Metadata{}, string(customer.ID), input)
		must(t, err)
	}
	s.Customers = append(s.Customers, customer.ID)
	return customer.ID
}

// A pending transfer stores the resources of the old plans in one item, so their number is limited. A transfer to a
// plan does not need them.
func TestTransferFromTooManyPlans(t *testing.T) {
	t.Parallel()
	s := newScene(t, 1, 0)
	customer := s.createLargeCustomer(t, 501, 501)
	refused := convert.accept(s, customer)
	s.run(t, refused, 1)
	if items := s.items(refused); items[0].Code != fault.Conflict {
		t.Errorf("item %+v, want a conflict", items[0])
	}
	a := s.readAccount(t, customer)
	if a.Kind != account.Customer || a.Owner != s.North || a.Lifecycle != account.Ready {
		t.Errorf("the customer is %+v, want it unchanged", a)
	}
	s.run(t, moveToPlanOfSouth.accept(s, customer), 1)
	if a := s.readAccount(t, customer); a.Owner != s.South || a.Lifecycle != account.Ready {
		t.Errorf("the customer is %+v, want South to own it", a)
	}
}

// AWS limit: a transaction has at most 100 items.
func TestTransactionsFitLimitOfDynamoDB(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		subscriptions, plans int
		isHeld               bool // the customer is held during the transfer
	}{
		"no subscriptions":                  {0, 1, false},
		"exactly one transaction":           {50, 15, false},
		"one subscription too many":         {51, 15, true},
		"one plan too many":                 {50, 16, true},
		"each subscription on its own plan": {190, 190, true},
		"all subscriptions on one plan":     {190, 1, true},
		"two subscriptions on each plan":    {180, 90, true},
	} {
		for flowName, f := range flows {
			t.Run(name+", "+flowName, func(t *testing.T) {
				t.Parallel()
				s := newScene(t, 1, 0)
				for _, reseller := range []account.ID{s.North, s.South} {
					s.SetResellerPlan(reseller, string(s.createPlan(t, s.Admin, plan.ResellerPrefix, nil)))
				}
				customer := s.createLargeCustomer(t, test.subscriptions, test.plans)
				largest := 0
				s.Store.Before(func(call dynamotest.Call) error {
					if dynamotest.Commits(call) {
						largest = max(largest, call.Items())
					}
					return nil
				})
				id := f.accept(s, customer)
				s.run(t, id, 1)
				s.Store.Mend()
				if largest == 0 || largest > 100 {
					t.Errorf("the largest transaction has %d items, want 1 to 100", largest)
				}
				if items := s.items(id); items[0].State != operation.Succeeded && f.kind == operation.Move {
					t.Errorf("item %+v, want it succeeded", items[0])
				}
				wasHeld := false
				for _, entry := range s.Trail(customer) {
					wasHeld = wasHeld || entry.Name == event.TransferStarted
				}
				// Of more subscriptions, Trail returns only the events of their creation.
				if test.subscriptions < 52 && wasHeld != test.isHeld {
					t.Errorf("the customer was held: %v, want %v", wasHeld, test.isHeld)
				}
				s.wantCorrectCounts(t, name)
			})
		}
	}
}
