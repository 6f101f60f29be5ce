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
	"tenantry/shared/request"
	"tenantry/shared/reset"
)

// making is the making of a link after those that there are.
func (f *fixture) linkCreation(of *account.Account, links reset.Links, hash string) reset.LinksChange {
	after := reset.Links{Account: of.ID, Version: links.Version + 1, Links: append(links.Links, reset.Link{
		Hash: hash, For: f.id(event.IDPrefix), Epoch: of.LinkEpoch, CreatedAt: f.now(), ExpiresAt: f.now().Add(time.Hour),
	})}
	return reset.LinksChange{Links: &after, Event: f.event(event.ResetLinkShown, of)}
}

var links = map[string]func(*testing.T, *fixture){
	"links add up": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		var have reset.Links
		for _, hash := range []string{"1", "2"} {
			m := f.linkCreation(&a, have, hash)
			expectNoError(t, f.MakeLink(f.ctx, m))
			have = *m.Links
		}
		of, found, _, err := f.ReadLinks(f.ctx, a.ID, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "account", of.ID, a.ID)
		expectEqual(t, "links", found, have)
	},
	"one of two at once": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		expectNoError(t, f.MakeLink(f.ctx, f.linkCreation(&a, reset.Links{}, "1")))
		expectFault(t, f.MakeLink(f.ctx, f.linkCreation(&a, reset.Links{}, "2")), fault.VersionMismatch)
	},
	"a link in another's place": func(t *testing.T, f *fixture) {
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
	"a request only once": func(t *testing.T, f *fixture) {
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
	"only an event": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		happened := f.event(event.ResetLinkRequested, &a)
		expectNoError(t, f.MakeLink(f.ctx, reset.LinksChange{Event: happened}))
		found, _, err := f.ListEvents(f.ctx, a.ID, "", 1)
		expectNoError(t, err)
		expectEqual(t, "event", found[0].ID, happened.ID)
	},
	"three live ones at most, however many are made at once": func(t *testing.T, f *fixture) {
		const clients = 6
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		manager := reset.Manager{Store: f, NewID: f.New, Random: rand.Reader, Lifetimes: reset.DefaultLifetimes, Now: f.now}
		administrator := access.Caller{Account: account.Account{ID: "adm_1", Kind: account.Administrator}}
		shown, errs := make([]reset.Shown, clients), make([]error, clients)
		var all sync.WaitGroup
		for i := range clients {
			all.Go(func() { shown[i], errs[i] = manager.Show(f.ctx, administrator, request.Metadata{}, string(a.ID)) })
		}
		all.Wait()
		expectNoError(t, errors.Join(errs...))
		of, found, _, err := f.ReadLinks(f.ctx, a.ID, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "version", found.Version, int64(clients))
		live := 0
		for _, one := range shown {
			_, fragment, _ := strings.Cut(one.URL, "#")
			text, _, _ := strings.Cut(fragment, "&")
			token, ok := access.ParseToken(text)
			expectEqual(t, "a link is shown", ok, true)
			if _, ok := found.Find(of, token, f.now()); ok {
				live++
			}
		}
		expectEqual(t, "live links that were shown", live, reset.MaxLive)
		expectEqual(t, "live links", len(found.Live(of, f.now())), reset.MaxLive)
		events, _, err := f.ListEvents(f.ctx, a.ID, "", 100)
		expectNoError(t, err)
		expectEqual(t, "events", len(events), 1+clients)
	},
	"of another epoch": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		m := f.linkCreation(&a, reset.Links{}, "1")
		expectNoError(t, f.MakeLink(f.ctx, m))
		f.mustChange(t, a, func(a *account.Account) { a.LinkEpoch++ })
		of, found, _, err := f.ReadLinks(f.ctx, a.ID, idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "links", found, *m.Links)
		expectEqual(t, "live links", len(found.Live(of, f.now())), 0)
	},
	"of nobody": func(t *testing.T, f *fixture) {
		of, found, _, err := f.ReadLinks(f.ctx, "cus_00000000000000000000000000", idempotency.Key{})
		expectNoError(t, err)
		expectEqual(t, "account", of, nil)
		expectEqual(t, "links", len(found.Links), 0)
	},
}
