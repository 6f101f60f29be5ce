// Package reset is about links by which people set a password: shown, sent, asked for, and used once (guide: Resetting a
// Password).
package reset

import (
	"io"
	"net/url"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
)

// MaxLive is how many links of one account live at a time.
const MaxLive = 3

// Lifetimes are how long links live.
type Lifetimes struct {
	Reset   time.Duration // of a link to set another password
	Welcome time.Duration // of a link to set the first one; a new customer may read mail tomorrow
}

// DefaultLifetimes are those of a stack that sets none. No link lives longer than a day.
var DefaultLifetimes = Lifetimes{Reset: 30 * time.Minute, Welcome: 24 * time.Hour}

// Link is one live link, of which only the secret's hash is kept.
type Link struct {
	Hash      string
	For       string // the event that the link was made for; another try of the same mail replaces it
	Epoch     int64  // the account's LinkEpoch when it was made
	CreatedAt time.Time
	ExpiresAt time.Time
}

// Links are the links of one account.
type Links struct {
	Account account.ID
	Links   []Link // oldest first
	Version int64  // grows with every change; 0 when there have been none
}

// Live returns the links that can still be used. Those of an account that is gone, nil, cannot.
func (l Links) Live(of *account.Account, now time.Time) []Link {
	var live []Link
	if of == nil {
		return nil
	}
	for _, link := range l.Links {
		if link.Epoch == of.LinkEpoch && now.Before(link.ExpiresAt) {
			live = append(live, link)
		}
	}
	return live
}

// Find returns the live link of a token.
func (l Links) Find(of *account.Account, token access.Token, now time.Time) (Link, bool) {
	hash := token.Hash()
	for _, link := range l.Live(of, now) {
		if link.Hash == hash {
			return link, true
		}
	}
	return Link{}, false
}

// Mint makes a new link of an account and returns it with the account's links after that: the oldest gives way when there
// would be too many.
func (l Links) Mint(random io.Reader, of *account.Account, forEvent string, lifetime time.Duration, now time.Time) (access.Token, Links, error) {
	token, err := access.NewToken(random, []account.ID{of.ID})
	if err != nil {
		return token, l, err
	}
	live := l.Live(of, now)
	kept := make([]Link, 0, MaxLive)
	for _, link := range live {
		if link.For != forEvent {
			kept = append(kept, link)
		}
	}
	kept = append(kept[max(0, len(kept)-MaxLive+1):], Link{
		Hash: token.Hash(), For: forEvent, Epoch: of.LinkEpoch, CreatedAt: now, ExpiresAt: now.Add(lifetime),
	})
	return token, Links{Account: l.Account, Links: kept, Version: l.Version + 1}, nil
}

// URL returns where a token leads, and in which language the page is to speak. A fragment is never sent to a server, nor to
// the next page. The token ends at the first "&".
func URL(base string, token access.Token, locale string) string {
	return base + "/reset-password#" + token.Text() + "&lang=" + url.QueryEscape(locale)
}
