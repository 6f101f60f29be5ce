// Package reset manages the links by which people set a password (guide: Resetting a Password). An owner shows or sends
// a link, or a person who has forgotten the password requests one. A link can be used once.
package reset

import (
	"io"
	"net/url"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
)

// MaxLive is how many links of one account may be live at a time.
const MaxLive = 3

// Lifetimes says how long links live.
type Lifetimes struct {
	Reset   time.Duration // of a link to set another password
	Welcome time.Duration // of a link to set the first password; a new customer may read the mail a day later
}

// DefaultLifetimes are the lifetimes if the stack sets none. No link lives longer than a day.
var DefaultLifetimes = Lifetimes{Reset: 30 * time.Minute, Welcome: 24 * time.Hour}

// Link is one link. Only the hash of its secret is kept.
type Link struct {
	Hash      string
	For       string // the event that the link was made for; another attempt to send the same mail replaces the link
	Epoch     int64  // the account's LinkEpoch when the link was made
	CreatedAt time.Time
	ExpiresAt time.Time
}

// Links are the links of one account.
type Links struct {
	Account account.ID
	Links   []Link // oldest first
	Version int64  // grows with every change; 0 if the account never had a link
}

// Live returns the links that can still be used. It returns nil for a nil owner, which is gone.
func (l Links) Live(owner *account.Account, now time.Time) []Link {
	var live []Link
	if owner == nil {
		return nil
	}
	for _, link := range l.Links {
		if link.Epoch == owner.LinkEpoch && now.Before(link.ExpiresAt) {
			live = append(live, link)
		}
	}
	return live
}

// Find returns the live link of a token, and reports whether there is one.
func (l Links) Find(owner *account.Account, token access.Token, now time.Time) (Link, bool) {
	hash := token.Hash()
	for _, link := range l.Live(owner, now) {
		if link.Hash == hash {
			return link, true
		}
	}
	return Link{}, false
}

// Mint makes a new link of an account. It returns the link's token and the account's links with it. The oldest link is
// dropped if there would be more than MaxLive.
func (l Links) Mint(
	random io.Reader,
	owner *account.Account,
	forEvent string,
	lifetime time.Duration,
	now time.Time,
) (access.Token, Links, error) {
	token, err := access.NewToken(random, []account.ID{owner.ID})
	if err != nil {
		return token, l, err
	}
	live := l.Live(owner, now)
	kept := make([]Link, 0, MaxLive)
	for _, link := range live {
		if link.For != forEvent {
			kept = append(kept, link)
		}
	}
	kept = append(kept[max(0, len(kept)-MaxLive+1):], Link{
		Hash: token.Hash(), For: forEvent, Epoch: owner.LinkEpoch, CreatedAt: now, ExpiresAt: now.Add(lifetime),
	})
	return token, Links{Account: l.Account, Links: kept, Version: l.Version + 1}, nil
}

// URL returns the address of the page that a token opens, in the language of a locale. The fragment is the token and
// nothing else, as POST /v1/password-resets takes it. Browsers send the fragment to no server and pass it on to no other
// page.
func URL(base string, token access.Token, locale string) string {
	return PageURL(base, locale) + "#" + token.Text()
}

// PageURL returns the address of the page on which people request a link, in the language of a locale.
func PageURL(base, locale string) string {
	return base + "/reset-password?lang=" + url.QueryEscape(locale)
}
