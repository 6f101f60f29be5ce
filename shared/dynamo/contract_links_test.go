package dynamo_test

import (
	"crypto/rand"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/maillimit"
	"tenantry/shared/request"
	"tenantry/shared/reset"
)

// linkCreation returns the change that adds a link to an account's links.
func (f *fixture) linkCreation(a *account.Account, links reset.Links, hash string) reset.LinksChange {
	after := reset.Links{Account: a.ID, Version: links.Version + 1, Links: append(links.Links, reset.Link{
		Hash: hash, For: f.id(event.IDPrefix), Epoch: a.LinkEpoch, CreatedAt: f.now(), ExpiresAt: f.now().Add(time.Hour),
	})}
	return reset.LinksChange{Links: &after, Event: f.event(event.ResetLinkShown, a)}
}

var links = map[string]func(*testing.T, *fixture){
	"links are added": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		var want reset.Links
		for _, hash := range []string{"1", "2"} {
			m := f.linkCreation(&a, want, hash)
			expectNoError(t, f.MakeLink(f.ctx, m))
			want = *m.Links
		}
		stored, found, _, err := f.ReadLinks(f.ctx, a.ID, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "account", stored.ID, a.ID)
		expectEqual(t, "links", found, want)
	},
	"one of two changes of the same version succeeds": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		expectNoError(t, f.MakeLink(f.ctx, f.linkCreation(&a, reset.Links{}, "1")))
		expectFault(t, f.MakeLink(f.ctx, f.linkCreation(&a, reset.Links{}, "2")), fault.VersionMismatch)
	},
	"links are replaced without an event": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		first := f.linkCreation(&a, reset.Links{}, "1")
		expectNoError(t, f.MakeLink(f.ctx, first))
		events, _, err := f.ListEvents(f.ctx, a.ID, "", 10)
		expectNoError(t, err)
		second := f.linkCreation(&a, reset.Links{Version: first.Links.Version}, "2")
		second.Event = event.Event{}
		expectNoError(t, f.MakeLink(f.ctx, second))
		expectFault(t, f.MakeLink(f.ctx, second), fault.VersionMismatch)
		_, found, _, err := f.ReadLinks(f.ctx, a.ID, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "links", found, *second.Links)
		after, _, err := f.ListEvents(f.ctx, a.ID, "", 10)
		expectNoError(t, err)
		expectEqual(t, "events", after, events)
	},
	"a repeated request gets the first answer": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		m := f.linkCreation(&a, reset.Links{}, "1")
		m.Record = f.record("f", "1")
		expectNoError(t, f.MakeLink(f.ctx, m))
		again := f.linkCreation(&a, *m.Links, "2")
		again.Record = f.record("f", "2")
		expectEqual(t, "record", expectReplay(t, f.MakeLink(f.ctx, again)), *m.Record)
		_, found, record, err := f.ReadLinks(f.ctx, a.ID, m.Record.Key)
		expectNoError(t, err)
		expectEqual(t, "links", found, *m.Links)
		expectEqual(t, "record", *record, *m.Record)
	},
	"an event is written without a link": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		requested := f.event(event.ResetLinkRequested, &a)
		expectNoError(t, f.MakeLink(f.ctx, reset.LinksChange{Event: requested}))
		found, _, err := f.ListEvents(f.ctx, a.ID, "", 1)
		expectNoError(t, err)
		expectEqual(t, "event", found[0].ID, requested.ID)
	},
	"concurrent requests leave three valid links": func(t *testing.T, f *fixture) {
		const clients = 6
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		mails := maillimit.Limiter{Attempts: f, Limits: maillimit.DefaultLimits}
		manager := reset.Manager{
			Store: f, Mails: mails, NewID: f.New, Random: rand.Reader, Lifetimes: reset.DefaultLifetimes, Now: f.now,
		}
		administrator := access.Caller{Account: account.Account{ID: "adm_1", Kind: account.Administrator}}
		shown, errs := make([]reset.ShownLink, clients), make([]error, clients)
		var calls sync.WaitGroup
		for i := range clients {
			calls.Go(func() { shown[i], errs[i] = manager.Show(f.ctx, administrator, request.Metadata{}, string(a.ID)) })
		}
		calls.Wait()
		expectNoError(t, errors.Join(errs...))
		stored, found, _, err := f.ReadLinks(f.ctx, a.ID, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "version", found.Version, int64(clients))
		live := 0
		for _, link := range shown {
			_, fragment, _ := strings.Cut(link.URL, "#")
			text, _, _ := strings.Cut(fragment, "&")
			token, ok := access.ParseToken(text)
			expectEqual(t, "the shown link has a token", ok, true)
			if _, ok := found.Find(stored, token, f.now()); ok {
				live++
			}
		}
		expectEqual(t, "valid links that were shown", live, reset.MaxLive)
		expectEqual(t, "valid links", len(found.Live(stored, f.now())), reset.MaxLive)
		events, _, err := f.ListEvents(f.ctx, a.ID, "", 100)
		expectNoError(t, err)
		expectEqual(t, "events", len(events), 1+clients)
	},
	"a new link epoch ends all links": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		m := f.linkCreation(&a, reset.Links{}, "1")
		expectNoError(t, f.MakeLink(f.ctx, m))
		f.mustChange(t, a, func(a *account.Account) { a.LinkEpoch++ })
		stored, found, _, err := f.ReadLinks(f.ctx, a.ID, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "links", found, *m.Links)
		expectEqual(t, "valid links", len(found.Live(stored, f.now())), 0)
	},
	"a missing account has no links": func(t *testing.T, f *fixture) {
		a, found, _, err := f.ReadLinks(f.ctx, "cus_00000000000000000000000000", idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "account", a, nil)
		expectEqual(t, "links", len(found.Links), 0)
	},
}
