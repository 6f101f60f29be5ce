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
	Domains DomainRules // of new websites
	NewID   func(prefix string) string
	Cursors *page.Sealer
	Now     func() time.Time
}

// NewSubscription is the input for a new subscription.
type NewSubscription struct {
	Domain      string
	ServicePlan string        // the id of a plan, or plan.Custom
	Resources   *resource.Set // of a custom subscription; with a plan it customises the subscription
	ExpiresAt   *time.Time
}

// Create creates a subscription with its first website. Errors: fault.NotFound, fault.Forbidden, fault.InvalidRequest,
// fault.Conflict for a domain that is taken, fault.LimitExceeded, fault.Busy.
func (s Subscriptions) Create(
	ctx context.Context, caller access.Caller, meta request.Metadata, customer string, input NewSubscription,
) (SubscriptionView, error) {
	if !account.ID(customer).WellFormed() {
		return SubscriptionView{}, fault.NotInView()
	}
	domain, bad := Domain(input.Domain, "/domain")
	if bad != nil {
		return SubscriptionView{}, fault.Invalid(*bad)
	}
	read := func(ctx context.Context) (edit.Snapshot[SubscriptionContext], error) {
		current, err := s.Store.ReadForCreation(ctx, account.ID(customer), planID(input.ServicePlan), meta.Key)
		if err == nil {
			err = checkCanChangeHosting(caller, current.Chain)
		}
		return edit.Snapshot[SubscriptionContext]{Object: current, Record: current.Record}, err
	}
	create := func(current SubscriptionContext, now time.Time) (edit.Outcome[SubscriptionView], error) {
		customer := &current.Chain[0]
		created, change, err := s.newSubscription(ctx, current, domain, input, now)
		if err != nil {
			return edit.Outcome[SubscriptionView]{}, err
		}
		view := viewSubscription(caller, created, current.Chain, current.Plan, now)
		change.Event = newEvent(s.NewID, meta, caller.Account.ID, customer, event.SubscriptionCreated, created.ID, now,
			account.FieldChange{Field: "subscription", New: view.withoutNames()})
		change.Event.Website = change.Website.After.ID
		return edit.Outcome[SubscriptionView]{Answer: view, Write: s.write(change)}, nil
	}
	return edit.CreateIn(ctx, s.editor(), meta, read, create, func(ctx context.Context, first SubscriptionView) error {
		_, err := s.find(ctx, caller, idempotency.Key{}, first.ID)
		return err
	})
}

// editor returns the editor of the edit pipeline.
func (s Subscriptions) editor() edit.Editor { return edit.Editor{Records: s.Store, Now: s.Now} }

// write returns the write of a change.
func (s Subscriptions) write(change ObjectChange) func(context.Context, *idempotency.Record) error {
	return func(ctx context.Context, record *idempotency.Record) error {
		change.Record = record
		return s.Store.WriteHosting(ctx, change)
	}
}

// checkCanChangeHosting returns nil for the accounts above a customer, and for a reseller's own subscriptions. It
// returns fault.NotFound if the caller cannot see the customer, and fault.Forbidden if the caller may not change its
// hosting.
func checkCanChangeHosting(caller access.Caller, chain Chain) error {
	switch {
	case !Sees(caller, chain) || chain[0].Kind != account.Customer && chain[0].Kind != account.Reseller:
		return fault.NotInView()
	case caller.IsAdministrator(), caller.Account.Kind == account.Reseller:
		return nil
	}
	return fault.New(fault.Forbidden, "Only your provider can change subscriptions.")
}

// planID returns the id of a named plan, or "" for plan.Custom.
func planID(planName string) plan.ID {
	if planName == plan.Custom {
		return ""
	}
	return plan.ID(planName)
}

// newSubscription returns a new subscription, and the change that creates it with its first website.
func (s Subscriptions) newSubscription(
	ctx context.Context, current SubscriptionContext, domain string, input NewSubscription, now time.Time,
) (*Subscription, ObjectChange, error) {
	customer := &current.Chain[0]
	if err := customer.CheckReady(); err != nil {
		return nil, ObjectChange{}, err
	}
	expiresAt, err := checkExpiry(input.ExpiresAt, now)
	if err != nil {
		return nil, ObjectChange{}, err
	}
	created := &Subscription{
		ID: s.NewID(SubscriptionPrefix), Customer: customer.ID, Domain: domain, ExpiresAt: expiresAt, Websites: 1,
		CreatedAt: now, Version: 1,
	}
	if err := created.setPlan(current, input.ServicePlan, input.Resources); err != nil {
		return nil, ObjectChange{}, err
	}
	created.updateDueAt(now)
	site, err := s.newWebsite(created, domain, now)
	if err != nil {
		return nil, ObjectChange{}, err
	}
	if limit := created.EffectiveResources(current.Plan).Allotment(resource.Websites); limit == 0 {
		return nil, ObjectChange{}, resource.Exceeded(resource.Websites, 1, 0)
	}
	limits, err := s.reserve(ctx, current.Chain, DemandOf(created, current.Plan, 1))
	return created, ObjectChange{
		Subscription: &SubscriptionChange{After: created}, Website: &WebsiteChange{After: site},
		Customer: CustomerChange{ID: customer.ID, Expected: customer, Total: 1, Ready: true},
		Plans:    mergeUses(created.planUse(current.Plan, 1)), Limits: limits,
	}, err
}

