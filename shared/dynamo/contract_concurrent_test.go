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

// editAccount changes an account with package edit, which retries on the newest version, and returns the city.
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

// appendToCity returns an edit that appends a letter to the city. So the city shows the order of the edits.
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
	"one of several changes of the same version succeeds": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		errs := make([]error, 6)
		var calls sync.WaitGroup
		for i := range errs {
			c := f.change(a, func(a *account.Account) { a.Contact.City = string(rune('A' + i)) })
			calls.Go(func() { errs[i] = f.ChangeAccount(f.ctx, c) })
		}
		calls.Wait()
		expectEqual(t, "successful changes", countSuccesses(t, errs, fault.VersionMismatch), 1)
	},
	"concurrent edits have a serial order": func(t *testing.T, f *fixture) {
		const clients = 6
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		answers, errs := make([]string, clients), make([]error, clients)
		var calls sync.WaitGroup
		for i := range clients {
			calls.Go(func() { answers[i], errs[i] = f.editAccount(request.Metadata{}, a, appendToCity(string(rune('a'+i)))) })
		}
		calls.Wait()
		expectNoError(t, errors.Join(errs...))
		found, err := f.ReadAccount(f.ctx, a.ID)
		expectNoError(t, err)
		expectEqual(t, "version", found.Version, a.Version+clients)
		events, _, err := f.ListEvents(f.ctx, a.ID, "", 100)
		expectNoError(t, err)
		slices.SortFunc(events, func(a, b event.Event) int { return int(a.Version - b.Version) })
		city := ""
		for i, e := range events[1:] { // without the creation
			expectEqual(t, "version", e.Version, a.Version+int64(i)+1)
			if i > 0 {
				expectEqual(t, "old", e.Changes[0].Old, any(city))
			}
			city, _ = e.Changes[0].New.(string)
			expectEqual(t, "a client got the answer "+city, slices.Contains(answers, city), true)
		}
		expectEqual(t, "city", found.Contact.City, city)
		expectEqual(t, "letters", len(city), clients)
	},
	"one of several edits with the same If-Match succeeds": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		errs := make([]error, 4)
		var calls sync.WaitGroup
		for i := range errs {
			meta := request.Metadata{IfMatch: &a.Version}
			calls.Go(func() { _, errs[i] = f.editAccount(meta, a, appendToCity("x")) })
		}
		calls.Wait()
		expectEqual(t, "successful changes", countSuccesses(t, errs, fault.VersionMismatch), 1)
	},
	"a request that is sent several times takes effect once": func(t *testing.T, f *fixture) {
		for _, hasIfMatch := range []bool{false, true} {
			a := f.createCustomer(t, account.AdministratorOwner, fmt.Sprint("ada", hasIfMatch))
			meta := request.Metadata{Key: idempotency.Key{Name: rand.Text(), Fingerprint: "f"}}
			if hasIfMatch {
				meta.IfMatch = &a.Version
			}
			answers, errs := make([]string, 4), make([]error, 4)
			var calls sync.WaitGroup
			for i := range errs {
				calls.Go(func() {
					newest, err := f.ReadAccount(f.ctx, a.ID) // may already have the change
					if err == nil {
						answers[i], err = f.editAccount(meta, *newest, appendToCity("x"))
					}
					errs[i] = err
				})
			}
			calls.Wait()
			expectNoError(t, errors.Join(errs...))
			expectEqual(t, "answers", answers, []string{"x", "x", "x", "x"})
			found, err := f.ReadAccount(f.ctx, a.ID)
			expectNoError(t, err)
			expectEqual(t, "version", found.Version, a.Version+1)
		}
	},
	"a request that changes nothing leaves a record": func(t *testing.T, f *fixture) {
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
