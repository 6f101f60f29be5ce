package hosting

import (
	"context"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/clock"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/page"
	"tenantry/shared/plan"
	"tenantry/shared/request"
	"tenantry/shared/resource"
)

// Subscriptions creates, changes, lists and removes subscriptions.
type Subscriptions struct {
	Store   Store
	NewID   func(prefix string) string
	Cursors *page.Sealer
	Now     func() time.Time
}

// NewSubscription is what a caller says of a subscription to be created.
type NewSubscription struct {
	Domain      string
	ServicePlan string        // a plan's id, or plan.Custom
	Resources   *resource.Set // of a custom subscription; with a plan it customises the subscription
	ExpiresAt   *time.Time
}

// Create creates a subscription with its first website. Errors: fault.NotFound, fault.Forbidden, fault.InvalidRequest, fault.Conflict
// for a domain that is taken, fault.LimitExceeded, fault.Busy.
func (s Subscriptions) Create(ctx context.Context, caller access.Caller, meta request.Metadata, customer string, input NewSubscription) (SubscriptionView, error) {
	if !account.ID(customer).WellFormed() {
		return SubscriptionView{}, access.NotInView()
	}
	domain, bad := Domain(input.Domain, "/domain")
	if bad != nil {
		return SubscriptionView{}, fault.Invalid(*bad)
	}
	read := func(ctx context.Context) (edit.Snapshot[SubscriptionContext], error) {
		found, err := s.Store.ReadForCreation(ctx, account.ID(customer), planID(input.ServicePlan), meta.Key)
		if err == nil {
			err = checkCanChangeHosting(caller, found.Chain)
		}
		return edit.Snapshot[SubscriptionContext]{Object: found, Record: found.Record}, err
	}
	return edit.Update(ctx, s.editor(), meta, read, func(found SubscriptionContext, now time.Time) (edit.Result[SubscriptionView], error) {
		customer := &found.Chain[0]
		created, change, err := s.newSubscription(ctx, found, domain, input, now)
		if err != nil {
			return edit.Result[SubscriptionView]{}, err
		}
		view := viewSubscription(caller, created, found.Chain, found.Plan, now)
		change.Event = newEvent(s.NewID, meta, caller.Account.ID, customer, event.SubscriptionCreated, created.ID, now,
			account.FieldChange{Field: "subscription", New: view})
		return edit.Result[SubscriptionView]{Answer: view, Write: s.write(change)}, nil
	})
}

func (s Subscriptions) editor() edit.Editor { return edit.Editor{Records: s.Store, Now: s.Now} }

// write returns the write of a change.
func (s Subscriptions) write(change HostingChange) func(context.Context, *idempotency.Record) error {
	return func(ctx context.Context, record *idempotency.Record) error {
		change.Record = record
		return s.Store.WriteHosting(ctx, change)
	}
}

// mayHost tells whether a caller may change what a chain's customer has: those above it, and a reseller what it has itself.
func checkCanChangeHosting(caller access.Caller, chain Chain) error {
	switch {
	case !Sees(caller, chain) || chain[0].Kind != account.Customer && chain[0].Kind != account.Reseller:
		return access.NotInView()
	case caller.IsAdministrator(), caller.Account.Kind == account.Reseller:
		return nil
	}
	return fault.New(fault.Forbidden, "Only your provider can change subscriptions.")
}

func planID(named string) plan.ID {
	if named == plan.Custom {
		return ""
	}
	return plan.ID(named)
}

