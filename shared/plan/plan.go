// Package plan holds service plans and reseller plans: named sets of resources for subscriptions and resellers.
//
// A synced subscription or reseller refers to its plan and copies nothing. So an edit of the plan reaches all of them
// in one write. A customised (locked) subscription and one without a plan (custom) carry their own resources.
package plan

import (
	"time"
	"unicode/utf8"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/resource"
)

// ID identifies a plan.
type ID string

// Custom is the name of "no plan" in requests.
const Custom = "custom"

// The prefixes of plan ids.
const (
	ServicePrefix  = "spl_"
	ResellerPrefix = "rpl_"
)

// Plan is a service plan or, with the other prefix, a reseller plan.
type Plan struct {
	ID        ID
	Owner     account.ID // a reseller or AdministratorOwner; always AdministratorOwner for a reseller plan
	Name      string
	Resources resource.Set
	Oversell  bool  // reseller plans only: resellers on this plan may give out more than they have
	Uses      int64 // number of subscriptions or resellers on the plan, customised ones included
	Synced    int64 // number of those that follow the plan's edits
	CreatedAt time.Time
	Version   int64
}

// IsReseller reports whether this is the id of a reseller plan.
func (id ID) IsReseller() bool { return len(id) > 4 && id[:4] == ResellerPrefix }

// Holder returns the kind of object that plans of this kind are for.
func (id ID) Holder() resource.Holder {
	if id.IsReseller() {
		return resource.Reseller
	}
	return resource.Subscription
}

// PlanView is the owner's view of a plan.
type PlanView struct {
	ID    ID     `json:"id"`
	Name  string `json:"name"`
	Owner string `json:"owner" doc:"Id of a reseller, or the word administrator."`

	resource.Set

	Oversell  bool      `json:"oversell,omitempty" doc:"Reseller plans only. Whether a reseller on this plan may give out more than it has."`
	Uses      int64     `json:"uses" doc:"Number of subscriptions or resellers on the plan."`
	CreatedAt time.Time `json:"createdAt"`
	Version   int64     `json:"version"`
}

// View returns the owner's view of the plan.
func (p *Plan) View() PlanView {
	return PlanView{
		ID:        p.ID,
		Name:      p.Name,
		Owner:     string(p.Owner),
		Set:       p.Resources.Expand(p.ID.Holder()),
		Oversell:  p.Oversell,
		Uses:      p.Uses,
		CreatedAt: p.CreatedAt,
		Version:   p.Version,
	}
}

func checkName(name string) *fault.Field {
	if length := utf8.RuneCountInString(name); length < 1 || length > 60 || !account.IsPrintable(name, false) {
		return &fault.Field{Pointer: "/name", Code: "required", Detail: "Give the plan a name of 1 to 60 characters."}
	}
	return nil
}
