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

// moveRefusals is what keeps a move from being written.
var moveRefusals = map[string]struct {
	login string
	want  fault.Code
	spoil func(t *testing.T, e *hostedCustomer, w *transfer.Transaction)
}{
	"the account has changed": {"a", fault.VersionMismatch, func(t *testing.T, e *hostedCustomer, _ *transfer.Transaction) {
		e.mustChange(t, e.customer, func(a *account.Account) { a.Contact.City = "Cork" })
	}},
	"its holds have changed": {"b", fault.VersionMismatch, func(_ *testing.T, _ *hostedCustomer, w *transfer.Transaction) { w.Account.Before.HoldSequence = 5 }},
	"it has a subscription more": {"c", fault.VersionMismatch, func(t *testing.T, e *hostedCustomer, _ *transfer.Transaction) {
		expectNoError(t, e.WriteHosting(e.ctx, e.subscriptionCreation(&e.customer, nil, "one.more.example")))
	}},
	"a subscription has changed": {"d", fault.VersionMismatch, func(_ *testing.T, _ *hostedCustomer, w *transfer.Transaction) { w.Subscriptions[1].Before.Version++ }},
	"a subscription has too many websites": {"e", fault.VersionMismatch, func(_ *testing.T, _ *hostedCustomer, w *transfer.Transaction) {
		w.Subscriptions[1].MaxWebsites = new(int64)
	}},
	"its plan has changed": {"f", fault.VersionMismatch, func(_ *testing.T, _ *hostedCustomer, w *transfer.Transaction) { w.Plans[1].Version = new(int64(7)) }},
	"a plan that was looked at has changed": {"g", fault.VersionMismatch, func(t *testing.T, e *hostedCustomer, w *transfer.Transaction) {
		looked := e.createServicePlan(t, e.host.ID, nil)
		w.Plans = append(w.Plans, hosting.PlanUse{ID: looked.ID, Version: new(looked.Version + 1)})
	}},
	"its plan is gone": {"h", fault.InvalidRequest, func(_ *testing.T, e *hostedCustomer, w *transfer.Transaction) {
		w.Plans[1].ID = plan.ID(e.id(plan.ServicePrefix))
	}},
	"a plan that was looked at is gone": {"i", fault.InvalidRequest, func(_ *testing.T, e *hostedCustomer, w *transfer.Transaction) {
		w.Plans = append(w.Plans, hosting.PlanUse{ID: plan.ID(e.id(plan.ServicePrefix)), Version: new(int64(1))})
	}},
	"the limits have changed": {"j", fault.VersionMismatch, func(_ *testing.T, _ *hostedCustomer, w *transfer.Transaction) { w.Limits[0].Basis.Version++ }},
	"it is more than is left": {"k", fault.LimitExceeded, func(t *testing.T, e *hostedCustomer, w *transfer.Transaction) {
		other := e.fixture.createCustomer(t, e.host.ID, "k-other")
		e.mustChange(t, e.host, func(r *account.Account) {
			r.Limits = &account.ResellerLimits{Resources: resource.Set{Allotments: map[string]int64{"disk_space": 12}, Permissions: map[string]bool{}}}
		})
		w.Limits[0] = e.reserve(t, e.host.ID, demandOf(1, 2))
		e.createHosting(t, &other, nil, e.host.ID, 1) // somebody else was faster
	}},
	"there is no such owner": {"l", fault.NotFound, func(_ *testing.T, e *hostedCustomer, w *transfer.Transaction) {
		w.Limits[0].Reseller = account.ID(e.id(account.ResellerPrefix))
	}},
	"the owner goes": {"m", fault.NotFound, func(t *testing.T, e *hostedCustomer, _ *transfer.Transaction) {
		expectNoError(t, e.ChangeAccount(e.ctx, e.closing(e.host)))
	}},
	"the external id is another's": {"n", fault.Conflict, func(t *testing.T, e *hostedCustomer, _ *transfer.Transaction) {
		c := e.accountCreation(account.Customer, e.host.ID, "n-other")
		c.Account.ExternalID = "4711"
		expectNoError(t, e.Create(e.ctx, c))
	}},
	"no transfer is followed": {"p", fault.VersionMismatch, func(_ *testing.T, e *hostedCustomer, w *transfer.Transaction) {
		w.Step = &transfer.Step{Account: e.customer.ID, Operation: "op_1", Moved: 2}
	}},
	"no transfer is kept": {"o", fault.VersionMismatch, func(_ *testing.T, e *hostedCustomer, w *transfer.Transaction) {
		w.Step = &transfer.Step{Account: e.customer.ID, Operation: "op_1", Ends: true}
	}},
}
