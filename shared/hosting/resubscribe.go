package hosting

import (
	"context"
	"slices"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/plan"
	"tenantry/shared/request"
	"tenantry/shared/resource"
)

// edit is what one try of a change makes of a subscription, and brings with it.
type edit struct {
	event   event.Name
	changes []account.FieldChange
	writing HostingChange // without the subscription, the event and the record
	most    *int64        // websites that the subscription may have for the change
	nothing bool
}

// alter changes a subscription as one try after the other on its newest version makes it.
func (s Subscriptions) alter(
	ctx context.Context, caller access.Caller, meta request.Metadata, id string, try func(found *Found, now time.Time) (edit, error),
) (SubscriptionView, error) {
	for tries := 1; ; tries++ {
		found, err := s.find(ctx, caller, meta, id)
		if err != nil {
			return idempotency.Answer(SubscriptionView{}, meta.Key, err)
		}
		if err := mayHost(caller, found.Chain); err != nil {
			return SubscriptionView{}, err
		}
		if meta.IfMatch != nil && *meta.IfMatch != found.Subscription.Version {
			return SubscriptionView{}, versionMismatch()
		}
		now := s.Now()
		before := *found.Subscription
		made, err := try(&found, now)
		if err != nil {
			return SubscriptionView{}, err
		}
		if made.nothing {
			return remember(ctx, s.Store, meta.Key, viewSubscription(caller, &before, found.Chain, found.Plan, now), now)
		}
		found.Subscription.Version++
		found.Subscription.settle(now)
		shown := viewSubscription(caller, found.Subscription, found.Chain, found.Plan, now)
		w := made.writing
		w.Subscription = &SubscriptionChange{Before: &before, After: found.Subscription, Most: made.most}
		w.Customer.ID = before.Customer
		if err := w.describe(s.NewID, caller, meta, &found.Chain[0], made.event, id, now, shown, made.changes...); err != nil {
			return SubscriptionView{}, err
		}
		err = s.Store.WriteHosting(ctx, w)
		if !fault.Is(err, fault.VersionMismatch) || tries == maxTries {
			return idempotency.Answer(shown, meta.Key, err)
		}
	}
}

// remember notes that a request had nothing to change, so that its retry changes nothing either.
func remember[T any](ctx context.Context, in Store, key idempotency.Key, shown T, now time.Time) (T, error) {
	record := idempotency.NewRecord(key, shown, now)
	if record == nil {
		return shown, nil
	}
	return idempotency.Answer(shown, key, in.Remember(ctx, *record))
}

// Replan puts a subscription on another plan of the same owner or on none. Without resources it follows the plan; with them it
// is customised, and edits of the plan skip it. Errors: NotFound, Forbidden, InvalidRequest, LimitExceeded, Busy, VersionMismatch.
func (s Subscriptions) Replan(
	ctx context.Context, caller access.Caller, meta request.Metadata, id, servicePlan string, own *resource.Set,
) (SubscriptionView, error) {
	return s.alter(ctx, caller, meta, id, func(found *Found, _ time.Time) (edit, error) {
		of, oldPlan := found.Subscription, found.Plan
		before, gone := of.Effective(oldPlan), of.use(oldPlan, -1)
		next, err := s.Store.ReadForCreation(ctx, of.Customer, planID(servicePlan), idempotency.Key{})
		if err != nil {
			return edit{}, err
		}
		if err := mayHost(caller, next.Chain); err != nil {
			return edit{}, err // moved away since the subscription was read
		}
		if err := next.Chain[0].CheckReady(); err != nil {
			return edit{}, err
		}
		oldShown := found.Subscription.Plan
		found.Plan, found.Chain = next.Plan, next.Chain
		if servicePlan == plan.Custom && own == nil {
			own = &before // to keep what it has, detached from the plan
		}
		if err := of.put(*found, servicePlan, own); err != nil {
			return edit{}, err
		}
		after := of.Effective(found.Plan)
		most := after.Allotment(resource.Websites)
		if most != resource.Unlimited && of.Websites > most {
			return edit{}, fault.New(fault.LimitExceeded, "The limit does not allow this. %s: requested %d, available %d.", resource.Websites, of.Websites, most)
		}
		made := edit{event: event.SubscriptionChanged, changes: []account.FieldChange{{Field: "servicePlan", Old: oldShown, New: of.Plan}}}
		if most != resource.Unlimited {
			made.most = &most
		}
		demand := resource.DemandOf(after, 1).Plus(resource.DemandOf(before, -1))
		if made.writing.Limits, err = s.reserve(ctx, found.Chain, demand); err != nil {
			return edit{}, err
		}
		made.writing.Plans = mergeUses(gone, of.use(found.Plan, 1))
		made.writing.Customer = CustomerChange{Judged: &next.Chain[0], Ready: true}
		return made, nil
	})
}

