package dynamo_test

import (
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
)

// apply changes an account as the domain does, again and again on the newest version of it.
func (w *world) apply(
	meta request.Metadata,
	a account.Account,
	change func(*account.Account) (edit.Effects, error),
) (string, error) {
	editor := edit.AccountEditor{Store: w, NewID: w.New, Now: w.now}
	return edit.UpdateAccount(w.ctx, editor, meta, account.AdministratorOwner, editor.Known(a, meta.Key),
		func(a *account.Account, _ time.Time) (edit.Effects, error) { return change(a) },
		func(a *account.Account) string { return a.Contact.City })
}

// append is an edit that shows in the result, and in the order of all.
func appending(letter string) func(*account.Account) (edit.Effects, error) {
	return func(a *account.Account) (edit.Effects, error) {
		before := a.Contact.City
		a.Contact.City += letter
		return edit.Effects{
			Event:   event.ContactChanged,
			Changes: []account.FieldChange{{Field: "contact.city", Old: before, New: a.Contact.City}},
		}, nil
	}
}

var concurrentChanges = map[string]func(*testing.T, *world){
	"one of many of one version": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		errs := make([]error, 6)
		var all sync.WaitGroup
		for i := range errs {
			c := w.change(a, func(a *account.Account) { a.Contact.City = string(rune('A' + i)) })
			all.Go(func() { errs[i] = w.ChangeAccount(w.ctx, c) })
		}
		all.Wait()
		equal(t, "winners", won(t, errs, fault.VersionMismatch), 1)
	},
	"some serial order": func(t *testing.T, w *world) {
		const clients = 6
		a := w.customer(t, account.AdministratorOwner, "ada")
		answers, errs := make([]string, clients), make([]error, clients)
		var all sync.WaitGroup
		for i := range clients {
			all.Go(func() { answers[i], errs[i] = w.apply(request.Metadata{}, a, appending(string(rune('a'+i)))) })
		}
		all.Wait()
		succeeds(t, errors.Join(errs...))
		found, err := w.ReadAccount(w.ctx, a.ID)
		succeeds(t, err)
		equal(t, "version", found.Version, a.Version+clients)
		events, _, err := w.ListEvents(w.ctx, a.ID, "", 100)
		succeeds(t, err)
		slices.SortFunc(events, func(a, b event.Event) int { return int(a.Version - b.Version) })
		city := ""
		for i, e := range events[1:] { // after the creation
			equal(t, "version", e.Version, a.Version+int64(i)+1)
			if i > 0 {
				equal(t, "old", e.Changes[0].Old, any(city))
			}
			city, _ = e.Changes[0].New.(string)
			equal(t, "some client was answered "+city, slices.Contains(answers, city), true)
		}
		equal(t, "city", found.Contact.City, city)
		equal(t, "letters", len(city), clients)
	},
	"a demanded version": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		errs := make([]error, 4)
		var all sync.WaitGroup
		for i := range errs {
			meta := request.Metadata{IfMatch: &a.Version}
			all.Go(func() { _, errs[i] = w.apply(meta, a, appending("x")) })
		}
		all.Wait()
		equal(t, "winners", won(t, errs, fault.VersionMismatch), 1)
	},
	"one request many times": func(t *testing.T, w *world) {
		for _, demand := range []bool{false, true} {
			a := w.customer(t, account.AdministratorOwner, fmt.Sprint("ada", demand))
			meta := request.Metadata{Key: idempotency.Key{Name: rand.Text(), Fingerprint: "f"}}
			if demand {
				meta.IfMatch = &a.Version
			}
			answers, errs := make([]string, 4), make([]error, 4)
			var all sync.WaitGroup
			for i := range errs {
				all.Go(func() {
					newest, err := w.ReadAccount(w.ctx, a.ID) // the first one's change may be there, without its record being known
					if err == nil {
						answers[i], err = w.apply(meta, *newest, appending("x"))
					}
					errs[i] = err
				})
			}
			all.Wait()
			succeeds(t, errors.Join(errs...))
			equal(t, "answers", answers, []string{"x", "x", "x", "x"})
			found, err := w.ReadAccount(w.ctx, a.ID)
			succeeds(t, err)
			equal(t, "version", found.Version, a.Version+1)
		}
	},
	"nothing to change is remembered too": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		meta := request.Metadata{Key: idempotency.Key{Name: "k", Fingerprint: "f"}}
		nothing := func(*account.Account) (edit.Effects, error) { return edit.Effects{Nothing: true}, nil }
		_, err := w.apply(meta, a, nothing)
		succeeds(t, err)
		w.stored(t, a)
		changed := w.mustChange(t, a, func(a *account.Account) { a.Contact.City = "Cork" })
		for _, change := range []func(*account.Account) (edit.Effects, error){nothing, appending("x")} {
			city, err := w.apply(meta, changed, change)
			succeeds(t, err)
			equal(t, "answer", city, "")
		}
		w.stored(t, changed)
		_, err = w.apply(request.Metadata{Key: idempotency.Key{Name: "k", Fingerprint: "another"}}, changed, nothing)
		refused(t, err, fault.InvalidRequest)
		w.pass(idempotency.Lifetime)
		record := idempotency.Record{Key: meta.Key, Answer: []byte("1"), ExpiresAt: w.now().Add(idempotency.Lifetime)}
		succeeds(t, w.Remember(w.ctx, record))
		equal(t, "record", replayed(t, w.Remember(w.ctx, record)), record)
	},
}
