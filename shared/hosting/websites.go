package hosting

import (
	"context"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/page"
	"tenantry/shared/request"
	"tenantry/shared/resource"
)

// Websites creates, lists, switches and removes websites.
type Websites struct {
	Subscriptions Subscriptions
}

// mayKeepWebsites tells whether a caller may change a customer's websites: those above it, and the customer itself.
func mayKeepWebsites(caller access.Caller, chain Chain) error {
	if err := mayHost(caller, chain); err == nil || chain[0].ID == caller.Account.ID {
		return nil
	} else if Sees(caller, chain) {
		return fault.New(fault.Forbidden, "You may not change websites. Ask your provider to do it.")
	}
	return access.NotInView()
}

// Add creates a website of a subscription. Errors: NotFound, Forbidden, InvalidRequest, Conflict for a domain that is taken,
// LimitExceeded when the subscription has as many as it may, Busy.
func (w Websites) Add(ctx context.Context, caller access.Caller, meta request.Metadata, subscription, typed string) (WebsiteView, error) {
	domain, bad := Domain(typed, "/domain")
	if bad != nil {
		return WebsiteView{}, fault.Invalid(*bad)
	}
	s := w.Subscriptions
	for try := 1; ; try++ {
		found, err := s.find(ctx, caller, meta, subscription)
		if err != nil {
			return idempotency.Answer(WebsiteView{}, meta.Key, err)
		}
		if err := mayKeepWebsites(caller, found.Chain); err != nil {
			return WebsiteView{}, err
		}
		if err := found.Chain[0].CheckReady(); err != nil {
			return WebsiteView{}, err
		}
		now := s.Now()
		id := s.NewID(WebsitePrefix)
		made := &Website{ID: id, Subscription: subscription, Customer: found.Subscription.Customer, Domain: domain, CreatedAt: now, Version: 1}
		writing := HostingChange{
			Website:  &WebsiteChange{After: made, Version: found.Subscription.Version},
			Customer: CustomerChange{ID: made.Customer, Judged: &found.Chain[0], Ready: true},
		}
		if most := found.Subscription.Effective(found.Plan).Allotment(resource.Websites); most != resource.Unlimited {
			writing.Website.Most = &most
		}
		shown := viewWebsite(caller, made, found.Subscription, found.Chain, now)
		err = writing.describe(s.NewID, caller, meta, &found.Chain[0], event.WebsiteCreated, id, now, shown, account.FieldChange{Field: "website", New: shown})
		if err != nil {
			return WebsiteView{}, err
		}
		err = s.Store.WriteHosting(ctx, writing)
		if !fault.Is(err, fault.VersionMismatch) || try == maxTries {
			return idempotency.Answer(shown, meta.Key, err)
		}
	}
}

// List lists the websites of a subscription in the caller's view, in order of creation. Errors: NotFound, InvalidRequest for a
// bad cursor.
func (w Websites) List(
	ctx context.Context, caller access.Caller, subscription string, limit int, cursor string,
) (result page.Page[WebsiteView], err error) {
	s := w.Subscriptions
	found, err := s.find(ctx, caller, request.Metadata{}, subscription)
	if err != nil {
		return result, err
	}
	after, binding := "", []string{string(caller.Account.ID), "websites", subscription}
	if cursor != "" {
		if err := s.Cursors.Open(ctx, cursor, &after, binding...); err != nil {
			return result, err
		}
	}
	rows, more, err := s.Store.ListWebsites(ctx, subscription, after, orDefault(limit))
	if err != nil {
		return result, err
	}
	result.Items = make([]WebsiteView, len(rows))
	for i := range rows {
		result.Items[i] = viewWebsite(caller, &rows[i], found.Subscription, found.Chain, s.Now())
	}
	if more {
		result.NextCursor, err = s.Cursors.Seal(ctx, rows[len(rows)-1].ID, binding...)
	}
	return result, err
}

