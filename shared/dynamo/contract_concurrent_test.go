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
func (f *fixture) editAccount(
	meta request.Metadata,
	a account.Account,
	change func(*account.Account) (edit.Effects, error),
) (string, error) {
	editor := edit.AccountEditor{Store: f, NewID: f.New, Now: f.now}
	return edit.UpdateAccount(f.ctx, editor, meta, account.AdministratorOwner, editor.Known(a, meta.Key),
		func(a *account.Account, _ time.Time) (edit.Effects, error) { return change(a) },
		func(a *account.Account) string { return a.Contact.City })
}

// append is an edit that shows in the result, and in the order of all.
func appendToCity(letter string) func(*account.Account) (edit.Effects, error) {
	return func(a *account.Account) (edit.Effects, error) {
		before := a.Contact.City
		a.Contact.City += letter
		return edit.Effects{
			Event:   event.ContactChanged,
			Changes: []account.FieldChange{{Field: "contact.city", Old: before, New: a.Contact.City}},
		}, nil
	}
}

var concurrentChanges = map[string]func(*testing.T, *fixture){
	"one of many of one version": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		errs := make([]error, 6)
		var all sync.WaitGroup
		for i := range errs {
			c := f.change(a, func(a *account.Account) { a.Contact.City = string(rune('A' + i)) })
			all.Go(func() { errs[i] = f.ChangeAccount(f.ctx, c) })
		}
		all.Wait()
		expectEqual(t, "winners", countSuccesses(t, errs, fault.VersionMismatch), 1)
	},
	"some serial order": func(t *testing.T, f *fixture) {
		const clients = 6
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		answers, errs := make([]string, clients), make([]error, clients)
		var all sync.WaitGroup
		for i := range clients {
			all.Go(func() { answers[i], errs[i] = f.editAccount(request.Metadata{}, a, appendToCity(string(rune('a'+i)))) })
		}
		all.Wait()
		expectNoError(t, errors.Join(errs...))
		found, err := f.ReadAccount(f.ctx, a.ID)
		expectNoError(t, err)
		expectEqual(t, "version", found.Version, a.Version+clients)
		events, _, err := f.ListEvents(f.ctx, a.ID, "", 100)
		expectNoError(t, err)
		slices.SortFunc(events, func(a, b event.Event) int { return int(a.Version - b.Version) })
		city := ""
		for i, e := range events[1:] { // after the creation
			expectEqual(t, "version", e.Version, a.Version+int64(i)+1)
			if i > 0 {
				expectEqual(t, "old", e.Changes[0].Old, any(city))
			}
			city, _ = e.Changes[0].New.(string)
			expectEqual(t, "some client was answered "+city, slices.Contains(answers, city), true)
		}
		expectEqual(t, "city", found.Contact.City, city)
		expectEqual(t, "letters", len(city), clients)
	},
	"a demanded version": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		errs := make([]error, 4)
		var all sync.WaitGroup
		for i := range errs {
			meta := request.Metadata{IfMatch: &a.Version}
			all.Go(func() { _, errs[i] = f.editAccount(meta, a, appendToCity("x")) })
		}
		all.Wait()
		expectEqual(t, "winners", countSuccesses(t, errs, fault.VersionMismatch), 1)
	},
	"one request many times": func(t *testing.T, f *fixture) {
		for _, demand := range []bool{false, true} {
			a := f.createCustomer(t, account.AdministratorOwner, fmt.Sprint("ada", demand))
			meta := request.Metadata{Key: idempotency.Key{Name: rand.Text(), Fingerprint: "f"}}
			if demand {
				meta.IfMatch = &a.Version
			}
			answers, errs := make([]string, 4), make([]error, 4)
			var all sync.WaitGroup
			for i := range errs {
				all.Go(func() {
					newest, err := f.ReadAccount(f.ctx, a.ID) // the first one's change may be there, without its record being known
					if err == nil {
						answers[i], err = f.editAccount(meta, *newest, appendToCity("x"))
					}
					errs[i] = err
				})
			}
			all.Wait()
			expectNoError(t, errors.Join(errs...))
			expectEqual(t, "answers", answers, []string{"x", "x", "x", "x"})
			found, err := f.ReadAccount(f.ctx, a.ID)
			expectNoError(t, err)
			expectEqual(t, "version", found.Version, a.Version+1)
		}
	},
	"nothing to change is remembered too": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		meta := request.Metadata{Key: idempotency.Key{Name: "k", Fingerprint: "f"}}
		nothing := func(*account.Account) (edit.Effects, error) { return edit.Effects{Nothing: true}, nil }
		_, err := f.editAccount(meta, a, nothing)
		expectNoError(t, err)
		f.expectStored(t, a)
		changed := f.mustChange(t, a, func(a *account.Account) { a.Contact.City = "Cork" })
		for _, change := range []func(*account.Account) (edit.Effects, error){nothing, appendToCity("x")} {
			city, err := f.editAccount(meta, changed, change)
			expectNoError(t, err)
			expectEqual(t, "answer", city, "")
		}
		f.expectStored(t, changed)
		_, err = f.editAccount(request.Metadata{Key: idempotency.Key{Name: "k", Fingerprint: "another"}}, changed, nothing)
		expectFault(t, err, fault.InvalidRequest)
		f.advance(idempotency.Lifetime)
		record := idempotency.Record{Key: meta.Key, Answer: []byte("1"), ExpiresAt: f.now().Add(idempotency.Lifetime)}
		expectNoError(t, f.Remember(f.ctx, record))
		expectEqual(t, "record", expectReplay(t, f.Remember(f.ctx, record)), record)
	},
}
