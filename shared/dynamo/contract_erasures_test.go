package dynamo_test

import (
	"testing"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/event"
	"tenantry/shared/idempotency"
	"tenantry/shared/reset"
)

// fillCollection adds sessions, API tokens and a reset link to the collection of an account. It returns the number of
// rows.
func (f *fixture) fillCollection(t reporter, a account.Account) int {
	t.Helper()
	for i, hash := range []string{"1", "2", "3"} {
		session := f.newSession(&a)
		session.Hash += hash
		expectNoError(t, f.CreateSession(f.ctx, access.SessionCreation{Session: session, Known: "here", KnownUntil: f.now()}))
		expectNoError(t, f.CreateToken(f.ctx, f.newToken(&a, hash), int64(i), f.event(event.TokenCreated, &a), nil))
	}
	expectNoError(t, f.MakeLink(f.ctx, f.linkCreation(&a, reset.Links{}, "1")))
	return 3 + 3 + 3 + 1 + 1 + 1 // sessions; tokens, their events and their set; links and their event
}

// expectCollection expects all rows that fillCollection adds, or no rows.
func (f *fixture) expectCollection(t reporter, a account.Account, all bool) {
	t.Helper()
	set := f.readTokens(t, a)
	_, links, _, err := f.ReadLinks(f.ctx, a.ID, idempotency.Key{})
	expectNoError(t, err)
	events, _, err := f.ListEvents(f.ctx, a.ID, "", 100)
	expectNoError(t, err)
	expectEqual(t, "tokens", len(set.Tokens) == 3, all)
	expectEqual(t, "version of the token set", set.Version == 3, all)
	expectEqual(t, "links", len(links.Links) == 1, all)
	expectEqual(t, "events", len(events) > 0, all)
	if !all {
		expectEqual(t, "rows left", len(set.Tokens)+int(set.Version)+len(links.Links)+int(links.Version)+len(events), 0)
	}
}

var erasures = map[string]func(*testing.T, *fixture){
	"EraseRemains deletes the collection of a removed panel user in several calls": func(t *testing.T, f *fixture) {
		a := f.createCustomer(t, account.AdministratorOwner, "ada")
		c, other := f.panelUserCreation(a.ID), f.panelUserCreation(a.ID)
		other.Account.Login = "other"
		for _, user := range []directory.AccountCreation{c, other} {
			expectNoError(t, f.Create(f.ctx, user))
			f.fillCollection(t, user.Account)
		}
		rows := f.fillCollection(t, a)
		done, err := f.EraseRemains(f.ctx, c.Account.ID, 1000)
		expectNoError(t, err)
		expectEqual(t, "done while the user exists", done, true)
		f.expectCollection(t, c.Account, true)
		expectNoError(t, f.RemovePanelUser(f.ctx, c.Account, nil, f.event(event.PanelUserRemoved, &a), nil))
		calls := 0
		for done = false; !done && calls < rows; calls++ {
			done, err = f.EraseRemains(f.ctx, c.Account.ID, 5)
			expectNoError(t, err)
		}
		expectEqual(t, "calls", calls, 3)
		for range 2 {
			f.expectCollection(t, c.Account, false)
			f.expectCollection(t, other.Account, true)
			f.expectCollection(t, a, true)
			f.expectStored(t, other.Account)
			f.expectStored(t, a)
			done, err = f.EraseRemains(f.ctx, c.Account.ID, 5)
			expectNoError(t, err)
			expectEqual(t, "done again", done, true)
		}
	},
}