// mergeUses brings together what changes on one and the same plan: a transaction touches an item once. The plan must be the
// same still if either was judged by it.
func mergeUses(uses ...*PlanUse) []PlanUse {
	var merged []PlanUse
	for _, use := range uses {
		if use == nil {
			continue
		}
		at := slices.IndexFunc(merged, func(other PlanUse) bool { return other.ID == use.ID })
		if at < 0 {
			merged = append(merged, *use)
			continue
		}
		merged[at].Uses += use.Uses
		merged[at].Synced += use.Synced
		if merged[at].Version == nil {
			merged[at].Version = use.Version
		}
	}
	return merged
}

// Suspend places the caller's hold on a subscription. Where the caller's hold is there already, it says from now on what
// the caller says; to say the same again changes nothing. Errors: InvalidRequest, NotFound, Forbidden, VersionMismatch.
func (s Subscriptions) Suspend(ctx context.Context, caller access.Caller, meta request.Metadata, id string, wanted account.HoldInput) (SubscriptionView, error) {
	return s.alter(ctx, caller, meta, id, func(found *Found, now time.Time) (edit, error) {
		if err := wanted.Validate(now); err != nil { // here, so that what has taken effect is replayed when its end is past
			return edit{}, err
		}
		of, customer := found.Subscription, &found.Chain[0]
		heldBefore := of.HeldAt(customer)
		sequence := &Sequence{Before: customer.HoldSequence, After: customer.HoldSequence + 1}
		hold := wanted.Hold(&caller.Account, now)
		hold.Sequence = sequence.After // also when it replaces another, so that an earlier activation of the customer does not void it
		holds, changes := of.Holds.WithoutVoid(customer.LiftMarks).Place(hold, now)
		of.Holds = holds
		return edit{
			event: event.SubscriptionSuspended, changes: changes, nothing: len(changes) == 0,
			writing: HostingChange{Customer: CustomerChange{Sequence: sequence, Held: moved(heldBefore, of.HeldAt(customer))}},
		}, nil
	})
}

// moved is how the customer's counts of held subscriptions change when one goes from one level to another.
func moved(from, to account.Level) map[account.Level]int64 {
	if from == to {
		return nil
	}
	held := map[account.Level]int64{}
	if from != "" {
		held[from]--
	}
	if to != "" {
		held[to]++
	}
	return held
}

// Activate lifts the holds on a subscription that the caller may lift. Errors: HeldByHigherLevel when all were placed above it
// or the subscription has expired; NotFound; Forbidden; VersionMismatch.
func (s Subscriptions) Activate(ctx context.Context, caller access.Caller, meta request.Metadata, id string) (SubscriptionView, error) {
	level, _ := account.LevelOf(caller.Account.Kind)
	return s.alter(ctx, caller, meta, id, func(found *Found, now time.Time) (edit, error) {
		of, customer := found.Subscription, &found.Chain[0]
		heldBefore := of.HeldAt(customer)
		remaining, lifted := of.Holds.WithoutVoid(customer.LiftMarks).Lift(level, now)
		of.Holds = remaining
		if len(lifted) == 0 {
			if of.OwnHolds(customer, now).Status(now) == account.Suspended {
				return edit{}, fault.New(fault.HeldByHigherLevel, "This subscription was suspended at a higher level, or has expired. Ask your provider to activate it.")
			}
			return edit{nothing: true}, nil
		}
		of.LiftedAt = &now
		sequence := &Sequence{Before: customer.HoldSequence, After: customer.HoldSequence + 1}
		return edit{
			event: event.SubscriptionActivated, changes: lifted.Removals(),
			writing: HostingChange{Customer: CustomerChange{Sequence: sequence, Held: moved(heldBefore, of.HeldAt(customer))}},
		}, nil
	})
}
