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

// target is what is to become of a customer.
type target struct {
	lifecycle    account.Lifecycle // while it is held
	event        event.Name
	owner        account.ID // of the account
	host         account.ID // of its subscriptions
	servicePlan  *plan.Plan // that its subscriptions come to; nil where each keeps what it has
	resellerPlan *plan.Plan // that it gets itself; nil for none
	note         string     // the note that the new owner has left before
	limits       *plan.Reseller
}

// moveTarget finds out where a customer is moved to. Errors: NotFound for an owner that is none; Conflict for the present one;
// InvalidRequest for a service plan that is not the owner's.
func (t Mover) moveTarget(ctx context.Context, job operation.Job, of *account.Account) (*target, error) {
	to := &target{lifecycle: account.Moving, event: event.CustomerMoved, owner: job.Operation.Parameters.NewOwner, host: job.Operation.Parameters.NewOwner}
	if to.owner == of.Owner {
		return nil, fault.New(fault.Conflict, "The customer already belongs to this owner.")
	}
	return to, inParallel(func() error { return t.loadNewOwner(ctx, to, of) }, func() (err error) {
		to.servicePlan, err = t.readPlan(ctx, job.Item.Plan, "/servicePlan")
		if err == nil && to.servicePlan != nil && (to.servicePlan.ID.IsReseller() || to.servicePlan.Owner != to.owner) {
			err = unknownPlan("/servicePlan")
		}
		return err
	})
}

// loadNewOwner reads what there is to know of a reseller that is to own a customer. Errors: NotFound for one that is none.
func (t Mover) loadNewOwner(ctx context.Context, to *target, of *account.Account) error {
	if to.owner == account.AdministratorOwner {
		return nil
	}
	return inParallel(func() error {
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
			to.note, err = t.Store.ReadNote(ctx, of.ID, to.owner)
		}
		return err
	})
}

// inParallel does what does not wait for one another side by side, and returns the first error in their order.
func inParallel(all ...func() error) error {
	errs := make([]error, len(all))
	var each sync.WaitGroup
	for i, do := range all {
		each.Go(func() { errs[i] = do() })
	}
	each.Wait()
	return cmp.Or(errs...)
}

// conversionTarget finds out what a customer becomes as a reseller. Errors: InvalidRequest for a reseller plan that is none.
func (t Mover) conversionTarget(ctx context.Context, job operation.Job, of *account.Account) (*target, error) {
	to := &target{lifecycle: account.Converting, event: event.CustomerConverted, owner: account.AdministratorOwner, host: of.ID}
	var err error
	if to.resellerPlan, err = t.readPlan(ctx, job.Item.Plan, "/resellerPlan"); err != nil {
		return nil, err
	}
	if to.resellerPlan != nil {
		if !to.resellerPlan.ID.IsReseller() {
			return nil, unknownPlan("/resellerPlan")
		}
		to.limits = &plan.Reseller{Limits: resource.Limits{Resources: to.resellerPlan.Resources, Oversell: to.resellerPlan.Oversell}}
	}
	return to, nil
}

// readPlan reads the plan that an item names; nil for none.
func (t Mover) readPlan(ctx context.Context, named, pointer string) (*plan.Plan, error) {
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

// isConversion tells whether the customer becomes a reseller.
func (to *target) isConversion() bool { return to.lifecycle == account.Converting }

// apply makes of a customer what it is to become.
func (to *target) apply(a *account.Account, sum resource.Set) []account.FieldChange {
	if !to.isConversion() {
		changes := []account.FieldChange{{Field: "owner", Old: a.Owner, New: to.owner}, {Field: "servicePlan", New: planName(to.servicePlan)}}
		a.ChangeOwner(to.owner, to.note)
		return changes
	}
	changes := []account.FieldChange{
		{Field: "kind", Old: a.Kind, New: account.Reseller}, {Field: "owner", Old: a.Owner, New: to.owner}, {Field: "resellerPlan", New: planName(to.resellerPlan)},
	}
	given := account.ResellerLimits{Resources: sum}
	if to.resellerPlan != nil {
		given = account.ResellerLimits{Plan: string(to.resellerPlan.ID)}
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
