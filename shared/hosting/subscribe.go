package hosting

import (
	"context"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/clock"
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

const maxTries = 8

// Create creates a subscription with its first website. Errors: NotFound, Forbidden, InvalidRequest, Conflict for a domain
// that is taken, LimitExceeded, Busy.
func (s Subscriptions) Create(ctx context.Context, caller access.Caller, meta request.Metadata, customer string, wanted NewSubscription) (SubscriptionView, error) {
	if !account.ID(customer).WellFormed() {
		return SubscriptionView{}, access.NotInView()
	}
	domain, bad := Domain(wanted.Domain, "/domain")
	if bad != nil {
		return SubscriptionView{}, fault.Invalid(*bad)
	}
	for try := 1; ; try++ {
		found, err := s.Store.ReadForCreation(ctx, account.ID(customer), planID(wanted.ServicePlan), meta.Key)
		if err != nil {
			return SubscriptionView{}, err
		}
		if err := mayHost(caller, found.Chain); err != nil {
			return SubscriptionView{}, err
		}
		if found.First != nil {
			return idempotency.Replay[SubscriptionView](*found.First, meta.Key)
		}
		writing, shown, err := s.creation(ctx, caller, meta, found, domain, wanted)
		if err != nil {
			return SubscriptionView{}, err
		}
		err = s.Store.WriteHosting(ctx, writing)
		if !fault.Is(err, fault.VersionMismatch) || try == maxTries {
			return idempotency.Answer(shown, meta.Key, err)
		}
	}
}

// mayHost tells whether a caller may change what a chain's customer has: those above it, and a reseller what it has itself.
func mayHost(caller access.Caller, chain Chain) error {
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

func (s Subscriptions) creation(
	ctx context.Context, caller access.Caller, meta request.Metadata, found Found, domain string, wanted NewSubscription,
) (HostingChange, SubscriptionView, error) {
	now := s.Now()
	customer := &found.Chain[0]
	if err := found.Chain[0].CheckReady(); err != nil {
		return HostingChange{}, SubscriptionView{}, err
	}
	id := s.NewID(SubscriptionPrefix)
	expires, err := wanted.expires(now)
	if err != nil {
		return HostingChange{}, SubscriptionView{}, err
	}
	made := &Subscription{
		ID: id, Customer: customer.ID, Domain: domain, ExpiresAt: expires, Websites: 1, CreatedAt: now, Version: 1,
	}
	if err := made.put(found, wanted.ServicePlan, wanted.Resources); err != nil {
		return HostingChange{}, SubscriptionView{}, err
	}
	made.settle(now)
	webID := s.NewID(WebsitePrefix)
	site := &Website{ID: webID, Subscription: id, Customer: customer.ID, Domain: domain, CreatedAt: now, Version: 1}
	if most := made.Effective(found.Plan).Allotment(resource.Websites); most == 0 {
		return HostingChange{}, SubscriptionView{}, fault.New(fault.LimitExceeded, "The limit does not allow this. %s: requested 1, available 0.", resource.Websites)
	}
	writing := HostingChange{
		Subscription: &SubscriptionChange{After: made}, Website: &WebsiteChange{After: site},
		Customer: CustomerChange{ID: customer.ID, Judged: customer, Total: 1, Ready: true},
	}
	if writing.Limits, err = s.reserve(ctx, found.Chain, DemandOf(made, found.Plan, 1)); err != nil {
		return HostingChange{}, SubscriptionView{}, err
	}
	if use := made.use(found.Plan, 1); use != nil {
		writing.Plans = append(writing.Plans, *use)
	}
	shown := viewSubscription(caller, made, found.Chain, found.Plan, now)
	err = writing.describe(s.NewID, caller, meta, customer, event.SubscriptionCreated, id, now, shown, account.FieldChange{Field: "subscription", New: shown})
	return writing, shown, err
}

// expires is when the subscription is to expire, as it is kept.
func (n NewSubscription) expires(now time.Time) (*time.Time, error) {
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
func (s *Subscription) put(found Found, named string, own *resource.Set) error {
	var set resource.Set
	if own != nil {
		checked, bad := own.Check(resource.Subscription, "/resources")
		if len(bad) > 0 {
			return fault.Invalid(bad...)
		}
		set = checked
	}
	if named == plan.Custom {
		s.Plan, s.Link, s.Resources = "", Unplan, set
		return nil
	}
	if found.Plan == nil || found.Plan.ID.IsReseller() || found.Plan.Owner != hostedBy(found.Chain) {
		return fault.Invalid(fault.Field{Pointer: "/servicePlan", Code: "unknown-plan", Detail: "The customer's owner has no such service plan."})
	}
	s.Plan, s.Link, s.Resources = found.Plan.ID, Synced, resource.Set{}
	if own != nil {
		s.Link, s.Resources = Locked, set
	}
	return nil
}

// hostedBy is whose plans and limits what a chain's customer has goes by: its owner's, or a reseller's own.
func hostedBy(chain Chain) account.ID {
	if chain[0].Kind == account.Reseller {
		return chain[0].ID
	}
	return chain[0].Owner
}

// use is what a subscription's place on its plan means to the plan's counts, so many times; nil without a plan. Of a plan that
// it was judged by, the version must stay.
func (s *Subscription) use(judgedBy *plan.Plan, times int64) *PlanUse {
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
	host := hostedBy(chain)
	if host == account.AdministratorOwner {
		return nil, nil
	}
	reseller, err := s.Store.ReadReseller(ctx, host)
	if err != nil {
		return nil, err
	}
	return reseller.Reserve(host, demand)
}

// describe gives a change its event, and the record of its request.
func (w *HostingChange) describe(
	newID func(prefix string) string, caller access.Caller, meta request.Metadata, customer *account.Account,
	name event.Name, subject string, now time.Time, shown any, changes ...account.FieldChange,
) (err error) {
	w.Event = event.New(newID, name, customer, caller.Account.ID, meta.ID, now)
	w.Event.Subject, w.Event.Changes = subject, account.RedactChanges(customer.Owner, changes)
	w.Record = idempotency.NewRecord(meta.Key, shown, now)
	return err
}
