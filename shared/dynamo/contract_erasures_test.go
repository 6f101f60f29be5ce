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

// lives gives an account everything that can be kept with it, and returns how many rows there are of that.
func (w *world) lives(t reporter, a account.Account) int {
	t.Helper()
	for i, hash := range []string{"1", "2", "3"} {
		session := w.session(&a)
		session.Hash += hash
		succeeds(t, w.CreateSession(w.ctx, access.SessionCreation{Session: session, Known: "here", KnownUntil: w.now()}))
		succeeds(t, w.CreateToken(w.ctx, w.token(&a, hash), int64(i), w.event(event.TokenCreated, &a), nil))
	}
	succeeds(t, w.MakeLink(w.ctx, w.making(&a, reset.Links{}, "1")))
	return 3 + 3 + 3 + 1 + 1 + 1 // sessions, tokens with their events and their number, links with their event
}

// remains expects rows with an account, of which lives knows the number.
func (w *world) remains(t reporter, a account.Account, all bool) {
	t.Helper()
	set := w.tokensOf(t, a)
	_, links, _, err := w.ReadLinks(w.ctx, a.ID, idempotency.Key{})
	succeeds(t, err)
	happened, _, err := w.ListEvents(w.ctx, a.ID, "", 100)
	succeeds(t, err)
	equal(t, "tokens", len(set.Tokens) == 3, all)
	equal(t, "tokens ever made", set.Version == 3, all)
	equal(t, "links", len(links.Links) == 1, all)
	equal(t, "events", len(happened) > 0, all)
	if !all {
		equal(t, "what is left", len(set.Tokens)+int(set.Version)+len(links.Links)+int(links.Version)+len(happened), 0)
	}
}

var erasures = map[string]func(*testing.T, *world){
	"in pieces": func(t *testing.T, w *world) {
		a := w.customer(t, account.AdministratorOwner, "ada")
		c, beside := w.user(a.ID), w.user(a.ID)
		beside.Account.Login = "beside"
		for _, user := range []directory.AccountCreation{c, beside} {
			succeeds(t, w.Create(w.ctx, user))
			w.lives(t, user.Account)
		}
		rows := w.lives(t, a)
		done, err := w.EraseRemains(w.ctx, c.Account.ID, 1000)
		succeeds(t, err)
		equal(t, "done while the user is there", done, true)
		w.remains(t, c.Account, true)
		succeeds(t, w.RemovePanelUser(w.ctx, c.Account, nil, w.event(event.PanelUserRemoved, &a), nil))
		tries := 0
		for done = false; !done && tries < rows; tries++ {
			done, err = w.EraseRemains(w.ctx, c.Account.ID, 5)
			succeeds(t, err)
		}
		equal(t, "tries", tries, 3)
		for range 2 {
			w.remains(t, c.Account, false)
			w.remains(t, beside.Account, true)
			w.remains(t, a, true)
			w.stored(t, beside.Account)
			w.stored(t, a)
			done, err = w.EraseRemains(w.ctx, c.Account.ID, 5)
			succeeds(t, err)
			equal(t, "done again", done, true)
		}
	},
}
