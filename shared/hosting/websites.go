package hosting

import (
	"context"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/edit"
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
func checkCanChangeWebsites(caller access.Caller, chain Chain) error {
	if err := checkCanChangeHosting(caller, chain); err == nil || chain[0].ID == caller.Account.ID {
		return nil
	} else if Sees(caller, chain) {
		return fault.New(fault.Forbidden, "You may not change websites. Ask your provider to do it.")
	}
	return access.NotInView()
}

// Add creates a website of a subscription. Errors: fault.NotFound, fault.Forbidden, fault.InvalidRequest, fault.Conflict for a domain
// that is taken, fault.LimitExceeded if the subscription has as many websites as it may, fault.Busy.
func (w Websites) Add(ctx context.Context, caller access.Caller, meta request.Metadata, subscription, typed string) (WebsiteView, error) {
	domain, bad := Domain(typed, "/domain")
	if bad != nil {
		return WebsiteView{}, fault.Invalid(*bad)
	}
	s := w.Subscriptions
	read := func(ctx context.Context) (edit.Snapshot[SubscriptionContext], error) {
		found, err := s.find(ctx, caller, meta.Key, subscription)
		if err == nil && found.Record == nil {
			err = checkCanChangeWebsites(caller, found.Chain)
		}
		return edit.Snapshot[SubscriptionContext]{Object: found, Record: found.Record}, err
	}
	return edit.Update(ctx, s.editor(), meta, read, func(found SubscriptionContext, now time.Time) (edit.Result[WebsiteView], error) {
		customer := &found.Chain[0]
		if err := customer.CheckReady(); err != nil {
			return edit.Result[WebsiteView]{}, err
		}
		created := &Website{
			ID: s.NewID(WebsitePrefix), Subscription: subscription, Customer: customer.ID, Domain: domain, CreatedAt: now, Version: 1,
		}
		change := HostingChange{
			Website:  &WebsiteChange{After: created, SubscriptionVersion: found.Subscription.Version},
			Customer: CustomerChange{ID: customer.ID, Expected: customer, Ready: true},
		}
		if most := found.Subscription.EffectiveResources(found.Plan).Allotment(resource.Websites); most != resource.Unlimited {
			change.Website.MaxWebsites = &most
		}
		view := viewWebsite(caller, created, found.Subscription, found.Chain, now)
		change.Event = newEvent(s.NewID, meta, caller.Account.ID, customer, event.WebsiteCreated, created.ID, now,
			account.FieldChange{Field: "website", New: view})
		return edit.Result[WebsiteView]{Answer: view, Write: s.write(change)}, nil
	})
}

// List lists the websites of a subscription in the caller's view, in order of creation. Errors: NotFound, InvalidRequest for a
// bad cursor.
func (w Websites) List(
	ctx context.Context, caller access.Caller, subscription string, limit int, cursor string,
) (result page.Page[WebsiteView], err error) {
	s := w.Subscriptions
	found, err := s.find(ctx, caller, idempotency.Key{}, subscription)
	if err != nil {
		return result, err
	}
	after, binding := "", []string{string(caller.Account.ID), "websites", subscription}
	if cursor != "" {
		if err := s.Cursors.Open(ctx, cursor, &after, binding...); err != nil {
			return result, err
		}
	}
	rows, more, err := s.Store.ListWebsites(ctx, subscription, after, limitOrDefault(limit))
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

// websiteEdit is what an edit of a website writes besides the website. Without changes nothing is written.
type websiteEdit struct {
	event   event.Name
	changes []account.FieldChange
	removes bool
}

// websiteFound is a website with what it hangs from.
type websiteFound struct {
	SubscriptionContext

	site *Website
}

// update edits a website that the caller may change, and returns it as the caller sees it.
func (w Websites) update(
	ctx context.Context, caller access.Caller, meta request.Metadata, id string, change func(site *Website, now time.Time) (websiteEdit, error),
) (WebsiteView, error) {
	s := w.Subscriptions
	return edit.Update(ctx, s.editor(), meta, w.read(caller, meta.Key, id), func(found websiteFound, now time.Time) (edit.Result[WebsiteView], error) {
		customer, before, after := &found.Chain[0], *found.site, found.site
		made, err := change(after, now)
		if err != nil {
			return edit.Result[WebsiteView]{}, err
		}
		if len(made.changes) == 0 {
			return edit.Result[WebsiteView]{Answer: viewWebsite(caller, &before, found.Subscription, found.Chain, now)}, nil
		}
		if made.removes {
			after = nil
		} else {
			after.Version++
		}
		c := HostingChange{Website: &WebsiteChange{Before: &before, After: after}, Customer: CustomerChange{ID: before.Customer, Expected: customer}}
		c.Event = newEvent(s.NewID, meta, caller.Account.ID, customer, made.event, id, now, made.changes...)
		return edit.Result[WebsiteView]{
			Answer: viewWebsite(caller, found.site, found.Subscription, found.Chain, now), Write: s.write(c),
		}, nil
	})
}

// read returns a read of a website in the caller's view. It returns fault.NotFound if there is none, and fault.Forbidden if the caller
// may not change it.
func (w Websites) read(caller access.Caller, key idempotency.Key, id string) edit.Read[websiteFound] {
	return func(ctx context.Context) (snapshot edit.Snapshot[websiteFound], err error) {
		site, found, err := w.Subscriptions.Store.ReadWebsite(ctx, id, key)
		switch {
		case err != nil || found.Record != nil:
			return edit.Snapshot[websiteFound]{Record: found.Record}, err
		case site == nil || found.Subscription == nil || found.Subscription.Removing || !Sees(caller, found.Chain):
			return snapshot, access.NotInView()
		}
		return edit.Snapshot[websiteFound]{Object: websiteFound{found, site}, Version: site.Version}, checkCanChangeWebsites(caller, found.Chain)
	}
}

// Suspend switches a website off by itself. The website stays off through any suspension and activation above it. If the caller's level
// has switched it off already, the caller's input replaces that hold; the same input changes nothing. Errors: fault.InvalidRequest,
// fault.NotFound, fault.Forbidden, fault.VersionMismatch.
func (w Websites) Suspend(ctx context.Context, caller access.Caller, meta request.Metadata, id string, input account.HoldInput) (WebsiteView, error) {
	return w.update(ctx, caller, meta, id, func(site *Website, now time.Time) (websiteEdit, error) {
		if err := input.Validate(now); err != nil {
			return websiteEdit{}, err
		}
		holds, changes := site.Holds.Place(input.Hold(&caller.Account, now), now)
		site.Holds = holds
		return websiteEdit{event: event.WebsiteSuspended, changes: changes}, nil
	})
}

// Activate switches a website on again. Errors: fault.HeldByHigherLevel if it was switched off above the caller; fault.NotFound;
// fault.Forbidden; fault.VersionMismatch.
func (w Websites) Activate(ctx context.Context, caller access.Caller, meta request.Metadata, id string) (WebsiteView, error) {
	level, _ := account.LevelOf(caller.Account.Kind)
	return w.update(ctx, caller, meta, id, func(site *Website, now time.Time) (websiteEdit, error) {
		remaining, lifted := site.Holds.Lift(level, now)
		if len(lifted) == 0 {
			if site.Holds.Status(now) == account.Suspended {
				return websiteEdit{}, fault.New(fault.HeldByHigherLevel, "This website was suspended at a higher level. Ask your provider to activate it.")
			}
			return websiteEdit{}, nil
		}
		site.Holds, site.LiftedAt = remaining, &now
		return websiteEdit{event: event.WebsiteActivated, changes: lifted.Removals()}, nil
	})
}

// Remove removes a website and frees its domain. Errors: fault.NotFound, fault.Forbidden, fault.VersionMismatch.
func (w Websites) Remove(ctx context.Context, caller access.Caller, meta request.Metadata, id string) error {
	_, err := w.update(ctx, caller, meta, id, func(site *Website, _ time.Time) (websiteEdit, error) {
		return websiteEdit{
			event: event.WebsiteRemoved, removes: true, changes: []account.FieldChange{{Field: "website", Old: DisplayDomain(site.Domain)}},
		}, nil
	})
	return err
}
