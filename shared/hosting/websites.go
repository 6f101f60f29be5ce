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

// checkCanChangeWebsites returns nil for the customer and the accounts above it. It returns fault.NotFound if the
// caller cannot see the customer, and fault.Forbidden otherwise.
func checkCanChangeWebsites(caller access.Caller, chain Chain) error {
	if err := checkCanChangeHosting(caller, chain); err == nil || chain[0].ID == caller.Account.ID {
		return nil
	} else if Sees(caller, chain) {
		return fault.New(fault.Forbidden, "You may not change websites. Ask your provider to do it.")
	}
	return fault.NotInView()
}

// Add creates a website of a subscription. Errors: fault.NotFound, fault.Forbidden, fault.InvalidRequest,
// fault.Conflict for a domain that is taken, fault.LimitExceeded if the subscription has as many websites as it may,
// fault.Busy.
func (w Websites) Add(
	ctx context.Context, caller access.Caller, meta request.Metadata, subscription, name string,
) (WebsiteView, error) {
	domain, bad := Domain(name, "/domain")
	if bad != nil {
		return WebsiteView{}, fault.Invalid(*bad)
	}
	s := w.Subscriptions
	read := func(ctx context.Context) (edit.Snapshot[SubscriptionContext], error) {
		current, err := s.find(ctx, caller, meta.Key, subscription)
		if err == nil && current.Record == nil {
			err = checkCanChangeWebsites(caller, current.Chain)
		}
		return edit.Snapshot[SubscriptionContext]{Object: current, Record: current.Record}, err
	}
	create := func(current SubscriptionContext, now time.Time) (edit.Outcome[WebsiteView], error) {
		customer := &current.Chain[0]
		if err := customer.CheckReady(); err != nil {
			return edit.Outcome[WebsiteView]{}, err
		}
		set := current.Subscription.EffectiveResources(current.Plan)
		if !managesHosting(caller) && !set.Permissions[resource.CreateDomains] {
			return edit.Outcome[WebsiteView]{}, fault.New(fault.Forbidden,
				"This subscription does not allow you to create websites. Ask your provider to do it.")
		}
		created, err := s.newWebsite(current.Subscription, domain, now)
		if err != nil {
			return edit.Outcome[WebsiteView]{}, err
		}
		change := ObjectChange{
			Website:  &WebsiteChange{After: created, SubscriptionVersion: current.Subscription.Version},
			Customer: CustomerChange{ID: customer.ID, Expected: customer, Ready: true},
		}
		limit := set.Allotment(resource.Websites)
		if limit != resource.Unlimited {
			change.Website.MaxWebsites = &limit
		}
		if current.Subscription.Websites == 0 && limit != 0 {
			change.Subscription = firstWebsite(current.Subscription, created)
		}
		view := viewWebsite(caller, created, current.Subscription, current.Chain, now)
		change.Event = newEvent(s.NewID, meta, caller.Account.ID, customer, event.WebsiteCreated, created.ID, now,
			account.FieldChange{Field: "website", New: view.withoutNames()})
		return edit.Outcome[WebsiteView]{Answer: view, Write: s.write(change)}, nil
	}
	return edit.CreateIn(ctx, s.editor(), meta, read, create, func(ctx context.Context, first WebsiteView) error {
		_, err := w.read(caller, idempotency.Key{}, first.ID)(ctx)
		return err
	})
}

// List returns a page of a subscription's websites, in order of creation. Errors: fault.NotFound; fault.InvalidRequest
// if the cursor is invalid.
func (w Websites) List(
	ctx context.Context, caller access.Caller, subscription string, limit int, cursor string,
) (result page.Page[WebsiteView], err error) {
	s := w.Subscriptions
	current, err := s.find(ctx, caller, idempotency.Key{}, subscription)
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
		result.Items[i] = viewWebsite(caller, &rows[i], current.Subscription, current.Chain, s.Now())
	}
	if more {
		result.NextCursor, err = s.Cursors.Seal(ctx, rows[len(rows)-1].ID, binding...)
	}
	return result, err
}

// websiteEdit is the result of an edit of a website, besides the website itself. Without changes, nothing is written.
type websiteEdit struct {
	event   event.Name
	changes []account.FieldChange
	removes bool
}

// websiteContext is a website with its subscription's context.
type websiteContext struct {
	SubscriptionContext

	site *Website
}

