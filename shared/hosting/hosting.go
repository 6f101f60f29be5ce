// Package hosting is about what customers have: subscriptions, their websites, and whether these serve.
package hosting

import (
	"strings"
	"time"

	"golang.org/x/net/idna"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/plan"
	"tenantry/shared/resource"
)

// The prefixes of ids.
const (
	SubscriptionPrefix = "sub_"
	WebsitePrefix      = "web_"
)

// Link tells how a subscription follows its plan.
type Link string

// The links.
const (
	Synced     Link = "synced" // it has what the plan has, and what an edit of the plan makes of that
	Locked     Link = "locked" // it is on the plan but was customised; edits of the plan skip it
	CustomLink Link = "custom" // it has no plan
)

// Subscription is one subscription of a customer or of a reseller itself.
type Subscription struct {
	ID        string
	Customer  account.ID
	Domain    string // of its first website, in ASCII
	Plan      plan.ID
	Link      Link
	Resources resource.Set // its own; of a synced one the plan's count instead
	Holds     account.Holds
	LiftedAt  *time.Time
	ExpiresAt *time.Time
	DueAt     *time.Time // when its own status changes by time, or has changed without having been counted and told; while it is being removed, when the sweep goes on with that
	Websites  int64
	Removing  bool    // it goes, and takes nothing new
	Removal   Removal // while it goes
	Transfer  string  // the operation that last took it over to another host
	CreatedAt time.Time
	Version   int64
}

// Removal is the request that removes a subscription. The events of what is removed after the request name it.
type Removal struct {
	Actor     account.ID
	RequestID string
}

// Website is one website of a subscription.
type Website struct {
	ID           string
	Subscription string
	Customer     account.ID
	Domain       string // in ASCII
	Holds        account.Holds
	LiftedAt     *time.Time
	CreatedAt    time.Time
	Version      int64
}

// Domain folds a domain name as people type it to its ASCII form, under which it is unique.
func Domain(typed, pointer string) (string, *fault.Field) {
	refused := &fault.Field{Pointer: pointer, Code: "domain-grammar", Detail: "Enter a domain such as example.com, without a port or a path."}
	ascii, err := idna.Lookup.ToASCII(strings.TrimSuffix(strings.ToLower(typed), "."))
	if err != nil || len(ascii) > 253 || !strings.Contains(ascii, ".") {
		return "", refused
	}
	labels := strings.Split(ascii, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 {
			return "", refused
		}
	}
	if strings.Trim(labels[len(labels)-1], "0123456789") == "" { // an address, not a name
		return "", refused
	}
	return ascii, nil
}

// ShownDomain returns a domain as people read it.
func DisplayDomain(ascii string) string {
	if shown, err := idna.Display.ToUnicode(ascii); err == nil {
		return shown
	}
	return ascii
}

// OwnHolds returns the subscription's own present holds, including the hold of its expiry, without those that an activation of its
// customer has voided.
func (s *Subscription) OwnHolds(customer *account.Account, now time.Time) account.Holds {
	present := s.Holds.WithoutVoid(customer.LiftMarks).Present(now)
	if s.ExpiresAt != nil && !now.Before(*s.ExpiresAt) && !s.hasExpiryHold() {
		present = append(present, account.Hold{Level: account.AdministratorLevel, Source: account.ByExpiry, Since: *s.ExpiresAt})
	}
	return present
}

// HeldAt returns the highest level of the holds on the subscription that are not void, or "" if there are none. The customer counts
// its held subscriptions by this level. A hold that has ended by itself counts until a write removes it, and an expiry counts
// once the sweep has made it a hold.
func (s *Subscription) HeldAt(customer *account.Account) account.Level {
	return s.Holds.WithoutVoid(customer.LiftMarks).Highest()
}

// Effective is what the subscription has: the plan's resources where it follows the plan, else its own.
func (s *Subscription) EffectiveResources(of *plan.Plan) resource.Set {
	if s.Link == Synced && of != nil {
		return of.Resources
	}
	return s.Resources
}

// ShownHold is a hold as it is shown: on the object itself, or from above it.
type HoldView struct {
	account.Hold

	Inherited bool `json:"inherited,omitempty" doc:"Whether the hold is on an object above this one."`
}

// Chain is what an object hangs from: the accounts from its customer upwards, without the administrator.
type Chain []account.Account

// Holds are the present holds of the chain, as those on something below show them.
func (c Chain) Holds(now time.Time) []HoldView {
	var shown []HoldView
	for i := range c {
		shown = append(shown, inherited(c[i].Holds.Present(now))...)
	}
	return shown
}

// inherited returns holds as an object below shows them.
func inherited(holds account.Holds) []HoldView {
	shown := make([]HoldView, 0, len(holds))
	for _, hold := range holds {
		shown = append(shown, HoldView{Hold: hold, Inherited: true})
	}
	return shown
}

// showHolds puts an object's own holds before those from above. Only managers read reasons and actors, and resellers not those of
// earlier ones.
func showHolds(caller access.Caller, own account.Holds, above []HoldView) []HoldView {
	shown := make([]HoldView, 0, len(own)+len(above))
	for _, h := range own {
		shown = append(shown, HoldView{Hold: h})
	}
	shown = append(shown, above...)
	manages := managesHosting(caller)
	for i := range shown {
		if shown[i].Hold = shown[i].RedactedFor(caller.OwnerID()); !manages {
			shown[i].Reason, shown[i].Actor = "", ""
		}
	}
	return shown
}