// creation returns a new subscription, and the change that creates it with its first website.
func (s Subscriptions) newSubscription(ctx context.Context, found SubscriptionContext, domain string, input NewSubscription, now time.Time) (*Subscription, HostingChange, error) {
	customer := &found.Chain[0]
	if err := customer.CheckReady(); err != nil {
		return nil, HostingChange{}, err
	}
	expiresAt, err := input.checkedExpiry(now)
	if err != nil {
		return nil, HostingChange{}, err
	}
	created := &Subscription{
		ID: s.NewID(SubscriptionPrefix), Customer: customer.ID, Domain: domain, ExpiresAt: expiresAt, Websites: 1, CreatedAt: now, Version: 1,
	}
	if err := created.setPlan(found, input.ServicePlan, input.Resources); err != nil {
		return nil, HostingChange{}, err
	}
	created.updateDueAt(now)
	site := &Website{ID: s.NewID(WebsitePrefix), Subscription: created.ID, Customer: customer.ID, Domain: domain, CreatedAt: now, Version: 1}
	if most := created.EffectiveResources(found.Plan).Allotment(resource.Websites); most == 0 {
		return nil, HostingChange{}, fault.New(fault.LimitExceeded, "The limit does not allow this. %s: requested 1, available 0.", resource.Websites)
	}
	limits, err := s.reserve(ctx, found.Chain, DemandOf(created, found.Plan, 1))
	return created, HostingChange{
		Subscription: &SubscriptionChange{After: created}, Website: &WebsiteChange{After: site},
		Customer: CustomerChange{ID: customer.ID, Expected: customer, Total: 1, Ready: true},
		Plans:    mergeUses(created.planUse(found.Plan, 1)), Limits: limits,
	}, err
}

// expires is when the subscription is to expire, as it is kept.
func (n NewSubscription) checkedExpiry(now time.Time) (*time.Time, error) {
	if n.ExpiresAt == nil {
		return nil, nil
	}
	at := clock.Truncate(*n.ExpiresAt)
	switch {
	case !at.After(now):
		return nil, fault.Invalid(fault.Field{Pointer: "/expiresAt", Code: "past", Detail: "A subscription must expire in the future."})
	case !clock.FitsRFC3339(at):
		return nil, fault.Invalid(fault.Field{Pointer: "/expiresAt", Code: "out-of-range", Detail: "The time must be before the year 10000."})
	}
	return &at, nil
}

// put puts a subscription on a plan of its customer's owner, or on none.
func (s *Subscription) setPlan(found SubscriptionContext, named string, own *resource.Set) error {
	var set resource.Set
	if own != nil {
		checked, bad := own.Check(resource.Subscription, "/resources")
		if len(bad) > 0 {
			return fault.Invalid(bad...)
		}
		set = checked
	}
	if named == plan.Custom {
		s.Plan, s.Link, s.Resources = "", CustomLink, set
		return nil
	}
	if found.Plan == nil || found.Plan.ID.IsReseller() || found.Plan.Owner != planOwner(found.Chain) {
		return fault.Invalid(fault.Field{Pointer: "/servicePlan", Code: "unknown-plan", Detail: "The customer's owner has no such service plan."})
	}
	s.Plan, s.Link, s.Resources = found.Plan.ID, Synced, resource.Set{}
	if own != nil {
		s.Link, s.Resources = Locked, set
	}
	return nil
}

// hostedBy is whose plans and limits what a chain's customer has goes by: its owner's, or a reseller's own.
func planOwner(chain Chain) account.ID {
	if chain[0].Kind == account.Reseller {
		return chain[0].ID
	}
	return chain[0].Owner
}

// use is what a subscription's place on its plan means to the plan's counts, so many times; nil without a plan. Of a plan that
// it was judged by, the version must stay.
func (s *Subscription) planUse(judgedBy *plan.Plan, times int64) *PlanUse {
	if s.Plan == "" {
		return nil
	}
	use := &PlanUse{ID: s.Plan, Uses: times}
	if s.Link == Synced {
		use.Synced = times
		if judgedBy != nil {
			use.Version = &judgedBy.Version
		}
	}
	return use
}

// reserve asks the limits of the reseller, if there is one.
func (s Subscriptions) reserve(ctx context.Context, chain Chain, demand resource.Demand) (*plan.Reservation, error) {
	host := planOwner(chain)
	if host == account.AdministratorOwner {
		return nil, nil
	}
	reseller, err := s.Store.ReadReseller(ctx, host)
	if err != nil {
		return nil, err
	}
	return reseller.Reserve(host, demand)
}

// newEvent returns an event about a subscription or a website, in the trail of its customer.
func newEvent(
	newID func(prefix string) string, meta request.Metadata, actor account.ID, customer *account.Account, name event.Name, subject string,
	now time.Time, changes ...account.FieldChange,
) event.Event {
	described := event.New(newID, name, customer, actor, meta.ID, now)
	described.Subject, described.Changes = subject, account.RedactChanges(customer.Owner, changes)
	return described
}