// update edits a website that the caller may change, and returns it as the caller sees it.
func (w Websites) update(
	ctx context.Context,
	caller access.Caller,
	meta request.Metadata,
	id string,
	change func(site *Website, now time.Time) (websiteEdit, error),
) (WebsiteView, error) {
	s := w.Subscriptions
	return edit.Update(ctx, s.editor(), meta, w.read(caller, meta.Key, id), func(
		current websiteContext, now time.Time,
	) (edit.Outcome[WebsiteView], error) {
		customer, before, after := &current.Chain[0], *current.site, current.site
		result, err := change(after, now)
		if err != nil {
			return edit.Outcome[WebsiteView]{}, err
		}
		if len(result.changes) == 0 {
			return edit.Outcome[WebsiteView]{
				Answer: viewWebsite(caller, &before, current.Subscription, current.Chain, now),
			}, nil
		}
		if result.removes {
			after = nil
		} else {
			after.Version++
		}
		hostingChange := ObjectChange{
			Website:  &WebsiteChange{Before: &before, After: after},
			Customer: CustomerChange{ID: before.Customer, Expected: customer},
		}
		if result.removes && before.Domain == current.Subscription.Domain {
			moved, err := w.leavePrimaryDomain(ctx, current.Subscription, &before, &hostingChange)
			if err != nil {
				return edit.Outcome[WebsiteView]{}, err
			}
			result.changes = append(result.changes, moved)
		}
		hostingChange.Event = newEvent(s.NewID, meta, caller.Account.ID, customer, result.event, id, now, result.changes...)
		return edit.Outcome[WebsiteView]{
			Answer: viewWebsite(caller, current.site, current.Subscription, current.Chain, now), Write: s.write(hostingChange),
		}, nil
	})
}

// read returns a read of a website in the caller's view. It returns fault.NotFound if there is none, and
// fault.Forbidden if the caller may not change it.
func (w Websites) read(caller access.Caller, key idempotency.Key, id string) edit.Read[websiteContext] {
	return func(ctx context.Context) (snapshot edit.Snapshot[websiteContext], err error) {
		site, current, err := w.Subscriptions.Store.ReadWebsite(ctx, id, key)
		switch {
		case err != nil:
			return snapshot, err
		case site == nil || current.Subscription == nil || current.Subscription.Removing || !Sees(caller, current.Chain):
			return edit.Snapshot[websiteContext]{Record: current.Record}, fault.NotInView()
		case current.Record != nil:
			return edit.Snapshot[websiteContext]{Record: current.Record}, nil
		}
		snapshot = edit.Snapshot[websiteContext]{
			Object: websiteContext{current, site}, Version: site.Version, Closed: current.Chain[0].CheckOpen(),
		}
		return snapshot, checkCanChangeWebsites(caller, current.Chain)
	}
}

// Suspend switches a website off by itself. The website stays off through any suspension and activation above it. If
// the caller's level has switched it off already, the caller's input replaces that hold; the same input changes
// nothing. Errors: fault.InvalidRequest, fault.NotFound, fault.Forbidden, fault.VersionMismatch.
func (w Websites) Suspend(
	ctx context.Context, caller access.Caller, meta request.Metadata, id string, input account.HoldInput,
) (WebsiteView, error) {
	return w.update(ctx, caller, meta, id, func(site *Website, now time.Time) (websiteEdit, error) {
		if err := input.Validate(now); err != nil {
			return websiteEdit{}, err
		}
		holds, changes := site.Holds.Place(input.Hold(&caller.Account, now), now)
		site.Holds = holds
		return websiteEdit{event: event.WebsiteSuspended, changes: changes}, nil
	})
}

// Activate switches a website on again. Errors: fault.HeldByHigherLevel if it was switched off above the caller;
// fault.NotFound; fault.Forbidden; fault.VersionMismatch.
func (w Websites) Activate(
	ctx context.Context, caller access.Caller, meta request.Metadata, id string,
) (WebsiteView, error) {
	level, _ := account.LevelOf(caller.Account.Kind)
	return w.update(ctx, caller, meta, id, func(site *Website, now time.Time) (websiteEdit, error) {
		remaining, lifted := site.Holds.Lift(level, now)
		if len(lifted) == 0 {
			if site.Holds.Status(now) == account.Suspended {
				return websiteEdit{}, fault.New(fault.HeldByHigherLevel,
					"This website was suspended at a higher level. Ask your provider to activate it.")
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
			event:   event.WebsiteRemoved,
			removes: true,
			changes: []account.FieldChange{{Field: "website", Old: DisplayDomain(site.Domain)}},
		}, nil
	})
	if fault.Is(err, fault.NotFound) { // a repeated request does not find what the first one has removed
		_, err = edit.Refuse[WebsiteView](ctx, w.Subscriptions.Store, meta.Key, err)
	}
	return err
}
