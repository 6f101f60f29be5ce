package hosting

import (
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/plan"
	"tenantry/shared/resource"
)

// SubscriptionView is a subscription as a caller sees it.
type SubscriptionView struct {
	ID          string               `json:"id" example:"sub_01JDB6X0C7V8Y9Z0A1B2C3D4E5"`
	Domain      string               `json:"domain" doc:"Primary domain: that of the first website, unless another one was chosen. Empty if the subscription has no website."`
	Customer    account.ID           `json:"customer" doc:"Id of the customer, or of the reseller whose own subscription this is."`
	Account     *account.DisplayName `json:"account,omitempty" doc:"How people know this customer or reseller. Not in the audit trail."`
	ServicePlan string               `json:"servicePlan" doc:"Id of the plan, or the word custom."`
	PlanName    string               `json:"servicePlanName,omitempty" doc:"Name of the plan. For administrators and resellers only, and not in the audit trail."`
	Link        PlanLink             `json:"link" enum:"synced,locked,custom"`
	Resources   resource.Set         `json:"resources"`
	Status      account.Status       `json:"status" enum:"active,suspended" doc:"By the subscription's own holds. Inherited holds do not count."`
	Holds       []HoldView           `json:"holds" nullable:"false"`
	ExpiresAt   *time.Time           `json:"expiresAt,omitempty"`
	CreatedAt   time.Time            `json:"createdAt"`
	Version     int64                `json:"version"`
}

// viewSubscription returns a subscription as the caller sees it. servicePlan is nil without a plan.
func viewSubscription(
	caller access.Caller, s *Subscription, chain Chain, servicePlan *plan.Plan, now time.Time,
) SubscriptionView {
	own := s.OwnHolds(&chain[0], now)
	view := SubscriptionView{
		ID: s.ID, Domain: DisplayDomain(s.Domain), Customer: s.Customer, ServicePlan: plan.Custom, Link: s.Link,
		Resources: s.EffectiveResources(servicePlan).Expand(resource.Subscription), Status: own.Status(now),
		Holds: showHolds(caller, own, chain.Holds(now)), ExpiresAt: s.ExpiresAt, CreatedAt: s.CreatedAt, Version: s.Version,
	}
	if s.Plan != "" {
		view.ServicePlan = string(s.Plan)
	}
	if servicePlan != nil && managesHosting(caller) {
		view.PlanName = servicePlan.Name
	}
	name := chain[0].DisplayName()
	view.Account = &name
	return view
}

// withoutNames returns the view for the audit trail, which stores no names.
func (v SubscriptionView) withoutNames() SubscriptionView {
	v.Account, v.PlanName = nil, ""
	return v
}

// WebsiteView is a website as a caller sees it.
type WebsiteView struct {
	ID           string               `json:"id" example:"web_01JDB6X0C7V8Y9Z0A1B2C3D4E5"`
	Domain       string               `json:"domain"`
	Subscription string               `json:"subscription"`
	Customer     account.ID           `json:"customer" doc:"Id of the customer, or of the reseller, that has the subscription."`
	Account      *account.DisplayName `json:"account,omitempty" doc:"How people know this customer or reseller. Not in the audit trail."`
	Status       account.Status       `json:"status" enum:"active,suspended" doc:"By the website's own holds. Inherited holds do not count."`
	Holds        []HoldView           `json:"holds" nullable:"false"`
	CreatedAt    time.Time            `json:"createdAt"`
	Version      int64                `json:"version"`
}

// viewWebsite returns a website as the caller sees it.
func viewWebsite(caller access.Caller, w *Website, s *Subscription, chain Chain, now time.Time) WebsiteView {
	own, above := w.Holds.Present(now), append(inherited("subscription", s.OwnHolds(&chain[0], now)), chain.Holds(now)...)
	name := chain[0].DisplayName()
	return WebsiteView{
		ID: w.ID, Domain: DisplayDomain(w.Domain), Subscription: w.Subscription, Customer: w.Customer, Account: &name,
		Status: own.Status(now), Holds: showHolds(caller, own, above), CreatedAt: w.CreatedAt, Version: w.Version,
	}
}

// withoutNames returns the view for the audit trail, which stores no names.
func (v WebsiteView) withoutNames() WebsiteView {
	v.Account = nil
	return v
}

// managesHosting reports whether the caller is an administrator or a reseller.
func managesHosting(caller access.Caller) bool {
	return caller.IsAdministrator() || caller.Account.Kind == account.Reseller
}

// Sees reports whether the caller can see what the customer of a chain has.
func Sees(caller access.Caller, chain Chain) bool { return len(chain) > 0 && caller.Sees(&chain[0]) }
