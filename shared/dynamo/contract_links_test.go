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
func (w *world) making(of *account.Account, links reset.Links, hash string) reset.LinksChange {
	after := reset.Links{Account: of.ID, Version: links.Version + 1, Links: append(links.Links, reset.Link{
		Hash: hash, For: w.id(event.IDPrefix), Epoch: of.LinkEpoch, CreatedAt: w.now(), ExpiresAt: w.now().Add(time.Hour),
	})}
	return reset.LinksChange{Links: &after, Event: w.event(event.ResetLinkShown, of)}
}

var links = map[string]func(*testing.T, *world){
	"links add up": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		var have reset.Links
		for _, hash := range []string{"1", "2"} {
			m := w.making(&a, have, hash)
			succeeds(t, w.MakeLink(w.ctx, m))
			have = *m.Links
		}
		of, found, _, err := w.ReadLinks(w.ctx, a.ID, idempotency.Key{})
		succeeds(t, err)
		equal(t, "account", of.ID, a.ID)
		equal(t, "links", found, have)
	},
	"one of two at once": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		succeeds(t, w.MakeLink(w.ctx, w.making(&a, reset.Links{}, "1")))
		refused(t, w.MakeLink(w.ctx, w.making(&a, reset.Links{}, "2")), fault.VersionMismatch)
	},
	"a link in another's place": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		first := w.making(&a, reset.Links{}, "1")
		succeeds(t, w.MakeLink(w.ctx, first))
		events, _, err := w.ListEvents(w.ctx, a.ID, "", 10)
		succeeds(t, err)
		second := w.making(&a, reset.Links{Version: first.Links.Version}, "2")
		second.Event = event.Event{}
		succeeds(t, w.MakeLink(w.ctx, second))
		refused(t, w.MakeLink(w.ctx, second), fault.VersionMismatch)
		_, found, _, err := w.ReadLinks(w.ctx, a.ID, idempotency.Key{})
		succeeds(t, err)
		equal(t, "links", found, *second.Links)
		after, _, err := w.ListEvents(w.ctx, a.ID, "", 10)
		succeeds(t, err)
		equal(t, "events", after, events)
	},
	"a request only once": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		m := w.making(&a, reset.Links{}, "1")
		m.Record = w.record("f", "1")
		succeeds(t, w.MakeLink(w.ctx, m))
		again := w.making(&a, *m.Links, "2")
		again.Record = w.record("f", "2")
		equal(t, "record", replayed(t, w.MakeLink(w.ctx, again)), *m.Record)
		_, found, record, err := w.ReadLinks(w.ctx, a.ID, m.Record.Key)
		succeeds(t, err)
		equal(t, "links", found, *m.Links)
		equal(t, "record", *record, *m.Record)
	},
	"only an event": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		happened := w.event(event.ResetLinkRequested, &a)
		succeeds(t, w.MakeLink(w.ctx, reset.LinksChange{Event: happened}))
		found, _, err := w.ListEvents(w.ctx, a.ID, "", 1)
		succeeds(t, err)
		equal(t, "event", found[0].ID, happened.ID)
	},
	"three live ones at most, however many are made at once": func(t *testing.T, w *world) {
		const clients = 6
		a := w.customer(t, account.AdministratorOwner, "ada")
		manager := reset.Manager{Store: w, NewID: w.New, Random: rand.Reader, Lifetimes: reset.DefaultLifetimes, Now: w.now}
		administrator := access.Caller{Account: account.Account{ID: "adm_1", Kind: account.Administrator}}
		shown, errs := make([]reset.Shown, clients), make([]error, clients)
		var all sync.WaitGroup
		for i := range clients {
			all.Go(func() { shown[i], errs[i] = manager.Show(w.ctx, administrator, request.Metadata{}, string(a.ID)) })
		}
		all.Wait()
		succeeds(t, errors.Join(errs...))
		of, found, _, err := w.ReadLinks(w.ctx, a.ID, idempotency.Key{})
		succeeds(t, err)
		equal(t, "version", found.Version, int64(clients))
		live := 0
		for _, one := range shown {
			_, fragment, _ := strings.Cut(one.URL, "#")
			text, _, _ := strings.Cut(fragment, "&")
			token, ok := access.ParseToken(text)
			equal(t, "a link is shown", ok, true)
			if _, ok := found.Find(of, token, w.now()); ok {
				live++
			}
		}
		equal(t, "live links that were shown", live, reset.MaxLive)
		equal(t, "live links", len(found.Live(of, w.now())), reset.MaxLive)
		events, _, err := w.ListEvents(w.ctx, a.ID, "", 100)
		succeeds(t, err)
		equal(t, "events", len(events), 1+clients)
	},
	"of another epoch": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		m := w.making(&a, reset.Links{}, "1")
		succeeds(t, w.MakeLink(w.ctx, m))
		w.mustChange(t, a, func(a *account.Account) { a.LinkEpoch++ })
		of, found, _, err := w.ReadLinks(w.ctx, a.ID, idempotency.Key{})
		succeeds(t, err)
		equal(t, "links", found, *m.Links)
		equal(t, "live links", len(found.Live(of, w.now())), 0)
	},
	"of nobody": func(t *testing.T, w *world) {
		of, found, _, err := w.ReadLinks(w.ctx, "cus_00000000000000000000000000", idempotency.Key{})
		succeeds(t, err)
		equal(t, "account", of, nil)
		equal(t, "links", len(found.Links), 0)
	},
}
