package transfer

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/operation"
	"tenantry/shared/plan"
	"tenantry/shared/resource"
)

// aim is what is to become of a customer.
type aim struct {
	lifecycle account.Lifecycle // while it is held
	event     event.Name
	owner     account.ID // of the account
	host      account.ID // of its subscriptions
	service   *plan.Plan // that its subscriptions come to; nil where each keeps what it has
	reseller  *plan.Plan // that it gets itself; nil for none
	left      string     // the note that the new owner has left before
	limits    *plan.Reseller
}

// move finds out where a customer is moved to. Errors: NotFound for an owner that is none; Conflict for the present one;
// InvalidRequest for a service plan that is not the owner's.
func (t Accounts) move(ctx context.Context, task operation.Task, of *account.Account) (*aim, error) {
	to := &aim{lifecycle: account.Moving, event: event.CustomerMoved, owner: task.Operation.Order.Owner, host: task.Operation.Order.Owner}
	if to.owner == of.Owner {
		return nil, fault.New(fault.Conflict, "The customer already belongs to this owner.")
	}
	return to, atOnce(func() error { return t.receive(ctx, to, of) }, func() (err error) {
		to.service, err = t.plan(ctx, task.Item.Plan, "/servicePlan")
		if err == nil && to.service != nil && (to.service.ID.IsReseller() || to.service.Owner != to.owner) {
			err = unknownPlan("/servicePlan")
		}
		return err
	})
}

// receive reads what there is to know of a reseller that is to own a customer. Errors: NotFound for one that is none.
func (t Accounts) receive(ctx context.Context, to *aim, of *account.Account) error {
	if to.owner == account.AdministratorOwner {
		return nil
	}
	return atOnce(func() error {
		owner, err := t.Store.ReadAccount(ctx, to.owner)
		if err == nil {
			err = owner.CheckCanOwn("/owner")
		}
		return err
	}, func() error {
		limits, err := t.Store.ReadReseller(ctx, to.owner)
		to.limits = &limits
		return err
	}, func() (err error) {
		if slices.Contains(of.FormerOwners, to.owner) {
			to.left, err = t.Store.ReadNote(ctx, of.ID, to.owner)
		}
		return err
	})
}

// atOnce does what does not wait for one another side by side, and returns the first error in their order.
func atOnce(all ...func() error) error {
	errs := make([]error, len(all))
	var each sync.WaitGroup
	for i, do := range all {
		each.Go(func() { errs[i] = do() })
	}
	each.Wait()
	return cmp.Or(errs...)
}

// convert finds out what a customer becomes as a reseller. Errors: InvalidRequest for a reseller plan that is none.
func (t Accounts) convert(ctx context.Context, task operation.Task, of *account.Account) (*aim, error) {
	to := &aim{lifecycle: account.Converting, event: event.CustomerConverted, owner: account.AdministratorOwner, host: of.ID}
	var err error
	if to.reseller, err = t.plan(ctx, task.Item.Plan, "/resellerPlan"); err != nil {
		return nil, err
	}
	if to.reseller != nil {
		if !to.reseller.ID.IsReseller() {
			return nil, unknownPlan("/resellerPlan")
		}
		to.limits = &plan.Reseller{Limits: resource.Limits{Resources: to.reseller.Resources, Oversell: to.reseller.Oversell}}
	}
	return to, nil
}

// plan reads the plan that an item names; nil for none.
func (t Accounts) plan(ctx context.Context, named, pointer string) (*plan.Plan, error) {
	if named == "" || named == plan.Custom {
		return nil, nil
	}
	found, err := t.Store.ReadPlans(ctx, []plan.ID{plan.ID(named)})
	if err == nil && len(found) == 0 {
		err = unknownPlan(pointer)
	}
	if err != nil {
		return nil, err
	}
	return &found[0], nil
}

func unknownPlan(pointer string) error {
	detail := "The new owner has no such service plan."
	if pointer == "/resellerPlan" {
		detail = "This reseller plan does not exist."
	}
	return fault.Invalid(fault.Field{Pointer: pointer, Code: "unknown-plan", Detail: detail})
}

// converts tells whether the customer becomes a reseller.
func (to *aim) converts() bool { return to.lifecycle == account.Converting }

// apply makes of a customer what it is to become.
func (to *aim) apply(a *account.Account, sum resource.Set) []account.FieldChange {
	if !to.converts() {
		changes := []account.FieldChange{{Field: "owner", Old: a.Owner, New: to.owner}, {Field: "servicePlan", New: planName(to.service)}}
		a.ChangeOwner(to.owner, to.left)
		return changes
	}
	changes := []account.FieldChange{
		{Field: "kind", Old: a.Kind, New: account.Reseller}, {Field: "owner", Old: a.Owner, New: to.owner}, {Field: "resellerPlan", New: planName(to.reseller)},
	}
	given := account.ResellerLimits{Resources: sum}
	if to.reseller != nil {
		given = account.ResellerLimits{Plan: string(to.reseller.ID)}
	}
	a.ConvertToReseller(given)
	return changes
}

func planName(of *plan.Plan) string {
	if of == nil {
		return plan.Custom
	}
	return string(of.ID)
}
