// Package hosting has the rules of subscriptions, their websites, and the gate, which reports whether a domain is
// served.
package hosting

import (
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/plan"
	"tenantry/shared/resource"
)

// The prefixes of ids.
const (
	SubscriptionPrefix = "sub_"
	WebsitePrefix      = "web_"
)

// PlanLink is the relation of a subscription to its plan.
type PlanLink string

// The links.
const (
	Synced     PlanLink = "synced" // follows the plan and its edits
	Locked     PlanLink = "locked" // is on the plan, but is customised; edits of the plan skip it
	CustomLink PlanLink = "custom" // has no plan
)

// Subscription is one subscription of a customer or of a reseller itself.
type Subscription struct {
	ID         string
	Customer   account.ID
	Domain     string // its primary domain: that of one of its websites, in ASCII; "" without websites
	Plan       plan.ID
	Link       PlanLink
	Resources  resource.Set // its own; unused while it follows its plan
	Holds      account.Holds
	LiftedAt   *time.Time
	ExpiresAt  *time.Time
	DueAt      *time.Time // when the sweep processes it next: at a change of its own status, or to continue its removal
	Websites   int64
	Backups    int64   // number of its backups; like Websites, it changes without a new version
	BackupSize int64   // bytes of its backups together, as declared
	Removing   bool    // is being removed; accepts nothing new
	Removal    Removal // set while it is being removed
	Transfer   string  // the operation that last moved it to another owner
	CreatedAt  time.Time
	Version    int64
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
	Registrable  string // the registrable domain that Domain is in (DomainRules)
	Holds        account.Holds
	LiftedAt     *time.Time
	CreatedAt    time.Time
	Version      int64
}

// OwnHolds returns the subscription's own present holds, including the hold of its expiry. Holds that an activation of
// the customer has voided are left out.
func (s *Subscription) OwnHolds(customer *account.Account, now time.Time) account.Holds {
	present := s.Holds.WithoutVoid(customer.LiftMarks).Present(now)
	if s.ExpiresAt != nil && !now.Before(*s.ExpiresAt) && !s.hasExpiryHold() {
		present = append(
			present,
			account.Hold{Level: account.AdministratorLevel, Source: account.ByExpiry, Since: *s.ExpiresAt},
		)
	}
	return present
}

// HeldAt returns the levels of the holds on the subscription that are not void, from the highest to the lowest. The
// customer counts its held subscriptions by the first level, and the covered holds by the others. A hold that has ended
// by itself counts until a write removes it, and an expiry counts once the sweep has made it a hold.
func (s *Subscription) HeldAt(customer *account.Account) []account.Level {
	return s.Holds.WithoutVoid(customer.LiftMarks).Levels()
}

// recount adds the change of the customer's counts of holds when the holds on a subscription change from one set of
// levels to another.
func (c *CustomerChange) recount(before, after []account.Level) {
	c.Held, c.Covered = map[account.Level]int64{}, map[account.Level]int64{}
	count := func(levels []account.Level, n int64) {
		for i, level := range levels {
			if i == 0 {
				c.Held[level] += n
			} else {
				c.Covered[level] += n
			}
		}
	}
	count(before, -1)
	count(after, 1)
}

// EffectiveResources returns the plan's resources if the subscription follows its plan, or else its own.
func (s *Subscription) EffectiveResources(servicePlan *plan.Plan) resource.Set {
	if s.Link == Synced && servicePlan != nil {
		return servicePlan.Resources
	}
	return s.Resources
}

// HoldView is a hold as a caller sees it.
type HoldView struct {
	account.Hold

	Inherited bool   `json:"inherited,omitempty" doc:"Whether the hold is on an object above this one."`
	From      string `json:"inheritedFrom,omitempty" enum:"subscription,customer,reseller" doc:"Which object above has the hold."`
}

// Chain is a customer and the accounts above it, without the administrator.
type Chain []account.Account

// Holds returns the present holds of the chain, marked as inherited.
func (c Chain) Holds(now time.Time) []HoldView {
	var shown []HoldView
	for i := range c {
		shown = append(shown, inherited(string(c[i].Kind), c[i].Holds.Present(now))...)
	}
	return shown
}

// inherited returns the holds on an object above as the object below shows them.
func inherited(from string, holds account.Holds) []HoldView {
	shown := make([]HoldView, 0, len(holds))
	for _, hold := range holds {
		shown = append(shown, HoldView{Hold: hold, Inherited: true, From: from})
	}
	return shown
}

// showHolds returns an object's own holds, then those from above. Only managers see reasons and actors. Resellers do
// not see those of earlier owners.
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