// alter changes a website as one try after the other on its newest version makes it; nil after for one that goes.
func (w Websites) alter(
	ctx context.Context, caller access.Caller, meta request.Metadata, id string,
	try func(site *Website, now time.Time) (*Website, event.Name, []account.FieldChange, error),
) (WebsiteView, error) {
	s := w.Subscriptions
	for tries := 1; ; tries++ {
		site, found, err := s.Store.ReadWebsite(ctx, id, meta.Key)
		switch {
		case err != nil:
			return WebsiteView{}, err
		case found.First != nil:
			return idempotency.Replay[WebsiteView](*found.First, meta.Key)
		case site == nil || found.Subscription == nil || found.Subscription.Removing || !Sees(caller, found.Chain):
			return WebsiteView{}, access.NotInView()
		}
		if err := mayKeepWebsites(caller, found.Chain); err != nil {
			return WebsiteView{}, err
		}
		if meta.IfMatch != nil && *meta.IfMatch != site.Version {
			return WebsiteView{}, versionMismatch()
		}
		now := s.Now()
		before := *site
		after, name, changes, err := try(site, now)
		if err != nil {
			return WebsiteView{}, err
		}
		if name == "" { // nothing to change
			return remember(ctx, s.Store, meta.Key, viewWebsite(caller, &before, found.Subscription, found.Chain, now), now)
		}
		writing := HostingChange{Website: &WebsiteChange{Before: &before, After: after}, Customer: CustomerChange{ID: before.Customer, Judged: &found.Chain[0]}}
		shown := viewWebsite(caller, site, found.Subscription, found.Chain, now)
		if err := writing.describe(s.NewID, caller, meta, &found.Chain[0], name, id, now, shown, changes...); err != nil {
			return WebsiteView{}, err
		}
		err = s.Store.WriteHosting(ctx, writing)
		if !fault.Is(err, fault.VersionMismatch) || tries == maxTries {
			return idempotency.Answer(shown, meta.Key, err)
		}
	}
}

// Suspend switches a website off by itself. It stays off through any suspension and activation above it. Where the
// caller's level has switched it off already, that hold says from now on what the caller says; to say the same again changes nothing.
// Errors: InvalidRequest, NotFound, Forbidden, VersionMismatch.
func (w Websites) Suspend(ctx context.Context, caller access.Caller, meta request.Metadata, id string, wanted account.HoldInput) (WebsiteView, error) {
	return w.alter(ctx, caller, meta, id, func(site *Website, now time.Time) (*Website, event.Name, []account.FieldChange, error) {
		if err := wanted.Validate(now); err != nil { // here, so that what has taken effect is replayed when its end is past
			return site, "", nil, err
		}
		holds, changes := site.Holds.Place(wanted.Hold(&caller.Account, now), now)
		if len(changes) == 0 {
			return site, "", nil, nil
		}
		site.Holds = holds
		site.Version++
		return site, event.WebsiteSuspended, changes, nil
	})
}

// Activate switches a website on again. Errors: HeldByHigherLevel when it was switched off above the caller; NotFound;
// Forbidden; VersionMismatch.
func (w Websites) Activate(ctx context.Context, caller access.Caller, meta request.Metadata, id string) (WebsiteView, error) {
	level, _ := account.LevelOf(caller.Account.Kind)
	return w.alter(ctx, caller, meta, id, func(site *Website, now time.Time) (*Website, event.Name, []account.FieldChange, error) {
		remaining, lifted := site.Holds.Lift(level, now)
		if len(lifted) == 0 {
			if site.Holds.Status(now) == account.Suspended {
				return site, "", nil, fault.New(fault.HeldByHigherLevel, "This website was suspended at a higher level. Ask your provider to activate it.")
			}
			return site, "", nil, nil
		}
		site.Holds, site.LiftedAt = remaining, &now
		site.Version++
		return site, event.WebsiteActivated, lifted.Removals(), nil
	})
}

// Remove removes a website and frees its domain. Errors: NotFound, Forbidden, VersionMismatch.
func (w Websites) Remove(ctx context.Context, caller access.Caller, meta request.Metadata, id string) error {
	_, err := w.alter(ctx, caller, meta, id, func(site *Website, _ time.Time) (*Website, event.Name, []account.FieldChange, error) {
		return nil, event.WebsiteRemoved, []account.FieldChange{{Field: "website", Old: ShownDomain(site.Domain)}}, nil
	})
	return err
}