// newWebsite returns a new website of a subscription. Every new website comes from here, so the rules of domains apply
// to all. It returns fault.Conflict if no customer may have the domain.
func (s Subscriptions) newWebsite(subscription *Subscription, domain string, now time.Time) (*Website, error) {
	registrable, err := s.Domains.Registrable(domain)
	if err != nil {
		return nil, err
	}
	return &Website{
		ID: s.NewID(WebsitePrefix), Subscription: subscription.ID, Customer: subscription.Customer,
		Domain: domain, Registrable: registrable, CreatedAt: now, Version: 1,
	}, nil
}

// checkExpiry returns a time of expiry, truncated for storage, or nil if there is none. It returns
// fault.InvalidRequest if the time is past or too late.
func checkExpiry(expiresAt *time.Time, now time.Time) (*time.Time, error) {
	if expiresAt == nil {
		return nil, nil
	}
	at := clock.Truncate(*expiresAt)
	switch {
	case !at.After(now):
		return nil, fault.Invalid(fault.Field{
			Pointer: "/expiresAt", Code: "past", Detail: "A subscription must expire in the future.",
		})
	case !clock.FitsRFC3339(at):
		return nil, fault.Invalid(fault.Field{
			Pointer: "/expiresAt", Code: "out-of-range", Detail: "The time must be before the year 10000.",
		})
	}
	return &at, nil
}

// setPlan puts a subscription on a plan of its customer's owner, or on none. It returns fault.InvalidRequest if the
// resources are invalid or the owner has no such plan.
func (s *Subscription) setPlan(current SubscriptionContext, planName string, own *resource.Set) error {
	var set resource.Set
	if own != nil {
		checked, bad := own.Check(resource.Subscription, "/resources")
		if len(bad) > 0 {
			return fault.Invalid(bad...)
		}
		set = checked
	}
	if planName == plan.Custom {
		s.Plan, s.Link, s.Resources = "", CustomLink, set
		return nil
	}
	if current.Plan == nil || current.Plan.ID.IsReseller() || current.Plan.Owner != planOwner(current.Chain) {
		return fault.Invalid(fault.Field{
			Pointer: "/servicePlan", Code: "unknown-plan", Detail: "The customer's owner has no such service plan.",
		})
	}
	s.Plan, s.Link, s.Resources = current.Plan.ID, Synced, resource.Set{}
	if own != nil {
		s.Link, s.Resources = Locked, set
	}
	return nil
}

// planOwner returns the account whose plans and limits apply to the subscriptions of a chain: the customer's owner, or
// a reseller itself.
func planOwner(chain Chain) account.ID {
	if chain[0].Kind == account.Reseller {
		return chain[0].ID
	}
	return chain[0].Owner
}

// planUse returns how the subscription changes the counts of its plan, or nil without a plan. A change that depends on
// the plan's resources requires that the plan keeps its version.
func (s *Subscription) planUse(servicePlan *plan.Plan, times int64) *PlanUse {
	if s.Plan == "" {
		return nil
	}
	use := &PlanUse{ID: s.Plan, Uses: times}
	if s.Link == Synced {
		use.Synced = times
		if servicePlan != nil {
			use.Version = &servicePlan.Version
		}
	}
	return use
}

// reserve reserves a demand in the limits of the reseller. It returns nil if the administrator is the owner.
func (s Subscriptions) reserve(ctx context.Context, chain Chain, demand resource.Demand) (*plan.Reservation, error) {
	owner := planOwner(chain)
	if owner == account.AdministratorOwner {
		return nil, nil
	}
	reseller, err := s.Store.ReadReseller(ctx, owner)
	if err != nil {
		return nil, err
	}
	return reseller.Reserve(owner, demand)
}

// newEvent returns an event about a subscription or a website, in the trail of its customer.
func newEvent(
	newID func(prefix string) string,
	meta request.Metadata,
	actor account.ID,
	customer *account.Account,
	name event.Name,
	subject string,
	now time.Time,
	changes ...account.FieldChange,
) event.Event {
	result := event.New(newID, name, customer, actor, meta.ID, now)
	result.Subject, result.Changes = subject, account.RedactChanges(customer.Owner, changes)
	return result
}
