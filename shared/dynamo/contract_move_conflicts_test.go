package dynamo_test

import (
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/plan"
	"tenantry/shared/resource"
	"tenantry/shared/transfer"
)

// moveConflicts are the changes that make the store reject a move, with the fault.
var moveConflicts = map[string]struct {
	login string
	want  fault.Code
	cause func(t *testing.T, e *hostedCustomer, move *transfer.Transaction)
}{
	"the account has changed": {
		"a",
		fault.VersionMismatch,
		func(t *testing.T, e *hostedCustomer, _ *transfer.Transaction) {
			e.mustChange(t, e.customer, func(a *account.Account) { a.Contact.City = "Cork" })
		},
	},
	"a hold has raised the sequence": {
		"b",
		fault.VersionMismatch,
		func(_ *testing.T, _ *hostedCustomer, move *transfer.Transaction) {
			move.Account.Before.HoldSequence = 5
		},
	},
	"the customer has another subscription": {
		"c",
		fault.VersionMismatch,
		func(t *testing.T, e *hostedCustomer, _ *transfer.Transaction) {
			expectNoError(t, e.WriteHosting(e.ctx, e.subscriptionCreation(&e.customer, nil, "one.more.example")))
		},
	},
	"a subscription has changed": {
		"d",
		fault.VersionMismatch,
		func(_ *testing.T, _ *hostedCustomer, move *transfer.Transaction) {
			move.Subscriptions[1].Before.Version++
		},
	},
	"a subscription has too many websites": {
		"e",
		fault.VersionMismatch,
		func(_ *testing.T, _ *hostedCustomer, move *transfer.Transaction) {
			move.Subscriptions[1].MaxWebsites = new(int64)
		},
	},
	"the new plan has changed": {
		"f",
		fault.VersionMismatch,
		func(_ *testing.T, _ *hostedCustomer, move *transfer.Transaction) {
			move.Plans[1].Version = new(int64(7))
		},
	},
	"a plan that is only checked has changed": {
		"g",
		fault.VersionMismatch,
		func(t *testing.T, e *hostedCustomer, move *transfer.Transaction) {
			checked := e.createServicePlan(t, e.host.ID, nil)
			move.Plans = append(move.Plans, hosting.PlanUse{ID: checked.ID, Version: new(checked.Version + 1)})
		},
	},
	"the new plan does not exist": {
		"h",
		fault.InvalidRequest,
		func(_ *testing.T, e *hostedCustomer, move *transfer.Transaction) {
			move.Plans[1].ID = plan.ID(e.id(plan.ServicePrefix))
		},
	},
	"a plan that is only checked does not exist": {
		"i",
		fault.InvalidRequest,
		func(_ *testing.T, e *hostedCustomer, move *transfer.Transaction) {
			move.Plans = append(move.Plans, hosting.PlanUse{ID: plan.ID(e.id(plan.ServicePrefix)), Version: new(int64(1))})
		},
	},
	"the limits have changed": {
		"j",
		fault.VersionMismatch,
		func(_ *testing.T, _ *hostedCustomer, move *transfer.Transaction) { move.Limits[0].Basis.Version++ },
	},
	"the move exceeds the limits": {
		"k",
		fault.LimitExceeded,
		func(t *testing.T, e *hostedCustomer, move *transfer.Transaction) {
			other := e.fixture.createCustomer(t, e.host.ID, "k-other")
			e.mustChange(t, e.host, func(r *account.Account) {
				r.Limits = &account.ResellerLimits{
					Resources: resource.Set{Allotments: map[string]int64{"disk_space": 12}, Permissions: map[string]bool{}},
				}
			})
			move.Limits[0] = e.reserve(t, e.host.ID, demandOf(1, 2))
			e.createHosting(t, &other, nil, e.host.ID, 1) // uses the limits first
		},
	},
	"the new owner does not exist": {
		"l",
		fault.NotFound,
		func(_ *testing.T, e *hostedCustomer, move *transfer.Transaction) {
			move.Limits[0].Reseller = account.ID(e.id(account.ResellerPrefix))
		},
	},
	"the new owner is being removed": {
		"m",
		fault.NotFound,
		func(t *testing.T, e *hostedCustomer, _ *transfer.Transaction) {
			expectNoError(t, e.ChangeAccount(e.ctx, e.closing(e.host)))
		},
	},
	"the new owner has another customer with the external id": {
		"n",
		fault.Conflict,
		func(t *testing.T, e *hostedCustomer, _ *transfer.Transaction) {
			c := e.accountCreation(account.Customer, e.host.ID, "n-other")
			c.Account.ExternalID = "4711"
			expectNoError(t, e.Create(e.ctx, c))
		},
	},
	"there is no transfer to advance": {
		"p",
		fault.VersionMismatch,
		func(_ *testing.T, e *hostedCustomer, move *transfer.Transaction) {
			move.Step = &transfer.Step{Account: e.customer.ID, Operation: "op_1", Moved: 2}
		},
	},
	"there is no transfer to end": {
		"o",
		fault.VersionMismatch,
		func(_ *testing.T, e *hostedCustomer, move *transfer.Transaction) {
			move.Step = &transfer.Step{Account: e.customer.ID, Operation: "op_1", Ends: true}
		},
	},
}
