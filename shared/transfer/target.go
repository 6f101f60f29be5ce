package transfer

import (
	"cmp"
	"context"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/operation"
	"tenantry/shared/plan"
	"tenantry/shared/resource"
)

// transferTarget is what a customer and its subscriptions become.
type transferTarget struct {
	lifecycle    account.Lifecycle // of the customer while the operation holds it
	event        event.Name
	owner        account.ID     // of the customer
	limitsOwner  account.ID     // whose limits the subscriptions count against: the owner, or the new reseller itself
	servicePlan  *plan.Plan     // for the subscriptions; nil if each keeps its resources
	resellerPlan *plan.Plan     // for the customer as a reseller; nil if it has none
	note         string         // the note that the new owner wrote when it owned the customer before
	limits       *plan.Capacity // of the limits owner; nil if there are none
}

// moveTarget returns the target of a move. It returns fault.NotFound if the new owner does not exist, fault.Conflict if
// it owns the customer already, and fault.InvalidRequest if the service plan does not belong to it.
func (m Mover) moveTarget(ctx context.Context, job operation.Job, customer *account.Account) (*transferTarget, error) {
	owner := job.Operation.Parameters.NewOwner
	target := &transferTarget{lifecycle: account.Moving, event: event.CustomerMoved, owner: owner, limitsOwner: owner}
	if owner == customer.Owner {
		return nil, fault.New(fault.Conflict, "The customer already belongs to this owner.")
	}
	var reads errgroup.Group
	reads.Go(func() (err error) {
		target.servicePlan, err = m.readPlan(ctx, job.Item.Plan, "/servicePlan")
		service := target.servicePlan
		if err == nil && service != nil && (service.ID.IsReseller() || service.Owner != owner) {
			err = unknownPlan("/servicePlan")
		}
		return err
	})
	err := m.loadNewOwner(ctx, target, customer)
	return target, cmp.Or(err, reads.Wait()) // an unknown owner is reported before its plan
}

// loadNewOwner reads the reseller that will own the customer, with its limits and its note. It returns fault.NotFound
// if the reseller does not exist or is being removed.
func (m Mover) loadNewOwner(ctx context.Context, target *transferTarget, customer *account.Account) error {
	if target.owner == account.AdministratorOwner {
		return nil
	}
	var reads errgroup.Group
	reads.Go(func() error {
		limits, err := m.Store.ReadReseller(ctx, target.owner)
		target.limits = &limits
		return err
	})
	reads.Go(func() (err error) {
		if slices.Contains(customer.FormerOwners, target.owner) {
			target.note, err = m.Store.ReadNote(ctx, customer.ID, target.owner)
		}
		return err
	})
	owner, err := m.Store.ReadAccount(ctx, target.owner)
	if err == nil {
		err = owner.CheckCanOwn("/owner")
	}
	return cmp.Or(err, reads.Wait()) // an unknown owner is reported before other errors
}

// conversionTarget returns the target of a conversion. It returns fault.InvalidRequest if the reseller plan does not
// exist.
func (m Mover) conversionTarget(
	ctx context.Context, job operation.Job, customer *account.Account,
) (*transferTarget, error) {
	target := &transferTarget{
		lifecycle: account.Converting, event: event.CustomerConverted,
		owner: account.AdministratorOwner, limitsOwner: customer.ID,
	}
	var err error
	if target.resellerPlan, err = m.readPlan(ctx, job.Item.Plan, "/resellerPlan"); err != nil {
		return nil, err
	}
	if target.resellerPlan != nil {
		if !target.resellerPlan.ID.IsReseller() {
			return nil, unknownPlan("/resellerPlan")
		}
		limits := resource.Limits{Resources: target.resellerPlan.Resources, Oversell: target.resellerPlan.Oversell}
		target.limits = &plan.Capacity{Limits: limits}
	}
	return target, nil
}

// readPlan reads a plan. It returns nil if the id is empty or plan.Custom, and fault.InvalidRequest if the plan does
// not exist. The pointer names the id's place in the request.
func (m Mover) readPlan(ctx context.Context, id, pointer string) (*plan.Plan, error) {
	if id == "" || id == plan.Custom {
		return nil, nil
	}
	plans, err := m.Store.ReadPlans(ctx, []plan.ID{plan.ID(id)})
	if err == nil && len(plans) == 0 {
		err = unknownPlan(pointer)
	}
	if err != nil {
		return nil, err
	}
	return &plans[0], nil
}

func unknownPlan(pointer string) error {
	detail := "The new owner has no such service plan."
	if pointer == "/resellerPlan" {
		detail = "This reseller plan does not exist."
	}
	return fault.Invalid(fault.Field{Pointer: pointer, Code: "unknown-plan", Detail: detail})
}

// isConversion reports whether the customer becomes a reseller.
func (t *transferTarget) isConversion() bool { return t.lifecycle == account.Converting }

// apply changes the customer into the target, and returns the changes for the event. The resources are the sum of what
// the subscriptions keep. A reseller without a reseller plan gets them as its limits. The old owner's schedule goes. The
// event shows only its times, because the new owner sees the event.
func (t *transferTarget) apply(
	customer *account.Account, resources resource.Set, now time.Time,
) (changes []account.FieldChange) {
	if dropped := customer.DropOwnersSchedule(now); dropped != nil {
		times := scheduledTimes{SuspendAt: dropped.SuspendAt, ActivateAt: dropped.ActivateAt}
		defer func() { changes = append(changes, account.FieldChange{Field: "schedule", Old: times}) }()
	}
	ownerChange := account.FieldChange{Field: "owner", Old: customer.Owner, New: t.owner}
	if !t.isConversion() {
		customer.ChangeOwner(t.owner, t.note)
		return []account.FieldChange{ownerChange, {Field: "servicePlan", New: planName(t.servicePlan)}}
	}
	kindChange := account.FieldChange{Field: "kind", Old: customer.Kind, New: account.Reseller}
	limits := account.ResellerLimits{Resources: resources}
	if t.resellerPlan != nil {
		limits = account.ResellerLimits{Plan: string(t.resellerPlan.ID)}
	}
	customer.ConvertToReseller(limits)
	return []account.FieldChange{kindChange, ownerChange, {Field: "resellerPlan", New: planName(t.resellerPlan)}}
}

// scheduledTimes are the times of a schedule, for the audit trail.
type scheduledTimes struct {
	SuspendAt  *time.Time `json:"suspendAt,omitempty"`
	ActivateAt *time.Time `json:"activateAt,omitempty"`
}

// planName returns the id of a plan, or plan.Custom for nil.
func planName(p *plan.Plan) string {
	if p == nil {
		return plan.Custom
	}
	return string(p.ID)
}
